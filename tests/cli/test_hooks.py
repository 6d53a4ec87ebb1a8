"""The hooks for pre-commit, on a corpus in a repository of its own: by hand, and in CI by pre-commit itself.

ONRECORD_PRE_COMMIT names the program. It installs this checkout as it would a stranger's repository.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpers import ROOT, example, patched, source
from onrecord.checking.rules.base import Patch
from onrecord.files import canonical_json, record_files

HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
}
PRE_COMMIT = os.environ.get("ONRECORD_PRE_COMMIT", "")
RUNNERS = ["by hand", *(["pre-commit"] if PRE_COMMIT else [])]
GOOD = canonical_json.canonical(example())
BAD = canonical_json.canonical(patched(example(), [Patch("/times/0/text", "Monday")]))
LOOSE = source(example())


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Jo", "-c", "user.email=jo@example.org", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def concerned(hook: dict[str, Any], names: list[str]) -> list[str]:
    """The files that pre-commit hands to a hook."""
    return [n for n in names if re.search(hook["files"], n) and not re.search(hook["exclude"], n)]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of what stands in this checkout, committed or not, for pre-commit to clone."""
    folder = tmp_path_factory.mktemp("onrecord")
    for name in git(ROOT, "ls-files").splitlines() if PRE_COMMIT else ():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "onrecord", "--allow-empty")
    return folder


def run(runner: str, hook: str, folder: Path, checkout: Path) -> tuple[bool, str]:
    """Whether the hook lets a commit of all files pass, and what it said."""
    git(folder, "init", "-q")
    git(folder, "add", ".")
    if runner == "pre-commit":
        repo = {"repo": str(checkout), "rev": git(checkout, "rev-parse", "HEAD").strip(), "hooks": [{"id": hook}]}
        config = checkout.with_name(f"{checkout.name}.yaml")  # beside: no file of the commit
        config.write_text(yaml.safe_dump({"repos": [repo]}), "utf-8")
        command = [PRE_COMMIT, "run", "--config", str(config), "--color", "never"]
        env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        env["PRE_COMMIT_HOME"] = str(checkout.with_name(f"{checkout.name}-home"))
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
        return done.returncode == 0, done.stdout + done.stderr
    names = concerned(HOOKS[hook], git(folder, "ls-files").splitlines())
    command = [sys.executable, "-m", *shlex.split(HOOKS[hook]["entry"]), *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.returncode == 0 and not git(folder, "diff", "--name-only"), done.stdout + done.stderr


def corpus(folder: Path, **records: bytes) -> Path:
    (folder / "corpus" / "records").mkdir(parents=True)
    (folder / "corpus" / "other.json").write_text("{}")  # no record, and nothing to check
    for name, content in records.items():
        (folder / "corpus" / "records" / f"{name}.json").write_bytes(content)
    return folder


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("hook", HOOKS)
def test_good_records_pass(runner: str, hook: str, tmp_path: Path, checkout: Path) -> None:
    passed, said = run(runner, hook, corpus(tmp_path, good=GOOD), checkout)
    assert passed, said


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_broken_record_is_stopped(runner: str, tmp_path: Path, checkout: Path) -> None:
    passed, said = run(runner, "onrecord-validate", corpus(tmp_path, good=GOOD, bad=BAD), checkout)
    assert not passed
    assert re.search(r"^corpus/records/bad\.json:\d+:\d+: SPN002 ", said, re.MULTILINE), said
    assert "2 records checked" in said
    assert "good.json:" not in said


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_record_is_put_into_form(runner: str, tmp_path: Path, checkout: Path) -> None:
    folder = corpus(tmp_path, good=GOOD, loose=LOOSE)
    passed, said = run(runner, "onrecord-format", folder, checkout)
    assert not passed, "the commit is to be looked at again"
    assert "1 record rewritten" in said
    assert git(folder, "diff", "--name-only").splitlines() == ["corpus/records/loose.json"]
    assert (folder / "corpus" / "records" / "loose.json").read_bytes() == GOOD


@pytest.mark.parametrize("runner", RUNNERS)
def test_what_is_no_record_is_not_put_into_form(runner: str, tmp_path: Path, checkout: Path) -> None:
    folder = corpus(tmp_path, broken=b'{"schema_version": "1.0.0"}')
    passed, said = run(runner, "onrecord-format", folder, checkout)
    assert not passed
    assert "broken.json" in said
    assert git(folder, "diff", "--name-only") == ""


def test_hooks_are_given_what_a_corpus_is_read_from(tmp_path: Path) -> None:
    names = [
        "a.json", "b.JSON", "c.jsonl", "d.ndjson.gz", "e.json.zst", "sub/f.json", "sub/.hidden.json", ".old/g.json", "h.rejected.json",
        "i.rejected.txt", "j.rejected.json.gz", "notes.md", "k.txt", "l.json.bak", "rejected.json",
    ]  # fmt: skip
    for name in names:
        path = tmp_path / "records" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    read = {p.relative_to(tmp_path).as_posix() for p in record_files.record_files(tmp_path)}
    for hook in HOOKS.values():
        assert {*concerned(hook, [f"records/{n}" for n in names])} == read
        assert concerned(hook, ["corpus/annotations/jo/a.json"])
        assert not concerned(hook, ["schemas/record.example.json", "tsconfig.json", "corpus/records.json", "old_records/a.json"])  # fmt: skip


def test_the_readme_names_them() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    config = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)[0])
    assert sorted(hook["id"] for repo in config["repos"] for hook in repo["hooks"]) == sorted(HOOKS)


def test_their_environment_has_what_they_read() -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["zstd"]
    assert [*HOOKS] == ["onrecord-validate", "onrecord-format"]
    for hook in HOOKS.values():
        assert hook["language"] == "python"
        assert hook["additional_dependencies"] == extra
