"""Finds the Chromium that the browser tests drive, and has one installed if there is none.

`python -m tests.find_browser` does both and is what `make test` asks first; tests only look
(`find_browser`). CHANGEOVER_BROWSER names a browser that is to be taken before any other.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# Asked in a process of its own: inside a test Playwright is already at work.
PLAYWRIGHTS_OWN = """\
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)"""
HELP = """\
The browser tests need Chromium; none was found and none could be installed. Install one by hand:
  Debian:  apt-get install chromium
  Ubuntu:  .venv/bin/playwright install --with-deps chromium
  macOS:   .venv/bin/playwright install chromium
or let CHANGEOVER_BROWSER name the one that you have, and try again."""


def main() -> int:
    """Print where the browser is; install one first if need be. Exit code 1: none to be had."""
    browser, complaints = find_browser(), []
    for command in installers() if browser is None else ():
        print(f"No browser to test with: {' '.join(command)} …", flush=True)
        complaints.append(install(command))
        if browser := find_browser():
            break
    if browser is None:
        print(*complaints, HELP, sep="\n", file=sys.stderr)
        return 1
    print(f"Browser: {browser}")
    return 0


def find_browser() -> Path | None:
    """The first browser that starts: the one asked for, the system's, Playwright's own."""
    return next((browser for browser in candidates() if starts(browser)), None)


def candidates() -> Iterator[Path]:
    if asked := os.environ.get("CHANGEOVER_BROWSER"):
        yield Path(asked)
    yield from (Path(found) for command in COMMANDS if (found := shutil.which(command)))
    yield MAC
    own = subprocess.run([sys.executable, "-c", PLAYWRIGHTS_OWN], capture_output=True, text=True)
    yield Path(own.stdout.strip())


def starts(browser: Path) -> bool:
    """Whether it is there with all it needs: Playwright's own lacks libraries on some systems."""
    if not browser.is_file():
        return False
    try:
        asked = subprocess.run([browser, "--version"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def installers() -> Iterator[list[str]]:
    yield [sys.executable, "-m", "playwright", "install", "chromium"]
    if shutil.which("apt-get") and os.geteuid() == 0:
        yield ["apt-get", "update", "--quiet"]
        yield ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium"]


def install(command: list[str]) -> str:
    """Run the installer and give what it complained of."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, capture_output=True, text=True, env=quiet).stderr.strip()


if __name__ == "__main__":
    sys.exit(main())
