"""A real Label Studio on loopback, and a real Chromium."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest

MAIL, PASSWORD = "annotator@example.org", secrets.token_hex(12)


class Studio(NamedTuple):
    url: str
    client: Any


def _missing(what: str) -> NoReturn:
    """A skip at somebody's desk, a failure in CI."""
    if os.environ.get("ONRECORD_REQUIRE_SERVER"):
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed")


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Label Studio with a data folder of its own, contacting nothing outside; its SDK's client."""
    from label_studio_sdk import LabelStudio

    command = shutil.which(os.environ.get("ONRECORD_LABEL_STUDIO", "label-studio"))
    if command is None:
        _missing("Label Studio (ONRECORD_LABEL_STUDIO names the command)")
    folder = tmp_path_factory.mktemp("studio")
    port, token = _free_port(), secrets.token_hex(20)
    settings = {
        "LABEL_STUDIO_USERNAME": MAIL,
        "LABEL_STUDIO_PASSWORD": PASSWORD,
        "LABEL_STUDIO_USER_TOKEN": token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
        "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
        "LABEL_STUDIO_SENTRY_DSN": "",
        "LABEL_STUDIO_FRONTEND_SENTRY_DSN": "",
    }
    arguments = [
        "start",
        "--no-browser",
        "--data-dir",
        str(folder),
        "--internal-host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [command, *arguments], env={**os.environ, **settings}, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait(url, process, folder / "log")
        yield Studio(url, LabelStudio(base_url=url, api_key=token, timeout=600))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(360):
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except (OSError, urllib.error.URLError):
            if process.poll() is not None:
                break
            time.sleep(0.5)
    pytest.fail(f"Label Studio does not answer:\n{log.read_text('utf-8', 'replace')[-3000:]}")


@pytest.fixture
def page(studio: Studio, tmp_path: Path) -> Iterator[Any]:
    """Headless Chromium, logged in."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        _missing("Chromium with chromedriver")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "window-size=1600,1000",
        f"user-data-dir={tmp_path / 'profile'}",
    ):
        options.add_argument(f"--{flag}")
    browser = webdriver.Chrome(options=options, service=Service(driver))
    browser.set_script_timeout(60)
    try:
        browser.get(f"{studio.url}/user/login/")
        browser.find_element(By.NAME, "email").send_keys(MAIL)
        browser.find_element(By.NAME, "password").send_keys(PASSWORD)
        browser.find_element(By.CSS_SELECTOR, "form button[type=submit]").click()
        for _ in range(60):
            if "/user/login" not in browser.current_url:
                break
            time.sleep(0.5)
        else:
            pytest.fail("the login did not go through")
        yield browser
    finally:
        browser.quit()
