"""What a rule is: a generator over a document, with its catalogue entry in its docstring."""

import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.json import decode

from ...findings.finding import Patch, Place, Problem, Severity
from ...model.patterns import pattern
from ...text.words import Pack
from ..document.document import Document

__all__ = ["MANY", "Document", "Patch", "Place", "Problem", "Rule", "circle", "cycles", "pattern", "rule"]

Check = Callable[[Document], Iterator[Problem]]
MANY = 20
"""Places or ids that one finding names at most."""


class Described(Struct, frozen=True, kw_only=True):
    """What the catalogue says of every rule; `bad_implies` and `good_implies` are codes that an example cannot avoid."""

    code: str
    name: str
    severity: Severity
    since: str
    fixable: bool
    what: str
    why: str
    bad_implies: tuple[str, ...]
    good_implies: tuple[str, ...]


class Rule(Described, frozen=True, kw_only=True):
    """A rule of records. `bad` and `good` are changes to `schemas/record.example.json`; tests run them.

    `words` are the lists of a language's pack that it needs: in a language that lacks one, it is off. `unless` only saves
    time: where it holds, the rule finds nothing, and is not asked.
    """

    bad: tuple[Patch, ...]
    good: tuple[Patch, ...]
    check: Check
    words: tuple[str, ...] = ()
    unless: Callable[[Document], bool] | None = None

    def speaks(self, pack: Pack) -> bool:
        """Whether a language has the words that the rule needs."""
        return all(getattr(pack, name) for name in self.words)


_HEAD = re.compile(r"(Bad|Good)(?: \(also ([A-Z0-9, ]+)\))?:\s*(.*)")
_PATCH = re.compile(r"(?s)(?P<drop>drop )?(?P<pointer>/\S+)(?:\s*=\s*(?P<value>.*))?")


def _patches(lines: Iterable[str]) -> tuple[Patch, ...]:
    joined: list[str] = []
    for line in lines:
        if re.match(r"(drop )?/", line):
            joined.append(line)
        elif joined:
            joined[-1] += " " + line
    found = []
    for text in joined:
        match = _PATCH.fullmatch(text)
        if match is None:
            raise ValueError(f"not a patch: {text!r}")
        found.append(Patch(match["pointer"], decode(match["value"]) if match["value"] else None, bool(match["drop"])))
    return tuple(found)


class Entry(Struct, frozen=True):
    """What a rule's docstring says."""

    what: str
    why: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    bad_implies: tuple[str, ...]
    good_implies: tuple[str, ...]


def read_docstring(text: str) -> Entry:
    """One sentence what is wrong; a paragraph why; `Bad:` and `Good:` with their lines."""
    parts: dict[str, list[str]] = {"what": [], "Bad": [], "Good": []}
    implied: dict[str, tuple[str, ...]] = {"Bad": (), "Good": ()}
    current = "what"
    for raw in text.strip().splitlines():
        line = raw.strip()
        if head := _HEAD.fullmatch(line):
            current, line = head[1], head[3]
            if head[2]:
                implied[current] = tuple(c.strip() for c in head[2].split(","))
        parts[current].append(line)
    what, _, why = "\n".join(parts["what"]).strip().partition("\n\n")
    return Entry(
        " ".join(what.split()),
        " ".join(why.split()),
        tuple(parts["Bad"]),
        tuple(parts["Good"]),
        implied["Bad"],
        implied["Good"],
    )


def rule(
    code: str,
    name: str,
    severity: Severity = "error",
    since: str = "0.1.0",
    fixable: bool = False,
    words: tuple[str, ...] = (),
    unless: Callable[[Document], bool] | None = None,
) -> Callable[[Check], Rule]:
    """Make a rule of a generator function.

    `words` names the lists of `text.words.pack.Pack` without which it can't tell anything: it is not asked about
    documents in a language that lacks one of them. `unless` is a shortcut: nothing is found where it holds.

    Its docstring holds: one sentence what is wrong; a paragraph why; `Bad:` and `Good:` with one patch a line
    (`/pointer = JSON` or `drop /pointer`) on the example record. `Bad (also XXX001):` names other
    codes that the example cannot avoid.

    Raises:
        ValueError: a pack has no such list.
    """
    if unknown := set(words).difference(Pack.__struct_fields__):
        raise ValueError(f"{code}: no list of a pack: {', '.join(sorted(unknown))}")

    def make(check: Check) -> Rule:
        entry = read_docstring(check.__doc__ or "")
        return Rule(
            code=code,
            name=name,
            severity=severity,
            since=since,
            fixable=fixable,
            what=entry.what,
            why=entry.why,
            bad=_patches(entry.bad),
            good=_patches(entry.good),
            bad_implies=entry.bad_implies,
            good_implies=entry.good_implies,
            check=check,
            words=words,
            unless=unless,
        )

    return make


_STEPS = 200_000
"""Steps that are followed in the circles of a graph; the circles found by then are enough for any reader."""


def circle(loop: list[str]) -> str:
    """A circle in words, its middle left out where it is long."""
    shown = loop if len(loop) <= MANY else [*loop[: MANY // 2], f"… ({len(loop) - MANY} more) …", *loop[-MANY // 2 :]]
    return " → ".join([*shown, loop[0]])


def cycles(edges: dict[str, list[str]]) -> Iterator[list[str]]:
    """The cycles of a graph, each once, as lists of nodes from its first node in `edges`' order."""
    edges = {node: after for node, after in edges.items() if after}
    state: dict[str, int] = {}
    steps = 0
    for root in edges:
        if state.get(root):
            continue
        path: list[str] = [root]
        depth = {root: 0}
        trail = [iter(edges[root])]
        state[root] = 1
        while trail:
            for after in trail[-1]:
                if state.get(after) == 1:
                    steps += len(path) - depth[after]
                    if steps > _STEPS:
                        return
                    yield path[depth[after] :]
                elif not state.get(after) and after in edges:
                    state[after] = 1
                    depth[after] = len(path)
                    path.append(after)
                    trail.append(iter(edges[after]))
                    break
            else:
                trail.pop()
                state[path.pop()] = 2
