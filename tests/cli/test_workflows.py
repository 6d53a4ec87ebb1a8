"""The workflows for GitHub Actions: what they may do, that their commands exist, and that the jobs run."""

import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from helpers import ROOT
from hub.corpus import correct, small, version
from hub.server import WRITER, Server
from onrecord.cli import app
from proving import PROGRAM

FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
WORKFLOWS: dict[str, dict[Any, Any]] = {p.name: yaml.safe_load(p.read_text("utf-8")) for p in FILES}
JOBS = [(name, job) for name, w in WORKFLOWS.items() for job in w["jobs"].values()]
STEPS = [step for _, job in JOBS for step in job["steps"]]
COMMANDS = [shlex.split(line) for s in STEPS for line in s.get("run", "").splitlines() if line.startswith("onrecord ")]


def test_all_are_there() -> None:
    assert set(WORKFLOWS) == {"test.yml", "validate.yml", "publish.yml"}
    on = {name: w[True] for name, w in WORKFLOWS.items()}  # to YAML 1.1, the key `on` is a truth value
    assert on["publish.yml"] == {"push": {"tags": ["v*"]}}
    for name in ("test.yml", "validate.yml"):
        assert on[name] == {"pull_request": None, "push": {"branches": ["main"]}}, "never pull_request_target: that would give a stranger's code the secrets"  # fmt: skip


def test_they_may_do_no_more_than_they_must() -> None:
    for name, workflow in WORKFLOWS.items():
        assert workflow["permissions"] == {"contents": "read"}, name
        assert workflow["concurrency"]["group"]
        assert all("permissions" not in job and job["timeout-minutes"] for job in workflow["jobs"].values())
    assert WORKFLOWS["publish.yml"]["concurrency"]["cancel-in-progress"] is False
    for step in STEPS:
        assert "${{" not in step.get("run", ""), "what others name must not become a command"
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
    for name in ("test.yml", "validate.yml"):
        assert "secrets." not in (FOLDER / name).read_text("utf-8")
    assert [s["name"] for s in STEPS if "secrets." in str(s)] == ["Publish"]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_their_commands_exist(command: list[str]) -> None:
    shown = CliRunner().invoke(app, [command[1], "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert shown.exit_code == 0
    for word in command[2:]:
        assert not word.startswith("-") or re.search(rf"{word}\b", shown.output), word


def test_they_check_what_they_should() -> None:
    lines = {" ".join(c) for c in COMMANDS}
    assert "onrecord validate corpus --strict --format github" in lines
    assert "onrecord format corpus --check" in lines
    assert "onrecord publish $HF_DATASET corpus --tag $GITHUB_REF_NAME --strict" in lines


def test_the_tests_run_as_the_readme_and_ci_say() -> None:
    """One command after the other is the README's test command, or stands in `.ci/run`."""
    readme = re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[1]
    known = readme.replace(".venv/bin/pip", "python -m pip").replace(".venv/bin/python", "python")
    known = "\n".join([*known.split("&&"), (ROOT / ".ci" / "run").read_text("utf-8").replace('"$python"', "python")])
    lines = {re.sub(r" -q\b", "", line.strip()) for line in known.splitlines()}
    run = [line for step in WORKFLOWS["test.yml"]["jobs"]["python"]["steps"] for line in step.get("run", "").splitlines()]  # fmt: skip
    assert [line for line in run if line not in lines] == []
    assert len(run) == 5
    for tool in ("pip install", "pytest", "mypy", "ruff check", "ruff format"):
        assert any(tool in line for line in run), tool


def test_every_python_that_is_promised_is_tested() -> None:
    job = WORKFLOWS["test.yml"]["jobs"]["python"]
    versions = job["strategy"]["matrix"]["python"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == f">={versions[0]}"
    given = {step["with"]["python-version"] for _, job in JOBS for step in job["steps"] if "setup-python" in str(step)}
    assert given <= {"${{ matrix.python }}", *versions}
    assert [int(v.removeprefix("3.")) for v in versions] == list(range(11, 11 + len(versions)))


def run_job(name: str, folder: Path, server: Server, ref: str) -> tuple[int, str]:
    """A job's commands as the runner runs them, but for the installation; the code of the first that fails."""
    command = folder / "bin" / "onrecord"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec {shlex.join(PROGRAM)} "$@"\n')
    command.chmod(0o755)
    env = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    env |= {"PATH": f"{command.parent}:{env['PATH']}", "HF_ENDPOINT": server.url, "HF_HOME": str(folder / "home")}
    env |= {"GITHUB_REF_NAME": ref, "CI": "true"}
    values = {"vars.HF_DATASET": "org/news", "secrets.HF_TOKEN": WRITER}
    shown = ""
    for step in next(job for n, job in JOBS if n == name)["steps"]:
        if step.get("name") == "Install" or "run" not in step:
            continue
        extra = {k: re.sub(r"\$\{\{ (.+?) \}\}", lambda m: values[m[1]], v) for k, v in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]], cwd=folder, env=env | extra, capture_output=True, text=True
        )
        shown += done.stdout + done.stderr
        if done.returncode:
            return done.returncode, shown
    return 0, shown


def test_the_jobs_run(tmp_path: Path) -> None:
    corpus = small(tmp_path / "corpus")
    with Server() as server:
        code, shown = run_job("publish.yml", tmp_path, server, "v1.0.0")
        assert code == 0, shown
        assert WRITER not in shown
        assert list(server.store.repos["org/news"].tags) == ["v1.0.0"]
        correct(corpus)
        code, shown = run_job("validate.yml", tmp_path, server, "1/merge")
        assert code == 1
        assert "PUB001" in shown
        version(corpus, "1.0.1")
        code, shown = run_job("validate.yml", tmp_path, server, "1/merge")
        assert code == 0, shown
        assert "patch   annotation corrected: example" in shown
        code, shown = run_job("publish.yml", tmp_path, server, "v1.1.0")
        assert code == 2
        assert "make them agree" in shown
        assert len(server.store.repos["org/news"].commits) == 2
