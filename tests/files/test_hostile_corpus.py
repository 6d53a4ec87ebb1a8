"""A stranger's corpus, with a marker in every string that its records and corpus.toml may hold: nothing of it is live."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.json import encode
from msgspec.structs import fields, replace
from typer.testing import CliRunner

import samples
from draws import draws
from helpers import example
from hostile import MARKER, STRINGS, hidden, renderer, seen
from onrecord.building.building import build
from onrecord.card.assemble import Built, CardRefused, write_card
from onrecord.card.statistics import Statistics
from onrecord.checking.validate import check_source
from onrecord.cli import app
from onrecord.dataset.columns import CONFIGS
from onrecord.dataset.tables import Part
from onrecord.files import canonical_json
from onrecord.files.corpus_folder import read_info
from onrecord.files.record_files import CorpusInfo
from onrecord.model.fields import FIELDS

RENDERER = renderer()


def strings() -> Iterator[tuple[str, ...]]:
    """The fields of the model that hold free strings, as paths of names; lists have the name `*`."""
    for f in FIELDS:
        if f.kind is str:
            yield tuple(f.values.replace("?", "").strip("/").split("/"))


def put(value: Any, path: tuple[str, ...], text: str) -> bool:
    """Set every string at a path; a list that is empty or null and of strings gets one. Whether there was a place."""
    if isinstance(value, list):
        if len(path) == 1:
            value[:] = [text] * max(1, len(value))
            return True
        return any([put(item, path[1:], text) for item in value])
    if not isinstance(value, dict):
        return False
    if len(path) == 1:
        value[path[0]] = text
        return True
    return path[0] in value and put(value[path[0]], path[1:], text)


def marked(text: str = MARKER) -> tuple[dict[str, Any], set[tuple[str, ...]]]:
    """The example with a text in every string that the schema lets be so, and the paths of those that it does not."""
    record, refused = example(), set()
    for path in strings():
        before = encode(record)
        changed = json.loads(before)
        if path == ("text",) or not put(changed, path, text) or check_source(encode(changed), "x")[0] is None:
            refused.add(path)
            continue
        record = changed
    record["extensions"] = {text: [text, {text: text}]}
    assert check_source(encode(record), "x")[0] is not None
    return record, refused


def test_every_free_string_is_marked() -> None:
    record, refused = marked()
    words = json.dumps(record, ensure_ascii=False)
    assert words.count(json.dumps(MARKER, ensure_ascii=False)[1:-1]) > 60
    shown = {".".join(path) for path in refused}
    assert shown >= {"id", "text", "metadata.url", "entities.*.link.wikidata"}
    assert not shown & {"metadata.headline", "metadata.publisher", "metadata.rights", "annotation.annotators.*.name"}
    assert not shown & {"entities.*.name", "claims.*.text", "events.*.name", "times.*.value", "entities.*.note"}


def hostile_info(text: str) -> dict[str, Any]:
    """corpus.toml with a text in every field that is free."""
    closed = {
        "human_annotators": "expert-generated", "language_creators": ["found"], "source_datasets": ["original"],
        "task_categories": ["text-classification"], "task_ids": ["multi-class-classification"], "repository": "org/news",
    }  # fmt: skip
    found: dict[str, Any] = {}
    for f in fields(CorpusInfo):
        if f.name in closed:
            found[f.name] = closed[f.name]
        elif f.type is str:
            found[f.name] = text
        elif f.name != "released":
            found[f.name] = [text, text]
    return found


def toml(info: dict[str, Any]) -> str:
    """Every sign is escaped, so that any may be in it."""

    def quoted(text: str) -> str:
        return '"' + "".join(f"\\U{ord(c):08x}" for c in text) + '"'

    values = {k: quoted(v) if isinstance(v, str) else f"[{', '.join(map(quoted, v))}]" for k, v in info.items()}
    return "".join(f"{k} = {v}\n" for k, v in values.items())


def corpus_of(folder: Path, record: dict[str, Any], info: dict[str, Any]) -> Path:
    (folder / "records").mkdir(parents=True)
    (folder / "records" / "example.json").write_bytes(encode(record))
    (folder / "corpus.toml").write_text(toml(info), "utf-8")
    return folder


@pytest.mark.parametrize("with_text", [True, False])
def test_nothing_that_is_built_holds_it_live(tmp_path: Path, with_text: bool) -> None:
    pages = {}
    for name, text in (("hostile", MARKER), ("harmless", "a word")):
        record = marked(text)[0]
        if not with_text:  # spans without their words would not be proven
            record = spans(record, record["text"])
        corpus = corpus_of(tmp_path / name, record, hostile_info(text))
        build(corpus, tmp_path / f"{name}-out", text=with_text, tasks=False, proof=False, policy=lambda found: [])
        pages[name] = tmp_path / f"{name}-out"
    files = [
        p
        for p in sorted(pages["hostile"].rglob("*"))
        if p.is_file() and p.suffix != ".parquet" and p.name != "tasks.json"
    ]
    assert {p.name for p in files} >= {"README.md", "croissant.json", "LICENSE.md", "layers.svg", "speakers.svg"}
    for path in files:
        content = path.read_text("utf-8")
        assert not hidden(content), path
        other = pages["harmless"] / path.relative_to(pages["hostile"])
        if path.suffix == ".md":
            head, body = divided(content)
            assert seen(RENDERER.render(body))[0] == seen(RENDERER.render(divided(other.read_text("utf-8"))[1]))[0], (
                path
            )
            assert head is None or yaml.safe_load(head)["pretty_name"].startswith("![x](http://evil.test/x) <img")
        elif path.suffix == ".svg":
            harmless(path)
        elif path.suffix == ".json":
            assert "<" not in content
            assert json.loads(content)["alternateName"].startswith("![x](http://evil.test/x) <img")
            assert "url" not in json.loads(content)


def spans(value: Any, text: str) -> Any:
    """A record whose spans have their own words again."""
    if isinstance(value, list):
        return [spans(x, text) for x in value]
    if not isinstance(value, dict):
        return value
    made = {k: spans(v, text) for k, v in value.items()}
    return made | ({"text": text[value["start"] : value["end"]]} if "text" in value and "start" in value else {})


def divided(content: str) -> tuple[str | None, str]:
    parts = content.split("---\n", 2)
    return (parts[1], parts[2]) if content.startswith("---\n") else (None, content)


def harmless(picture: Path) -> None:
    """A picture of shapes and words alone, that asks for nothing."""
    for element in ET.parse(picture).iter():
        assert element.tag.rpartition("}")[2] in ("svg", "title", "desc", "style", "rect", "line", "text")
        assert not [k for k in element.attrib if k.lower().startswith("on") or "href" in k or k in ("style", "src")]
    style = ET.parse(picture).getroot().findtext("{http://www.w3.org/2000/svg}style") or ""
    assert "url(" not in style
    assert "@import" not in style


HARMLESS: dict[bool, Any] = {}


def page(folder: Path, text: str, with_text: bool) -> Any:
    """The elements of the card of a corpus all of whose strings are one text."""
    record = canonical_json.canonical(marked(text)[0])
    made = check_source(record, "x")[0]
    assert made is not None
    (folder / "corpus.toml").write_text(toml(hostile_info(text)), "utf-8")
    info, faults = read_info(folder)
    if info is None:
        assert {f.code for f in faults} == {"FIL011"}, "a blank name"
        return None
    s = Statistics()
    s.add(made, "train")
    rows = {"records": 1, **{c: s.items[c] for c in CONFIGS if c != "records"}}
    part = Part("train", 1, 1, 1, ("train-00000-of-00001.parquet",), "")
    built = [Built(c, n, 1, 1, "ab" * 32, (part,)) for c, n in rows.items() if n]
    (folder / "made").mkdir(exist_ok=True)
    try:
        write_card(folder / "made", folder, replace(info, tags=()), built, s, with_text)
    except CardRefused as error:
        if {f.code for f in error.findings} != {"DST012"}:
            raise
        return None  # a language that the Hub does not list
    content = (folder / "made" / "README.md").read_text("utf-8")
    for path in (p for p in (folder / "made").rglob("*") if p.is_file()):
        assert not hidden(path.read_text("utf-8")), path
        if path.suffix == ".svg":
            harmless(path)
    return seen(RENDERER.render(divided(content)[1]))[0]


@settings(max_examples=draws(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(STRINGS) | st.text(min_size=1, max_size=10), st.booleans())
def test_the_card_of_any_strings_has_the_elements_of_a_harmless_one(tmp_path: Path, text: str, with_text: bool) -> None:
    if with_text not in HARMLESS:
        HARMLESS[with_text] = page(tmp_path, "a word", with_text)
    if not text.strip():
        return
    found = page(tmp_path, text, with_text)
    if found is not None:
        more = found - HARMLESS[with_text]
        if re.fullmatch("https?://[^\\s\\\\]+", text):  # the corpus's own address, where it is one, is a link
            assert [tag for tag, _ in more] in ([], ["a"])
            assert all(dict(attributes)["href"].startswith(text[:12]) for _, attributes in more)
        else:
            assert not more
        assert not HARMLESS[with_text] - found


def test_terminals_get_no_control(tmp_path: Path) -> None:
    """What the commands print themselves, of names of files and folders and of what corpus.toml says."""
    folder = tmp_path / "a\x1b[31m\u202e"
    folder.mkdir()
    corpus = samples.corpus(folder / "corpus", {"example": samples.sample()["example"]})
    for args in (
        ["build", corpus, "-o", folder / "out"],
        ["build", corpus, "-o", corpus],
        ["build", folder / "none", "-o", folder / "out"],
        ["unbuild", folder / "out", "-o", folder / "back"],
        ["unbuild", folder / "out", "-o", folder / "back"],
        ["unbuild", folder / "none", "-o", folder / "more"],
        ["rehydrate", folder / "out", "--texts", folder / "none", "-o", folder / "whole"],
        ["rehydrate", folder / "out", "--texts", corpus / "raw", "-o", folder / "whole", "--records"],
        ["publish", "org/news\x1b", corpus],
        ["publish", "org/news", folder / "none"],
        ["publish", "org/news", corpus, "--dry-run"],
        ["publish", "org/news", corpus, "--tag", "\x1b[31m"],
        ["publish", "org/news", corpus, "--token-file", folder / "none"],
    ):
        done = CliRunner().invoke(app, [str(a) for a in args])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert not [c for c in done.output if c in "\x1b\u202e"], done.output


def test_a_card_of_pieces_that_are_harmless_alone(tmp_path: Path) -> None:
    """A block of code that is not closed would turn what comes after it inside out."""
    corpus = samples.corpus(tmp_path / "corpus", {"example": samples.sample()["example"]})
    (corpus / "CARD.md").write_text("## Contact\n\n````\n## Summary\n<img src=x onerror=alert(1)>\n````\n", "utf-8")
    done = CliRunner().invoke(app, ["build", str(corpus), "-o", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "CARD.md: DST013 in the card made of it" in done.output
    (corpus / "CARD.md").write_text("## Direct use\n\nSee ![a](https://a.example/b.png).\n", "utf-8")
    done = CliRunner().invoke(app, ["build", str(corpus), "-o", str(tmp_path / "out")])
    assert "CARD.md:3:1: DST014" in done.output
    assert not (tmp_path / "out").exists()
