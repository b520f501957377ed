"""Generated tracker sheets: every row gets a verdict, nothing breaks, a second import adds nothing.

Sheets of a team leader who is in a hurry, with cells that are nonsense, in every encoding and
separator that a spreadsheet writes; some are workbooks; some are damaged byte by byte.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from dashboard.errors import InputRefused
from dashboard.intake import VERDICTS, Verdict, import_tracker
from dashboard.sheets.columns import COLUMNS, STEPS
from dashboard.store import Store
from tests.builders import LEAD
from tests.hostile import NAMES
from tests.law import broken
from tests.sheets import NOW, case_events, csv_of, xlsx_of

IN_ONE_LOG = 150  # tables: a longer log makes each import slower
MOMENTS = (
    "10/28/2026 9:00 AM", "2026-10-28 09:00", "10/28/2026 10:00", "2026-10-28T11:00-04:00",
    "10/29/2026 4:00 PM", "11/2/2025 1:30 AM", "3/8/2026 2:30 AM", "12/1/2026 9:00", "46323.5",
    "31/12/2026", "10/28/26", "0000-00-00", "9999-12-31 23:59", "1e308", "-1", "24:00", "tbd",
)  # fmt: skip
PATHS = ("VO", "Local", " local install", "Virtual Office CS", "cloud", "", "VO; Local")
TEXTS = (
    "", "n/a", "UltraTax CS", "Onvio; ;,UltraTax CS", "10/28/2026 1:00 PM", "\u202e", "\ufeff",
    "a" * 5_000, "\n", '"', "'", "NULL", "NaN", "TRUE", "\x01", "\x7f", "💣" * 50, *NAMES,
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")


def table(rng: random.Random) -> list[dict[str, str]]:
    """Up to a dozen rows, some in order, some with a few cells that are not, some nonsense."""
    return [_row(rng) for _ in range(rng.randint(1, 12))]


def _row(rng: random.Random) -> dict[str, str]:
    row = {
        "Firm ID": rng.choice(["F1", "F2", "", "ß", f"F{rng.randrange(10**6)}"]),
        "Firm": rng.choice(["Birch & Sons", *TEXTS]),
        "Move to": rng.choice(PATHS),
        "Products": rng.choice(["UltraTax CS", "UltraTax CS", *TEXTS]),
    }
    if rng.random() < 0.5:
        row |= {"Firm": "Birch & Sons", "Move to": rng.choice(PATHS[:2]), "Products": "UltraTax CS"}
    row |= {STEPS[n]: f"10/28/2026 {9 + n}:00" for n in range(rng.randint(0, 11))}
    for _ in range(rng.choice([0, 0, 0, 1, 3, 20])):
        row[rng.choice(STEPS)] = rng.choice(MOMENTS + TEXTS)
    for _ in range(rng.choice([0, 0, 0, 1, 4])):
        row[rng.choice([*COLUMNS, "Else"])] = rng.choice(MOMENTS + TEXTS)
    return row if rng.random() < 0.95 else {}


def file_of(rng: random.Random) -> bytes:
    """A table as a file, as a rule one that can be read."""
    rows = table(rng)
    if rng.random() < 0.1:
        columns = list(COLUMNS)
        cells = [[_printable(row.get(name, "")) for name in columns] for row in rows]
        content = xlsx_of([columns, *cells])
    else:
        header = list(COLUMNS)
        if rng.random() < 0.2:
            header = rng.sample(header, rng.randint(1, len(header)))
        text = csv_of(*rows, header=header, delimiter=rng.choice(",,;\t|"))
        content = text.decode().encode(rng.choice(ENCODINGS), "replace")
    return _damaged(content, rng) if rng.random() < 0.15 else content


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign >= " ")


def _damaged(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 3, 40])):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed[: rng.choice([len(changed), rng.randrange(len(changed))])])


def take(store: Store, content: bytes, later: int = 0) -> list[Verdict] | str:
    """The verdicts, or why the file is refused. Every other error is one of ours, and comes out."""
    try:
        now = NOW + timedelta(minutes=later)
        return list(import_tracker(store, content, "sheet.csv", by=LEAD, now=now).rows)
    except InputRefused as refused:
        return str(refused)


def try_one(store: Store, rng: random.Random) -> Counter[str]:
    """One table, imported twice; AssertionError if a row has no verdict or is taken twice."""
    content = file_of(rng)
    first, head = take(store, content), store.head()
    again = take(store, content, later=1)
    assert store.head() == head, "a second import of the same sheet added something"
    if isinstance(first, str):
        assert len(first) > 20
        assert again == first
        return Counter({"tables refused": 1})
    assert isinstance(again, list)
    for one, other in zip(first, again, strict=True):
        assert one.verdict in VERDICTS
        assert (one.verdict == "rejected") == bool(one.reason)
        assert one.message or one.verdict != "rejected"
        is_new = one.verdict in ("accepted", "updated")
        assert other.verdict == ("duplicate" if is_new else one.verdict)
        assert (other.case, other.reason) == (one.case, one.reason)
    return Counter({"tables read": 1}) + Counter(f"rows {one.verdict}" for one in first)


def import_often(
    times: int, seed: int, trial: Callable[[Store, random.Random], Counter[str]] = try_one
) -> Counter[str]:
    """So many tables; AssertionError on the first thing that is wrong."""
    tally: Counter[str] = Counter()
    for start in range(0, times, IN_ONE_LOG):
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            store = Store.open(Path(folder) / "log.duckdb")
            for number in range(start, min(start + IN_ONE_LOG, times)):
                try:
                    tally += trial(store, random.Random(f"{seed} {number}"))
                except Exception as error:
                    error.add_note(f"table {number} of seed {seed}")
                    raise
            assert broken(case_events(store)) == []
            store.close()
    return tally
