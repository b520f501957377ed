"""Pages of a department whose zone, hours, day length, targets and window are drawn at random.

DRAWN repeats a run: a failure shows with which one it was.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from dashboard import clock, commands, formats
from dashboard.findings import Promise
from dashboard.instants import to_us
from dashboard.store import Store
from dashboard.workflows import WORKFLOWS
from tests.builders import LEAD
from tests.drawn import draw, run_seed
from tests.insight_twin import Told, Twin, quantile
from tests.test_pages import Browse, browse, live, log, said

__all__ = ["browse", "live", "log"]  # fixtures

CASES, DAYS = 60, 50


@pytest.fixture
def twin(live: Store, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Twin:
    """The log of such a department, told by the twin of its figures at the pages' own instant."""
    seed, now = run_seed(), clock.now()
    request.node.add_report_section("setup", "seed", f"DRAWN={seed}")
    monkeypatch.setattr(clock, "now", lambda: now)
    with live.bulk() as desk:
        draw(desk, seed, around=now.date())
        for number in range(CASES):
            record(desk, Random(seed + number), now, f"{number}")
        cases = [draft for draft in desk.drafts if draft.stream != "settings"]
    return Twin(live.settings, cases, now)


def record(desk: Any, rng: Random, now: datetime, name: str) -> None:
    """A case from a sheet; most are done, and some wait for the customer's download."""
    workflow = rng.choice(list(WORKFLOWS))
    times = [now - timedelta(days=DAYS) * rng.random()]
    while len(times) < WORKFLOWS[workflow].last and rng.random() < 0.95:
        at = times[-1] + timedelta(minutes=rng.choice([0, 20, 300, 1200, 4000]))
        if at > now:
            break
        times.append(at)
    fields = {4: {"appointment": to_us(times[0])}} if workflow == "virtual_office" else {}
    evidence = commands.Evidence(workflow, times, form={"firm_name": name}, fields=fields)
    commands.record_evidence(desk, evidence, by=LEAD, now=now, command_id=name)


def left(twin: Twin, told: Told) -> str:
    held = twin.promised(told)
    return formats.left(held.limit_us - twin.us(told), held.day_us)


def metrics_of(app: Any) -> dict[str, tuple[str, str]]:
    return {item.label: (item.value, item.delta) for item in app.metric}


def test_today_tells_each_case_in_days_and_by_a_limit_of_its_own(twin: Twin, browse: Browse):
    under_way = [told for told in twin.cases if not told.closed]
    pressing = [
        told
        for told in under_way
        if told.case.due < told.case.workflow.last or told.path != "local"
    ]

    app = browse()

    listed = app.dataframe[0].value
    assert sorted(listed["left"]) == sorted(left(twin, told) for told in pressing)
    late = [told for told in pressing if twin.us(told) > twin.promised(told).limit_us]
    assert metrics_of(app)["Open cases"][0] == str(len(under_way))
    assert metrics_of(app)["Overdue"][0] == str(len(late))


def test_throughput_counts_cases_against_what_was_promised_to_each(twin: Twin, browse: Browse):
    [*_, (month, n, _, in_limit, *_)] = [row for row in twin.attainment() if row[1]]
    done = [told for told in twin.closed if twin.day(told.closed or twin.now) >= month]
    lengths = {twin.promised(told).day_us for told in twin.cases}
    promised = map(twin.promised, done)
    limits = {f"{item.limit_us / item.day_us:g}{formats.NBSP}d" for item in promised}
    asked = Promise(lengths.pop() if len(lengths) == 1 else None)

    # the month is written as in the department's locale
    shown = {
        label.rpartition(", ")[0] or label: shown
        for label, shown in metrics_of(browse("throughput")).items()
    }

    days = [twin.days(told, twin.us(told)) for told in done]
    assert shown["Median"][0] == asked.days(quantile(days, 0.5))
    within = limits.pop() if len(limits) == 1 else "SLA"
    assert shown[f"Within {within}"][0] == formats.percent(in_limit / n)
    over = [twin.open_at(told, twin.now) for told in twin.cases].count("late")
    assert shown["Open now"][1] == f"{over:,} overdue"


def test_month_end_is_the_window_that_is_set(twin: Twin, browse: Browse):
    places = twin.opening_days()
    first, last = map(formats.place_sign, twin.settings.window)

    text = said(browse("month_end"))

    decided = sum(n for n, *_ in places.values())
    assert f"the window, {first} to {last}. {decided:,} case" in text
