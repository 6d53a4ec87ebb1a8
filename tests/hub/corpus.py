"""A small corpus, free to be passed on, and changes to it."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from msgspec.json import decode

from helpers import ROOT, example
from onrecord.files import canonical_json
from onrecord.marks.ingest import ingest
from onrecord.model import specification
from onrecord.model.record import Record


def small(folder: Path) -> Path:
    """One short article, of version 1.0.0."""
    (folder / "records").mkdir(parents=True)
    (folder / "raw").mkdir()
    shutil.copy(ROOT / "corpus" / "corpus.toml", folder)
    version(folder, "1.0.0")
    save(folder, example())
    (folder / "raw" / "example.txt").write_text(example()["text"], "utf-8", newline="")
    return folder


def save(corpus: Path, record: dict[str, Any]) -> None:
    content = canonical_json.canonical(decode(json.dumps(record), type=Record))
    (corpus / "records" / f"{record['id']}.json").write_bytes(content)


def version(corpus: Path, new: str) -> None:
    path = corpus / "corpus.toml"
    text = re.sub(r'^version = ".*"', f'version = "{new}"', path.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(text, "utf-8")


def correct(corpus: Path, name: str = "NASA of the US") -> None:
    """Another name of an entity: a patch."""
    record = example()
    record["entities"][0]["name"] = name
    save(corpus, record)


def replace_article(corpus: Path) -> None:
    (corpus / "records" / "example.json").unlink()
    add_article(corpus)


def add_article(corpus: Path) -> None:
    text = b"Some words.\n"
    made = ingest(
        text,
        "more.txt",
        rights="CC0-1.0",
        schema_version=specification.schema_version(),
        guidelines="1.0.0",
        now="2026-01-01T00:00:00Z",
    )
    (corpus / "records" / "more.json").write_bytes(canonical_json.canonical(made))
    (corpus / "raw" / "more.txt").write_bytes(text)
