"""Settings of the whole suite.

How much is drawn: on a desk a few examples of each property test and a part of each wide sweep, in CI (CI or
ONRECORD_DRAWS=full is set) all of them; see `draws`. The tests are the same.
"""

import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from draws import draws

settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=draws(100)
)
settings.load_profile("unhurried")  # how busy a machine is says nothing of what is tested on it

STOPPING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew instead of comparing")


def pytest_configure() -> None:
    """Where the suite was started with signals ignored (in a shell's background, by nohup), its children are not.

    An ignored signal is ignored by every child, too; one that is caught has its default action there.
    """
    for sign in (getattr(signal, name) for name in STOPPING if hasattr(signal, name)):
        if signal.getsignal(sign) == signal.SIG_IGN:
            signal.signal(sign, lambda *_: None)


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


@pytest.fixture(autouse=True)
def _own_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`load_dataset` keys its cache by the folder's name: every test needs a cache of its own."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
