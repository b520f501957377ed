"""Draws any figure: heading, sentence, chart, the cases behind a mark, what it rests on."""

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard.figures.figure import Cases, Choice, Drawn, Figure, Lines, Row, Scope
from dashboard.instants import to_datetime
from dashboard.ui import cards, definitions, handle, navigation, tables
from dashboard.ui.page import Page


def draw(
    page: Page,
    figure: Figure,
    table: pa.Table | None = None,
    more: Callable[[], None] | None = None,
) -> bool:
    """The figure of the cases that the page's filters leave, or of a table that is at hand.

    `more` draws what belongs to its card besides. False if nothing is shown.
    """
    scope = figure.first(scope_of(page, figure))
    given = figure.table_of(scope) if table is None else table
    if not given.num_rows and figure.empty is not None:
        if figure.empty:
            cards.empty(*figure.empty)
        return False
    with _frame(figure):
        _head(figure, figure.asks(given, scope))
        said = None
        if figure.choice and given.num_rows:
            said = st.empty()
            scope = _chosen(figure.choice, scope)
        drawn = _now(figure, scope) if table is None else figure.drawn(scope, table)
        _say(drawn.says, figure.hint, said)
        mark = _body(page, figure, drawn, scope)
        _tables(page, figure, drawn, given)
        if more:
            more()
        _foot(figure, drawn.note)
    if mark and figure.behind and figure.is_behind_below:
        _behind(page, figure.behind(mark, scope))
    return True


def scope_of(page: Page, figure: Figure) -> Scope:
    """What the page asks of the figure."""
    last_us = page.store.log.last_recorded_us()
    now = to_datetime(last_us) if figure.is_lasting else page.now
    return Scope(page.store, now, page.filters)


def _now(figure: Figure, scope: Scope) -> Drawn:
    """The figure as it stands, kept until the log, the minute or what is asked changes."""
    asked = sorted((name, str(value)) for name, value in scope.filters.items())
    state = scope.view.head().hash, scope.now
    return _kept(figure, scope, (figure, scope.choice, *asked, *state))


@handle.by_key(400)
def _kept(figure: Figure, scope: Scope, _key: tuple[Hashable, ...]) -> Drawn:
    return figure.drawn(scope, figure.table_of(scope))


def _frame(figure: Figure) -> AbstractContextManager[Any]:
    if figure.is_bare:
        return nullcontext()
    return cards.frame(figure.key, "content" if figure.is_headline else "stretch")


def _head(figure: Figure, question: str) -> None:
    if figure.is_headline:
        st.header(question, anchor=False)
    elif question:
        st.subheader(question, anchor=False)


def _chosen(choice: Choice, scope: Scope) -> Scope:
    usual = choice.first(scope)
    word = st.segmented_control(
        choice.label,
        list(choice.options),
        default=usual,
        required=True,
        key=choice.key,
        label_visibility="collapsed",
        bind="query-params",
    )
    return replace(scope, choice=choice.options[word or usual])


def _say(says: str, hint: str, place: Any) -> None:
    for text in filter(None, f"{says} {hint}".strip().split("\n\n")):
        (place or st).markdown(text)


def _body(page: Page, figure: Figure, drawn: Drawn, scope: Scope) -> Row | None:
    """Numbers and chart; gives the mark that was clicked, and shows what is behind it."""
    if drawn.tiles:
        cards.tiles(drawn.tiles, figure.tiles_key or figure.key, figure.tiles_across)
    if drawn.chart is None:
        return None
    key = figure.chart_key(scope)
    if not (figure.behind or figure.opens):
        cards.chart(drawn.rows, drawn.chart, drawn.alt, key)
        return None
    event = cards.chart(drawn.rows, drawn.chart, drawn.alt, key, on_select="rerun")
    picked = event.selection.get("picked")
    mark = drawn.mark(picked[0]) if picked else None
    if mark and figure.opens:
        navigation.open_case(mark[figure.opens])
    if mark and figure.behind and not figure.is_behind_below:
        _behind(page, figure.behind(mark, scope))
    return mark


def _tables(page: Page, figure: Figure, drawn: Drawn, table: pa.Table) -> None:
    if drawn.lines:
        _lines(drawn.lines)
    if drawn.cases and drawn.fold:
        with st.expander(drawn.fold, key=figure.fold_key, on_change="rerun") as folded:
            if folded.open:
                _behind(page, drawn.cases)
    elif drawn.cases:
        _cases(page, drawn.cases)
    if figure.file and table.num_rows:
        cards.download(table, *figure.file)


def _lines(lines: Lines) -> None:
    shown = lines.table
    most = tables.MOST_ROWS if lines.scrolls else shown.num_rows
    first = st.column_config.TextColumn(pinned=True, width=lines.width)
    st.dataframe(
        shown,
        hide_index=True,
        row_height=tables.ROW_PX,
        placeholder="",
        key=lines.key,
        column_config={shown.column_names[0]: first},
        height=tables.HEAD_PX + tables.ROW_PX * min(shown.num_rows, most) + 2,
        alt=lines.alt,
    )
    cards.download(shown, lines.file, lines.file_key)


def _behind(page: Page, cases: Cases) -> None:
    """The cases that a mark counts: exactly these, as many as it says."""
    with st.container(key=f"behind-{cases.key}", gap="xsmall"):
        st.markdown(cases.heading)
        if cases.table.num_rows:
            _cases(page, cases)


def _cases(page: Page, cases: Cases) -> None:
    columns = cases.columns or list(cases.words(cases.table.slice(0, 1).to_pylist()[0]))
    tables.cases(page, cases.table, lambda _, row: cases.words(row), columns, cases.alt, cases.key)
    cards.download(
        cases.download, cases.file or cases.key, cases.download_key or f"download-{cases.key}"
    )


def _foot(figure: Figure, note: str) -> None:
    if note and not figure.is_bare:
        st.caption(note)
    definitions.button(figure.query, figure.key, figure.method)
    if note and figure.is_bare:
        st.caption(note)
