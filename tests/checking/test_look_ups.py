"""Look-ups of a document: each made once, and each beside those who ask for it."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import convert

from helpers import EXAMPLE, ROOT
from onrecord.checking.document.document import Document
from onrecord.checking.document.look_up import look_up
from onrecord.model.record import Record

PACKAGE = ROOT / "scripts" / "onrecord"
RULES = PACKAGE / "checking" / "rules"
FAMILIES = sorted(p.parent.name for p in RULES.glob("*/look_ups.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
FEW = 2
"""Families up to which a look-up stands beside their rules."""
TOGETHER = {"claims": "the five layers by id stand together, for whoever writes rules"}
"""What few families ask `Document` for all the same, and why."""


def family(path: Path) -> str | None:
    return path.relative_to(RULES).parts[0] if path.is_relative_to(RULES) else None


def attributes() -> dict[str, set[str | None]]:
    """Attribute of a document → the families that ask for it; None for whoever is in none."""
    found: dict[str, set[str | None]] = defaultdict(set)
    for path, tree in TREES.items():
        own = "self" if path.parent == PACKAGE / "checking" / "document" else "doc"
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value).removeprefix("self.") == own:
                found[node.attr].add(family(path))
    return found


def look_ups(name: str) -> Iterator[str]:
    """The look-ups of a family that others may ask for."""
    for node in TREES[RULES / name / "look_ups.py"].body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name


IMPORTS = {
    path: [
        (n.level, n.module or "", {a.name for a in n.names})
        for n in ast.walk(tree)
        if isinstance(n, ast.ImportFrom) and (n.module or "").split(".")[-1] == "look_ups"
    ]
    for path, tree in TREES.items()
}
"""Module → what it imports of look-ups: level, module, names."""


def importers(name: str, of: str) -> set[str | None]:
    """The families whose modules import or use a look-up."""
    found = {
        family(path)
        for path, imports in IMPORTS.items()
        for level, module, names in imports
        if name in names and (level == 1 or f"{of}." in module)
    }
    home = ast.walk(TREES[RULES / of / "look_ups.py"])
    return found | ({of} if any(isinstance(n, ast.Name) and n.id == name for n in home) else set())


def test_a_look_up_is_made_once_for_each_document() -> None:
    made: list[Document] = []

    @look_up
    def words(doc: Document) -> list[str]:
        """The words of the text."""
        made.append(doc)
        return doc.text.split()

    @look_up
    def nothing(doc: Document) -> None:
        made.append(doc)

    one, other = Document(convert(EXAMPLE, Record)), Document(convert(EXAMPLE | {"text": "Rain fell."}, Record))
    assert words(one) is words(one)
    assert (words(other), words.__doc__) == (["Rain", "fell."], "The words of the text.")
    assert made == [one, other]
    assert nothing(one) is nothing(one) is None
    assert made == [one, other, one], "also where the answer is None"


def test_document_keeps_what_many_ask_for() -> None:
    """What at most two families use stands in a module of theirs."""
    asked = attributes()
    own = {n for n in [*vars(Document), *vars(Document.__mro__[1])] if not n.startswith("_")}
    few = {n for n in own if None not in asked[n] and len(asked[n]) <= FEW}
    assert few == TOGETHER.keys()


@pytest.mark.parametrize("name", FAMILIES)
def test_a_familys_look_ups_are_its_own(name: str) -> None:
    """A family asks for them itself, and one other at most."""
    for made in look_ups(name):
        asking = importers(made, name)
        assert name in asking, made
        assert len(asking) <= FEW, made
