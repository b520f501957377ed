"""Takes pictures of the pages, in a real browser: `make pictures` those of the README and the docs,
`make pictures ALL=1` every page, light and dark, wide, narrow and as on a telephone, of four logs.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.find_browser import find_browser
from tests.live import ROOT, live_app
from tests.screen import Scheme

PICTURES = ROOT / "docs" / "pictures"
ALL_PICTURES = ROOT / "build" / "pictures"
AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"
SETTLE_MS = 1500  # charts are drawn after the script has ended
PATIENCE_MS = 180_000
MOST_PX = 8000  # of a page's height in a picture of all of it
CROWD = 12_000  # made-up cases of which about two hundred are open

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (1440, 1024, 390)
SECTIONS = (
    "Calendar", "Targets", "Planning", "Catalog", "Messages", "People", "Notices", "Import",
    "Backup", "Feedback",
)  # fmt: skip
PATHS = (
    "", "cases", "case?id={case}", "new_case", "throughput", "bottlenecks", "month_end",
    "forecast", "sla_report", "log", "guide", *(f"settings?section={name}" for name in SECTIONS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as it is to be shown; `{case}` in its path is an open case."""

    name: str
    path: str
    scheme: Scheme = "light"
    width: int = 1440
    is_whole: bool = False  # down to the page's end, not only what a screen shows


WANTED = (
    Picture("today", ""),
    Picture("case", "case?id={case}"),
    Picture("month_end_dark", "month_end", scheme="dark"),
)


def every() -> Iterator[Picture]:
    """Each page in each scheme and width."""
    for path, scheme, width in product(PATHS, SCHEMES, WIDTHS):
        page = path.replace("?id={case}", "").replace("?section=", "_").lower() or "today"
        yield Picture(f"{page}_{scheme}_{width}", path, scheme, width, is_whole=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser())
        logs = Path(folder)
        if "all" in sys.argv[1:]:
            for log in (sample(logs), tracker(logs), empty(logs), crowded(logs)):
                take_all(browser, log, every(), ALL_PICTURES / log.stem)
        else:
            take_all(browser, sample(logs), WANTED, PICTURES)
        browser.close()


def sample(folder: Path, cases: int = 1500, name: str = "sample") -> Path:
    """The log of a first start."""
    log = folder / f"{name}.duckdb"
    dashboard("sample", "--db", str(log), "--seed", "1", "--cases", str(cases))
    return log


def crowded(folder: Path) -> Path:
    """A log with about two hundred open cases."""
    return sample(folder, CROWD, "crowded")


def tracker(folder: Path) -> Path:
    """A log with a team leader's sheet in it."""
    log = folder / "tracker.duckdb"
    dashboard("import", "--db", str(log), str(ROOT / "tests" / "data" / "tracker.csv"))
    return log


def empty(folder: Path) -> Path:
    """A log that the first visitor makes."""
    return folder / "empty.duckdb"


def take_all(browser: Browser, log: Path, pictures: Iterable[Picture], into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    case = open_case(log) if log.exists() else ""
    with live_app(log) as address:
        for picture in pictures:
            target = into / f"{picture.name}.png"
            take(browser, picture, f"{address}/{picture.path.format(case=case)}", target)


def open_case(log: Path) -> str:
    told = dashboard("figure", "worklist", "--db", str(log), "--format", "json")
    return json.loads(told)[-1]["case_id"]


def dashboard(*words: str) -> str:
    command = [sys.executable, "-m", "dashboard", *words]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def take(browser: Browser, picture: Picture, address: str, target: Path) -> None:
    page = browser.new_page(
        viewport={"width": picture.width, "height": 900}, color_scheme=picture.scheme
    )
    page.goto(address)
    page.wait_for_selector("h1", timeout=PATIENCE_MS)
    page.wait_for_selector(AT_REST, timeout=PATIENCE_MS)
    page.wait_for_timeout(SETTLE_MS)
    if picture.is_whole:
        stretch(page, picture.width)
    page.screenshot(path=target)
    page.close()
    # 128 colours are enough for a page, and keep the repository small
    Image.open(target).convert("RGB").quantize(128).save(target, optimize=True)


def stretch(page: Page, width: int) -> None:
    """Make the window as high as the page, which scrolls inside: no picture would see its end."""
    height = page.locator("[data-testid=stMain]").evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(height, 900), MOST_PX)})
    page.wait_for_timeout(SETTLE_MS)


if __name__ == "__main__":
    main()
