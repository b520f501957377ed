"""Takes the pictures of the README: `make pictures`. Sample data, a real browser, docs/pictures."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.find_browser import find_browser
from tests.live import ROOT, live_app

PICTURES = ROOT / "docs" / "pictures"
AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"
SETTLE_MS = 1500  # charts are drawn after the script has ended


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as it is to be shown; `{case}` in its path is an open case."""

    name: str
    path: str
    scheme: Literal["light", "dark"] = "light"
    width: int = 1440


WANTED = (
    Picture("today", "/"),
    Picture("case", "/case?id={case}"),
    Picture("month_end_dark", "/month_end", scheme="dark"),
)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        log = Path(folder) / "sample.duckdb"
        dashboard("sample", "--db", str(log), "--seed", "1")
        told = dashboard("figure", "worklist", "--db", str(log), "--format", "json")
        case = json.loads(told)[-1]["case_id"]
        browser = playwright.chromium.launch(executable_path=find_browser())
        with live_app(log) as address:
            for picture in WANTED:
                take(browser, picture, address + picture.path.format(case=case))
        browser.close()


def dashboard(*words: str) -> str:
    command = [sys.executable, "-m", "dashboard", *words]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def take(browser: Browser, picture: Picture, address: str) -> None:
    page = browser.new_page(
        viewport={"width": picture.width, "height": 900}, color_scheme=picture.scheme
    )
    page.goto(address)
    page.wait_for_selector(AT_REST, timeout=60_000)
    page.wait_for_timeout(SETTLE_MS)
    target = PICTURES / f"{picture.name}.png"
    page.screenshot(path=target)
    page.close()
    # 128 colours are enough for a page, and keep the repository small
    Image.open(target).convert("RGB").quantize(128).save(target, optimize=True)


if __name__ == "__main__":
    main()
