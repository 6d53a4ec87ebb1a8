"""The table of the limits that the package compares with: each with a probe that the tests run on either side of it."""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from helpers import ROOT
from onrecord.text.remembering import forget

PACKAGE = ROOT / "scripts" / "onrecord"
LONG = ["x" * 1000]
"""A text after which nothing is remembered."""
Number = int | float
Key = tuple[str, str, Number]
"""Module (below the package, without `.py`), constant or function, and the number."""


class Case(NamedTuple):
    """A limit: up to `last` the probe says False, a `step` further True."""

    module: str
    name: str
    value: Number
    probe: Callable[[int], bool]
    last: int
    constant: bool

    @property
    def key(self) -> Key:
        return self.module, self.name, self.value

    def __str__(self) -> str:
        return f"{self.module}-{self.name}-{self.value}"


class Table(list[Case]):
    """Cases, each put in by the decorator of its probe."""

    def limit(
        self, module: str, name: str, value: Number, *, last: int | None = None, constant: bool = False
    ) -> Callable[[Callable[[int], bool]], Callable[[int], bool]]:
        """Put a probe into the table.

        Args:
            module: the module's path below the package, without `.py`.
            name: the constant, or the function that has the number in it.
            value: the number, as it stands there.
            last: the last one that is not beyond it; the value itself, if not given.
            constant: whether it is read anew each time, so that a test may move it and see the probe follow.
        """

        def add(probe: Callable[[int], bool]) -> Callable[[int], bool]:
            if last is None:
                assert isinstance(value, int)
            self.append(Case(module, name, value, probe, int(value) if last is None else last, constant))
            return probe

        return add


def check(case: Case) -> None:
    """The probe turns just past the limit."""
    assert [case.probe(n) for n in (case.last, case.last + 1)] == [False, True], case.key


def check_it_is_this_one(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moved by one, the limit turns the probe one further; so it is this constant that the probe is about."""
    moved = 0
    for name, module in list(sys.modules.items()):
        if name.startswith("onrecord") and case.name in vars(module) and case.name != "DAY":
            own = vars(module)[case.name]
            if own == case.value and (
                name == f"onrecord.{case.module.replace('/', '.')}" or not case.name.startswith("_")
            ):
                monkeypatch.setattr(module, case.name, own + 1)
                moved += 1
    assert moved
    forget(LONG)  # what was found by the limit as it is
    try:
        assert [case.probe(n) for n in (case.last + 1, case.last + 2)] == [False, True], case.key
    finally:
        forget(LONG)


def numbers(node: ast.AST) -> Iterator[Number]:
    """The numbers in a part of a source."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, int | float) and not isinstance(part.value, bool):
            yield part.value


def constants(module: str) -> Iterator[tuple[str, ast.expr]]:
    """The constants of a module that are numbers, or are made of numbers alone."""
    for node in ast.parse((PACKAGE / f"{module}.py").read_text("utf-8")).body:
        target = (
            node.targets[0]
            if isinstance(node, ast.Assign)
            else node.target
            if isinstance(node, ast.AnnAssign)
            else None
        )
        if target is None or not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        if isinstance(node.value, ast.Constant | ast.BinOp | ast.UnaryOp | ast.Dict | ast.Tuple):
            values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            leaves = [n for v in values for n in ast.walk(v) if isinstance(n, ast.Constant | ast.JoinedStr | ast.Call)]
            if leaves and all(isinstance(n, ast.Constant) and type(n.value) in (int, float) for n in leaves):
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        yield name.id, node.value


def own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What stands in a function, but in none within it."""
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if not isinstance(node, ast.FunctionDef):
            yield node
            todo += ast.iter_child_nodes(node)


def compared(module: str, least: int = 3) -> set[Key]:
    """The numbers of `least` or more within comparisons, and what a place in the text is moved by, function by function."""
    found: set[Key] = set()
    for function in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in own(function):
            if isinstance(node, ast.Compare):
                of = [n for n in numbers(node) if n >= least or n != int(n)]
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
                sides = [side for side in (node.left, node.right) if isinstance(side, ast.Constant)]
                of = [n for side in sides for n in numbers(side) if n >= 10]
            else:
                continue
            found |= {(module, function.name, n) for n in of}
    return found


def modules(*patterns: str) -> list[str]:
    """The modules below the package that patterns stand for.

    Raises:
        LookupError: a pattern stands for none, so that nothing would be asked of what it once meant.
    """
    if unused := [pattern for pattern in patterns if not any(PACKAGE.glob(pattern))]:
        raise LookupError(f"no module is named {', '.join(unused)}")
    found = sorted(p for pattern in patterns for p in PACKAGE.glob(pattern))
    return [str(Path(p).relative_to(PACKAGE).with_suffix("")) for p in found]


def where(module: str, name: str) -> set[Number]:
    """The numbers of a constant or of a function."""
    found: set[Number] = set()
    for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if (isinstance(node, ast.FunctionDef) and node.name == name) or any(
            isinstance(t, ast.Name) and t.id == name for target in targets for t in ast.walk(target)
        ):
            found |= set(numbers(node))
    return found
