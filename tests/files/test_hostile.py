"""A corpus, an export or a dataset made by an attacker: nothing outside is read, changed or told.

The ordinary case of that is CI on a pull request.
"""

import json
import shutil
from contextlib import chdir
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.json import decode, encode
from typer.testing import CliRunner

from building.test_unbuild import tree
from draws import part
from helpers import EXAMPLE, ROOT, source
from onrecord.cli import app
from onrecord.labelstudio import prove
from onrecord.model.record import Record

SECRET = "s3cr3t-t0k3n-of-somebody"
GOOD = source(EXAMPLE)


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: bytes
    stderr: bytes


def onrecord(*args: Any, cwd: Path | None = None) -> Done:
    """A command, in this process; never a traceback, nor a secret."""
    env = {"ANY_TOKEN": SECRET, "HF_TOKEN": SECRET, "HF_ENDPOINT": "http://127.0.0.1:9"}
    with chdir(cwd or Path.cwd()):
        result = CliRunner().invoke(app, [str(a) for a in args], env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), (args, result.exception)
    assert SECRET.encode() not in result.stdout_bytes + result.stderr_bytes, args
    return Done(result.exit_code, result.stdout_bytes, result.stderr_bytes)


def seed_corpus(folder: Path) -> None:
    shutil.copytree(ROOT / "corpus", folder, ignore=shutil.ignore_patterns(".onrecord"))


class Attack:
    """A work tree with a good corpus, beside a home with secrets."""

    def __init__(self, top: Path) -> None:
        self.top, self.home, self.tree = top, top / "home", top / "tree"
        self.corpus, self.out = self.tree / "corpus", top / "out"
        (self.home / ".config").mkdir(parents=True)
        (self.tree / ".git").mkdir(parents=True)
        secret = {**EXAMPLE, "id": "secret", "extensions": {"token": SECRET}}
        for path, words in (
            (self.home / ".netrc", SECRET),
            (self.home / "secret.md", f"## Summary\n\n{SECRET}\n"),
            (self.home / "secret.txt", SECRET),
            (self.home / "secret.toml", f'name = "{SECRET}"\ntitle = "x"\nversion = "1.0.0"\nguidelines = "1.0.0"\n'),
            (self.home / "secret.json", encode(secret).decode()),
            (self.home / "secret.jsonl", encode(secret).decode() + "\n"),
            (self.home / "pyproject.toml", f'[tool.onrecord]\nignore = ["{SECRET}"]\n'),
            (self.tree / ".git" / "config", SECRET),
        ):
            path.write_text(words)
        seed_corpus(self.corpus)

    def replace(self, name: str, to: Path | str) -> None:
        """Put a link in the place of a file or folder of the corpus."""
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            path.rename(self.tree / f"moved-{path.name}")
        path.unlink(missing_ok=True)
        path.symlink_to(to)

    def outside(self) -> dict[str, bytes]:
        return tree(self.home) | {"config": (self.tree / ".git" / "config").read_bytes()}

    def clean(self) -> None:
        """No secret in anything that was written."""
        for path in self.out.rglob("*") if self.out.exists() else ():
            assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


@pytest.fixture
def attack(tmp_path: Path) -> Attack:
    return Attack(tmp_path)


LINKS = {
    "LICENSE.md": ("/proc/self/environ", "home/secret.md", "/etc/passwd", "home/.netrc", "../.git/config"),
    "CARD.md": ("home/secret.md",),
    "GUIDELINES.md": ("home/secret.md",),
    "CHANGELOG.md": ("home/secret.md",),
    "corpus.toml": ("home/secret.toml",),
    "splits/train.txt": ("home/secret.txt",),
    "splits": ("home",),
    "records/secret.json": ("home/secret.json",),
    "records/secret.jsonl": ("home/secret.jsonl",),
    "records/sub": ("home",),
    "records": ("home",),
    "raw": ("home",),
    "raw/000_f531abd8ae4f8b44.txt": ("home/secret.txt", "/dev/zero", "/proc/self/environ", "home/.netrc"),
}
"""What in a corpus is replaced by a link, and by links to what."""


@pytest.mark.parametrize(("name", "to"), [(name, to) for name, links in LINKS.items() for to in links])
def test_a_link_that_leads_out(attack: Attack, name: str, to: str) -> None:
    """Build and validate refuse it by its code; nothing of what it leads to is written or printed."""
    attack.replace(name, attack.top / to if to.startswith("home") else to)
    before = attack.outside()
    for form in part(("text", "json", "sarif", "github", "junit"), 5, len(name)):
        done = onrecord("validate", attack.corpus, "--format", form)
        assert done.returncode == 1
        assert b"FIL007" in done.stdout
    done = onrecord("build", attack.corpus, "-o", attack.out, "--no-labelstudio")
    assert done.returncode == 1
    assert b"FIL007" in done.stderr
    assert not attack.out.exists()
    done = onrecord("publish", "org/name", attack.corpus, "--dry-run", "-o", attack.out)
    assert (done.returncode, b"FIL007" in done.stderr) == (1, True), done.stderr.decode()
    onrecord("labelstudio", "export", attack.corpus, "-o", attack.out / "tasks.json")
    onrecord("format", attack.corpus)
    onrecord("validate", attack.corpus, "--fix", "--write-baseline", attack.out / "baseline.json")
    attack.clean()
    assert attack.outside() == before


def test_links_inside_are_read(attack: Attack) -> None:
    (attack.tree / "card").write_text("## Summary\n\nFree for all.\n")
    attack.replace("CARD.md", "../card")
    store = attack.tree / ".git" / "annex" / "objects" / "x"
    store.mkdir(parents=True)
    raw = next((attack.corpus / "raw").iterdir())
    raw.rename(store / raw.name)
    raw.symlink_to(f"../../.git/annex/objects/x/{raw.name}")
    done = onrecord("build", attack.corpus, "-o", attack.out, "--no-labelstudio")
    assert done.returncode == 0, done.stderr.decode()
    assert "Free for all." in (attack.out / "dataset" / "README.md").read_text("utf-8")


NAMES = [
    "../stolen.txt", "../../stolen.txt", "a/../../stolen.txt", "/onrecord-stolen.txt", ".", "..", "a\0b.txt", ".git/config",
    "..\\stolen.txt", "C:/stolen.txt", "x" * 300, "link.txt", "linked/stolen.txt", "a\n.txt", "\x1b[31m.txt", "//stolen.txt",
]  # fmt: skip
"""Names that data may give to a file, none of which is one."""


def tasks(*records: dict[str, Any]) -> bytes:
    return encode([prove(decode(encode(r), type=Record)) for r in records])


def named(name: str, id: str = "example", text: str | None = None) -> dict[str, Any]:
    record = {**EXAMPLE, "id": id, "metadata": {**EXAMPLE["metadata"], "source_file": name}}
    if text is not None:
        import hashlib

        digest = hashlib.sha256(text.encode()).hexdigest()
        record |= {
            "text": text, "text_sha256": digest, "segments": [], "entities": [], "times": [], "quotes": [], "claims": [], "events": [],
        }  # fmt: skip
        record["segments"] = [{"id": "s1", "kind": "paragraph", "start": 0, "end": len(text.rstrip())}]
        record["metadata"] |= {"source_sha256": digest, "headline": "", "section": None, "authors": []}
    return record


@pytest.mark.parametrize("name", NAMES)
def test_import_writes_articles_in_their_folder_alone(tmp_path: Path, name: str) -> None:
    """Nothing of a task that is refused is written; the others are."""
    work = tmp_path / "work"
    (work / "raw").mkdir(parents=True)
    (work / "raw" / "link.txt").symlink_to(tmp_path / "stolen.txt")
    (work / "raw" / "linked").symlink_to(tmp_path)
    (work / "export.json").write_bytes(tasks(named(name, "bad"), named("good.txt", "good")))
    before = tree(tmp_path)
    done = onrecord("labelstudio", "import", work / "export.json", "-o", work / "records", "--raw", work / "raw")
    assert done.returncode == 1
    assert b"FIL008" in done.stderr, done.stderr.decode()
    made = {"work/records/good.json", "work/raw/good.txt"}
    after = tree(tmp_path)
    assert after.keys() - before.keys() == made
    assert {k: v for k, v in after.items() if k not in made} == before


def test_two_tasks_with_one_source_file(tmp_path: Path) -> None:
    """The second does not take the first one's article; a task of the same article may share it."""
    one, other = named("a.txt", "one", "The bridge is closed.\n"), named("a.txt", "two", "The bridge is open.\n")
    same = named("a.txt", "three", "The bridge is closed.\n")
    (tmp_path / "e.json").write_bytes(tasks(one, other, same))
    args = ("labelstudio", "import", tmp_path / "e.json", "-o", tmp_path / "records", "--raw", tmp_path / "raw")
    done = onrecord(*args)
    assert done.returncode == 1
    assert b"FIL015" in done.stderr
    assert b"one and two" in done.stderr
    assert tree(tmp_path / "raw") == {"a.txt": b"The bridge is closed.\n"}
    assert sorted(tree(tmp_path / "records")) == ["one.json", "three.json"]


@pytest.mark.parametrize("name", ["a.txt.gz", "a.zst", "a.json"])
def test_an_article_is_written_as_it_is(tmp_path: Path, name: str) -> None:
    """Whatever its name says; and it comes back from a dataset so."""
    (tmp_path / "e.json").write_bytes(tasks(named(name, "one", "The bridge is closed.\n")))
    args = (
        "labelstudio",
        "import",
        tmp_path / "e.json",
        "-o",
        tmp_path / "c" / "records",
        "--raw",
        tmp_path / "c" / "raw",
    )
    assert onrecord(*args).returncode == 0
    assert tree(tmp_path / "c" / "raw") == {name: b"The bridge is closed.\n"}
    assert onrecord("build", tmp_path / "c", "-o", tmp_path / "b", "--no-labelstudio").returncode == 0
    assert onrecord("unbuild", tmp_path / "b", "-o", tmp_path / "u").returncode == 0
    assert tree(tmp_path / "u") == tree(tmp_path / "c")


def test_an_article_that_was_corrected_stays(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("The bridge is closed again.\n")
    (tmp_path / "e.json").write_bytes(tasks(named("a.txt", "one", "The bridge is closed.\n")))
    args = ("labelstudio", "import", tmp_path / "e.json", "-o", tmp_path / "records", "--raw", tmp_path / "raw")
    done = onrecord(*args)
    assert (done.returncode, b"LST038" in done.stderr) == (1, True)
    assert tree(tmp_path / "raw") == {"a.txt": b"The bridge is closed again.\n"}
    assert not (tmp_path / "records").exists()
    assert onrecord(*args, "--force").returncode == 0
    assert tree(tmp_path / "raw") == {"a.txt": b"The bridge is closed.\n"}


def test_records_that_are_links_are_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "stolen.json").write_text("mine")
    (tmp_path / "records" / "one.json").symlink_to("../stolen.json")
    (tmp_path / "e.json").write_bytes(tasks(named("a.txt", "one")))
    done = onrecord("labelstudio", "import", tmp_path / "e.json", "-o", tmp_path / "records")
    assert (done.returncode, b"FIL008" in done.stderr) == (1, True)
    assert (tmp_path / "stolen.json").read_text() == "mine"


@pytest.mark.parametrize("length", [250, 251, 900])
def test_ids_too_long_for_a_file(tmp_path: Path, length: int) -> None:
    (tmp_path / "e.json").write_bytes(tasks(named("a.txt", "x" * length), named("b.txt", "x" * length + "y")))
    done = onrecord("labelstudio", "import", tmp_path / "e.json", "-o", tmp_path / "records")
    assert done.returncode == 0, done.stderr.decode()
    found = [decode(raw)["id"] for raw in tree(tmp_path / "records").values()]
    assert sorted(map(len, found)) == [length, length + 1]


LED_OUT = [
    "validate {corpus} -o {file}", "validate {corpus} --write-baseline {file}", "labelstudio export {corpus} -o {file}",
    "labelstudio config -o {file}", "ingest {article} -o {file} --force", "ingest {article} -o {folder} --force", "migrate {record} -o {file}",
    "migrate {link} --text {article} --force", "build {corpus} -o {folder}", "build {corpus} -o {folder}/new --no-labelstudio",
    "labelstudio import {export} -o {folder}", "unbuild {dataset} -o {folder}/new", "format {link}", "validate {link} --fix",
]  # fmt: skip


@pytest.mark.parametrize("command", LED_OUT)
def test_an_output_that_a_link_leads_out_of_the_work_tree(attack: Attack, command: str) -> None:
    """The names of outputs are known, as in a workflow: whoever opens a pull request could put links in their places."""
    (attack.home / "empty").mkdir()
    (attack.home / "x.json").write_bytes(GOOD.replace(b'{"schema', b'{ "schema'))
    places = {
        "corpus": attack.corpus, "file": attack.tree / "out.json", "folder": attack.tree / "build", "link": attack.tree / "x.json",
        "record": next((attack.corpus / "records").glob("*.json")), "article": next((attack.corpus / "raw").iterdir()),
        "export": attack.top / "export.json", "dataset": attack.top / "made",
    }  # fmt: skip
    places["file"].symlink_to("../home/secret.txt")
    places["folder"].symlink_to("../home/empty")
    places["link"].symlink_to("../home/x.json")
    places["export"].write_bytes(tasks(EXAMPLE))
    if "{dataset}" in command:
        assert onrecord("build", attack.corpus, "-o", places["dataset"], "--no-labelstudio").returncode == 0
    before = attack.outside() | {"record": places["record"].read_bytes()}
    done = onrecord(*command.format(**places).split(" "))
    assert (done.returncode, b"FIL00" in done.stdout + done.stderr) == (1, True), (done.stdout + done.stderr).decode()
    assert attack.outside() | {"record": places["record"].read_bytes()} == before
    assert list((attack.home / "empty").iterdir()) == []


def test_links_in_a_folder_of_exports(attack: Attack) -> None:
    import os

    folder = attack.tree / "exports"
    folder.mkdir()
    (folder / "a.json").write_bytes(tasks(EXAMPLE))
    (folder / "b.json").symlink_to("../../home/secret.json")
    os.mkfifo(folder / "c.json")
    done = onrecord("labelstudio", "import", folder, "-o", attack.out)
    assert done.returncode == 1
    assert b"FIL007" in done.stderr
    assert b"no ordinary file" in done.stderr
    assert sorted(tree(attack.out)) == ["example.json"]


OUTPUTS = [
    ("labelstudio export {record} -o {record}", "{record}"),
    ("labelstudio export {corpus} -o {record}", "{record}"),
    ("labelstudio export {corpus} -o {link}", "{record}"),
    ("labelstudio mapping {config} -o {config}", "{config}"),
    ("anchor {draft} {marks} -o {draft}", "{draft}"),
    ("anchor {draft} {marks} -o {marks}", "{marks}"),
    ("validate {record} -o {record}", "{record}"),
    ("validate {corpus} -o {record}", "{record}"),
    ("validate {record} --write-baseline {record}", "{record}"),
    ("ingest {article} -o {article} --force", "{article}"),
    ("migrate {record} --text {article} --report {record}", "{record}"),
    ("migrate {record} --text {article} --report {article}", "{article}"),
    ("migrate {record} --text {article} -o {article}", "{article}"),
    ("labelstudio import {tasks} -o {folder}", "{tasks}"),
]


@pytest.mark.parametrize(("command", "kept"), OUTPUTS)
def test_an_output_that_is_an_input(tmp_path: Path, command: str, kept: str) -> None:
    corpus = tmp_path / "corpus"
    seed_corpus(corpus)
    record = next((corpus / "records").glob("*.json"))
    folder = tmp_path / "folder"
    folder.mkdir()
    places = {
        "corpus": corpus, "record": record, "link": tmp_path / "link.json", "config": tmp_path / "c.xml", "draft": tmp_path / "draft.json",
        "marks": tmp_path / "marks.json", "article": tmp_path / "article.json", "tasks": folder / "example.json", "folder": folder,
    }  # fmt: skip
    places["link"].symlink_to(record)
    places["config"].write_text("<View><Text name='t' value='$text'/></View>")
    places["article"].write_text("Some words.\n")
    places["tasks"].write_bytes(tasks(EXAMPLE))
    assert onrecord("ingest", next((corpus / "raw").iterdir()), "-o", places["draft"]).returncode == 0
    places["marks"].write_text("{}")
    path = Path(kept.format(**places))
    before = path.read_bytes()
    done = onrecord(*command.format(**places).split(" "))
    assert done.returncode == 2, (done.stdout + done.stderr).decode()
    assert path.read_bytes() == before


PATHS = [
    "validate {}", "format {}", "build {}", "publish o/n {}", "labelstudio export {}", "labelstudio import {} -o out", "labelstudio mapping {}",
    "labelstudio push {}", "labelstudio pull {}", "labelstudio status {}", "studio {}", "ingest {}", "anchor {} {}", "anchor {good} {}",
    "migrate {}", "migrate {good} --text {}", "agreement {} {good}", "agreement {good} {}", "unbuild {} -o out", "rehydrate {} -o out --texts .",
    "validate {good} --baseline {}", "labelstudio import {good} -o out --mapping {}",
]  # fmt: skip


@pytest.mark.parametrize("path", ["none", "no/ne", "leads-nowhere", "x" * 300])
@pytest.mark.parametrize("command", PATHS)
def test_a_path_that_is_not_there_is_wrong_usage(tmp_path: Path, command: str, path: str) -> None:
    (tmp_path / "good.json").write_bytes(GOOD)
    (tmp_path / "leads-nowhere").symlink_to("nowhere")
    args = command.replace("{good}", "good.json").replace("{}", path).split(" ")
    done = onrecord(*args, cwd=tmp_path)
    assert done.returncode == 2, (done.stdout + done.stderr).decode()
    assert not (tmp_path / "out").exists()
    assert path.encode() in done.stderr.replace(b"\n", b"") or "studio" in command


def test_compressed_input_everywhere(tmp_path: Path) -> None:
    """`migrate` and `anchor` read what `validate` reads."""
    import gzip

    raw = next((ROOT / "corpus" / "raw").iterdir())
    (tmp_path / "a.txt").write_bytes(raw.read_bytes())
    assert onrecord("ingest", tmp_path / "a.txt", "-o", tmp_path / "draft.json", "--language", "en").returncode == 0
    marks: dict[str, list[Any]] = {"entities": [], "times": [], "quotes": [], "claims": [], "events": []}
    (tmp_path / "marks.json").write_text(json.dumps(marks))
    for name in ("draft.json", "marks.json", "a.txt"):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
    done = onrecord("anchor", tmp_path / "draft.json.gz", tmp_path / "marks.json.gz", "-o", tmp_path / "made.json.gz")
    assert done.returncode == 0, done.stderr.decode()
    assert decode(gzip.decompress((tmp_path / "made.json.gz").read_bytes()))["id"] == "a"
    assert onrecord("validate", tmp_path / "made.json.gz").returncode == 0
    done = onrecord("migrate", tmp_path / "made.json.gz", "--text", tmp_path / "a.txt.gz")
    assert done.returncode == 0, done.stderr.decode()
    assert onrecord("agreement", tmp_path / "made.json.gz", tmp_path / "draft.json.gz").returncode == 0
    (tmp_path / "broken.json.gz").write_bytes(b"\x1f\x8bno gzip")
    for args in (
        ("anchor", tmp_path / "broken.json.gz", tmp_path / "marks.json"),
        ("migrate", tmp_path / "broken.json.gz"),
    ):
        done = onrecord(*args)
        assert (done.returncode, b"FIL001" in done.stderr) == (1, True), done.stderr.decode()
