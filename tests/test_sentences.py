"""Every sentence that a declared figure can say, on logs at the edge: none is crooked.

New declarations are found by themselves (`tests/declared.py`).
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from dashboard import commands, reports
from dashboard.figures.declared import declared
from dashboard.figures.figure import Scope
from dashboard.reports import Asked, read_period, texts
from dashboard.store import Store
from tests.builders import LEAD
from tests.declared import choices
from tests.test_metrics_insight import DECEMBER, ny

CROOKED = {
    "a plural of one": r"(?<![\d.,])1 (cases|steps|days|months|points|quarters|month ends|weeks)\b",
    "a number that is none": r"\b(nan|None|inf)\b",
    "a verb of the other number": r"(?<![\d.,])1 (case|step|tracker row) (are|were)\b",
    "a share of nothing": r"\b0 of 0\b",
    "two blanks": r"\w {2,}\w",
    "an empty place": r"\(\)|\*\*\*\*| ,| \.(\s|$)",
    "a doubled sign": r"[+−]{2}|\.\.|,,",
}  # fmt: skip
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


@pytest.mark.parametrize(
    "fill", [one, one_open, equal, instant, reversed_, mixed], ids=lambda fill: fill.__name__
)
def test_no_sentence_of_a_figure_is_crooked(store: Store, fill: Fill):
    fill(store)
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

    assert len(said) > 4
    assert crooked(said) == []


@pytest.mark.parametrize("month", ["2026-03", "2026-10", "2026-Q4"])
@pytest.mark.parametrize("fill", [one, one_open, equal, mixed], ids=lambda fill: fill.__name__)
def test_no_sentence_of_a_report_is_crooked(store: Store, fill: Fill, month: str):
    fill(store)

    report = reports.make(store, Asked(read_period(month), DECEMBER))

    lines = [texts.finding(report), texts.beside(report), texts.breach_finding(report),
             texts.exact(report), *(" ".join(tile) for tile in texts.figures(report))]  # fmt: skip
    assert crooked({"report": lines}) == []


def crooked(said: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    return [
        (name, what, text)
        for name, lines in said.items()
        for text in lines
        for what, wrong in CROOKED.items()
        if re.search(wrong, text.replace("\u00a0", " ").replace("**", ""))
    ]
