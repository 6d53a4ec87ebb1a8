"""Label Studio's labelling page in headless Chromium, used as a person would."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
from selenium.webdriver.common.keys import Keys
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
    StopIteration,
)
"""What happens while the page draws itself anew: try again."""
_SHOWN = "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).map(e => e.innerText.trim()).filter(Boolean)"
_SAVED = ("Annotation updated successfully", "Annotation saved successfully")
_RECTANGLE = """
const box = document.querySelector('.lsf-htx-richtext'), [words, id] = arguments;
const within = id && Htx.annotationStore.selected.regions.find(r => r.cleanId === id)._spans;
const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
for (let node; (node = walker.nextNode());) {
  const at = node.data.indexOf(words);
  if (at < 0 || (within && !within.some(s => s.contains(node)))) continue;
  const range = document.createRange();
  range.setStart(node, at);
  range.setEnd(node, at + words.length);
  node.parentElement.scrollIntoView({block: 'center'});
  const r = range.getBoundingClientRect();
  return [r.left, r.top, r.right, r.bottom];
}
return null;
"""
_HANDLE = """
const handle = document.querySelector('.onrecord-text .__resize_right'), r = handle?.getBoundingClientRect();
return r?.width ? [Math.round(r.left + r.width / 2), Math.round(r.top + r.height / 2)] : null;
"""
"""The right edge of the selected region."""
_CHOSEN = "return Htx.annotationStore.selected.names.get('span').selectedLabels.map(l => l._value ?? l.value)"
_DRAWN = """
const regions = window.Htx?.annotationStore?.selected?.regions;
return regions ? regions.filter(r => r._spans?.length && r._spans.every(s => s.isConnected)).length : -1;
"""
_POINT = """
const region = Htx.annotationStore.selected.regions.find(r => r.cleanId === arguments[0]);
if (!region?._spans?.length) return null;
region._spans[0].scrollIntoView({block: 'center'});
for (const span of region._spans) {
  for (const box of span.getClientRects()) {
    for (let x = Math.ceil(box.left) + 1; x < box.right - 1; x += 2) {
      const y = Math.round(box.top + box.height / 2);
      if (document.elementFromPoint(x, y) === span) return [x, y];
    }
  }
}
return null;
"""
_SELECTED = "return Htx.annotationStore.selected.selectedRegions.map(r => r.cleanId)"
_IDS = "return Htx.annotationStore.selected.regions.map(r => r.cleanId)"
_DRAFT = "return [Htx.annotationStore.selected.draftId, Htx.annotationStore.selected.isDraftSaving]"
_UNSEEN = """
const clear = s => {
  const style = getComputedStyle(s);
  const underlined = / 0px -[23]px /.test(style.boxShadow) || style.borderBottomStyle === 'dotted';
  return style.backgroundColor === 'rgba(0, 0, 0, 0)' && !underlined;
};
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
        return [m for m in shown if m not in _SAVED] + [m for m in severe if "/heidi-tips" not in m]

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

    def mark(self, label: str, words: str) -> str:
        """Choose a label by mouse and drag over the words (first occurrence within one run of text); the region's id.

        On a busy machine the page may miss a drag made by a driver; like a person, we then drag once more.
        """
        before, known = self.driver.execute_script(_DRAWN), self.ids()
        for _ in range(4):
            if self.driver.execute_script(_CHOSEN) != [label]:
                self.click(By.XPATH, f"//*[contains(@class, 'lsf-label')][normalize-space(text())='{label}']")
                self.wait.until(lambda d: d.execute_script(_CHOSEN) == [label], f"the label {label} is not chosen")
            self._drag(words)
            try:
                WebDriverWait(self.driver, 8, 0.2).until(lambda d: d.execute_script(_DRAWN) == before + 1)
                (made,) = self.ids() - known
                return made
            except TimeoutException:
                continue
        raise AssertionError(f"no region was made of {words!r}")

    def _drag(self, words: str) -> None:
        left, top, right, bottom = self.driver.execute_script(_RECTANGLE, words)
        y = int((top + bottom) / 2)
        self._draw(int(left) + 1, y, round(right), y)

    def _draw(self, x: int, y: int, to_x: int, to_y: int) -> None:
        """Move the mouse from here to there with its button held."""
        drag = ActionChains(self.driver, duration=100)
        drag.w3c_actions.pointer_action.move_to_location(x, y)
        drag.w3c_actions.pointer_action.pointer_down()
        drag.w3c_actions.pointer_action.move_to_location((x + to_x) // 2, (y + to_y) // 2)
        drag.w3c_actions.pointer_action.move_to_location(to_x, to_y)
        drag.w3c_actions.pointer_action.pointer_up()
        drag.perform()

    def point(self, id: str) -> tuple[int, int]:
        """Where a person would click to get at a region."""
        found = self.wait.until(lambda d: d.execute_script(_POINT, id), f"no place of {id} is free to click")
        return int(found[0]), int(found[1])

    def press_at(self, place: tuple[int, int]) -> None:
        click = ActionChains(self.driver, duration=50)
        click.w3c_actions.pointer_action.move_to_location(*place)
        click.w3c_actions.pointer_action.click()
        click.perform()

    def pick(self, id: str) -> None:
        """Select a region by a click on its words."""
        for _ in range(4):
            if self.driver.execute_script(_SELECTED) == [id]:
                return
            self.press_at(self.point(id))
            with suppress(TimeoutException):
                WebDriverWait(self.driver, 4, 0.2).until(lambda d: d.execute_script(_SELECTED) == [id])
        assert self.driver.execute_script(_SELECTED) == [id], f"{id} is not selected"

    def ids(self) -> set[str]:
        return set(self.driver.execute_script(_IDS))

    def keys(self, *keys: str) -> None:
        """Keys pressed together, as a shortcut."""
        chain = ActionChains(self.driver)
        for key in keys[:-1]:
            chain = chain.key_down(key)
        chain = chain.send_keys(keys[-1])
        for key in keys[:-1]:
            chain = chain.key_up(key)
        chain.perform()

    def button(self, label: str) -> None:
        self.click(By.CSS_SELECTOR, f"button[aria-label={label!r}]")

    def tab(self, name: str) -> None:
        what = f"//*[contains(@class,'__tab')][normalize-space(text())='{name}']"

        def clicked(driver: Chrome) -> bool:
            next(e for e in driver.find_elements(By.XPATH, what) if e.is_displayed()).click()
            return True

        self.wait.until(clicked, f"cannot open {name}")

    def relabel(self, label: str) -> None:
        self.click(By.XPATH, f"//*[contains(@class, 'lsf-label')][normalize-space(text())='{label}']")
        self.wait.until(lambda d: d.execute_script(_CHOSEN) == [label], f"the label {label} is not chosen")

    def choose(self, value: str) -> None:
        """A radio button or box of the selected region."""
        self.click(By.XPATH, f"//*[contains(@class,'lsf-choice')]//label[contains(normalize-space(.), '{value}')]")

    def write(self, control: str, text: str) -> None:
        """Type into the empty field of a control."""
        field = f"input[name='{control}'], textarea[name='{control}']"

        def typed(driver: Chrome) -> bool:
            box = next(e for e in driver.find_elements(By.CSS_SELECTOR, field) if e.is_displayed())
            box.click()
            box.send_keys(text + Keys.ENTER)
            return True

        self.wait.until(typed, f"cannot write to {control}")

    def rewrite(self, control: str, text: str, nth: int = 0) -> None:
        """Edit what a control's field says: the pencil, then all anew."""
        self._entry(control, "edit", nth)
        field = "[data-testid=htx-textbox-edit] :is(input, textarea)"
        box = self.wait.until(lambda d: next(e for e in d.find_elements(By.CSS_SELECTOR, field) if e.is_displayed()))
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(text)
        box.send_keys(Keys.ENTER)

    def clear(self, control: str, nth: int = 0) -> None:
        """The dust-bin of a control's entry."""
        self._entry(control, "delete", nth)

    def _entry(self, control: str, what: str, nth: int) -> None:
        def clicked(driver: Chrome) -> bool:
            views = driver.find_elements(By.CSS_SELECTOR, "[data-testid=htx-textbox-view]")
            shown = [v for v in views if v.is_displayed() and v.find_elements(By.CSS_SELECTOR, f"[name^='{control}:']")]
            ActionChains(driver).move_to_element(shown[nth]).perform()
            shown[nth].find_element(By.CSS_SELECTOR, f"[data-testid=htx-textbox-{what}-button]").click()
            return True

        self.wait.until(clicked, f"cannot {what} the entry of {control}")

    def relate(self, source: str, target: str) -> None:
        """Draw a relation; it has no label yet."""
        count = "return Htx.annotationStore.selected.relationStore.relations.length"
        before = self.driver.execute_script(count)
        self.pick(source)
        self.button("Create Relation")
        self.press_at(self.point(target))
        self.wait.until(lambda d: d.execute_script(count) == before + 1, "no relation was made")

    def _relation(self, nth: int) -> Any:
        self.tab("Relations")
        rows = self.wait.until(lambda d: d.find_elements(By.CSS_SELECTOR, ".lsf-relations__item"))
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", rows[nth])
        ActionChains(self.driver).move_to_element(rows[nth]).perform()
        return rows[nth]

    def call(self, label: str, nth: int = -1) -> None:
        """Give the n-th relation of the list a label."""
        row = self._relation(nth)
        row.find_element(By.CSS_SELECTOR, "button[aria-label='Show Relation Labels']").click()
        row.find_element(By.CSS_SELECTOR, ".lsf-relation-meta button, .lsf-relation-meta [role=combobox]").click()
        self.click(By.XPATH, f"//*[@role='option'][normalize-space(.)='{label}']")
        self.keys(Keys.ESCAPE)

    def turn(self, nth: int = -1) -> None:
        """Click the arrow of the n-th relation: left, right, both, left, …"""
        self._relation(nth).find_element(By.CSS_SELECTOR, ".lsf-relations__icon").click()

    def drop(self, nth: int = -1) -> None:
        """Delete the n-th relation."""
        self._relation(nth).find_element(By.CSS_SELECTOR, "button[aria-label='Delete Relation']").click()

    def resize(self, id: str, words: str) -> None:
        """Drag the right edge of a region to the end of words within it."""
        length = "return Htx.annotationStore.selected.regions.find(r => r.cleanId === arguments[0]).text.length"
        before = self.driver.execute_script(length, id)
        for _ in range(4):
            self.pick(id)
            x, y = self.wait.until(lambda d: d.execute_script(_HANDLE))
            _, top, right, bottom = self.driver.execute_script(_RECTANGLE, words, id)
            self._draw(x, y, round(right), int((top + bottom) / 2))
            with suppress(TimeoutException):
                WebDriverWait(self.driver, 4, 0.2).until(lambda d: d.execute_script(length, id) != before)
                return
        raise AssertionError(f"{id} stays as long as it was")

    def type_event(self, name: str) -> None:
        """Choose an event type from the tree, by search."""
        self.click(By.CSS_SELECTOR, ".onrecord-side .htx-taxonomy .ant-select-selector")
        search = "input[data-testid=taxonomy-search]"
        box = self.wait.until(lambda d: next(e for e in d.find_elements(By.CSS_SELECTOR, search) if e.is_displayed()))
        box.send_keys(name)
        self.click(By.XPATH, f"//*[contains(@class,'ant-select-tree-title')][normalize-space(.)='{name}']")
        chosen = f".onrecord-side .htx-taxonomy [title='{name}']"
        self.wait.until(lambda d: d.find_elements(By.CSS_SELECTOR, chosen), f"{name} is not chosen")
        self.keys(Keys.ESCAPE)

    def call_back(self) -> None:
        """Undo what was done last."""
        known = self.ids()
        self.button("Undo")
        self.wait.until(lambda _: self.ids() != known, "nothing was undone")

    def note(self, text: str) -> None:
        """Write the selected region's note anew."""
        self.button("Edit region's meta")
        box = self.wait.until(lambda d: d.find_element(By.CSS_SELECTOR, "textarea.lsf-detailed-region__meta-text"))
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(text)
        box.send_keys(Keys.ENTER)

    def update(self) -> None:
        """Press Update (or Submit) and wait until it is saved."""
        self.click(By.CSS_SELECTOR, "button[name=submit]:enabled")
        self.wait.until(lambda d: any(m in _SAVED for m in d.execute_script(_SHOWN, _ERRORS)), "Update saved nothing")

    def wait_for_draft(self) -> None:
        """Until the page has saved what nobody submitted."""
        self.wait.until(lambda d: (x := d.execute_script(_DRAFT))[0] and not x[1], "no draft was saved")


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
