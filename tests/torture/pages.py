"""Addresses and uploads that are nonsense: no exception reaches a page."""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard.store import Store
from dashboard.ui import guard, handle
from tests.builders import Walk
from tests.hostile import NAMES
from tests.torture.tables import file_of

ROOT = Path(__file__).resolve().parent.parent.parent
ENTRY = ROOT / "streamlit_app.py"
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
SECONDS = 120
KEYS = (
    "period", "path", "tl", "mine", "state", "step", "party", "late", "id", "month", "search",
    "known", "what_if", "find", "reference", "case", "tab", "page", "embed", "nonsense",
)  # fmt: skip
VALUES = (
    "", " ", "0", "-1", "99999999999999999999", "1e999", "NaN", "true", "false", "None", "null",
    "2026-13-45", "2026-02", "9999-12", "0001-01", "C-0001", "C-0002", "c-1", "C-9999",
    "../../etc/passwd", "' OR 1=1 --", "%00", "\x00", "\u202e", "💣", "a" * 10_000,
    "All time", "This month", "Last month", "Local", "VO", "Both paths", "Open", "Withdrawn",
    "Step 1", "Step 99", "Sales", "Customer", "T. Vance", "[]", "{}", "1,2,3",
    "2026-11-01T25:00", *NAMES,
)  # fmt: skip


@contextmanager
def application(folder: Path) -> Generator[Store]:
    """The application as somebody at its own machine sees it, with a log of random cases."""
    path = folder / "log.duckdb"
    kept = os.environ.get("CHANGEOVER_LOG"), (guard.hosts, guard.is_forwarded, guard.is_browser)
    os.environ["CHANGEOVER_LOG"] = str(path)
    guard.hosts, guard.is_forwarded = (lambda: ["127.0.0.1:8501"]), (lambda: False)
    guard.is_browser = lambda: True
    try:
        yield handle.held(path).store
    finally:
        handle.let_go(path)
        os.environ.pop("CHANGEOVER_LOG")
        if kept[0]:
            os.environ["CHANGEOVER_LOG"] = kept[0]
        guard.hosts, guard.is_forwarded, guard.is_browser = kept[1]


def visit_often(times: int, seed: int) -> Counter[str]:
    """So many visits, the pages in turn, and every tenth an upload."""
    rng = random.Random(seed)
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="torture-") as folder, application(Path(folder)) as own:
        Walk(own, seed, cases=6).run(60)
        for number in range(times):
            page = PAGES[number % len(PAGES)]
            asked: dict[str, list[str]] = {
                rng.choice(KEYS): [str(one) for one in rng.choices(VALUES, k=rng.choice([1, 1, 2]))]
                for _ in range(rng.randint(1, 6))
            }
            visit(page, asked)
            tally[f"{page} visited"] += 1
        for _ in range(times // 10):
            upload(file_of(rng) if rng.random() < 0.7 else rng.randbytes(rng.randrange(2_000)), rng)
            tally["uploads"] += 1
    return tally


def visit(page: str, asked: dict[str, list[str]]) -> AppTest:
    """Open a page with these parameters; AssertionError if an exception reaches it."""
    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
    if page != "today":
        app.run().switch_page(f"pages/{page}.py")
    for key, values in asked.items():
        app.query_params[key] = values
    app.run()
    assert not app.exception, (page, asked, app.exception)
    return app


def upload(content: bytes, rng: random.Random) -> None:
    """Try a file in the import's dialog."""
    app = visit("cases", {})
    app.session_state["import-dialog"] = True
    app.run()
    name = rng.choice(["sheet.csv", "sheet.xlsx", "=1+1.csv", "../../x.csv"])
    app.file_uploader[0].upload(name, content).run()
    assert not app.exception, (name, content, app.exception)
