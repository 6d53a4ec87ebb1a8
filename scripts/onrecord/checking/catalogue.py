"""The catalogue of all codes that the program prints, for the terminal and as `schemas/RULES.md`."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from json import dumps
from typing import Any, Protocol

from msgspec import Struct
from msgspec.json import decode, encode
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..findings import codes
from ..findings.codes.families import FAMILIES, family
from ..findings.finding import Patch, Severity
from ..model.specification import schema_bytes
from ..text.words import NOTHING, languages, words
from .rules import RULES, Rule
from .rules.corpus.corpus import CORPUS_RULES
from .rules.plugins import plugged


class Described(Protocol):
    """What rules, corpus rules and codes have in common."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def since(self) -> str: ...
    @property
    def fixable(self) -> bool: ...
    @property
    def what(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def bad(self) -> Iterable[str | Patch]: ...
    @property
    def good(self) -> Iterable[str | Patch]: ...


class Entry(Struct, frozen=True):
    """One code. Examples are lines for people; `bad_implies` and `good_implies` are codes that they also yield.

    `origin` is the distribution that adds it, name and version; empty for our own.
    """

    code: str
    name: str
    severity: Severity
    since: str
    fixable: bool
    what: str
    why: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    bad_implies: tuple[str, ...] = ()
    good_implies: tuple[str, ...] = ()
    speaks: str = ""
    """Of a rule of records, the languages that have the words which it needs."""
    origin: str = ""

    @property
    def family(self) -> str:
        return family(self.code)


SOURCES: tuple[Iterable[Described], ...] = (codes.CODES.values(), RULES, CORPUS_RULES)


@cache
def entries() -> dict[str, Entry]:
    """Every code, family by family; those of installed packages last."""
    order = list(FAMILIES)
    found = [_entry(d) for source in (*SOURCES, plugged().rules) for d in source]
    found.sort(key=lambda e: (order.index(e.family) if e.family in order else len(order), e.code))
    if twice := [e.code for e, after in pairwise(found) if e.code == after.code]:
        raise ValueError(f"given twice: {', '.join(twice)}")
    return {e.code: e for e in found}


def name_of(code: str) -> str:
    """The name of a code; empty where it is unknown."""
    entry = entries().get(code)
    return entry.name if entry else ""


def near(word: str) -> list[str]:
    """Codes that may have been meant by a word that is neither code nor name."""
    names = {e.name: e.code for e in entries().values()}
    hits = get_close_matches(word.upper(), entries(), 3, 0.6) + get_close_matches(word.lower(), names, 3, 0.5)
    return list(dict.fromkeys(names.get(hit, hit) for hit in hits))


def find(word: str) -> Entry | None:
    """The entry of a code or a name, in capitals or not."""
    return entries().get(word.upper()) or next((e for e in entries().values() if e.name == word.lower()), None)


def _entry(d: Described) -> Entry:
    return Entry(
        code=d.code,
        name=d.name,
        severity=d.severity,
        since=d.since,
        fixable=d.fixable,
        what=d.what,
        why=d.why,
        bad=tuple(p if isinstance(p, str) else readable(p) for p in d.bad if p),
        good=tuple(p if isinstance(p, str) else readable(p) for p in d.good if p),
        bad_implies=getattr(d, "bad_implies", ()),
        good_implies=getattr(d, "good_implies", ()),
        speaks=_speaks(d) if isinstance(d, Rule) else "",
        origin=plugged().origins.get(d.code, ""),
    )


def _speaks(rule: Rule) -> str:
    if not rule.words:
        return "all languages"
    return f"languages: {', '.join(name for name in languages() if rule.speaks(words(name) or NOTHING)) or 'none yet'}"


@cache
def _example() -> Any:
    return decode(schema_bytes("record.example.json"))


def _at(pointer: str) -> Any:
    value = _example()
    try:
        for step in pointer.split("/")[1:]:
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (KeyError, IndexError, ValueError, TypeError):
        return None
    return value


def _written(value: Any) -> str:
    """JSON in which hidden and combining characters are escaped."""
    return "".join(
        c if c.isprintable() and not unicodedata.combining(c) and unicodedata.category(c) != "Me" else dumps(c)[1:-1]
        for c in encode(value).decode()
    )


def readable(patch: Patch) -> str:
    """A change to the example record as a line; of a long text, what differs from the example's."""
    if patch.remove:
        return f"remove {patch.pointer}"
    old, new = _at(patch.pointer), patch.value
    shown = _written(new)
    if isinstance(old, str) and isinstance(new, str) and len(new) > 60:
        start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        tail = 0
        while tail < min(len(old), len(new)) - start and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        first, last = max(0, start - 20), len(new) - max(0, tail - 20)
        quoted = _written(new[first:last])[1:-1]
        shown = f'"{"… " if first else ""}{quoted}{" …" if last < len(new) else ""}"'
    if patch.pointer.endswith("/-"):
        return f"add to {patch.pointer[:-2]}: {shown}"
    return f"set {patch.pointer} to {shown}"


def _facts(e: Entry) -> str:
    of = f", of {e.origin}" if e.origin else ""
    said = f"{e.severity}, since {e.since}{of}" + (", fixable" if e.fixable else "")
    return said + (f", {e.speaks}" if e.speaks else "")


def _also(implied: tuple[str, ...]) -> str:
    return f" (also {', '.join(implied)})" if implied else ""


_STYLE = {"error": "red", "warning": "yellow", "info": "blue"}


def table(of: str | None = None) -> RenderableType:
    """All codes, a line or two each."""
    rows = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="bold")
    for title in ("code", "severity", "name"):
        rows.add_column(title, no_wrap=True)
    rows.add_column("what is wrong")
    for e in entries().values():
        if of in (None, e.family):
            rows.add_row(Text(e.code, "bold"), Text(e.severity, _STYLE[e.severity]), e.name, Text(_brief(e)))
    return rows


def lines() -> list[str]:
    """All codes, a line each, for programs and `grep`."""
    return [f"{e.code}  {e.severity:7}  {e.name:32}  {_brief(e)}" for e in entries().values()]


def _brief(e: Entry) -> str:
    return _plain(e.what) + (f" ({e.origin})" if e.origin else "")


def _plain(text: str) -> str:
    return text.replace("`", "")


def page(code: str) -> RenderableType:
    """One code, explained.

    Raises:
        KeyError: there is no such code.
    """
    e = entries()[code]
    parts: list[RenderableType] = [
        Text.assemble((e.code, f"bold {_STYLE[e.severity]}"), " ", (e.name, "bold"), f" ({_facts(e)})"),
        "",
        Text(_plain(e.what)),
        "",
        Text(_plain(e.why)),
    ]
    for title, shown, implied in (("Bad", e.bad, e.bad_implies), ("Good", e.good, e.good_implies)):
        if shown:
            parts += [
                "",
                Text(f"{title}{_also(implied)}:", "bold"),
                *(Padding(Text(x), (0, 0, 0, 4), expand=False) for x in shown),
            ]
    if any(line.startswith(("set ", "add ", "remove ")) for line in (*e.bad, *e.good)):
        parts += ["", Text("The examples change schemas/record.example.json.", "dim")]
    elif any(re.match("[AB]/", line) for line in (*e.bad, *e.good)):
        parts += ["", Text("The examples change two records, A and B.", "dim")]
    return Group(*parts)


def _cell(text: str) -> str:
    return _escaped(text).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Prose as Markdown: what is not in backticks loses its special meaning."""
    return "".join(p if p.startswith("`") else re.sub(r"([<*\[\]])", r"\\\1", p) for p in re.split(r"(`[^`]*`)", text))


def fenced(shown: Iterable[str]) -> str:
    body = "\n".join(shown)
    fence = "`" * max(3, 1 + max((len(m) for m in re.findall(r"`+", body)), default=0))
    return f"{fence}text\n{body}\n{fence}"


def section(e: Entry) -> str:
    """A code's explanation as Markdown, without its heading."""
    parts = [_escaped(e.what), _escaped(e.why)]
    for title, shown, implied in (("Bad", e.bad, e.bad_implies), ("Good", e.good, e.good_implies)):
        if shown:
            parts.append(f"{title}{_also(implied)}:\n\n{fenced(shown)}")
    return "\n\n".join(parts)


_INTRODUCTION = """\
# What the validator finds

<!-- Made by `onrecord rules --markdown`; change the rules' docstrings and scripts/onrecord/findings/codes, not this file. -->

A code never changes its meaning. An *error* is wrong; a *warning* is doubtful, look at it, then correct or exempt it; an *info* is worth a look and never a failure.
*Fixable* codes come with edits that mend them without changing what the annotation means.
Files come first, then the schema, then the rules: rules run only on records of the right shape.
A rule that names its languages needs word lists for them; in an article of any other it is off, and `onrecord validate` says so in its summary.

Examples named “bad” are found, look-alikes named “good” are not. Those of the schema and the rules are changes to [`record.example.json`](record.example.json), those of the corpus rules to two records A and B; tests run them. “Also” names other codes that such a change brings with it.
"""


def markdown() -> str:
    """`schemas/RULES.md`: our own codes, whatever is installed."""
    found: dict[str, list[Entry]] = {}
    for e in entries().values():
        if not e.origin:
            found.setdefault(e.family, []).append(e)
    out = [_INTRODUCTION]
    for letters, of in found.items():
        out.append(f"## {FAMILIES.get(letters, 'Other')} ({letters})\n")
        out.append("| code | name | severity | what |\n|---|---|---|---|")
        out += [f"| [{e.code}](#{e.code.lower()}) | {e.name} | {e.severity} | {_cell(e.what)} |" for e in of]
        out.append("")
        for e in of:
            out.append(f'### <a id="{e.code.lower()}"></a>{e.code} {e.name}\n\n*{_facts(e)}*\n\n{section(e)}\n')
    return "\n".join(out)
