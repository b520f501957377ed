"""No other locale's dates or times on a page, in a chart, a file, a letter, a mail or a refusal."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import openpyxl
import pytest
import typst

from dashboard import clock, commands, reports
from dashboard.errors import CommandRefused
from dashboard.figures.figure import Scope
from dashboard.locales import Locale, Reader, read_by
from dashboard.messages.digest import digests
from dashboard.reports import Asked, paper, read_period
from dashboard.reports.drawing import svg
from dashboard.reports.workbook import xlsx
from dashboard.sample import write_sample
from dashboard.store import Store
from dashboard.ui.words import local_words
from dashboard.workflows import WORKFLOWS
from tests.builders import ADMIN, LEAD, MONDAY
from tests.declared import choices, declared
from tests.inventory import on_page
from tests.test_handoffs import booked, finished, known, told
from tests.test_pages import Browse, browse, live, log, walked

__all__ = ["browse", "live", "log"]  # fixtures

MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
LONG = "January|February|March|April|June|July|August|September|October|November|December"
NAMES = f"(?:{LONG}|{MONTHS})"
AMERICAN = rf"\d:\d\d [AP]M|\b{NAMES} \d{{1,2}}\b"
BRITISH = rf"\b\d{{1,2}} {NAMES}\b"
ISO = r"\b20\d\d-\d\d(?:-\d\d)?\b(?![T-])|\b20\d\d-\d\d-\d\d\b(?!T)"
SHORT_MONTH = rf"\b{MONTHS} ’\d\d\b"
# What a department reads nowhere; American names of months stand in the British form too.
FOREIGN = {
    Locale.US: (BRITISH, ISO, r"\b(?:1[3-9]|2[0-3]):\d\d\b"),
    Locale.UK: (AMERICAN, ISO),
    Locale.ISO: (AMERICAN, BRITISH, SHORT_MONTH),
}
OWN = {Locale.US: AMERICAN, Locale.UK: BRITISH, Locale.ISO: ISO}
PAGES = (
    "today", "cases", "new_case", "throughput", "bottlenecks", "month_end", "forecast",
    "sla_report", "log", "guide",
)  # fmt: skip
SECTIONS = ("Calendar", "Targets", "Planning", "Notices", "Import", "Backup")
# How cells that are dates show.
SHEETS = {
    Locale.US: {"mmm d, yyyy, h:mm AM/PM", "mmm yyyy"},
    Locale.UK: {"d mmm yyyy, hh:mm", "mmm yyyy"},
    Locale.ISO: {"yyyy-mm-dd hh:mm", "yyyy-mm"},
}
# What stands on a page as it is typed or as machines write it, whoever reads it.
AS_TYPED = re.compile(r"08:00–1[27]:00|10/28/2026 4:15 PM|2026-10-28 16:15|SLA-\d{4}-\d\d\S*")


def leaks(texts: Iterator[str] | list[str], locale: Locale) -> list[str]:
    """What another locale would write, with some of what stands around it."""
    known = re.compile("|".join(f"(?:{one})" for one in FOREIGN[locale]))
    shown = (AS_TYPED.sub("", text) for text in texts)
    return [
        text[max(found.start() - 30, 0) : found.end() + 10]
        for text in shown
        for found in known.finditer(text)
    ]


def sample(store: Store, locale: Locale) -> None:
    write_sample(store, seed=1, until=clock.now(), by=ADMIN, cases=60)
    written_as(store, locale)


def written_as(store: Store, locale: Locale) -> None:
    if locale is not Locale.US:
        commands.change_locale(store, locale, by=ADMIN, now=clock.now())


@pytest.mark.parametrize("locale", Locale)
def test_every_page(browse: Browse, live: Store, locale: Locale):
    closed, under_way = (
        walked(live, *case).case_id for case in (("local", 7), ("virtual_office", 4))
    )
    walked(live, "local", 5)
    ahead = clock.now().date() + timedelta(days=1)
    commands.follow_up(live, under_way, ahead, by=LEAD, now=clock.now())  # a date of its own
    written_as(live, locale)

    apps = {page: browse(page) for page in PAGES}
    apps |= {name: browse("settings", section=name) for name in SECTIONS}
    apps |= {name: browse("case", id=name) for name in (closed, under_way)}
    shown = {name: [text for _, text in on_page(app)] for name, app in apps.items()}

    assert {name: found for name, texts in shown.items() if (found := leaks(texts, locale))} == {}
    own = {name for name, texts in shown.items() if re.search(OWN[locale], " ".join(texts))}
    assert own >= {"today", "sla_report", "log", closed, under_way}


def drawn(store: Store, reader: Reader) -> Iterator[tuple[str, str]]:
    """Every chart as it is drawn: its words, and what is read aloud of its marks."""
    with read_by(reader):
        for name, figure in declared().items():
            for scope in choices(figure, Scope(store, clock.now())):
                made = figure.drawn(scope, figure.table_of(scope))
                if made.chart:
                    yield name, svg(made.chart, made.rows, 640)


def words(picture: str) -> list[str]:
    """What stands in a picture, and what a screen reader says of its marks."""
    return re.findall(r'(?<=>)[^<>]+(?=</text>)|(?<=aria-label=")[^"]+', picture)


@pytest.mark.parametrize("locale", Locale)
def test_every_chart_in_what_is_seen_and_read_aloud(store: Store, locale: Locale):
    sample(store, locale)

    pictures = dict(drawn(store, store.settings.reader(clock.now())))

    found = {name: some for name, one in pictures.items() if (some := leaks(words(one), locale))}
    assert len(pictures) > 12
    assert found == {}


def test_a_year_stands_on_every_axis_label_of_another_year(store: Store):
    sample(store, Locale.US)
    ahead = Reader(Locale.US, date(clock.now().year + 2, 6, 1))

    with read_by(ahead):
        pictures = dict(drawn(store, ahead))

    bare = re.compile(rf">({MONTHS}(?: \d{{1,2}})?)</text>")
    assert {name: found for name, one in pictures.items() if (found := bare.findall(one))} == {}
    assert any(re.search(SHORT_MONTH, one) for one in pictures.values())


@pytest.mark.parametrize("path", WORKFLOWS)
@pytest.mark.parametrize("locale", Locale)
def test_every_letter(path: str, locale: Locale):
    histories = [finished(path, requested_date="2026-10-20")]
    histories += [booked()] if path == "virtual_office" else []
    with read_by(Reader(locale, date(2026, 10, 5))):
        letters = [
            item.mail.body + item.mail.subject
            for history in histories
            for step in history.case.workflow.steps
            for item in told(history, step.number)
        ]

    assert leaks(letters, locale) == []
    assert any(re.search(OWN[locale], letter) for letter in letters)


@pytest.mark.parametrize("locale", Locale)
def test_every_digest(store: Store, locale: Locale):
    walked(store, "local", 3)
    written_as(store, locale)
    with read_by(store.settings.reader(clock.now())):
        mails = [item.mail.body + item.mail.subject for item in digests(store, now=clock.now())]

    assert mails
    assert leaks(mails, locale) == []


@pytest.mark.parametrize("locale", Locale)
def test_the_sla_report_on_paper_and_as_a_workbook(
    store: Store, locale: Locale, monkeypatch: pytest.MonkeyPatch
):
    sample(store, locale)
    month = (clock.now().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    report = reports.whole_report(store, Asked(read_period(month), clock.now()))
    printed: list[str] = []
    monkeypatch.setattr(
        typst, "compile", lambda *_, sys_inputs, **__: printed.append(sys_inputs["data"])
    )

    paper.pdf(report)
    book = openpyxl.load_workbook(io.BytesIO(xlsx(report)))

    assert leaks(printed, locale) == []
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert leaks([cell.value for cell in cells if isinstance(cell.value, str)], locale) == []
    forms = {cell.number_format for cell in cells if isinstance(cell.value, datetime)}
    assert forms == SHEETS[locale]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (Locale.US, "Sep 1 has passed. Choose Oct 5"),
        (Locale.UK, "1 Sept has passed. Choose 5 Oct"),
        (Locale.ISO, "2026-09-01 has passed. Choose 2026-10-05"),
    ],
)
def test_a_refusal_names_dates_as_the_reader_writes_them(locale: Locale, words: str):
    history = known()
    with pytest.raises(CommandRefused) as caught, read_by(Reader(locale, date(2026, 10, 5))):
        commands.follow_up(
            history.desk,
            history.case_id,
            date(2026, 9, 1),
            by=LEAD,
            now=MONDAY + timedelta(hours=3),
        )

    with read_by(Reader(locale, date(2026, 10, 5))):
        said_there = local_words(caught.value.sentence, "America/New_York")

    assert said_there.startswith(words)
    assert "2026-09-01 has passed" in str(caught.value)  # where no reader is known


def test_another_locales_dates_would_be_found():
    us, uk, iso = "Nov 30, 3:32 PM", "30 Nov, 15:32", "2026-11-30 15:32"
    for locale, own in zip(Locale, (us, uk, iso), strict=True):
        assert leaks([own], locale) == []
        assert all(leaks([text], locale) for text in {us, uk, iso} - {own})
