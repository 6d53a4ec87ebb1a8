"""What comes from data is text, in whatever it is put: judged by real readers of Markdown, HTML, XML, YAML, JSON, Python."""

import ast
import html
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from draws import draws
from hostile import STRINGS, hidden, renderer, seen
from onrecord.card.escaping import address, code, fenced, hub_name, latex, link, literal, markdown, one_line, plain
from onrecord.card.escaping import html as escaped
from onrecord.card.harmless import faults
from onrecord.card.hubcard import dump
from onrecord.card.svg import Drawing

RENDERER = renderer()
CONTEXTS = {
    "a paragraph": "{}",
    "the middle of a sentence": "By {} and others.",
    "a heading": "# {}",
    "an item": "- a\n- {}",
    "a cell": "| a | b |\n|---|---|\n| {} | c |",
    "emphasis": "**{}**",
}
SIGNS = st.text(st.sampled_from(" \n\\`*_[]()<>&|~$#!@:/.-+=1a\"'{}^%;\u202e\x1bé"), max_size=24)
ANY = st.one_of(SIGNS, st.text(max_size=12), st.lists(st.sampled_from(STRINGS), max_size=3).map("".join))


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("text", STRINGS)
def test_in_markdown(text: str) -> None:
    for context in CONTEXTS.values():
        check(text, context)


@settings(max_examples=draws(600), deadline=None)
@given(ANY, st.sampled_from(list(CONTEXTS.values())))
def test_in_markdown_whatever_it_is(text: str, context: str) -> None:
    check(text, context)


def check(text: str, context: str) -> None:
    """The same elements as with a harmless word, and every sign of the text is read, no other."""
    page = RENDERER.render(context.format(markdown(text)))
    elements, words = seen(page)
    if one_line(text):
        harmless = RENDERER.render(context.format("word"))
        assert elements == seen(harmless)[0], page
        assert squeezed(words) == squeezed(seen(harmless)[1].replace("word", one_line(text)))
    assert not hidden(page)


@settings(max_examples=draws(400), deadline=None)
@given(ANY)
def test_in_other_places(text: str) -> None:
    elements, _ = seen(RENDERER.render(f"| a |\n|---|\n| {code(text)} |"))
    assert elements == seen(RENDERER.render("| a |\n|---|\n| x |"))[0]
    elements, words = seen(f"<p title=\"{escaped(text)}\" lang='{escaped(text)}'>{escaped(text)}</p>")
    assert set(elements) == {("p", (("title", one_line(text)), ("lang", one_line(text))))}
    assert words == one_line(text)
    assert yaml.safe_load(dump({"a": text, text: ["b"]} if plain(text) != "a" else {})) is not None
    assert ast.literal_eval(literal(text)) == one_line(text)
    assert "\n" not in literal(text)
    block = RENDERER.render("\n".join([*fenced("text", text), "# after"]))
    assert seen(block)[0] == seen(RENDERER.render("```text\nx\n```\n\n# after"))[0]
    drawing = Drawing(100, text, text)
    drawing.text(0, 0, text, 10)
    picture = ET.fromstring(drawing.finish(10))
    assert {x.tag.rpartition("}")[2] for x in picture.iter()} == {"svg", "title", "desc", "style", "rect", "text"}
    for made in (
        code(text),
        escaped(text),
        literal(text),
        latex(text),
        dump({"a": text}),
        ET.tostring(picture, "unicode"),
    ):
        assert not hidden(made)
    assert not re.search(
        r"\\(?!(?:[&%$#_{}]|text(?:backslash|asciitilde|asciicircum)\{\}))|(?<!\\)[&%$#_]", latex(text)
    )


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        ("HTTP://A.example", "http://a.example"),
        ("https://a.example:8080/ü b|<c>", "https://a.example:8080/%C3%BC%20b%7C%3Cc%3E"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://a.example/\u202e\"')", "https://a.example/%E2%80%AE%22%27)"),
        *((bad, None) for bad in ("javascript:alert(1)", "data:text/html,x", "//a.example", "a.example", "ftp://a.example", "http://", "https://u:p@a.example", "https://a.example:99999", "https://[::1", "https://a b/", "mailto:a@b.example", "")),
    ],
)  # fmt: skip
def test_addresses(text: str, known: str | None) -> None:
    assert address(text) == known
    page = RENDERER.render(f"See {link(text)}.")
    assert ('<a href="' in page) == (known is not None), page


def test_names_of_repositories() -> None:
    assert hub_name("org/news-1.0") == "org/news-1.0"
    for bad in ("", "news", "a/b/c", 'a/b"', "a/b\n", "../b", "a/..", "a/é"):
        assert hub_name(bad) is None


ACTIVE = [
    "<img src=x>", "a <img\nsrc=x>", "`a` <script>alert(1)</script>", "![x](http://e/x)", "![x][r]\n\n[r]: http://e/x", "![x][r]",
    "[^1]: <img src=http://e/x>", "[^1]: ![x](http://e/x)", '[^1]: http://a "![x](http://e)"', "> [^1]: <img src=http://e/x>",
    "| a | b |\n|---|---|\n| `a | <img src=x> ` |", "a <!-- \n\n `<img src=1>` \n\n --> <img src=2>", "<!-- x --> <img src=3>",
    "<!-- never", '`<div`> <div style="x">', "> `<b\n> = x` <b onclick=1>", "[x](javascript:alert(1))", "<javascript:alert(1)>",
    "<details open ontoggle=x>", "<svg/onload=1>", "- " * 20 + "<img src=x>", ">" * 80 + " <img src=x>", "> " * 900 + "x", "\\`<img src=x>`",
    "``<img src=x>`", "<plaintext>", "<!DOCTYPE x>", "<?php ?>", '<a href="http://x">y</a>', "<p align=center>", "<iframe", "# <img src=x>",
    "![x](data:image/png;base64,xx)", "![x](//e/x)", '[a](b "![x](http://e)")', "    <img src=x>\nx\n<img src=y>", "[a]: javascript:x\n\n[a]",
]  # fmt: skip
PEACEFUL = [
    "`<img src=x>`", "```html\n<img src=x onerror=1>\n```", "n<1K, a<b and c>d, <year> <name of author>", "<https://x.org/a=b>",
    "<details>\n<summary>a</summary>\n\nx\n\n</details>", "line<br>line, H<sub>2</sub>O", "a <!-- ok --> b", "<!-- ok\n\nx -->\n\ntext",
    "[x](https://a.b) [m](mailto:a@b) [f](GUIDELINES.md)", "![x](figures/a.png)", "    <img src=x>", "[^1]\n\n[^1]: see there <b>",
    "| a |\n|---|\n| `<img src=x>` |", "x `` ` <img src=x> `` y", '[r]: https://x "t"\n\n[a][r]', "<mail@x.org>", "**bold** *so*, 1 < 2 > 0",
    "<one line to give the program's name and a brief idea of what it does.>\nCopyright (C) <year>  <name of author>",
]  # fmt: skip


@pytest.mark.parametrize("text", ACTIVE)
def test_prose_that_acts(text: str) -> None:
    found = faults(f"One line.\n\n{text}\n", "CARD.md")
    assert {f.code for f in found} & {"DST013", "DST014"}
    assert all(f.file == "CARD.md" and f.line is not None and f.line >= 1 and f.fix for f in found)


@pytest.mark.parametrize("text", PEACEFUL)
def test_prose_that_does_not(text: str) -> None:
    assert faults(f"One line.\n\n{text}\n", "CARD.md") == []


def test_prose_without_end() -> None:
    """What would take a parser minutes is refused at once; an honest text just as long as is let through is not."""
    for text in ("[" * 10_001, "x" * 500_001, "![a](" * 10_001):
        (found,) = faults(text, "f")
        assert "are the most" in found.message or (found.code, "ONRECORD_MAX_PROSE_LENGTH" in (found.fix or "")) == ("FIL009", True)  # fmt: skip
    assert faults("[a](b) " * 2_000 + "word " * 97_000, "f") == []


def test_prose_is_told_by_its_line() -> None:
    text = "a\n\nb\nc <img src=x>\n\n- d\n- ![e](http://f)\n"
    assert [(f.code, f.line) for f in faults(text, "f")] == [("DST013", 4), ("DST014", 7)]


@settings(max_examples=draws(300), deadline=None)
@given(
    st.lists(
        st.sampled_from([*ACTIVE, *PEACEFUL, *STRINGS, "`", "```", "\n\n", "> ", "    ", "|", "\\", "<!--", "-->"]),
        max_size=6,
    ).map("".join)
)
def test_what_is_let_through_does_not_act(text: str) -> None:
    """Rendered, prose without faults has no picture from elsewhere and no element with an attribute but links to the web."""
    if faults(text, "f"):
        return
    for (tag, attributes), _ in seen(RENDERER.render(text))[0].items():
        given_: dict[str, Any] = dict(attributes)
        if tag == "img":
            assert not re.match(r"\s*(?:[a-z][a-z0-9+.-]*:|//)", given_["src"] or "", re.IGNORECASE)
        elif tag == "a":
            assert re.match(
                r"(?:https?:|ftp:|mailto:|(?![a-z][a-z0-9+.-]*:))",
                html.unescape(given_.get("href") or ""),
                re.IGNORECASE,
            )
        else:
            assert tag not in ("script", "iframe", "style", "object", "embed", "svg", "form", "link", "meta", "base")
            assert all(
                v is None or k in ("start", "class") or (k == "style" and v.startswith("text-align"))
                for k, v in attributes
            )
