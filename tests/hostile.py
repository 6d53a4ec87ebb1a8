"""Strings that would be live somewhere: in Markdown, HTML, SVG, YAML, JSON-LD, BibTeX, Python, SQL or a terminal."""

import unicodedata
from collections import Counter
from html.parser import HTMLParser
from importlib.util import find_spec

from markdown_it import MarkdownIt

MARKER = "![x](http://evil.test/x) <img src=x onerror=alert(1)> | \x1b[31m \u202e"
STRINGS = [
    MARKER,
    "![p](https://evil.test/p.png)", "[a](javascript:alert(1))", "[a][b]\n\n[b]: http://evil.test", "![a][b]",
    "<https://evil.test>", "https://evil.test/a?b=c", "www.evil.test", "WWW.EVIL.TEST.", "http://evil.test:80/", "evil.com",
    "ftp://evil.test", "mailto:me@evil.test", "me@evil.test", "@everyone", "xmpp:a@evil.test", "//evil.test/x",
    "(https://evil.test)", "“https://evil.test”,", "a/https://evil.test|b", "`https://evil.test`", "https://evil.test/`x`",
    "\\https://evil.test", "https\\://evil.test", "<b>https://evil.test</b>", "x_https://evil.test_", "**www.evil.test**",
    "<img src=https://evil.test/x>", "<img\nsrc=x\nonerror=alert(1)>", "<script>alert(1)</script>", "<svg/onload=alert(1)>",
    "<iframe src=//evil.test>", "<style>*{background:url(//evil.test)}</style>", "<!-- a", "--> <b>", "<![CDATA[x", "]]>",
    "<?php ?>", "<!DOCTYPE x>", "</details></summary><h1>x</h1>", "</td></tr></table>", "<a href='//evil.test'>x</a>",
    '" onmouseover="alert(1)', "' onmouseover='alert(1)", "&lt;img src=x&gt;", "&#60;img src=x&#62;", "&amp;lt;", "&copy;",
    "# heading", "## heading ##", "\n\n# heading\n\n", "heading\n=====", "heading\n-----", "- item", "* item", "+ item",
    "1. item", "1) item", "> quoted", ">quoted", "---", "***", "___", "- - -", "    code", "\tcode", "```\ncode\n```", "~~~",
    "a\n```\n# x\n```", "``", "`", "``` x", "a ` b", "`a", "a`", "\\", "\\\\", "a\\", "\\`x`", "$x$", "$$x$$", "\\(x\\)", "\\[x\\]",
    "a | b", "|---|---|", "\\|", "a\n| b | c |\n|---|---|\n| d | e |", "x\n\n| a |\n|---|\n| b |", ":---:", "[^1]", "[^1]: note",
    "[x]: http://evil.test", "[ ] todo", "- [x] todo", "*a*", "**a**", "_a_", "__a__", "a_b_c", "~~a~~", "~a~", "==a==", "^a^",
    "\x1b[31mred", "\x1b]8;;http://evil.test\x1b\\x\x1b]8;;\x1b\\", "\x07", "\x9b31m", "\x08\x08", "\r", "a\rb", "\x00", "\x0b\x0c", "\x85",
    "\u202eabc", "\u2066a\u2069", "\u200fx", "\u200ex", "\u061cx", "\ufeffx", "a\u200bb", "a\u00adb", "\u2028x\u2029", "\U000e0041\U000e0042",
    "\ufff9a\ufffb", "\u2060x", "\u180ex", "\x7f", "---\nlicense: mit\n---", "\n---\n", "key: value", "- a: b", "{a: b}", "[a, b]", "!!python/x y",
    "*alias", "&anchor", "%TAG", "? a", "no", "null", "1e3", "'", '"', '"""', "'''", '")\nimport os\nos.system("x")\n("', "'; DROP TABLE x; --",
    "\\input{/etc/passwd}", "\\write18{x}", "}, url = {http://evil.test}", "%", "{", "}", "a}b{c", "</script><script>alert(1)</script>",
    "@import url(//evil.test)", "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "file:///etc/passwd", "\\u003cimg\\u003e",
    " ", "\u00a0", "\u3000", "x" * 300, "𝔘𝔫𝔦 نص שלום 漢字 👩‍🚀 e\u0301", "\u0301x", "#1", "GH-1", ":smile:", "<x@y.test>", "http://[::1]/", "http://user:pw@evil.test",
]  # fmt: skip


def renderer() -> MarkdownIt:
    """CommonMark with what GitHub and the Hub add; bare addresses become links where linkify-it-py is installed."""
    made = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    if find_spec("linkify_it") is None:
        return made
    made.options["linkify"] = True
    return made.enable("linkify")


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[tuple[str, tuple[tuple[str, str | None], ...]]] = Counter()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag, tuple(attrs)] += tag != "code"  # to show an address as code is how it is shown as text

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.tags["!--", ()] += 1

    def handle_decl(self, decl: str) -> None:
        self.tags["!", ()] += 1

    def handle_pi(self, data: str) -> None:
        self.tags["?", ()] += 1

    def unknown_decl(self, data: str) -> None:
        self.tags["![", ()] += 1


def seen(html: str) -> tuple[Counter[tuple[str, tuple[tuple[str, str | None], ...]]], str]:
    """The elements of a page, code spans apart, with their attributes; and its text."""
    parser = _Seen()
    parser.feed(html)
    parser.close()
    return +parser.tags, "".join(parser.text)


def hidden(text: str) -> list[str]:
    """Characters that a terminal or a reader of bidirectional text obeys, or that nobody sees."""
    kept = "\n\t\u200c\u200d"
    return [c for c in text if c not in kept and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
