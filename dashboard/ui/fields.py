"""A workflow's fields as inputs: one kind, one input, for every form there is.

Keys are `<scope>-<field>`; what was typed is kept for the session until a command succeeds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st

from dashboard import formats
from dashboard.catalogue import families
from dashboard.instants import to_datetime, to_us
from dashboard.settings import Settings
from dashboard.ui import agreed, guard, unfinished
from dashboard.ui.words import on_the_wall, plain, typed_instant
from dashboard.workdays import time_zones
from dashboard.workflows import Field, FieldKind, Workflow

YES_NO = {"Yes": True, "No": False}
NARROWEST = 250  # px that an input needs: two side by side, one on a telephone


@dataclass(frozen=True, slots=True)
class Asking:
    """What a form knows of the case: for options, for what is filled in already."""

    settings: Settings
    workflow: Workflow
    now: datetime
    known: Mapping[str, Any] = field(default_factory=dict[str, Any])
    names: Sequence[str] = ()
    suggested: Mapping[str, Any] = field(default_factory=dict[str, Any])
    case_id: str = ""  # whose own appointment is not in its way
    limit: datetime | None = None  # that an appointment may make the case miss

    @property
    def zone(self) -> str:
        """The calendar's zone."""
        return self.settings.calendar.zone

    @property
    def products(self) -> list[str]:
        """The catalogue's products that this path can have; add-ons come with a hosted one only."""
        has_addons = self.workflow.products_required
        return [item.name for item in self.settings.catalogue if has_addons or not item.is_addon]

    @property
    def families(self) -> list[str]:
        """The families of the case's products."""
        chosen = self.known.get(self.workflow.products_field) or ()
        return families(chosen, self.settings.catalogue)

    def given(self, item: Field) -> Any:
        """What the input begins with: a value suggested, or, for products, those of the form."""
        if item.kind is FieldKind.PRODUCTS and item.key not in self.suggested:
            chosen = self.known.get(self.workflow.products_field) or ()
            return [name for name in chosen if name in self.products]
        return self.suggested.get(item.key)


def key_of(scope: str, item: Field) -> str:
    """The key of the field's input."""
    return f"{scope}-{item.key}"


def draw(fields: Sequence[Field], scope: str, asking: Asking, problems: Mapping[str, str]) -> None:
    """Draw the inputs, each with what was wrong with it beneath."""
    with st.grid(2, min_column_width=NARROWEST, gap="small") as grid:
        for item in fields:
            with grid.cell():
                INPUTS[item.kind](item, key_of(scope, item), asking)
                unfinished.watch(_ticks(key_of(scope, item), item, asking) or [key_of(scope, item)])
                problem(problems.get(item.key))


def problem(text: str | None) -> None:
    """What is wrong with the input above, if something is."""
    if text:
        st.markdown(f":red[:material/error: {plain(text)}]")


def values(fields: Sequence[Field], scope: str, asking: Asking) -> dict[str, Any]:
    """What stands in the inputs, as commands take it. InputRefused for a time that never was."""
    return {item.key: _value(item, key_of(scope, item), asking) for item in fields}


def forget(fields: Sequence[Field], scope: str, asking: Asking) -> None:
    """Empty the inputs: what was typed has been stored."""
    for item in fields:
        for key in (key_of(scope, item), *_ticks(key_of(scope, item), item, asking)):
            st.session_state.pop(key, None)


def told(item: Field, value: Any, zone: str, there: str | None = None) -> str:
    """A value in words, for records and histories; `there` is the firm's own zone, if known."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    if item.kind is FieldKind.WINDOW:
        return agreed.window(value, item.hours, zone, there)
    return str(value)


def _label(item: Field) -> str:
    return item.label if item.required else f"{item.label} (optional)"


def _text(item: Field, key: str, asking: Asking) -> None:
    st.text_input(
        _label(item), key=key, help=item.help or None, max_chars=item.max_length,
        value=asking.given(item) or "", persist_state="session",
    )  # fmt: skip


def _confirm(item: Field, key: str, asking: Asking) -> None:
    st.checkbox(
        item.label, bool(asking.given(item)), key=key, help=item.help or None,
        persist_state="session", wrap=True,
    )  # fmt: skip


def _yes_no(item: Field, key: str, asking: Asking) -> None:
    given = {True: "Yes", False: "No"}.get(asking.given(item))
    st.segmented_control(
        _label(item), list(YES_NO), default=given, key=key, help=item.help or None,
        persist_state="session",
    )  # fmt: skip


def _choice(item: Field, key: str, asking: Asking) -> None:
    st.segmented_control(
        _label(item), item.options, default=asking.given(item) or None, key=key,
        help=item.help or None, persist_state="session", format_func=str.capitalize,
    )  # fmt: skip


def _date(item: Field, key: str, asking: Asking) -> None:
    given = asking.given(item)
    st.date_input(
        _label(item), date.fromisoformat(given) if given else None, key=key,
        help=item.help or None, format="YYYY-MM-DD", persist_state="session",
    )  # fmt: skip


def _products(item: Field, key: str, asking: Asking) -> None:
    st.multiselect(
        _label(item), asking.products, asking.given(item), key=key, help=item.help or None,
        placeholder="Choose products", persist_state="session",
    )  # fmt: skip


def _families(item: Field, key: str, asking: Asking) -> None:
    st.markdown(f":small[{item.label}]", help=item.help or None)
    with st.container(gap="xxsmall"):
        for family in asking.families:
            st.checkbox(
                f"{family} licence", family in (asking.given(item) or ()), key=f"{key}-{family}",
                persist_state="session",
            )  # fmt: skip


def _window(item: Field, key: str, asking: Asking) -> None:
    city, given = formats.city(asking.zone), asking.given(item)
    begins = on_the_wall(to_datetime(given), asking.zone) if given else None
    st.datetime_input(
        f"{item.label} ({city})", begins, key=key, help=item.help or None, format="YYYY-MM-DD",
        step=timedelta(minutes=15), persist_state="session",
    )  # fmt: skip
    if by := agreed.confirm_by(item.hours, asking.now, asking.case_id, asking.limit, asking.zone):
        st.markdown(f":small[{by}]")
    if differs := agreed.clocks(asking.now, asking.zone, asking.known.get("firm_zone")):
        st.caption(differs)
    free = agreed.free(item.hours, asking.now, asking.case_id)
    if not free:
        return
    st.caption("The next free ones:")
    with st.container(horizontal=True, gap="xxsmall", key=f"{key}-free"):
        for begins, ends in free:
            is_late = asking.limit is not None and ends > asking.limit
            # a button of the form: what else was typed in it comes with it
            st.form_submit_button(
                formats.moment(begins, asking.zone), on_click=guard.asking(_take),
                key=f"{key}-free-{to_us(begins)}",
                args=(key, on_the_wall(begins, asking.zone)),
                icon=":material/running_with_errors:" if is_late else None,
                help="It ends after the limit." if is_late else None,
            )  # fmt: skip


def _take(key: str, begins: datetime) -> None:
    st.session_state[key] = begins


def _zone(item: Field, key: str, asking: Asking) -> None:
    region = asking.zone.partition("/")[0]
    names = sorted((n for n in time_zones() if "/" in n), key=lambda n: (region not in n, n))
    given, none = asking.given(item), f"As the department’s, {formats.city(asking.zone)}"
    st.selectbox(
        _label(item), ["", *names], names.index(given) + 1 if given in names else 0, key=key,
        help=item.help or None, format_func=lambda name: name or none, persist_state="session",
    )  # fmt: skip


def _person(item: Field, key: str, asking: Asking) -> None:
    given = asking.given(item)
    names = list(dict.fromkeys([*([given] if given else []), *asking.names]))
    st.selectbox(
        _label(item), names, 0 if given else None, key=key, help=item.help or None,
        accept_new_options=True, placeholder="Choose or type a name", persist_state="session",
    )  # fmt: skip


INPUTS: dict[FieldKind, Callable[[Field, str, Asking], None]] = {
    FieldKind.TEXT: _text,
    FieldKind.EMAIL: _text,
    FieldKind.CONFIRM: _confirm,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
    FieldKind.DATE: _date,
    FieldKind.PRODUCTS: _products,
    FieldKind.FAMILIES: _families,
    FieldKind.WINDOW: _window,
    FieldKind.PERSON: _person,
    FieldKind.ZONE: _zone,
}


def _ticks(key: str, item: Field, asking: Asking) -> list[str]:
    """The keys of a field that is a row of ticks."""
    if item.kind is not FieldKind.FAMILIES:
        return []
    return [f"{key}-{family}" for family in asking.families]


def _value(item: Field, key: str, asking: Asking) -> Any:
    if item.kind is FieldKind.FAMILIES:
        return [family for family in asking.families if st.session_state.get(f"{key}-{family}")]
    value = st.session_state.get(key)
    if item.kind is FieldKind.DATE and isinstance(value, date):
        return value.isoformat()
    if item.kind is FieldKind.YES_NO:
        return YES_NO.get(value) if isinstance(value, str) else None
    if item.kind is FieldKind.WINDOW:
        return typed_instant(value, asking.zone) if isinstance(value, datetime) else None
    return value
