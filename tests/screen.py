"""What a person does at the screen, for browser tests: read labels, type, tick, choose, press."""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Download, Locator, Page, expect, sync_playwright

from tests.find_browser import find_browser

WAIT_MS = 30_000
Scheme = Literal["light", "dark"]
# How often the page has begun to be drawn since.
COUNT_RUNS = """() => {
  const app = document.querySelector(".stApp"), name = "data-test-script-state";
  const count = () => { if (app.getAttribute(name) === "running") window.runs += 1; };
  window.runs = 0;
  new MutationObserver(count).observe(app, { attributes: true, attributeFilter: [name] });
}"""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]


class Screen:
    """One visitor's window on the application."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("requestfailed", lambda asked: self._failed(asked.url))

    def _failed(self, url: str) -> None:
        if not url.startswith(self.address):
            self.faults.append(f"asked for {url}")

    def open(self, path: str = "") -> "Screen":
        """Go to a page of the application."""
        self.page.goto(f"{self.address}/{path}")
        self.page.locator("h1").first.wait_for()
        return self.settle()

    def settle(self) -> "Screen":
        """Wait until the page has been drawn to its end."""
        self.page.wait_for_timeout(250)
        self.page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
        self.page.wait_for_timeout(100)
        return self

    def drawn_after(self, act: Callable[[], None]) -> "Screen":
        """Do what has the page drawn anew, and wait until it has been, however slow that is."""
        self.page.evaluate(COUNT_RUNS)
        act()
        self.page.wait_for_function("() => window.runs > 0")
        return self.settle()

    def press(self, button: str) -> "Screen":
        """Press the button of that name."""
        self.page.get_by_role("button", name=button, exact=True).first.click()
        return self.settle()

    def fill(self, label: str, text: str) -> "Screen":
        """Type a text into the input of that label."""
        box = self.page.get_by_role("textbox", name=label, exact=True)
        box.fill(text)
        box.press("Tab")
        return self.settle()

    def tick(self, label: str) -> "Screen":
        """Tick a box."""
        self.page.get_by_text(label, exact=True).click()
        return self.settle()

    def pick(self, option: str, group: str | None = None) -> "Screen":
        """Press one of the parts of a segmented control."""
        place: Page | Locator = self.page
        if group:
            place = self.page.locator("[data-testid=stButtonGroup]").filter(has_text=group)
        place.get_by_role("radio", name=option, exact=True).click()
        return self.settle()

    def choose(self, label: str, option: str) -> "Screen":
        """Choose from a list, or type a name that it does not have."""
        box = self.page.get_by_role("combobox", name=label).first
        box.click()
        box.fill(option)
        self.page.get_by_role("option").filter(has_text=option).first.click()
        self.page.keyboard.press("Tab")
        return self.settle()

    def moment(self, label: str, local: datetime) -> "Screen":
        """Type a date and a time of day: at once, or where the input has parts, part by part."""
        box = self.page.get_by_role("textbox", name=label, exact=True)
        if box.count():
            return self.fill(label, f"{local:%Y-%m-%d %H:%M}")
        parts = {
            "year": f"{local:%Y}", "month": f"{local:%m}", "day": f"{local:%d}",
            "hour": f"{local:%H}", "minute": f"{local:%M}",
        }  # fmt: skip
        for part, digits in parts.items():
            self.page.get_by_role("spinbutton", name=f"{part}, {label}").focus()
            self.page.keyboard.type(digits, delay=15)
        self.page.keyboard.press("Escape")  # the picker has opened beside
        self.page.keyboard.press("Tab")
        return self.settle()

    def shown(self, label: str) -> str:
        """What stands in a date and time input: "2026-11-16 09:00", or what was typed."""
        box = self.page.get_by_role("textbox", name=label, exact=True)
        if box.count():
            return box.input_value()
        said = {
            part: self.page.get_by_role("spinbutton", name=f"{part}, {label}").inner_text()
            for part in ("year", "month", "day", "hour", "minute")
        }
        return "{year}-{month}-{day} {hour}:{minute}".format(**said)

    def says(self, *texts: str) -> "Screen":
        """Each text stands on the page."""
        for text in texts:
            expect(self.page.get_by_text(text).first).to_be_visible(timeout=WAIT_MS)
        return self

    def holds(self, label: str, text: str) -> "Screen":
        """That stands in the input of that label, now or once the page has drawn it."""
        box = self.page.get_by_role("textbox", name=label, exact=True).first
        expect(box).to_have_value(text, timeout=WAIT_MS)
        return self

    def is_at(self, path: str) -> "Screen":
        """The window's address is that page of the application."""
        expect(self.page).to_have_url(
            re.compile(f"{re.escape(self.address)}/{re.escape(path)}$"), timeout=WAIT_MS
        )
        return self

    def download(self, button: str) -> Download:
        """Press a download button and give the file."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("button", name=button, exact=True).first.click()
        return waiting.value

    def photograph(self, path: Path) -> None:
        """Keep a picture, for a person to look at."""
        self.page.screenshot(path=path, full_page=True)


@contextmanager
def screens() -> Generator["Room"]:
    """A browser, in which several visitors can have windows of their own."""
    chromium = find_browser()
    if chromium is None:
        raise RuntimeError("There is no browser: run python -m tests.find_browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            yield Room(browser)
        finally:
            browser.close()


class Room:
    """The browser; each visitor has cookies of his own."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def visitor(
        self, address: str, width: int = 1440, scheme: Scheme = "light", **more: Any
    ) -> Screen:
        """A new visitor's window."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 1400},
            color_scheme=scheme,
            reduced_motion="reduce",
            **more,
        )
        return Screen(context.new_page(), address)

    def empty(self) -> None:
        """Have all visitors leave: their windows would go on working."""
        for context in self._browser.contexts:
            context.close()
