"""The data of another project's task → an article: its text, its id, its metadata."""

import hashlib
import re
from datetime import date
from pathlib import PurePath
from typing import Any

from msgspec import convert
from msgspec.json import decode, encode

from ...files.parsing import JsonObject
from ...marks.ingest import document_id
from ...model.record import Metadata
from ...model.specification import record_schema
from ..codec.problems import Problems
from .mapping import Mapping, Source

_ADDRESS = re.compile(
    r"(?i:[a-z][a-z0-9+.-]*://\S+|data:\S+|/?(?:data|tasks|upload|static|media)/\S+|\S+\.(?:txt|text|html?|xml|pdf|docx?|json|csv|md))"
)
"""What a page loads its text from: an address, or a file's name, and nothing else."""
_LONGEST = 120
"""Characters of an id that is taken as it is."""
_MISSING = object()


def _at(data: Any, key: str) -> Any:
    """The value of a key; dots lead into objects, unless the key itself has them."""
    if isinstance(data, dict) and key in data:
        return data[key]
    for step in key.split("."):
        if not isinstance(data, dict) or step not in data:
            return _MISSING
        data = data[step]
    return data


def without(data: JsonObject, keys: set[str]) -> JsonObject:
    """The data without some keys, dots leading into objects; objects that become empty go, too."""
    found = {}
    for k, v in data.items():
        inner = {key.removeprefix(f"{k}.") for key in keys if key.startswith(f"{k}.")}
        if k in keys:
            continue
        rest = without(v, inner) if isinstance(v, dict) and inner else v
        if rest or rest == v:
            found[k] = rest
    return found


def _short(name: str) -> str:
    """A name that a file can have."""
    if len(name) <= _LONGEST:
        return name
    return f"{name[:80]}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _no_article(words: Any) -> tuple[str, str] | None:
    """Why what a task's data hold is no article, and the way out."""
    if isinstance(words, list) and any(isinstance(turn, dict) for turn in words):
        keys = ", ".join(dict.fromkeys(str(k) for turn in words[:3] if isinstance(turn, dict) for k in turn))
        return (
            f"the article is a list of turns ({keys[:60]}), as <Paragraphs> shows; its marks count in each turn by itself",
            "write the turns into one text (jq '[.[].text] | join(\"\\n\\n\")'), show it by <Text>, and annotate that; "
            "marks are to be moved by the length of the turns before",
        )
    if not isinstance(words, str) or not words.strip():
        return "the article is no text, or empty", "correct `text` in the mapping file"
    if _ADDRESS.fullmatch(words.strip()):
        return (
            f"the task holds an address instead of the article: {words.strip()[:60]}",
            'write the article itself into the task\'s data, in place of the address (valueType="url" goes), and export again; '
            "offsets count in what the address gave when it was annotated",
        )
    return None


class Article:
    """What a task's data give of a record: text, id, metadata. `used` are the keys that are in it, `places` where each piece of the text stands."""

    def __init__(self, task: JsonObject, mapping: Mapping, problems: Problems, now: str) -> None:
        self.task, self.mapping, self.problems, self.now = task, mapping, problems, now
        data = task.get("data")
        self.data: JsonObject = data if isinstance(data, dict) else {}
        self.used: set[str] = set()
        self.places: dict[str | None, tuple[int, int]] = {}

    def article(self) -> str | None:
        """The pieces of the text, joined; where each stands is noted."""
        text = ""
        for n, piece in enumerate(self.mapping.text):
            words = _at(self.data, piece.key)
            pointer = f"/data/{piece.key.replace('.', '/')}"
            if words is _MISSING:
                keys = ", ".join(map(str, self.data)) or "nothing"
                message = f"the task's data has no {piece.key!r}; it has {keys}"
                self.problems.add("LST036", pointer, message, "correct `text` in the mapping file")
                return None
            if (refused := _no_article(words)) is not None:
                self.problems.add("LST036", pointer, *refused)
                return None
            text += self.mapping.separator if n else ""
            self.places[piece.tag] = (len(text), len(text) + len(words))
            text += words
            self.used.add(piece.key)
        return text

    def name(self) -> str:
        """The document's id: what the mapping names, where it can be an id, else made of it or of the task's number."""
        given = [self._scalar(key) for key in self.mapping.id]
        if given and None not in given:
            written = "-".join(str(g) for g in given)
            fit = re.fullmatch(record_schema()["$defs"]["id"]["pattern"], written) and len(written) <= _LONGEST
            if fit and written not in ("author", "published"):
                if len(given) == 1:
                    self.used.add(self.mapping.id[0])
                return written
            return document_id(_short(written) + ".txt")
        if isinstance(self.task.get("id"), int | str):
            made = document_id(_short(f"task-{self.task['id']}") + ".txt")
        else:
            made = "article-" + hashlib.sha256(repr(self.data).encode("utf-8", "replace")).hexdigest()[:12]
        if given:
            key = self.mapping.id[given.index(None)]
            message = (
                f"the task's data has no id under {key!r}, where the mapping file says; the record is called {made}"
            )
            self.problems.add(
                "LST043", "/data", message, "write one there, or correct `id` in the mapping file", "warning"
            )
        return made

    def _scalar(self, key: str) -> str | int | float | None:
        """A text or number of the task's data."""
        found = _at(self.data, key)
        usable = isinstance(found, str | int | float) and not isinstance(found, bool) and str(found).strip()
        return found if usable else None

    def _value(self, source: Source | None) -> Any:
        if source is None:
            return None
        found = _at(self.data, source.key) if source.key else _MISSING
        return source.value if found is _MISSING or found in (None, "") else found

    def metadata(self, draft: Metadata) -> Metadata:
        """What ingest read off the article, and over it what the mapping names."""
        made: JsonObject = decode(encode(draft))
        kept: set[str] = set()
        for name, source in self.mapping.metadata.items():
            value = self._value(source)
            if value is None:
                continue
            new, whole = self._put(name, value)
            if new is None:
                written = source.key is None or _at(self.data, source.key) is not value
                rest = "as the mapping file says; it is left out" if written else "it is carried along"
                message = f"{str(value)[:60]!r} can't be the {name}{' ' if written else '; '}{rest}"
                self.problems.add(
                    "LST037", "/data", message, f"correct [metadata] {name} in the mapping file", "warning"
                )
                kept |= {source.key} if source.key and not written else set()
                continue
            made[name] = new
            if source.key and whole:
                self.used.add(source.key)
        self.used -= kept
        return convert(made, Metadata)

    def _put(self, name: str, value: Any) -> tuple[Any, bool]:
        """A value in a field's form, None where it has none, and whether all of it is there."""
        if name == "authors":
            listed = value if isinstance(value, list) else [value]
            return ([str(v) for v in listed], True) if all(isinstance(v, str) for v in listed) else (None, False)
        if name == "published":
            for length in (10, 7, 4):
                if len(str(value)) < length:
                    continue
                try:
                    date.fromisoformat((str(value)[:length] + "-01-01")[:10])
                except ValueError:
                    continue
                if str(value)[length : length + 1] in ("", "T", " "):
                    return {"value": str(value)[:length], "basis": "stated"}, len(str(value)) == length
            return None, False
        if not isinstance(value, str):
            return None, False
        if name == "source_file":  # a name, no path
            return PurePath(value).name or None, PurePath(value).name == value
        schema = record_schema()["$defs"]["metadata"]["properties"][name]
        return (value, True) if re.search(schema.get("pattern", ""), value) else (None, False)
