"""What goes to a terminal, in all commands: nothing in a name acts on it, and no encoding makes a command die."""

import json
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import encode
from typer.main import get_command

from draws import part
from helpers import example
from onrecord.checking.report.screen import Screen, harmless
from onrecord.cli import app
from onrecord.files import canonical_json

NAME = os.fsdecode(b"a\x1b]0;owned\x07\xe2\x80\xaeb\n\xff\xc2\x9b31m:smile:[red]%,")
"""An escape sequence, a bidirectional override, a line feed, a byte that is no UTF-8, a C1 control, emoji and markup."""

ACTS = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067\ud800-\udfff]")
ENVIRONMENTS = {
    "C": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "UTF-8": {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
MACHINE = ("json", "jsonl", "sarif", "junit")


def onrecord(folder: Path, locale: str, *args: Any, **more: str) -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "PYTHONIOENCODING"))}
    return subprocess.run(
        [sys.executable, "-m", "onrecord", *map(os.fspath, args)],
        capture_output=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        env=environment | ENVIRONMENTS[locale] | {"COLUMNS": "200", **more},
        timeout=120,
    )


def calls(folder: Path) -> Iterator[list[Any]]:
    """Calls of every command with such names: of good, faulty, broken and missing files, and of nonsense."""
    good, bad, broken, article = (folder / f"{stem}{NAME}{end}" for stem, end in (("g", ".json"), ("b", ".json"), ("x", ".json"), ("t", ".txt")))  # fmt: skip
    good.write_bytes(canonical_json.canonical(example()))
    value = example()
    value["times"][0]["text"] = "Mo\u202end\x9by"
    bad.write_bytes(encode(value))
    broken.write_bytes(b"{")
    article.write_text("Agency news\nNASA said on Tuesday that it flies.\n", "utf-8")
    missing, new = folder / f"m{NAME}", folder / f"n{NAME}"
    for path in (good, bad, broken, missing):
        yield ["validate", path]
    for format in ("text", *MACHINE, "github"):
        yield ["validate", bad, "--format", format]
    yield ["validate", bad, "--statistics"]
    yield ["validate", bad, "--diff"]
    yield ["validate", bad, "--baseline", missing]
    yield ["validate", bad, "--write-baseline", folder]
    for option in ("--select", "--format", "--jobs", "--engine", f"--{NAME}"):
        yield ["validate", bad, option, NAME]
    for option in ("--check", "--diff"):
        yield ["format", bad, option]
    yield ["format", broken]
    for path in (article, broken, missing):
        yield ["ingest", path, "-o", new]
        yield ["ingest", path, "-o", good]
    yield ["ingest", article, "--language", NAME]
    for one in (good, broken, missing):
        yield ["anchor", one, broken]
        yield ["agreement", one, bad]
        yield ["agreement", one, good]
        yield ["migrate", one]
        yield ["migrate", one, "--text", article, "-o", folder / f"o{NAME}.json"]
        yield ["migrate", one, "--text", missing]
        yield ["labelstudio", "export", one, "-o", missing]
        yield ["labelstudio", "import", one, "-o", new]
        yield ["build", one, "-o", folder / f"d{NAME}"]
        yield ["unbuild", one, "-o", folder / f"u{NAME}"]
        yield ["rehydrate", one, "--raw", missing, "-o", folder / f"r{NAME}"]
        yield ["publish", one, "--dry-run"]
    yield ["build", folder, "-o", article]
    for command in ("rules", "studio", "publish", "labelstudio", f"x{NAME}", f"--{NAME}"):
        yield [command, NAME]
    for command in get_command(app).commands["labelstudio"].commands:  # type: ignore[attr-defined]
        yield ["labelstudio", command, missing]
        yield ["labelstudio", command, f"--{NAME}"]


def test_the_walk_leaves_no_command_out(tmp_path: Path) -> None:
    walked = {(call[0] if call[0] != "labelstudio" else call[1]) for call in calls(tmp_path)}
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert walked >= {*commands, *commands["labelstudio"].commands} - {"labelstudio"}


def walk(folder: Path) -> Iterator[tuple[list[str], int, bytes]]:
    """Every call with its exit code and all that it wrote; each in a child, as a start of its own takes long."""
    for call in part(calls(folder), 14, len(os.environ["LC_ALL"])):
        written = folder / "written"
        if not (child := os.fork()):
            target = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(target, 1)
            os.dup2(target, 2)
            code: Any = 99
            try:
                app(list(map(os.fspath, call)), prog_name="onrecord")
            except SystemExit as end:
                code = end.code or 0
            except BaseException:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        yield list(map(os.fspath, call)), os.waitstatus_to_exitcode(status), written.read_bytes()


def faults(folder: Path) -> list[str]:
    """What is wrong with what the calls wrote."""
    found = []
    for call, code, stream in walk(folder):
        shown = stream.decode("utf-8", "surrogateescape")
        hit = ACTS.search(shown)
        if code not in (0, 1, 2) or "Traceback" in shown or "\n31m" in shown or hit:
            found.append(ascii((call, code, shown[max(0, (hit.start() if hit else len(shown) - 900) - 80) :][:1000])))
    return found


@pytest.mark.parametrize("locale", ENVIRONMENTS)
def test_no_name_acts_on_a_terminal_and_no_encoding_ends_a_command(locale: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, __file__, str(tmp_path)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | ENVIRONMENTS[locale] | {"COLUMNS": "200", "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2000:]
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("locale", ENVIRONMENTS)
def test_programs_get_utf_8_whatever_the_terminal_has(locale: str, tmp_path: Path) -> None:
    (tmp_path / "é.json").write_bytes(encode(example() | {"id": "ä"}))
    done = onrecord(tmp_path, locale, "validate", "é.json", "--format", "json")
    (finding,) = json.loads(done.stdout.decode("utf-8"))["findings"]
    assert "'ä'" in finding["message"]
    done = onrecord(tmp_path, locale, "ingest", "é.json")
    assert json.loads(done.stdout.decode("utf-8"))["text"] == (tmp_path / "é.json").read_text("utf-8")


def test_a_screen_shows_data_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(width=300).print("a:smile:\x1b[31m\u202e\nb \ud800", markup=False)
    assert capsys.readouterr().out == "a:smile:␛[31m<RLO>␊b \\ud800\n"
    assert harmless("a\nb\x1b\u2028") == "a\nb␛<LS>"


def test_colours_are_ours_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    Screen(force_terminal=True, width=80).print("\x1b[32mgreen", style="red", markup=False)
    assert capsys.readouterr().out == "\x1b[31m␛[32mgreen\x1b[0m\n"


if __name__ == "__main__":
    print(json.dumps(faults(Path(sys.argv[1]))))
