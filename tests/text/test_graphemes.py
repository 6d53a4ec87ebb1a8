"""Characters as people see them, also where somebody wrote flags alone."""

import random
import time
from itertools import product

import pytest
import regex

from onrecord.card import svg
from onrecord.checking.report.visible import clusters
from onrecord.checking.rules.spans.spans import inside_grapheme
from onrecord.text.graphemes import grapheme
from onrecord.text.tokens import tokens

PARTS = (
    "🇩",
    "🇪",
    "a",
    "e\u0301",
    "\u0301",
    "\u200d",
    "\ufe0f",
    "😀",
    "🏽",
    "\r",
    "\n",
    "\u0600",
    "\u0903",
    "क",
    "\u094d",
    "각",
    "ᄀ",
    "ᅡ",
)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_they_are_those_of_unicode(count: int) -> None:
    for parts in product(PARTS, repeat=count):
        text = "".join(parts)
        assert grapheme().findall(text) == regex.findall(r"\X", text), ascii(text)


def test_they_are_those_of_unicode_in_longer_texts() -> None:
    draw = random.Random("Oban")
    for _ in range(3000):
        text = "".join(draw.choices(PARTS, [6, 6, *[1] * (len(PARTS) - 2)], k=draw.randrange(4, 40)))
        assert grapheme().findall(text) == regex.findall(r"\X", text), ascii(text)


FLAGS = "🇳🇴" * 100_000


def test_flags_alone_take_no_longer_than_letters() -> None:
    begun = time.process_time()
    assert len(tokens(FLAGS)) == 100_000
    assert [inside_grapheme(FLAGS, at) for at in range(100, 200)] == [False, True] * 50
    assert not any(inside_grapheme(FLAGS, at) for at in range(100_000, 102_000, 2)), "whole flags stay whole anywhere"
    assert len(clusters(FLAGS)) == 100_000
    assert svg.cut(FLAGS, 100, 12).endswith("…")
    assert time.process_time() - begun < 10, "it took minutes"
