"""GUM's CoNLL-U → text, segments, tokens and TEI elements, each with its place in the text.

- `# newpar_block = p (3 s) | quote (2 s)` opens blocks that hold so many sentences. A segment is a run of sentences
  in the same blocks. Quote blocks don't count: one that stands in a `p` is part of that paragraph. A document
  without `p` blocks has one paragraph between two other blocks.
- Sentences of a segment are joined by a space, segments by a line end; sentences are their `# text`.
- Multi-word lines (`3-4`) and empty nodes (`21.1`) only repeat tokens.
- `XML=` in MISC holds the TEI tags at a token: all openings stand before it, all closings after it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from onrecord.model.record import Segment, SegmentKind


class Sentence(Struct):
    text: str
    block: str | None
    """What `# newpar_block` says; "" where there is only `# newpar`, None where there is neither."""
    rows: list[list[str]]
    start: int = 0

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Token(NamedTuple):
    lemma: str
    """In lower case."""
    pos: str
    possessive: bool
    """The 's of a genitive."""
    pronominal: bool
    """Has a PronType: pronouns, and adverbs such as "here"."""
    head: int
    """Index among the document's tokens, or -1."""
    misc: dict[str, str]
    start: int
    end: int


class Element(NamedTuple):
    """A TEI element, or a block, from its first to its last character."""

    tag: str
    attributes: dict[str, str]
    start: int
    end: int


def read(source: str) -> tuple[dict[str, str], list[Sentence]]:
    """A document's metadata and sentences."""
    meta: dict[str, str] = {}
    found = []
    for chunk in re.split(r"\n\s*\n", source.strip("\n")):
        comments = dict(line[1:].strip().partition(" = ")[::2] for line in chunk.split("\n") if line.startswith("#"))
        meta |= {k: v for k, v in comments.items() if k.startswith(("meta::", "newdoc"))}
        block = comments.get("newpar_block", "" if "newpar" in comments else None)
        rows = [line.split("\t") for line in chunk.split("\n") if line and not line.startswith("#")]
        found.append(Sentence(comments["text"].strip(), block, rows))
    return meta, found


def layout(sentences: list[Sentence]) -> tuple[str, tuple[Segment, ...], list[Element]]:
    """The text, its segments and its quote blocks; sentences get their places."""
    text = ""
    segments: list[Segment] = []
    quotes: list[Element] = []
    last: list[int] = []
    open_: list[list[int | str]] = []  # name, sentences left, number of the sentence that opened it
    for n, sentence in enumerate(sentences):
        open_ = [b for b in open_ if int(b[1]) > 0]
        opened = [(m[1], int(m[2])) for m in re.finditer(r"(\w+)[^|]*? \((\d+) s\)", sentence.block or "")]
        open_ += [[name, left, n] for name, left in opened if left]
        if sentence.block == "" and not open_:
            open_.append(["p", 1, n])
        within = [int(b[2]) for b in open_ if b[0] != "quote"]
        names = {str(b[0]) for b in open_}
        for b in open_:
            b[1] = int(b[1]) - 1
        new = not segments or within != last
        last = within
        text += "" if not segments else "\n" if new else " "
        sentence.start = len(text)
        text += sentence.text
        kind: SegmentKind = "paragraph"
        if names & {"figure", "caption"}:
            kind = "caption"
        elif "head" in names:
            kind = "other" if segments else "headline"
        if not new:
            kind, start = segments[-1].kind, segments.pop().start
        else:
            start = sentence.start
        segments.append(Segment(id=f"s{len(segments) + 1}", kind=kind, start=start, end=len(text)))
        if "quote" in {name for name, _ in opened}:
            quotes.append(Element("quote", {}, sentence.start, sentence.end))
        elif "quote" in names:
            quotes[-1] = quotes[-1]._replace(end=sentence.end)
    return text + "\n", tuple(segments), quotes


def tokens(text: str, sentences: list[Sentence]) -> list[Token]:
    """The document's tokens.

    Raises:
        ValueError: a token does not stand in its sentence's text.
    """
    found: list[Token] = []
    for sentence in sentences:
        at, base = sentence.start, len(found) - 1
        for row in sentence.rows:
            if not row[0].isdigit():
                continue
            start = text.find(row[1], at, sentence.end)
            if start < 0 or text[at:start].strip():
                raise ValueError(f"{row[1]!r} does not follow at {at} in {sentence.text!r}")
            at = start + len(row[1])
            misc = dict(item.partition("=")[::2] for item in row[9].split("|"))
            head = base + int(row[6]) if row[6] != "0" else -1
            found.append(Token(row[2].lower(), row[3], row[4] == "POS", "PronType=" in row[5], head, misc, start, at))
    return found


def elements(words: list[Token]) -> Iterator[Element]:
    """TEI elements, in order of their ends."""
    stack: list[tuple[str, dict[str, str], int]] = []
    for word in words:
        tags = re.findall(r"<(/?)(\w+)([^<>]*)>", word.misc.get("XML", ""))
        for closing, tag, rest in tags:
            if not closing:
                stack.append((tag, dict(re.findall(r'([\w:]+?):::"([^"]*)"', rest)), word.start))
        for closing, tag, _ in tags:
            if closing:
                n = next(n for n in reversed(range(len(stack))) if stack[n][0] == tag)
                yield Element(*stack.pop(n), word.end)
