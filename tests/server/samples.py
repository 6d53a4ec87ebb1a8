"""Records for the server: the corpus's, and small ones of texts that are hard to count in."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from msgspec.json import decode
from msgspec.structs import replace

from onrecord.files import record_files
from onrecord.marks.ingest import ingest
from onrecord.model import specification
from onrecord.model.record import Entity, Link, Mention, Quote, Record, Span

ROOT = Path(__file__).resolve().parents[2]
NASTY = {
    "emoji": "🚀🌕😀 Ann Lee said: “It flies 🛰️ today.”",
    "zwj": "👩‍👩‍👧‍👦 and 🧑🏽‍🚀 Ann Lee said: “It flies.”",
    "flags": "🇫🇷🇩🇪🏴󠁧󠁢󠁳󠁣󠁴󠁿 Ann Lee said: “It flies.”",
    "combining": "Zoe\u0308 Z\u0351\u036b\u0343algo Ame\u0301lie Ann Lee said: “It flies.”",
    "nbsp": "Ten\u00a0km,\u202f«\u00a0loin\u00a0»\u2003 Ann Lee said:\u00a0“It flies.”",
    "crlf": "One line.\r\n\r\nTwo lines.\r\nAnn Lee said: “It flies.”\r\n",
    "rtl": "قال الوزير إن שלום עולם Ann Lee said: “It flies.” مرحبا",
    "separators": "One.\u2028Two.\u2029Three.\x85Four. Ann Lee said: “It flies.”",
    "bom": "\ufeffHead\u200bline\u00ad Ann Lee said: “It flies.”",
    "spaces": "  Two  spaces\tand a tab.\n\n\nAnn Lee said: “It flies.”  \n",
}


def stored() -> Iterator[Record]:
    """The schema's example and every record of the corpus."""
    yield decode(specification.schema_bytes("record.example.json"), type=Record)
    for path in record_files.record_files(ROOT / "corpus"):
        yield decode(path.read_bytes(), type=Record)


def small(name: str, text: str) -> Record:
    """A record with one person and one quote, which stand behind whatever the text begins with."""

    def span(words: str) -> Span:
        start = text.index(words)
        return Span(start, start + len(words), words)

    draft = ingest(
        text.encode(),
        f"{name}.txt",
        schema_version=specification.schema_version(),
        guidelines="1.0.0",
        now="2026-01-01T00:00:00Z",
    )
    assert draft.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
    who, said, words = span("Ann Lee"), span("said"), span(text[text.index("“") : text.index("”") + 1])
    mention = Mention(
        id="m1", start=who.start, end=who.end, text=who.text, kind="name", metonymic=False, demonym=False, note=text[:9]
    )
    link = Link(status="not_attempted", wikidata=None)
    person = Entity(id="e1", type="PERSON", name="Ann Lee", link=link, members=(), mentions=(mention,))
    quote = Quote(
        id="q1", kind="direct", fragments=(words,), verbatim=(), cue=said, speaker="e1", speaker_mention="m1",
        addressees=(), parent=None, attribution="speech", time=None, setting=None, note="a “note” 🛰️ | with a bar\nand a line",
    )  # fmt: skip
    return replace(draft, entities=(person,), quotes=(quote,))
