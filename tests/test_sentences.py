"""Every sentence that is made of data, on the edges of the data: none is crooked or untried.

Declared figures are found by themselves (`tests/declared.py`) and drawn from logs at the edge;
other functions stand in `tests/extremes.py`. A template that neither brings about fails here.
"""

import ast
import re
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from inspect import getsource, isfunction
from itertools import chain
from textwrap import dedent
from typing import Any

import pytest

from dashboard import commands, reports
from dashboard.figures.declared import declared
from dashboard.figures.figure import Scope
from dashboard.messages.digest import digests
from dashboard.reports import Asked, read_period, texts
from dashboard.store import Store
from tests import extremes, inventory
from tests.builders import LEAD
from tests.declared import choices
from tests.test_metrics_insight import DECEMBER, Told, ny, tell
from tests.test_one_state import WAITS

__all__ = ["tell"]  # a fixture

CROOKED = {
    "a plural of one": r"(?<![\d.,])1 (cases|steps|days|months|points|quarters|month ends|weeks)\b",
    "a number that is none": r"\b(nan|None(?! of)|inf)\b",
    "a verb of the other number": r"(?<![\d.,])1 (case|step|tracker row) (are|were)\b",
    "a share of nothing": r"\b0 of 0\b",
    "two blanks": r"\w {2,}\w",
    "an empty place": r"\(\)|\*\*\*\*| ,| \.(\s|$)",
    "a doubled sign": r"[+−]{2}|\.\.|,,",
}  # fmt: skip
# Where sentences are made of data.
ROOMS = (
    "dashboard/findings/", "dashboard/figures/", "dashboard/messages/digest.py",
    "dashboard/reports/texts.py",
)  # fmt: skip
# What is no sentence of data but a rule of its own, and what other tests bring about.
ELSEWHERE = (
    # expressions of charts, and titles of lists
    r"^datum\.", r"^Step \{\} \(\{\}\) of the \{\} path, current \{\}$",
    r"all days together$", r"^In the order step as a day ended", r"^\{\}, at the end of \{\}$",
    r"^Cycle time by \{\}:",
    # how it is judged and drawn
    r"^Judged over \{\}", r"^Signs flipped by month end",
    r"^Months are compared for one mix", r"^An estimate, not a promise", r"^ Showing the newest",
    r"^ Arrows exceed the scale", r"^Nothing to compare yet",
    # tests/test_dates_alone.py
    r"undecided by (dates|them)", r"^: the share is between",
    # tests/test_rejected_rows.py and tests/test_pages_sla.py
    r"without a readable time were", r"^entries changed",
)  # fmt: skip
# What is a mean, share or median, and how it says of how many it is.
MEASURES = re.compile(r"\d%|\b(?:median|mean|average)\b")
COUNTED = re.compile(
    r"\bn = \d|\bof (?:these )?\d|\bof the (?:only|one) |"
    r"\b\d[\d,]* (?:completed |open |of )?(?:cases?|steps?|days?|month ends?|months)\b"
)
# Chances of single cases, and what is said only of twenty or a hundred cases and more.
FORECASTS = re.compile(
    r"Chance of missing|Expected |would be within SLA|^Simulated|team leaders’ turns|older than 85%"
)
# Submitted on a Tuesday night, done in the night after the third business day: kept by the clock.
AFTER_HOURS = "10-06 23:30", *["10-07 09:00"] * 5, "10-10 00:30"
WHOLE_DATES = "10-06 09:00", *["10-07 09:00"] * 5, "10-09 17:00"  # and kept by date
Fill = Callable[[Store], None]


def entered(store: Store, n: int, spent: Callable[[int], int], *, step: timedelta) -> None:
    """So many local cases one after the other from March on, each of so many minutes a step."""
    with store.bulk() as desk:
        for number in range(n):
            start = ny("03-02 09:00") + number * step
            times = [start + timedelta(minutes=spent(number) * done) for done in range(7)]
            evidence = commands.Evidence("local", times, form={"firm_name": f"Firm {number}"})
            commands.record_evidence(
                desk, evidence, by=LEAD, now=DECEMBER, command_id=f"{n} {number}"
            )


def one(store: Store) -> None:
    entered(store, 1, lambda _: 30, step=timedelta(days=1))


def one_open(store: Store) -> None:
    with store.bulk() as desk:
        evidence = commands.Evidence("local", [ny("10-05 09:00")], form={"firm_name": "Fir"})
        commands.record_evidence(desk, evidence, by=LEAD, now=DECEMBER, command_id="open")


def equal(store: Store) -> None:
    entered(store, 250, lambda _: 30, step=timedelta(days=1))


def instant(store: Store) -> None:
    entered(store, 60, lambda _: 0, step=timedelta(days=2))


def reversed_(store: Store) -> None:
    """Each case quicker than the one before."""
    entered(store, 250, lambda number: 1500 - 6 * number, step=timedelta(days=1))


def mixed(store: Store) -> None:
    one_open(store)
    entered(store, 21, lambda number: 10 * number, step=timedelta(days=9))


def of_figures(store: Store) -> dict[str, list[str]]:
    """What every figure says of a log."""
    said = {}
    for name, figure in declared().items():
        for scope in choices(figure, Scope(store, DECEMBER)):
            table = figure.table_of(scope)
            if table.num_rows:
                drawn = figure.drawn(scope, table)
                tiles = [
                    f"{one.label}: {one.value} {one.chip} {one.help or ''}" for one in drawn.tiles
                ]
                said[name] = [drawn.question, drawn.says, drawn.note, drawn.fold, *tiles]
    return said


def of_reports(store: Store, month: str) -> list[str]:
    """What a report says."""
    report = reports.make(store, Asked(read_period(month), DECEMBER))
    return [
        texts.finding(report), texts.beside(report), texts.breach_finding(report),
        texts.exact(report), *(" ".join(tile) for tile in texts.figures(report)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "fill", [one, one_open, equal, instant, reversed_, mixed], ids=lambda fill: fill.__name__
)
def test_no_sentence_of_a_figure_is_crooked(store: Store, fill: Fill):
    fill(store)

    said = of_figures(store)

    assert len(said) > 4
    assert crooked(said) == []


def tried() -> dict[str, list[str]]:
    """What the functions of `extremes` say, by extreme."""
    said: dict[str, list[str]] = {name: [] for name in extremes.EXTREMES}
    for function, trial in extremes.TRIED.items():
        for name, args in trial.items():
            said[name] += extremes.said(function, args) if isinstance(args, tuple) else ()
    for function, name, args in extremes.FURTHER:
        said[name] += extremes.said(function, args)
    return said


def test_each_function_that_makes_sentences_is_tried_on_every_extreme():
    known = {(made.__module__, made.__name__) for made in extremes.TRIED}
    modules = [import_module(f"dashboard.findings.{name}") for name in ("forecast", "what_if")]
    modules.append(import_module("dashboard.findings.words"))
    makers = {
        (made.__module__, name)
        for module in modules
        for name, made in vars(module).items()
        if isfunction(made) and not name.startswith("_") and made.__module__ == module.__name__
        and any(has_words(text) for text in literals(made))
    }  # fmt: skip

    assert makers - known == set()
    assert {tuple(trial) for trial in extremes.TRIED.values()} == {extremes.EXTREMES}


def literals(made: Callable[..., Any]) -> list[str]:
    """The filled texts that stand in a function."""
    tree = ast.parse(dedent(getsource(made)))
    return [
        "".join(str(part.value) if isinstance(part, ast.Constant) else " " for part in node.values)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
    ]


def has_words(text: str) -> bool:
    return len(inventory.WORD.findall(text)) >= inventory.FEWEST_WORDS


def test_no_sentence_of_an_extreme_is_crooked():
    assert crooked(tried()) == []


def test_every_template_was_brought_about_at_an_extreme(store: Store, tell: Told):
    mixed(store)
    tell("local", *WAITS, to_end=False)
    tell("local", *AFTER_HOURS)
    tell("local", *WHOLE_DATES)
    logs = [
        *chain.from_iterable(of_figures(store).values()),
        *chain.from_iterable(of_reports(store, month) for month in ("2026-10", "2026-12")),
    ]
    letters = [
        text
        for one in digests(store, now=DECEMBER)
        for text in (one.mail.subject, one.mail.body, one.missing)
    ]
    said = [*chain.from_iterable(tried().values()), *logs, *letters]
    every = list(inventory.templates(ROOMS))

    untried = {
        where: text
        for where, text in every
        if not any(inventory.filled(text).search(one) for one in said)
        and not any(re.search(known, text) for known in ELSEWHERE)
    }

    assert len(every) > 100
    assert untried == {}
    assert not any(inventory.filled("Most of {} are {} at dawn").search(one) for one in said)


def test_what_is_said_of_few_says_of_how_many(store: Store):
    mixed(store)
    said = tried()
    of_few = [*said["one"], *said["few"], *of_reports(store, "2026-03")]
    of_few += [lines[1] for lines in of_figures(store).values()]
    texts = [text.replace("\u00a0", " ").replace("**", "") for text in of_few]

    measured = [text for text in texts if MEASURES.search(text) and not FORECASTS.search(text)]

    assert len(measured) > 20
    assert [text for text in measured if not COUNTED.search(text)] == []
    assert not COUNTED.search("Half of them took 2 d, 85% within 3 d.")


@pytest.mark.parametrize("seed", range(300))
def test_forecasts_say_of_random_data_what_follows_from_it(seed: int):
    for about, text in extremes.drawn(seed):
        assert crooked({about: [text]}) == []
    extremes.holds(seed)


@pytest.mark.parametrize("month", ["2026-03", "2026-10", "2026-Q4"])
@pytest.mark.parametrize("fill", [one, one_open, equal, mixed], ids=lambda fill: fill.__name__)
def test_no_sentence_of_a_report_is_crooked(store: Store, fill: Fill, month: str):
    fill(store)

    assert crooked({"report": of_reports(store, month)}) == []


def crooked(said: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    return [
        (name, what, text)
        for name, lines in said.items()
        for text in lines
        for what, wrong in CROOKED.items()
        if re.search(wrong, text.replace("\u00a0", " ").replace("**", ""))
    ]
