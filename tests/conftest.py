"""Settings of the whole suite.

How much is drawn: on a desk a few examples of each property test and a part of each wide sweep, in CI (CI or
ONRECORD_DRAWS=full is set) all of them; see `draws`. The tests are the same.

The whole suite is run by a worker a core (pytest-xdist); named files, tests and keywords in the process itself, where a
debugger and `-s` can be used. `-n` says otherwise: `-n0` without workers, `-n4` with four.
"""

import gc
import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, settings

from draws import FULL, draws
from proving import hurry

settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=draws(100)
)
settings.load_profile("unhurried")  # how busy a machine is says nothing of what is tested on it

TESTS = Path(__file__).resolve().parent
STOPPING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
COLOURING = ("GITHUB_ACTIONS", "FORCE_COLOR", "PY_COLORS", "TTY_COMPATIBLE")
"""What makes Rich and Typer write for a terminal where there is none, as the runners of GitHub Actions do."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew instead of comparing")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Workers for the whole suite, where nothing was said of them. Each reads all tests first, so few tests wait less."""
    said = config.option
    if (
        config.pluginmanager.hasplugin("xdist")
        and not hasattr(config, "workerinput")
        and said.numprocesses is None
        and all(Path(name).resolve() in (TESTS, TESTS.parent) for name in config.args)
        and said.markexpr in ("", "not server")  # a server is started by each worker that needs it
        and not (said.keyword or said.usepdb or said.trace or said.capture == "no" or said.collectonly)
    ):
        said.numprocesses, said.dist = "logical", "worksteal"  # files stay together while there is enough for all
        said.maxprocesses = said.maxprocesses or 8


def pytest_configure() -> None:
    """Where the suite was started with signals ignored (in a shell's background, by nohup), its children are not.

    An ignored signal is ignored by every child, too; one that is caught has its default action there.
    """
    for sign in (getattr(signal, name) for name in STOPPING if hasattr(signal, name)):
        if signal.getsignal(sign) == signal.SIG_IGN:
            signal.signal(sign, lambda *_: None)
    for name in COLOURING:
        os.environ.pop(name, None)
    if not FULL:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # some 200 processes would compile the program, each for itself
        if hasattr(yaml, "CSafeLoader"):
            yaml.SafeLoader = (
                yaml.CSafeLoader
            )  # `datasets` and many tests read cards with it: the same, ten times faster


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is there when the tests have been read stays to the end: no search for garbage looks at it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


class Golden:
    """Compares with a file, or writes it with --update-golden."""

    def __init__(self, update: bool) -> None:
        self.update = update

    def check(self, path: Path, content: str) -> None:
        if self.update:
            path.write_text(content, "utf-8")
        assert path.is_file(), f"{path.name} is missing; run pytest --update-golden and read the difference"
        assert path.read_text("utf-8") == content, (
            f"{path.name} differs; run pytest --update-golden and read the difference"
        )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(bool(request.config.getoption("--update-golden")))


@pytest.fixture(scope="session", autouse=True)
def _proven_in_part() -> None:
    hurry()


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the Hub, and what is built has the same date."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
