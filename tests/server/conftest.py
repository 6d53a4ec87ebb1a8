import importlib.util
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .studio import Studio, absent, program, running

if TYPE_CHECKING:
    from .page import Page


def module(name: str) -> None:
    if importlib.util.find_spec(name) is None:
        absent(f"the Python package {name}")


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    executable = program("label-studio", "ONRECORD_LABEL_STUDIO")
    module("label_studio_sdk")
    with running(executable, tmp_path_factory.mktemp("label-studio")) as server:
        yield server


@pytest.fixture(scope="session")
def page(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Page"]:
    """Headless Chromium, logged in."""
    browser, driver = program("chromium"), program("chromedriver")
    module("selenium")
    from .page import opened

    with opened(browser, driver, tmp_path_factory.mktemp("chromium"), studio) as found:
        yield found
