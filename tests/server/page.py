"""Label Studio's labelling page in headless Chromium, used as a person would."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver import ActionChains, Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from .studio import Studio

_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1600,1000",
]
_OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
_ERRORS = "[class*='lsf-error'], [class*='lsf-main-view__infobar_error'], [class*='toast--'], .ant-modal-confirm-error"
_REDRAWN = (
    StaleElementReferenceException,
    ElementClickInterceptedException,
    ElementNotInteractableException,
    IndexError,
)
"""What happens while the page draws itself anew: try again."""
_SHOWN = "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).map(e => e.innerText.trim()).filter(Boolean)"
_SAVED = "Annotation updated successfully"
_RECTANGLE = """
const box = document.querySelector('.lsf-htx-richtext'), words = arguments[0];
const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
for (let node; (node = walker.nextNode());) {
  const at = node.data.indexOf(words);
  if (at < 0) continue;
  const range = document.createRange();
  range.setStart(node, at);
  range.setEnd(node, at + words.length);
  node.parentElement.scrollIntoView({block: 'center'});
  const r = range.getBoundingClientRect();
  return [r.left, r.top, r.right, r.bottom];
}
return null;
"""
_CHOSEN = "return Htx.annotationStore.selected.names.get('span').selectedLabels.map(l => l._value ?? l.value)"
_DRAWN = """
const regions = window.Htx?.annotationStore?.selected?.regions;
return regions ? regions.filter(r => r._spans?.length && r._spans.every(s => s.isConnected)).length : -1;
"""
_UNSEEN = """
const clear = s => getComputedStyle(s).backgroundColor === 'rgba(0, 0, 0, 0)';
return Htx.annotationStore.selected.regions.filter(r => r._spans.some(clear)).map(r => r.cleanId);
"""


class Page:
    def __init__(self, driver: Chrome, studio: Studio) -> None:
        self.driver, self.studio = driver, studio
        self.wait: WebDriverWait[Chrome] = WebDriverWait(driver, 60, 0.2, _REDRAWN)

    def log_in(self) -> None:
        self.driver.get(f"{self.studio.url}/user/login/")
        self.driver.find_element(By.NAME, "email").send_keys(self.studio.email)
        self.driver.find_element(By.NAME, "password").send_keys(self.studio.password)
        self.driver.find_element(By.CSS_SELECTOR, "form button[type=submit]").click()
        self.wait.until(lambda d: "/user/login" not in d.current_url)

    def visit(self, project: int, task: int) -> None:
        self.driver.get_log("browser")  # forget the last page's
        self.driver.get(f"{self.studio.url}/projects/{project}/data?task={task}")

    def open(self, project: int, task: int, regions: int) -> None:
        """The task's labelling page, once all its regions are drawn."""
        self.visit(project, task)
        self.wait.until(lambda d: d.execute_script(_DRAWN) == regions, f"{regions} regions are not drawn")

    def errors(self) -> list[str]:
        """What the page shows or logs as an error; a tip that Label Studio fetches from elsewhere is none."""
        shown: list[str] = self.driver.execute_script(_SHOWN, _ERRORS)
        logged: list[dict[str, Any]] = self.driver.get_log("browser")
        severe = [str(e["message"]) for e in logged if e["level"] == "SEVERE"]
        return [m for m in shown if m != _SAVED] + [m for m in severe if "/heidi-tips" not in m]

    def click(self, by: str, what: str, nth: int = 0) -> None:
        def clicked(driver: Chrome) -> bool:
            driver.find_elements(by, what)[nth].click()
            return True

        self.wait.until(clicked, f"cannot click {what}")

    def screenshot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        assert self.driver.save_screenshot(str(path))

    def select(self, nth: int = 0) -> None:
        """Click the n-th region of the list, as its attributes are shown beside the text."""

        def selected(driver: Chrome) -> bool:
            if driver.execute_script("return Htx.annotationStore.selected.selectedRegions.length") == 1:
                return True
            driver.find_elements(By.CSS_SELECTOR, ".lsf-outliner-item")[nth].click()
            return False

        WebDriverWait(self.driver, 60, 1.5, _REDRAWN).until(selected, "no region is selected")

    def unseen(self) -> list[str]:
        """The ids of regions that are drawn in no colour."""
        found: list[str] = self.driver.execute_script(_UNSEEN)
        return found

    def flip(self) -> None:
        """Choose another radio button of the selected region, then the old one: nothing changes, but Update wakes."""
        radio = ".onrecord-side .lsf-choice input[type=radio]"
        chosen = f"return [...document.querySelectorAll({radio!r})].findIndex(e => e.checked)"
        self.wait.until(lambda d: d.execute_script(chosen) >= 0, "the selected region shows no choice")
        old = self.driver.execute_script(chosen)
        for i in (1 if old == 0 else 0, old):
            self.click(By.CSS_SELECTOR, ".onrecord-side .lsf-choice label:has(input[type=radio])", i)
            self.wait.until(lambda d, i=i: d.execute_script(chosen) == i, f"choice {i} is not taken")

    def mark(self, label: str, words: str) -> None:
        """Choose a label by mouse and drag over the words (first occurrence within one run of text).

        On a busy machine the page may miss a drag made by a driver; like a person, we then drag once more.
        """
        before = self.driver.execute_script(_DRAWN)
        for _ in range(4):
            if self.driver.execute_script(_CHOSEN) != [label]:
                self.click(By.XPATH, f"//*[contains(@class, 'lsf-label')][normalize-space(text())='{label}']")
                self.wait.until(lambda d: d.execute_script(_CHOSEN) == [label], f"the label {label} is not chosen")
            self._drag(words)
            try:
                WebDriverWait(self.driver, 8, 0.2).until(lambda d: d.execute_script(_DRAWN) == before + 1)
                return
            except TimeoutException:
                continue
        raise AssertionError(f"no region was made of {words!r}")

    def _drag(self, words: str) -> None:
        self.driver.execute_script(_RECTANGLE, words)  # scrolls
        left, top, right, bottom = self.driver.execute_script(_RECTANGLE, words)
        y = int((top + bottom) / 2)
        drag = ActionChains(self.driver, duration=100)
        drag.w3c_actions.pointer_action.move_to_location(int(left) + 1, y)
        drag.w3c_actions.pointer_action.pointer_down()
        drag.w3c_actions.pointer_action.move_to_location(int((left + right) / 2), y)
        drag.w3c_actions.pointer_action.move_to_location(round(right), y)
        drag.w3c_actions.pointer_action.pointer_up()
        drag.perform()

    def update(self) -> None:
        """Press Update and wait until it is saved."""
        self.click(By.CSS_SELECTOR, "button[aria-label=submit]:enabled")
        self.wait.until(lambda d: _SAVED in d.execute_script(_SHOWN, _ERRORS), "Update saved nothing")


@contextmanager
def opened(browser: str, driver: str, profile: Path, studio: Studio) -> Iterator[Page]:
    options = ChromeOptions()
    options.binary_location = browser
    for flag in (*_FLAGS, _OFFLINE, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options=options, service=Service(driver))
    try:
        page = Page(chrome, studio)
        page.log_in()
        yield page
    finally:
        chrome.quit()
