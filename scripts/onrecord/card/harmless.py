"""A corpus's own prose is Markdown, and goes out as such: what in it would act by itself is refused.

`CARD.md`, `GUIDELINES.md`, `CHANGELOG.md` and `LICENSE.md` may be a stranger's, as on a pull request. A card needs no
HTML with attributes and no picture from elsewhere, which tells its server who reads the card; nothing is taken out in
silence, as prose with holes is no longer what its author wrote. Hidden characters are shown (`unhidden`).

The prose is parsed as CommonMark with GitHub's tables. What is not code there is looked through as it was written, not
as it was understood: other readers may see a footnote where this one sees the definition of a link.
"""

import re
from collections.abc import Iterator
from typing import Any

from ..files.limits import OverLimit, limits
from ..files.parsing import file_finding
from ..findings.finding import Finding

_ACTIVE = """applet|area|audio|base|basefont|bgsound|body|button|canvas|dialog|embed|form|frame|frameset|head|html|iframe|
    image|img|input|link|listing|map|marquee|math|meta|noembed|noframes|noscript|object|option|param|picture|plaintext|
    portal|script|select|source|style|svg|template|textarea|title|track|video|xmp""".replace("\n    ", "")
_BLOCK = """address|article|aside|blockquote|caption|center|col|colgroup|dd|details|dir|div|dl|dt|fieldset|figcaption|
    figure|footer|h1|h2|h3|h4|h5|h6|header|hr|legend|li|main|menu|menuitem|nav|ol|optgroup|p|pre|search|section|summary|
    table|tbody|td|tfoot|th|thead|tr|ul""".replace("\n    ", "")
_INSIDE = r"(?:(?!\n[ \t]*\n)[^<>=])*"
_TAG = re.compile(
    rf"<(?=[A-Za-z/!?])(?!/?(?!(?:{_ACTIVE})\b)[A-Za-z]{_INSIDE}>)"
    rf"(?!/?(?!(?:{_ACTIVE}|{_BLOCK})\b)[A-Za-z]{_INSIDE}(?:<|\n[ \t]*\n|\Z))(?!https?://[^\s<>]*>)",
    re.IGNORECASE,
)
"""What may begin an element that acts, or one with attributes; not a placeholder in angle brackets, nor `a<b`."""
_COMMENT = re.compile(r"<!--(?!-?>)(?:(?!--).)*-->", re.DOTALL)
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_DEEPEST = 60
"""Levels of quotations and lists in one another; a parser stops somewhere, and sees nothing of what is deeper."""
_BRACKETS = 10_000
"""Brackets of a file: a parser tries each with each, and a card is read by people."""
_HTML = "raw HTML that may act or load something: {!r}"
_PICTURE = "a picture that is not from this dataset: {!r}"
_PLACE = "a link that leads neither to the web nor to a mail address: {!r}"


def faults(text: str, file: str) -> list[Finding]:
    """What may not stand in a Markdown file that goes into a dataset."""
    from markdown_it import MarkdownIt

    if len(text) > limits().prose_length:
        bound = OverLimit("prose_length", f"the file has {len(text):,} characters")
        return [file_finding("FIL009", file, str(bound), f"keep here what belongs into a card; {bound.fix}", (1, 1))]
    if text.count("[") > _BRACKETS:
        message = f"{text.count('['):,} brackets are too many to be looked through; {_BRACKETS:,} are the most"
        return [file_finding("DST013", file, message, "keep here what belongs into a card", (1, 1))]
    reader = MarkdownIt("commonmark", {"maxNesting": _DEEPEST + 40}).enable(["table", "strikethrough"])
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    known: dict[str, Any] = {}
    found: list[Finding] = []
    line = 1
    try:
        tokens = reader.parse(text, known)
    except RecursionError:
        return [_finding("DST013", file, "lists and quotations are nested too deeply to be looked through", 1)]
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        if token.level > _DEEPEST:
            return [*found, _finding("DST013", file, "lists and quotations are nested too deeply", line)]
        if token.type == "html_block":
            found += _tags(_COMMENT.sub(_blank, token.content), file, line)
        elif token.type == "inline":
            found += _inline(token, file, line)
    lines: dict[str, int] = {}
    for n, words in enumerate(text.lower().split("\n"), 1):
        if (at := words.find("]:")) > 0:
            lines.setdefault(words[: at + 2].lstrip(" >"), n)
    for label, target in [*known.get("references", {}).items(), *((r["label"], r) for r in known.get("duplicate_refs", ()))]:  # fmt: skip
        found += _definition(label, target["href"], target["title"], file, lines)
    return found


def _finding(code: str, file: str, message: str, line: int) -> Finding:
    fix = "write it in Markdown; put it in `code` if it is to be shown, or take it out"
    return file_finding(code, file, message, fix, (line, 1))


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _tags(source: str, file: str, line: int) -> Iterator[Finding]:
    for match in _TAG.finditer(source):
        at = line + source.count("\n", 0, match.start())
        yield _finding("DST013", file, _HTML.format(source[match.start() : match.start() + 40]), at)


def _inline(token: Any, file: str, line: int) -> Iterator[Finding]:
    """Of a paragraph, a heading or a cell: what is left of its source without code and comments."""
    source, pictures = _bared(token), 0
    yield from _tags(source, file, line)
    for child in token.children:
        if child.type == "image":
            address = str(child.attrs.get("src", ""))
            if _SCHEME.match(address) or address.lstrip().startswith(("//", "\\", "/\\")):
                yield _finding("DST014", file, _PICTURE.format(address[:60]), line)
            pictures += 1
        elif child.type == "link_open":
            yield from _link(str(child.attrs.get("href", "")), file, line)
    if source.count("![") > pictures:
        at = source.rindex("![")
        yield _finding("DST014", file, _PICTURE.format(source[at : at + 60]), line + source.count("\n", 0, at))


def _bared(token: Any) -> str:
    """A token's source without its code spans and comments, each found again by what it holds."""
    source, at = token.content, 0
    for child in token.children:
        if child.type == "code_inline":
            ticks = re.escape(child.markup)
            pattern = re.compile(rf"(?<!`){ticks}(?!`)(.+?)(?<!`){ticks}(?!`)", re.DOTALL)
            match = next(
                (m for m in _overlapping(pattern, source, at) if _spaced(m[1]) == _spaced(child.content)), None
            )
        elif child.type == "html_inline" and _COMMENT.fullmatch(child.content):
            match = re.compile(re.escape(child.content)).search(source, at)
        else:
            continue
        if match is not None:
            blank = _blank(match)
            source, at = source[: match.start()] + blank + source[match.end() :], match.start() + len(blank)
    return str(source)


def _overlapping(pattern: re.Pattern[str], source: str, at: int) -> Iterator[re.Match[str]]:
    while match := pattern.search(source, at):
        yield match
        at = match.start() + 1


def _spaced(text: str) -> str:
    return text.replace("\n", " ").strip(" ")


def _link(address: str, file: str, line: int) -> Iterator[Finding]:
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in ("http", "https", "mailto"):
        yield _finding("DST014", file, _PLACE.format(address[:60]), line)


def _definition(label: str, address: str, title: str, file: str, lines: dict[str, int]) -> Iterator[Finding]:
    """Of the target of links, `[label]: address "title"`; a footnote's text to readers that know footnotes."""
    line = lines.get(f"[{label.lower()}]:", 1)
    yield from _link(address, file, line)
    yield from _tags(title, file, line)
    if "![" in title or (label.startswith("^") and not re.match("https?:", address, re.IGNORECASE)):
        yield _finding("DST014", file, _PICTURE.format(f"{address} {title}".strip()[:60]), line)
