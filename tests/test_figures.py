"""What holds of every figure that is declared: a new one is held to it without a line here."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dashboard import charts
from dashboard.charts.ready import AXIS_PX, room, spec
from dashboard.figures import ageing, keeping_up, missed, trend
from dashboard.figures.declared import declared
from dashboard.figures.figure import Drawn, Figure, Scope
from dashboard.figures.marks import apart, scatter_edge, step_name
from dashboard.store.model import Model
from dashboard.store.queries import read_query
from dashboard.workflows import AGREED_DATE
from tests import simulated
from tests.builders import SETTINGS
from tests.declared import choices, fields, units
from tests.insight_office import Office

FIGURES = declared()
CHARTED = {name: figure for name, figure in FIGURES.items() if figure.chart}
BEHIND = {name: figure for name, figure in CHARTED.items() if figure.behind or figure.opens}
TESTS = Path(__file__).parent
SENTENCE = re.compile(r"[\w*].*[.:…]\W*", re.DOTALL)
each = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
each_chart = pytest.mark.parametrize("figure", CHARTED.values(), ids=CHARTED)


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(7, 80)


@pytest.fixture(scope="module")
def scopes(office: Office) -> list[Scope]:
    """A log of cases on every edge, and one of many plain ones over more than a year."""
    many = simulated.Simulated(1).into(Model(SETTINGS))
    return [scope_of(office), Scope(many, simulated.NOW)]


def scope_of(office: Office) -> Scope:
    return Scope(office.view, office.now)


def told(figure: Figure, scopes: list[Scope]) -> Iterator[Drawn]:
    """The figure for each choice that a reader has, of the first log with enough for it."""
    for asked in zip(*(choices(figure, scope) for scope in scopes), strict=True):
        tables = ((scope, figure.table_of(scope)) for scope in asked)
        scope, table = next(one for one in tables if one[1].num_rows)
        yield figure.drawn(scope, table)


# --- Every figure ----------------------------------------------------------------------------


@each
def test_a_figure_rests_on_queries_that_say_what_their_rows_are(figure: Figure):
    names = figure.query.split()

    assert names
    assert figure.of in ("", *names)
    for name in names:
        assert read_query(name).about
        assert read_query(name).columns


@each
def test_the_queries_of_a_figure_are_held_against_a_slow_twin(figure: Figure):
    twins = [path.read_text("utf-8") for path in TESTS.glob("test_*.py")]
    text = "\n".join(one for one in twins if "twin" in one)

    assert [name for name in figure.query.split() if not re.search(rf"\b{name}\b", text)] == []


@each
def test_a_figure_asks_and_says_something_unless_it_is_numbers_alone(
    figure: Figure, scopes: list[Scope]
):
    for drawn in told(figure, scopes):
        assert drawn.tiles or SENTENCE.fullmatch(drawn.says)
        assert drawn.question or figure.is_bare
        assert drawn.note or figure.is_bare or figure.is_headline


@each_chart
def test_a_chart_asks_for_no_field_that_its_rows_lack(figure: Figure, scopes: list[Scope]):
    for drawn in told(figure, scopes):
        assert drawn.chart
        assert fields(drawn.chart) <= set(drawn.rows.column_names)


@each_chart
def test_a_chart_is_told_in_words_to_those_who_do_not_see_it(figure: Figure, scopes: list[Scope]):
    for drawn in told(figure, scopes):
        what, _, says = drawn.alt.partition(". ")

        assert len(what.split()) > 3
        assert says
        assert "**" not in drawn.alt


@each_chart
def test_a_chart_draws_the_pages_table_and_constant_rows_only(figure: Figure, scopes: list[Scope]):
    for drawn in told(figure, scopes):
        made = drawn.chart
        assert made

        sources = [unit.get("data", made.get("data")) for unit in units(made)]

        assert "datasets" not in made
        assert all(one == {"name": "table"} or set(one or ()) == {"values"} for one in sources)


@each_chart
def test_a_chart_names_tokens_and_not_colours(figure: Figure, scopes: list[Scope]):
    for drawn in told(figure, scopes):
        made = drawn.chart
        assert made
        text = json.dumps({key: value for key, value in made.items() if key != "config"})

        assert not re.search(r"#[0-9a-fA-F]{6}", text)
        for domain in re.findall(r'"domain": (\["Customer".*?\])', text):
            assert json.loads(domain) == charts.TOKENS


@each_chart
def test_every_state_and_tone_of_the_rows_is_a_token(figure: Figure, scopes: list[Scope]):
    for drawn in told(figure, scopes):
        rows = drawn.rows
        for name in {"tone", "state", "party"} & set(rows.column_names):
            nobody = {AGREED_DATE} if name == "party" else set[str]()
            assert set(rows[name].to_pylist()) <= {*charts.TOKENS, *nobody}


@pytest.mark.parametrize("figure", BEHIND.values(), ids=BEHIND)
def test_every_mark_leads_to_cases_and_a_mark_that_is_gone_to_none(
    figure: Figure, scopes: list[Scope]
):
    scope = figure.first(scopes[0])
    drawn = figure.drawn(scope, figure.table_of(scope))
    names = picked_by(drawn.chart)
    marks = [row for row in drawn.rows.to_pylist() if all(row[name] for name in names)]

    assert marks
    for row in marks:
        picked = {name: row[name] for name in names}
        mark = drawn.mark(picked)
        assert mark
        if figure.behind:
            cases = figure.behind(mark, scope)
            assert f"{cases.table.num_rows:,} case" in cases.heading
            assert {"case_id", "firm"} <= set(cases.download().column_names) or not cases.table
        else:
            assert scope.view.case(mark[figure.opens])
    assert drawn.mark(dict.fromkeys(names, "of an earlier log")) is None
    assert drawn.mark({}) is None


def picked_by(made: Any) -> list[str]:
    """The fields by which a click picks a mark."""
    [param] = [one for one in made["params"] if one["name"] == "picked"]
    return param["select"]["fields"]


def test_the_keys_of_a_page_are_its_figures_own():
    pages = sorted((TESTS.parent / "pages").glob("*.py"))
    for page in pages:
        text = page.read_text("utf-8")
        keys = [
            figure.key
            for name, figure in FIGURES.items()
            if re.search(rf"\b{name.partition('.')[2]}\b", text)
        ]

        assert sorted(set(keys)) == sorted(keys)


# --- What they have in common ----------------------------------------------------------------


def test_the_room_kept_for_a_chart_is_its_height_or_a_step_for_each_row_and_an_axis():
    ages = pa.table({"step": ["step 1", "step 2", "step 1"]})
    fixed, by_step = spec(trend.chart), spec(ageing.chart)

    assert room(fixed, pa.table({})) == fixed["height"] == 280
    assert room(by_step, ages) == 2 * by_step["height"]["step"] + AXIS_PX
    assert room(by_step, pa.table({})) == AXIS_PX


def test_binding_a_table_leaves_the_specification_as_it_was():
    made = spec(trend.chart)
    before, table = json.dumps(made), pa.table({"key": ["2026-01-01"]})

    bound = charts.bind(made, table)

    assert bound["datasets"] == {"table": table}
    assert json.dumps(made) == before


def test_words_at_the_end_of_lines_do_not_stand_on_each_other():
    assert apart([1.0, 1.1, 5.0], 0.5) == [1.0, 1.5, 5.0]


def test_the_scatter_ends_where_most_cases_are_but_not_below_the_limit(office: Office):
    scope = scope_of(office)
    rows = missed.rows(scope.run("finished_cases"), scope).to_pylist()

    assert scatter_edge(scope.promise, 1.0) == 6.0
    assert all(row["drawn"] <= row["days"] for row in rows)


def test_paths_are_named_before_steps_only_where_both_are_shown():
    row = {"workflow": "virtual_office", "step": 10}

    assert step_name(row, {}) == "VO 10 Order processed"
    assert step_name(row, {"workflow": "virtual_office"}) == "10 Order processed"


def test_a_week_that_a_filter_cuts_is_no_full_week(office: Office):
    weeks = scope_of(office).run("throughput")
    days = weeks["week"].to_pylist()

    assert [row["week"] for row in keeping_up.full_weeks(weeks, None)] == days[:-1]
    since = days[0].replace(day=days[0].day + 1)
    assert [row["week"] for row in keeping_up.full_weeks(weeks, since)] == days[1:-1]


def test_a_query_is_narrowed_by_those_filters_that_its_header_has(office: Office):
    scope = Scope(office.view, office.now, {"workflow": "local", "since": office.date(0)})

    local = scope.run("step_budgets")

    assert set(local["workflow"].to_pylist()) == {"local"}
    assert scope.narrowed(workflow=None).run("step_budgets").num_rows > local.num_rows
