"""What a figure declares, what it is asked of, and what it comes to.

The page's renderer (`ui.figure_card`) draws any of them, and reports print them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

import pyarrow as pa

from dashboard.charts import Spec, spec
from dashboard.figures.rows import rows_of
from dashboard.findings import Promise, promised
from dashboard.instants import to_us
from dashboard.settings import Settings
from dashboard.store import View
from dashboard.store.queries import read_query

Row = Mapping[str, Any]
Words = dict[str, Any]  # a row of a table as people read it, by column


@dataclass(frozen=True)
class Scope:
    """What a figure is asked of: a view of the log, an instant, the cases that filters leave."""

    view: View
    now: datetime
    filters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    choice: Any = None  # what the reader chose on the card itself

    def run(self, query: str, **params: Any) -> pa.Table:
        """The query's table, narrowed by those filters, and the window, that its header has."""
        first, last = self.window
        known = read_query(query).parameters
        asked = {**self.filters, "window_from": first, "window_to": last}
        given = {name: value for name, value in asked.items() if name in known}
        return self.view.run(query, now=self.now, **{**given, **params})

    def narrowed(self, **filters: Any) -> "Scope":
        """The same of fewer cases."""
        return replace(self, filters={**self.filters, **filters})

    @cached_property
    def promise(self) -> Promise:
        """What the cases asked about are measured against."""
        filtered = self.filters.get("workflow")
        return promised(self.settings, filtered, to_us(self.now), self.promises)

    @cached_property
    def completed(self) -> Promise:
        """What the completed of them are measured against."""
        held = [row for row in self.promises if row["n_completed"]]
        return promised(self.settings, self.filters.get("workflow"), to_us(self.now), held)

    @cached_property
    def promises(self) -> list[Words]:
        """What was promised to them, and how much of it was kept."""
        return self.run("promises").to_pylist()

    @property
    def settings(self) -> Settings:
        """What is set for the department."""
        return self.view.settings

    @property
    def zone(self) -> str:
        """The calendar's zone: that of every time shown."""
        return self.settings.calendar.zone

    @property
    def window(self) -> tuple[int, int]:
        """Business days to month end, the first and the last of the window."""
        return self.settings.window

    @property
    def today(self) -> date:
        """The date in the calendar's zone."""
        return self.settings.calendar.local_date([to_us(self.now)])[0].astype(object)


Said = Callable[[pa.Table, Scope], str]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader can choose on the card: in words, and what each stands for."""

    key: str  # in the address too
    label: str
    options: Mapping[str, Any]
    usual: Callable[[Scope], str] | None = None  # else the first

    def first(self, scope: Scope) -> str:
        """What is chosen as long as nobody chooses."""
        return self.usual(scope) if self.usual else next(iter(self.options))


class Tile(NamedTuple):
    """One number: what of, how much, and against what; ▲ before that means late."""

    label: str
    value: str | int
    chip: str
    course: Sequence[float] = ()
    arrow: Any = "off"
    help: str | None = None


@dataclass(frozen=True)
class Cases:
    """Cases in a table, each leading to its page: those of a card, or those behind a mark.

    `words` makes a row as people read it, by column: a name that `ui.tables.COLUMNS` has stands
    there as in every table, any other is a heading itself.
    """

    key: str
    alt: str
    table: pa.Table  # case_id, firm, and what `words` reads
    words: Callable[[Row], Words]
    columns: Sequence[str] = ()  # in order; none: all that `words` gives
    heading: str = ""
    file: str = ""  # what the download is called, if not as the key, …
    kept: Sequence[str] | None = None  # … and which of the table's columns it has; None: the words
    download_key: str = ""

    def download(self) -> pa.Table:
        """What the file has: all cases, however many are drawn."""
        if self.kept is not None:
            return self.table.select(self.kept)
        return pa.Table.from_pylist(
            [
                {"case_id": row["case_id"], "firm": row["firm"], **self.words(row)}
                for row in rows_of(self.table)
            ]
        )


class Headline(NamedTuple):
    """A finding that heads a page, and the sentence that says what it rests on."""

    text: str
    why: str


class Lines(NamedTuple):
    """A plain table in words, its first column always in sight, and its download."""

    key: str
    alt: str
    table: pa.Table
    file: str
    file_key: str
    width: int  # px of the first column
    scrolls: bool = True  # if it is long


def nothing(_table: pa.Table, _scope: Scope) -> str:
    """No words."""
    return ""


def no_more(_scope: Scope) -> dict[str, Any]:
    """No parameters but the filters."""
    return {}


def in_one_way(_scope: Scope) -> tuple[Any, ...]:
    """A chart of one kind only."""
    return ()


@dataclass(frozen=True, eq=False)
class Figure:
    """All of one card. What is a function here is pure: of the table, and what was asked."""

    key: str  # of the card on its page, and of what stands on it
    question: str | Said
    query: str  # names in queries/: the one that gives the table, and what else it rests on
    of: str = ""  # the one that gives the table, if it is not the first
    params: Callable[[Scope], Mapping[str, Any]] = no_more
    # What is computed from the query's rows, if they are not the table; `method` says how.
    compute: Callable[[pa.Table, Scope], pa.Table] | None = None
    method: str = ""
    says: Said = nothing  # what it shows now, in a sentence or two
    hint: str = ""  # what a click does, after that
    choice: Choice | None = None
    tiles: Callable[[pa.Table, Scope], Sequence[Tile]] | None = None
    tiles_key: str = ""  # if not the figure's
    tiles_across: int = 0  # places side by side; 0: as many as there are
    rows: Callable[[pa.Table, Scope], pa.Table] | None = None  # of the chart
    chart: Callable[..., Spec] | None = None  # built when it is first drawn, then kept
    variant: Callable[[Scope], tuple[Any, ...]] = in_one_way  # what the chart is built of
    legend: Callable[[Spec, pa.Table], Spec] | None = None  # names what the rows have
    alt: str | Said = ""  # what the chart is of; what it says comes after it
    lines: Callable[[pa.Table, Scope], Lines] | None = None
    cases: Callable[[pa.Table, Scope], Cases | None] | None = None
    fold: Said | None = None  # they are folded under these words
    fold_key: str = ""
    file: Sequence[str] = ()  # name and key of a download of the figure's own table
    note: str | Said = ""  # what it rests on
    behind: Callable[[Row, Scope], Cases] | None = None  # the cases that a mark counts
    is_behind_below: bool = False  # they stand under the card
    opens: str = ""  # the field of a mark that names the case which a click opens
    # What stands in its place without any row: icon, headline, next step. (): nothing at all;
    # None: the card itself says it.
    empty: Sequence[str] | None = None
    is_headline: bool = False  # heads a page
    is_bare: bool = False  # numbers without a card around them
    is_lasting: bool = False  # costly, and of completed cases only: as of the log's last entry

    def first(self, scope: Scope) -> Scope:
        """The scope with what is chosen as long as nobody chooses."""
        if self.choice is None:
            return scope
        return replace(scope, choice=self.choice.options[self.choice.first(scope)])

    def table_of(self, scope: Scope) -> pa.Table:
        """The figure's own table."""
        table = scope.run(self.of or self.query.split()[0], **self.params(scope))
        return self.compute(table, scope) if self.compute else table

    def asks(self, table: pa.Table, scope: Scope) -> str:
        """The question, or what heads a page."""
        return _words(self.question, table, scope)

    def chart_key(self, scope: Scope) -> str:
        """What the chart is called: another choice is another chart, with nothing picked in it."""
        if self.choice is None:
            return self.key
        return f"{self.key}-{[*self.variant(scope), scope.choice][0]}"

    def drawn(self, scope: Scope, table: pa.Table) -> "Drawn":
        """The figure as it stands now."""
        rows = self.rows(table, scope) if self.rows else pa.table({})
        says = self.says(table, scope)
        chart = self._chart(scope, rows) if self.chart and rows.num_rows else None
        alt = _words(self.alt, table, scope)
        return Drawn(
            question=self.asks(table, scope),
            says=says,
            note=_words(self.note, table, scope),
            tiles=self.tiles(table, scope) if self.tiles else (),
            rows=rows,
            chart=chart,
            alt=f"{alt}. {says.replace('**', '')}" if says else alt,
            lines=self.lines(table, scope) if self.lines and table.num_rows else None,
            cases=self.cases(table, scope) if self.cases and table.num_rows else None,
            fold=self.fold(table, scope) if self.fold and table.num_rows else "",
        )

    def _chart(self, scope: Scope, rows: pa.Table) -> Spec:
        made = spec(self.chart, *self.variant(scope))
        return self.legend(made, rows) if self.legend else made


class Drawn(NamedTuple):
    """What a figure comes to: all that a page, a sheet of paper or a workbook shows of it."""

    question: str
    says: str
    note: str
    tiles: Sequence[Tile]
    rows: pa.Table
    chart: Spec | None
    alt: str
    lines: Lines | None
    cases: Cases | None
    fold: str

    def mark(self, picked: Mapping[str, Any]) -> Row | None:
        """The mark that was clicked; None if none is, or the rows have it no longer.

        A selection outlives the data that it was made in.
        """
        names = [name for name in picked if name in self.rows.column_names]
        if not names:
            return None
        told = self.rows.to_pylist()
        return next((row for row in told if all(row[n] == picked[n] for n in names)), None)


def _words(said: str | Said, table: pa.Table, scope: Scope) -> str:
    return said if isinstance(said, str) else said(table, scope)
