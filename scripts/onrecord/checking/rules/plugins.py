"""Rules of other packages: found by the entry point group `onrecord.rules`, held to what a rule must be, and guarded.

Only an installed distribution adds rules: nothing that a corpus says, and nothing that lies in the working folder, names
code. What can't be used, and a rule that fails, are findings; the run goes on.
"""

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, get_args

from msgspec import UNSET, Struct, convert, to_builtins
from msgspec.structs import replace

from ...findings.codes import CODES
from ...findings.codes.families import FAMILIES
from ...findings.finding import Finding, Problem, Severity
from ...model.record import Record
from .base import Document, Rule, rule

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "onrecord.rules"
"""The entry point group. An entry names a tuple of rules, or a module with such a tuple as `RULES`."""

_CODE = re.compile(r"([A-Z]{3,5})[0-9]{3}")
_OURS = frozenset({"ALL", *FAMILIES})
"""The letters of our codes, and the word that stands for all codes."""
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Failed(Problem, frozen=True):
    """That a rule failed on a record: told by `FAILED`, not by the rule."""


def _failed(doc: Document) -> Iterator[Problem]:
    """A rule of an installed package failed on a record.

    What it would have found is not known; see the codes.
    """
    yield from ()  # told where another rule fails: see `guarded`


FAILED = rule("PLG002", CODES["PLG002"].name, CODES["PLG002"].severity, CODES["PLG002"].since)(_failed)
"""What tells of rules that failed."""


class Plugged(Struct, frozen=True):
    """The rules that installed packages add, each guarded.

    `origins`: code → name and version of the distribution. `faults`: what is not used, and why, in words.
    """

    rules: tuple[Rule, ...]
    origins: dict[str, str]
    faults: tuple[str, ...]


@cache
def plugged() -> Plugged:
    """The rules of installed packages. Each process looks once."""
    rules: list[Rule] = []
    origins: dict[str, str] = {}
    faults = []
    for origin, entry in _entries():
        try:
            found = _rules(entry.load())
            _refuse(found, origin, origins)
        except (Exception, SystemExit) as error:  # whatever somebody's module does when it is imported
            why = str(error) if isinstance(error, Unusable) else f"{type(error).__name__}: {error}"
            faults.append(f"the rules of {origin} ({entry.name} = {entry.value}) are not used: {why}")
            continue
        origins |= {one.code: origin for one in found}
        rules += [guarded(one, origin) for one in found]
    return Plugged(tuple(rules), origins, tuple(faults))


def unused(file: str) -> list[Finding]:
    """The findings that rules of installed packages are not used, told of what is checked."""
    code = CODES["PLG001"]
    return [
        Finding(
            code=code.code, name=code.name, severity=code.severity, file=file, pointer=None, line=None, column=None,
            message=message, fix="install another version of the package, or take it out; its makers may want to know",
        )
        for message in plugged().faults
    ]  # fmt: skip


class Unusable(ValueError):
    """Why an entry point's rules can't be used."""


def _entries() -> list[tuple[str, "EntryPoint"]]:
    """The entry points, with name and version of their distributions, in the order of both."""
    here = os.path.realpath(os.getcwd())
    path = [p for p in sys.path if os.path.realpath(p or ".") != here]
    if not any(map(_offers, path)):
        return []
    from importlib.metadata import distributions

    found: dict[str, list[tuple[str, EntryPoint]]] = {}
    for distribution in distributions(path=path):
        if entries := distribution.entry_points.select(group=GROUP):
            name = distribution.name
            found.setdefault(name, [(f"{name} {distribution.version}", entry) for entry in entries])
    return sorted((x for entries in found.values() for x in entries), key=lambda x: (x[0].lower(), x[1].name))


def _offers(place: str) -> bool:
    """Whether a place where packages are installed may have rules.

    Most have none, and `importlib.metadata`, which knows for certain, takes a quarter of a run's start to import.
    """
    if not os.path.isdir(place):
        return os.path.isfile(place)  # an archive
    try:
        names = [name for name in os.listdir(place) if name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return False
    for name in names:
        try:
            if GROUP.encode() in Path(place, name, "entry_points.txt").read_bytes():
                return True
        except OSError:
            continue
    return False


def _rules(found: Any) -> tuple[Rule, ...]:
    """The rules that an entry point names."""
    if isinstance(found, ModuleType):
        if not hasattr(found, "RULES"):
            raise Unusable(f"the module {found.__name__} has no tuple RULES")
        found = found.RULES
    if not isinstance(found, tuple | list) or not found:
        raise Unusable(f"a tuple of rules is wanted, not {found!r:.60}")
    for one in found:
        if not isinstance(one, Rule):
            raise Unusable(f"{one!r:.60} is no rule; make rules with @onrecord.rule")
    return tuple(found)


def _refuse(rules: tuple[Rule, ...], origin: str, origins: dict[str, str]) -> None:
    """Hold rules to the form of a rule, and their codes apart from ours and from those of others.

    Raises:
        Unusable: they are not so.
    """
    codes: set[str] = set()
    for one in rules:
        match = _CODE.fullmatch(one.code)
        if match is None:
            raise Unusable(f"{one.code!r} is no code: three to five capital letters and three digits are wanted")
        letters = match[1]
        first = letters[:3]
        if first in _OURS:
            raise Unusable(f"{one.code} begins with {first}, which is onrecord's own")
        if one.code in codes or one.code in origins:
            raise Unusable(f"{one.code} is given twice")
        codes.add(one.code)
        for other, of in origins.items():
            theirs = other[:-3]
            if of != origin and (letters.startswith(theirs) or theirs.startswith(letters)):
                raise Unusable(f"{one.code} begins with the letters of {other}, a rule of {of}")
        if not _NAME.fullmatch(one.name):
            raise Unusable(f"the name of {one.code} is {one.name!r}; small letters and hyphens are wanted")
        if one.severity not in get_args(Severity):
            raise Unusable(f"the severity of {one.code} is {one.severity!r}")
        if not one.what or not one.why:
            raise Unusable(f"the docstring of {one.code} does not say what is wrong, and in a paragraph of its own why")


def guarded(made: Rule, origin: str) -> Rule:
    """A rule that tells its own failure as a problem, and yields none that can't be told."""

    def check(doc: Document) -> Iterator[Problem]:
        try:
            for problem in made.check(doc):
                _sound(problem, made, doc)
                yield problem
        except Exception as error:  # whatever somebody's rule does
            said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            message = f"the rule {made.code} ({made.name}) of {origin} failed on this record: {said}"
            yield Failed(pointer="", message=message, fix=f"tell its makers; --ignore {made.code} leaves it out")

    def unless(doc: Document) -> bool:
        try:
            return made.unless is not None and bool(made.unless(doc))
        except Exception:  # the rule itself is asked, then
            return False

    return replace(made, check=check, unless=unless)


def _sound(problem: Any, made: Rule, doc: Document) -> None:
    """Hold a problem to what is needed to tell it.

    Raises:
        TypeError, ValueError: it is not so.
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"it yields {problem!r:.60}, and no Problem")
    convert(to_builtins(problem), Problem)
    for pointer in (problem.pointer, *(place.pointer for place in problem.related)):
        _find(doc.record, pointer)
    for span in (problem.span, *(place.span for place in problem.related)):
        if span is not None and not 0 <= span[0] < span[1] <= len(doc.text):
            raise ValueError(f"it marks [{span[0]}, {span[1]}), which is no part of the text")
    if problem.edits and not made.fixable:
        raise ValueError("it gives edits, and is not declared fixable")


def _find(record: Record, pointer: str) -> None:
    """Go to what a JSON pointer names.

    Raises:
        ValueError: nothing is there.
    """
    root, *steps = pointer.split("/")
    value: Any = UNSET if root else record
    for step in steps:
        if isinstance(value, tuple | list):
            value = value[int(step)] if step.isdecimal() and int(step) < len(value) else UNSET
        elif isinstance(value, dict):
            value = value.get(step.replace("~1", "/").replace("~0", "~"), UNSET)
        else:
            value = getattr(value, step) if step in getattr(value, "__struct_fields__", ()) else UNSET
    if value is UNSET:
        raise ValueError(f"it points to {pointer!r}, where the record has nothing")
