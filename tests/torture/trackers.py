"""Generated trackers of other kinds than Changeover's own form: nothing lost, nothing doubled.

Several sheets, titles above, headings in other words and orders, day-first and date-only cells, one
row a step, totals, formulas. Each row ends with a verdict or is named as skipped, no history breaks
a workflow, and a second import adds nothing.
"""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from openpyxl import Workbook

from dashboard.errors import InputRefused
from dashboard.intake import VERDICTS, Answers, Report, import_tracker
from dashboard.sheets.dates import DateOrder
from dashboard.sheets.layout import Choices
from dashboard.store import Store
from tests.builders import LEAD
from tests.sheets import NOW, saved
from tests.torture.tables import import_often

LOCAL = {
    1: ("Form submitted", "Cancellation submitted", "Form received", "Submitted"),
    2: ("Routed to TL", "Sent to team lead", "Form routed"),
    3: ("Cancellation processed", "Cancelled", "SaaS cancelled", "Cxl done"),
    4: ("EMS ticket opened", "Ticket to EMS", "EMS notified"),
    5: ("Renewal sent", "Renewal generated", "Renewal emailed"),
    6: ("Order processed", "Order returned", "Order done"),
    7: ("Licenses downloaded", "Downloaded", "Download confirmed"),
}
HOSTED = {
    1: LOCAL[1], 2: ("On hold at TL", "Held by TL", "TL hold"),
    3: ("CPT emailed", "CPT notified", "Citrix told"),
    4: ("Down time scheduled", "Downtime set"), 5: ("Welcome email", "Welcome sent"),
    6: ("CPT complete", "CPT done"), 7: LOCAL[3], 8: LOCAL[4], 9: LOCAL[5], 10: LOCAL[6],
    11: ("VO licenses updated", "License update"),
}  # fmt: skip
STEPS = {"Local": LOCAL, "VO": HOSTED}
BESIDE = {
    "firm": ("Customer", "Firm", "Client name", "Account"),
    "path": ("Type", "Move to", "Path"),
    "id": ("Firm ID", "Customer #"),
    "tl": ("TL", "Team leader"),
    "products": ("Products", "Software"),
    "ticket": ("EMS #", "EMS ticket no."),
    "order": ("Order #", "Sales order"),
    "notes": ("Comments", "Notes"),
    "status": ("Status",),
}  # fmt: skip
FIRMS = ("Maple & Co CPAs", "Bright Tax LLC", "Elm", "Müller – Söhne", "Total Tax", "Cloudy CPAs")
FORMS = {
    "mdy": ("%m/%d/%Y %H:%M", "%m/%d/%y %I:%M %p", "%m/%d/%Y"),
    "dmy": ("%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M", "%d.%m.%Y"),
    "ymd": ("%Y-%m-%d %H:%M", "%b %d, %Y %H:%M", "%Y-%m-%d"),
}
ODD = ("tbd", "n/a", "–", "soon", "13/45/2026", "=1+1", "", "NA", "2/30/2026 9:00", "x" * 3000)
FIRST = datetime(2026, 8, 3, 9, 0)  # noqa: DTZ001 - a wall clock, as sheets have it
MOST_WORKBOOKS = 0.04  # of the trackers: each takes a process of its own


@dataclass
class Made:
    """One sheet: its rows, the first of those below the header, and how its dates go."""

    name: str
    rows: list[list[object]] = field(default_factory=list)
    below: int = 1
    order: str = "ymd"
    path: str | None = None

    @property
    def filled(self) -> set[int]:
        """The numbers of the rows below the header that hold something."""
        return {
            number
            for number, cells in enumerate(self.rows, start=1)
            if number > self.below and any(str(cell or "").strip() for cell in cells)
        }


def sheet(rng: random.Random, name: str) -> Made:
    """A sheet of one path, wide or long."""
    path = rng.choice(tuple(STEPS))
    made = Made(name, order=rng.choice(tuple(FORMS)))
    for title in rng.sample(("SaaS moves", "Owner: T. Vance", ""), rng.choice((0, 0, 1, 2))):
        made.rows.append([title])
    has_path = rng.random() < 0.8
    made.path = None if has_path else path
    if rng.random() < 0.15:
        _long(rng, made, path)
    else:
        _wide(rng, made, path, has_path=has_path)
    return made


def _wide(rng: random.Random, made: Made, path: str, *, has_path: bool) -> None:
    beside = ["firm", *(["path"] if has_path else []), *(["products"] if path == "VO" else [])]
    beside += [key for key in BESIDE if key not in (*beside, "path") and rng.random() < 0.5]
    steps = list(STEPS[path])
    keys: list[object] = [*beside, *steps] if rng.random() < 0.8 else [*steps, *beside]
    words = {**BESIDE, **STEPS[path]}
    made.rows.append([rng.choice(words[key]) for key in keys])
    made.below = len(made.rows)
    for _ in range(rng.randint(1, 8)):
        done = rng.randint(1, len(steps))
        times = _times(rng, made.order, done)
        cells = {**_beside(rng, path), **dict(zip(steps, times, strict=False))}
        if rng.random() < 0.2:
            cells[rng.choice(keys)] = rng.choice(ODD)
        made.rows.append([cells.get(key, "") for key in keys])
        if rng.random() < 0.1:
            made.rows.append(rng.choice([[], ["TOTAL", "3"], list(made.rows[made.below - 1])]))


def _long(rng: random.Random, made: Made, path: str) -> None:
    made.path = None
    made.rows.append(["Firm", "Move to", "Step", "Completed at", "Done by"])
    made.below = len(made.rows)
    for _ in range(rng.randint(1, 4)):
        firm = f"{rng.choice(FIRMS)} {rng.randrange(9)}"
        for number, at in enumerate(_times(rng, made.order, rng.randint(1, 5)), start=1):
            said = rng.choice((str(number), f"Step {number}", STEPS[path][number][0]))
            made.rows.append([firm, path, said, at, rng.choice(("", "T. Vance"))])


def _beside(rng: random.Random, path: str) -> dict[object, str]:
    number = rng.randrange(12)
    return {
        "firm": FIRMS[number % len(FIRMS)],
        "id": rng.choice((f"F{number:03d}", f"F{number:03d}", "", "TBD")),
        "path": path,
        "tl": rng.choice(("T. Vance", "H. Abebe", "tbd", "")),
        "products": rng.choice(("UltraTax CS", "Fixed Assets CS; Planner CS")),
        "ticket": rng.choice(("EMS-1", "EMS-2", "")),
        "order": rng.choice(("SO1", "SO2", "n/a")),
        "notes": rng.choice(("called back", "", "month end!!", "word " * 900)),
        "status": rng.choice(("", "", "Open", "On hold", "Withdrawn", "Closed", "?")),
    }


def _times(rng: random.Random, order: str, done: int) -> list[str]:
    at = FIRST + timedelta(days=rng.randrange(60), minutes=rng.randrange(400))
    found: list[str] = []
    form = rng.choice(FORMS[order])
    for _ in range(done):
        found.append(at.strftime(form if rng.random() < 0.7 else rng.choice(FORMS[order])))
        at += timedelta(minutes=rng.choice((5, 90, 600, 3000)))
    return found


def content_of(rng: random.Random, sheets: Sequence[Made]) -> bytes:
    """The sheets as a file."""
    if len(sheets) == 1 and not sheets[0].name:
        text = io.StringIO()
        csv.writer(text, delimiter=rng.choice(",;\t|")).writerows(sheets[0].rows)
        return text.getvalue().encode(rng.choice(("utf-8", "utf-8-sig", "utf-16")))
    book = Workbook()
    for number, made in enumerate(sheets):
        tab = book.worksheets[0] if number == 0 else book.create_sheet()
        tab.title = made.name
        for cells in made.rows:
            tab.append(list(cells))
        if rng.random() < 0.3:
            tab.cell(1_048_576, 1).number_format = "0.00"
    return saved(book)


def take(
    store: Store, content: bytes, choices: Choices, answers: Answers, later: int = 0
) -> Report | str:
    """The report, or why the file is refused."""
    now = NOW + timedelta(minutes=later)
    try:
        return import_tracker(
            store, content, "t.xlsx", by=LEAD, now=now, choices=choices, answers=answers
        )
    except InputRefused as refused:
        return str(refused)


def choices_of(sheets: Sequence[Made]) -> Choices:
    """What a person answers who knows the sheets."""
    orders = {made.order for made in sheets} - {"ymd"}
    paths = {made.path for made in sheets} - {None}
    order = DateOrder(orders.pop()) if len(orders) == 1 else None
    fields = (("path", str(paths.pop())),) if len(paths) == 1 and len(sheets) == 1 else ()
    return Choices(date_order=order, fields=fields)


def _grow(rng: random.Random, made: Made) -> None:
    """What became of the sheet by next week: further times, other tickets, more notes."""
    for cells in made.rows[made.below :]:
        for at, cell in enumerate(cells):
            if cell == "" and rng.random() < 0.3 and at:
                cells[at] = cells[at - 1] if ":" in str(cells[at - 1]) else ""
            elif str(cell).startswith(("EMS-", "SO", "H. ", "called")) and rng.random() < 0.3:
                cells[at] = f"{cell}{rng.randrange(3)}"


def try_one(store: Store, rng: random.Random) -> Counter[str]:
    """A tracker, and what became of it, each imported twice; AssertionError if a row is lost."""
    is_book = rng.random() < MOST_WORKBOOKS
    names = (
        rng.sample(("May", "VO cases", "Local", "Archive"), rng.randint(1, 3)) if is_book else [""]
    )
    sheets = [sheet(rng, name) for name in names]
    tally = Counter({"workbooks": int(is_book)}) + _twice(store, rng, sheets)
    if rng.random() < 0.5:
        for made in sheets:
            _grow(rng, made)
        tally += _twice(store, rng, sheets)
    return tally


def _twice(store: Store, rng: random.Random, sheets: Sequence[Made]) -> Counter[str]:
    """One file imported twice: the second time it adds nothing."""
    content, choices = content_of(rng, sheets), choices_of(sheets)
    answers = Answers(rng.choice(("reject", "new", "same")))
    first, head = take(store, content, choices, answers), store.head()
    again = take(store, content, choices, answers, later=1)
    assert store.head() == head, "a second import of the same tracker added something"
    if isinstance(first, str) or isinstance(again, str):
        assert again == first
        return Counter({"trackers refused": 1})
    _check_whole(first, sheets)
    for one, other in zip(first.rows, again.rows, strict=True):
        assert one.verdict in VERDICTS
        assert (one.verdict == "rejected") == bool(one.reason)
        assert one.verdict != "rejected" or len(one.message or "") > 20
        is_new = one.verdict in ("accepted", "updated")
        assert other.verdict == ("duplicate" if is_new else one.verdict), (one, other)
        assert (other.case, other.reason) == (one.case, one.reason), (one, other)
    told = Counter(f"rows {row.verdict}" for row in first.rows)
    return Counter({"trackers read": 1}) + told


def _check_whole(report: Report, sheets: Sequence[Made]) -> None:
    """Each row that holds something has a verdict, or is named as skipped."""
    aside = {one.sheet for one in report.aside}
    for made in sheets:
        if made.name in aside:
            continue
        told = {row.row for row in report.rows if row.sheet == made.name}
        told |= {number for one in _skipped(report, made.name) for number in one}
        assert told == made.filled, (made.name, told ^ made.filled)


def _skipped(report: Report, name: str) -> Iterator[tuple[int, ...]]:
    return (one.rows for one in report.skipped if one.sheet == name)


def track_often(times: int, seed: int) -> Counter[str]:
    """So many trackers; AssertionError on the first thing that is wrong."""
    return import_often(times, seed, try_one)
