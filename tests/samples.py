"""A corpus of four records for the tests of the dataset: the seed, the example, hostile text, and an empty draft."""

from pathlib import Path
from typing import Any

from msgspec import convert
from msgspec.json import decode
from msgspec.structs import replace

from helpers import ROOT, SEED
from onrecord.files import canonical_json
from onrecord.marks.ingest import ingest
from onrecord.model import specification
from onrecord.model.record import Entity, Quote, Record

HOSTILE = "\ufeff🇺🇦 Élise 👩‍🚀\u00a0a dit à حرية\u2067x\u2069:\r\n“𝔘𝔫𝔦 e\u0301te\u0301, נכון”\r\n\r\nفي 漢字。\u2028fin"
SPLITS = {"train": [SEED, "hostile"], "validation": ["draft"], "test": ["example"]}


def draft(id: str, text: str, language: str = "und") -> Record:
    made = ingest(
        text.encode(),
        f"{id}.txt",
        schema_version=specification.schema_version(),
        guidelines="1.0.0",
        now="2026-01-01T00:00:00Z",
        language=language,
    )
    return replace(made, id=id)


def hostile() -> Record:
    """Astral characters, ZWJ sequences, both directions, CRLF, combining marks; quote and entities over them."""
    record = draft("hostile", HOSTILE, "fr")

    def span(words: str) -> dict[str, Any]:
        start = HOSTILE.index(words)
        return {"start": start, "end": start + len(words), "text": words}

    def mention(id: str, words: str) -> dict[str, Any]:
        return {"id": id, **span(words), "kind": "name", "metonymic": False, "demonym": False}

    link = {"status": "not_attempted", "wikidata": None}
    entities = [
        {"id": "e1", "type": "PERSON", "name": "Élise", "link": link, "members": [], "mentions": [mention("m1", "Élise")]},
        {"id": "e2", "type": "ORG", "name": "حرية", "link": link, "members": ["e1"], "mentions": [mention("m2", "حرية")], "note": "⟦"},
        {"id": "e3", "type": "LOC", "name": "漢字", "link": link, "members": [], "mentions": [mention("m3", "漢字")]},
    ]  # fmt: skip
    quote = {
        "id": "q1", "kind": "direct", "fragments": [span("“𝔘𝔫𝔦 e\u0301te\u0301, נכון”")], "verbatim": [], "cue": span("a dit"),
        "speaker": "e1", "speaker_mention": "m1", "addressees": [{"entity": "e2", "mention": "m2"}], "parent": None,
        "attribution": "speech", "time": None, "setting": None,
    }  # fmt: skip
    return replace(
        record,
        entities=convert(entities, tuple[Entity, ...]),
        quotes=convert([quote], tuple[Quote, ...]),
        extensions={"z": [1, {"a": "👩‍🚀"}], "a": 2.5},
    )


def sample() -> dict[str, Record]:
    seed = decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes(), type=Record)
    example = decode(specification.schema_bytes("record.example.json"), type=Record)
    empty = draft("draft", "Nothing is marked in these words.\n")
    return {r.id: r for r in (seed, example, hostile(), empty)}


def corpus(folder: Path, records: dict[str, Record], splits: dict[str, list[str]] | None = None) -> Path:
    """A corpus folder of these records with their raw articles."""
    for name in ("records", "raw"):
        (folder / name).mkdir(parents=True)
    for record in records.values():
        (folder / "records" / f"{record.id}.json").write_bytes(canonical_json.canonical(record))
        (folder / "raw" / record.metadata.source_file).write_bytes(record.text.encode())
    if splits is not None:
        (folder / "splits").mkdir()
        for split, ids in splits.items():
            (folder / "splits" / f"{split}.txt").write_text("".join(f"{id}\n" for id in ids), "utf-8")
    return folder
