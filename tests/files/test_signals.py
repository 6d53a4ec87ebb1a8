"""The tests of Ctrl-C hold wherever the suite is started from."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import conftest
from helpers import ROOT

INNER = """\
import signal, subprocess, sys

def test_children() -> None:
    asked = "import signal; print([int(signal.getsignal(getattr(signal, s)) == signal.SIG_IGN) for s in sys.argv[1:]])"
    done = subprocess.run([sys.executable, "-c", "import sys; " + asked, *NAMES], capture_output=True, text=True)
    assert done.stdout.split() == str([0 for _ in NAMES]).split(), done.stdout
    signal.raise_signal(signal.SIGINT)  # the suite itself goes on, as whoever started it so wants
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ignored_signals_are_not_handed_on(tmp_path: Path) -> None:
    """As by `nohup pytest &`, where the tests that interrupt a child would wait for it in vain."""

    def ignoring() -> None:
        for name in conftest.STOPPING:
            signal.signal(getattr(signal, name), signal.SIG_IGN)

    test = tmp_path / "test_inner.py"
    test.write_text(f"NAMES = {conftest.STOPPING}\n{INNER}", "utf-8")
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(tmp_path), str(test)]
    command += ["-p", "conftest", "-p", "no:cacheprovider"]
    path = os.pathsep.join((str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, preexec_fn=ignoring
    )
    assert done.returncode == 0, done.stdout
