"""Strings from data as text, one function for each target: nothing in them is Markdown, HTML, code or control there.

What a corpus's records and its corpus.toml say is anybody's; the card is shown by programs that follow links, load
pictures and obey controls. Every function makes hidden characters visible first (`report.visible`). Markdown is written
with character references, never with backslashes: readers of Markdown agree that a reference is never structure, and
some look for links and formulas behind backslashes, too. What they would make a link of stands in a code span.
"""

import html as _html
import re
from urllib.parse import quote, urlsplit

import regex
from msgspec.json import encode

from ..checking.report.visible import visible
from ..files.corpus_folder import is_repository

_REFERENCE = str.maketrans({"&": "&amp;", "<": "&lt;"} | {c: f"&#{ord(c)};" for c in "\\`*[]|~$#"})
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""Not inside a word, where it is nothing."""
_LEADING = re.compile(r"\A(?:[#+=>:-]|\d{1,9}(?=[.)](?:\s|\Z)))")
"""What would begin a heading, a list, a quotation, a table's or heading's rule."""
_CHUNK = re.compile(r"[^\s|`\[\]()<>{}\"]+")
_LINKED = re.compile(r"(?i)://|@|\b(?:https?|ftp|mailto|xmpp|javascript|data|tel):|\bwww\.|[^\W_]\.[^\W\d_]{2}")
"""What some reader makes a link or a mention of, without any mark."""
_AROUND = re.compile(r"\A(['“‘«]*)(.*?)(['”’».,;:!?]*)\Z", re.DOTALL)
_HIDDEN = regex.compile(
    r"(?V1)[\p{Cf}--[\u200c\u200d\u0600-\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd]]|[\p{Zl}\p{Zp}]"
)
_CONTROL = regex.compile(r"[\p{Cc}\p{Cs}]")
_NOT_LAID_OUT = regex.compile(
    r"(?V1)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Cf}--[\t\n\u200c\u200d\u0600-\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd]]"
)
_ANGLES = str.maketrans("<>", "‹›")
_UNRESERVED = "/:?#[]@!$&'()*+,;=-._~%"


def unhidden(text: str) -> str:
    """Somebody's own Markdown, whose hidden characters are named; what joins letters and emoji stays."""
    if text.isascii() and text.isprintable():
        return text
    return str(_NOT_LAID_OUT.sub(lambda m: visible(m[0]).translate(_ANGLES), text))


def one_line(text: str) -> str:
    """Plain text on one line, hidden characters visible: for YAML, JSON, alternative texts, file names."""
    return visible(" ".join(text.split()))


def plain(text: str) -> str:
    """Plain text that keeps its lines and tabs, hidden characters visible: for YAML, JSON and what stands between fences."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join("\t".join(map(visible, line.split("\t"))) for line in text.split("\n"))


def markdown(text: str) -> str:
    """A part of a paragraph, a heading, a list's item or a table's cell."""
    flat = one_line(text)
    made, at = "", 0
    for chunk in _CHUNK.finditer(flat):
        if _LINKED.search(chunk[0]):
            before, core, after = _AROUND.fullmatch(chunk[0]).groups()  # type: ignore[union-attr]
            made += _words(flat[at : chunk.start()] + before, not made)
            made += f"`{core}`" if _LINKED.search(core) else _words(core, not made)
            made += _words(after, not made)
            at = chunk.end()
    return made + _words(flat[at:], not made)


def _words(text: str, leads: bool) -> str:
    if leads and (found := _LEADING.match(text)):
        end = found.end()
        if found[0].isdigit():  # the number stays, the mark behind it is referred to
            return found[0] + f"&#{ord(text[end])};" + _words(text[end + 1 :], False)
        return f"&#{ord(text[0])};" + _words(text[1:], False)
    return _UNDERSCORE.sub("&#95;", text.translate(_REFERENCE))


def code(text: str) -> str:
    """A code span of Markdown, also in a table; as plain text where a code span can't hold it."""
    flat = one_line(text)
    return markdown(flat) if not flat or "`" in flat or "|" in flat else f"`{flat}`"


def fenced(language: str, text: str) -> list[str]:
    """The lines of a fenced block of Markdown, which nothing in the text closes."""
    shown = plain(text)
    fence = "`" * max(3, *(len(m[0]) + 1 for m in re.finditer("`+", shown)), 3)
    return [f"{fence}{language}", shown, fence, ""]


def html(text: str) -> str:
    """Text, or the value of an attribute, of HTML on one line."""
    return _html.escape(one_line(text))


def drawn(text: str) -> str:
    """The words of a picture, which XML escapes: hidden characters are left out, as nobody sees them in print either."""
    return str(_CONTROL.sub("\ufffd", _HIDDEN.sub("", text)))


_LATEX = {c: f"\\{c}" for c in "&%$#_{}"} | {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def latex(text: str) -> str:
    """A field of BibTeX, or text of LaTeX: no command, no brace."""
    return "".join(_LATEX.get(c, c) for c in one_line(text))


def literal(text: str) -> str:
    """A string literal of Python on one line, whose value is the text as far as it is visible."""
    return encode(one_line(text)).decode()


def address(text: str) -> str | None:
    """An address of the web, percent-encoded, that may stand in `<…>`; None for all else, which is to be shown as text."""
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
        ascii_host = host.encode("idna").decode()
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not re.fullmatch(r"[\w.-]+", ascii_host, re.ASCII) or parts.username is not None:  # fmt: skip
        return None
    made = f"{parts.scheme.lower()}://{ascii_host}{'' if port is None else f':{port}'}{parts.path}"
    made += f"?{parts.query}" * bool(parts.query) + f"#{parts.fragment}" * bool(parts.fragment)
    return quote(made, safe=_UNRESERVED.replace("[", "").replace("]", "").replace("'", ""))


def link(text: str) -> str:
    """An address of the web as a link of Markdown, all else as text."""
    found = address(text)
    return markdown(text) if found is None else f"<{found}>"


def hub_name(text: str) -> str | None:
    """`ORG/NAME`, or None for what is no name of a repository on the Hub."""
    return text if is_repository(text) else None
