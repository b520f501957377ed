"""How each kind of field is asked for: its input in a form, and its column in the grid.

An input's key is `<scope>-<field>`; what was typed is kept for the session.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import formats
from dashboard.catalogue import families
from dashboard.instants import to_datetime
from dashboard.locales import column_format, input_format
from dashboard.settings import Settings
from dashboard.ui import agreed
from dashboard.ui.asking import Asking
from dashboard.ui.words import on_the_wall, typed_instant
from dashboard.workdays import time_zones
from dashboard.workflows import Field, FieldKind, FieldType

YES_NO = {"Yes": True, "No": False}
TEXT_PX, WIDE_PX, TIME_PX = 170, 260, 190
PAUSE = "500ms"  # of somebody who types, until the server hears of it


class Input:
    """How a kind is asked for; this one, and what the others change of it, is a line of text.

    A cell is what the grid holds of a value: what its column edits, as Arrow has it.
    """

    arrow = pa.string()

    def draw(self, item: Field, key: str, asking: Asking) -> None:
        """The input, with what is suggested in it."""
        st.text_input(
            _label(item), self.given(item, asking), key=key, help=item.help or None,
            max_chars=item.max_length, persist_state="session", live=PAUSE,
        )  # fmt: skip

    def given(self, item: Field, asking: Asking) -> Any:
        """What the input begins with: what is suggested, as it holds it."""
        return asking.suggested.get(item.key) or ""

    def begins(self, item: Field, key: str, asking: Asking) -> dict[str, Any]:
        """The keys under which what is typed stands, and what stands there at first."""
        return {key: self.given(item, asking)}

    def value(self, key: str, asking: Asking) -> Any:
        """What stands in the input, as commands take it. InputRefused for a time that never was."""
        return self.taken(st.session_state.get(key), asking.zone)

    def column(self, item: Field, settings: Settings) -> Any:
        """The grid's column."""
        return st.column_config.TextColumn(
            item.label, max_chars=item.max_length, width=TEXT_PX, help=item.help or None
        )

    def cell(self, sent: Any) -> Any:
        """The cell of what the browser sends, or of what was read from a spreadsheet."""
        return sent

    def taken(self, typed: Any, zone: str) -> Any:
        """What a cell or an input holds, as commands take it."""
        return typed


class _Confirm(Input):
    arrow = pa.bool_()

    def draw(self, item: Field, key: str, asking: Asking) -> None:
        st.checkbox(
            item.label, self.given(item, asking), key=key, help=item.help or None,
            persist_state="session", wrap=True,
        )  # fmt: skip

    def given(self, item: Field, asking: Asking) -> bool:
        return bool(asking.suggested.get(item.key))

    def column(self, item: Field, settings: Settings) -> Any:
        return st.column_config.CheckboxColumn(item.label, help=item.help or None)


class _YesNo(Input):
    def draw(self, item: Field, key: str, asking: Asking) -> None:
        st.segmented_control(
            _label(item), list(YES_NO), default=self.given(item, asking), key=key,
            help=item.help or None, persist_state="session",
        )  # fmt: skip

    def given(self, item: Field, asking: Asking) -> Any:
        return self.cell(asking.suggested.get(item.key))

    def column(self, item: Field, settings: Settings) -> Any:
        return _one_of(item, list(YES_NO))

    def cell(self, sent: Any) -> Any:
        return ("Yes" if sent else "No") if isinstance(sent, bool) else sent

    def taken(self, typed: Any, zone: str) -> bool | None:
        return YES_NO.get(typed) if isinstance(typed, str) else None


class _Choice(Input):
    def draw(self, item: Field, key: str, asking: Asking) -> None:
        st.segmented_control(
            _label(item), item.options, default=self.given(item, asking), key=key,
            help=item.help or None, persist_state="session", format_func=str.capitalize,
        )  # fmt: skip

    def given(self, item: Field, asking: Asking) -> Any:
        return asking.suggested.get(item.key) or None

    def column(self, item: Field, settings: Settings) -> Any:
        return _one_of(item, list(item.options))


class _Date(Input):
    arrow = pa.date32()

    def draw(self, item: Field, key: str, asking: Asking) -> None:
        st.date_input(
            _label(item), self.given(item, asking), key=key, help=item.help or None,
            format=input_format(), persist_state="session",
        )  # fmt: skip

    def given(self, item: Field, asking: Asking) -> date | None:
        given = asking.suggested.get(item.key)
        return date.fromisoformat(given) if given else None

    def column(self, item: Field, settings: Settings) -> Any:
        return st.column_config.DateColumn(
            item.label, format=input_format(), help=item.help or None
        )

    def cell(self, sent: Any) -> Any:
        return datetime.fromisoformat(sent).date() if isinstance(sent, str) else sent

    def taken(self, typed: Any, zone: str) -> Any:
        return typed.isoformat() if isinstance(typed, date) else typed


class _Products(Input):
    arrow = pa.list_(pa.string())

    def draw(self, item: Field, key: str, asking: Asking) -> None:
        offered = asking.products
        if key in st.session_state:  # a draft may name what is not in the catalog any more
            kept = st.session_state[key] or []
            if not set(kept) <= set(offered):
                st.session_state[key] = [name for name in kept if name in offered]
        st.multiselect(
            _label(item), offered, self.given(item, asking), key=key, help=item.help or None,
            placeholder="Choose products", persist_state="session",
        )  # fmt: skip

    def given(self, item: Field, asking: Asking) -> list[str]:
        if item.key in asking.suggested:
            return list(asking.suggested[item.key] or ())
        chosen = asking.known.get(asking.workflow.products_field) or ()  # those of the form
        return [name for name in chosen if name in asking.products]

    def column(self, item: Field, settings: Settings) -> Any:
        return _some_of(item, [product.name for product in settings.catalogue])


class _Families(Input):
    arrow = pa.list_(pa.string())

    def draw(self, item: Field, key: str, asking: Asking) -> None:
        given = asking.suggested.get(item.key) or ()
        st.markdown(f":small[{item.label}]", help=item.help or None)
        with st.container(gap="xxsmall"):
            for family in asking.families:
                st.checkbox(
                    f"{family} license", family in given, key=f"{key}-{family}",
                    persist_state="session",
                )  # fmt: skip

    def begins(self, item: Field, key: str, asking: Asking) -> dict[str, Any]:
        given = asking.suggested.get(item.key) or ()
        return {f"{key}-{family}": family in given for family in asking.families}

    def value(self, key: str, asking: Asking) -> list[str]:
        return [family for family in asking.families if st.session_state.get(f"{key}-{family}")]

    def column(self, item: Field, settings: Settings) -> Any:
        names = [product.name for product in settings.catalogue]
        return _some_of(item, families(names, settings.catalogue))


class _Window(Input):
    arrow = pa.timestamp("ms")

    def draw(self, item: Field, key: str, asking: Asking) -> None:
        city = formats.city(asking.zone)
        st.datetime_input(
            f"{item.label} ({city})",
            self.given(item, asking),
            key=key,
            help=item.help or None,
            format=input_format(),
            step=timedelta(minutes=15),
            persist_state="session",
        )
        by = agreed.confirm_by(item.hours, asking.now, asking.case_id, asking.limit, asking.zone)
        if by:
            st.markdown(f":small[{by}]")
        if differs := agreed.clocks(asking.now, asking.zone, asking.known.get("firm_zone")):
            st.caption(differs)
        agreed.offer(item.hours, key, asking)

    def given(self, item: Field, asking: Asking) -> datetime | None:
        given = asking.suggested.get(item.key)
        return on_the_wall(to_datetime(given), asking.zone) if given else None

    def column(self, item: Field, settings: Settings) -> Any:
        return time_column(f"{item.label} ({formats.city(settings.calendar.zone)})", item.help)

    def cell(self, sent: Any) -> Any:
        return datetime.fromisoformat(sent).replace(tzinfo=None) if isinstance(sent, str) else sent

    def taken(self, typed: Any, zone: str) -> datetime | None:
        return typed_instant(typed, zone) if isinstance(typed, datetime) else None


class _Person(Input):
    def draw(self, item: Field, key: str, asking: Asking) -> None:
        given = self.given(item, asking)
        names = list(dict.fromkeys([*([given] if given else []), *asking.names]))
        st.selectbox(
            _label(item), names, 0 if given else None, key=key, help=item.help or None,
            accept_new_options=True, placeholder="Choose or enter a name", persist_state="session",
        )  # fmt: skip

    def given(self, item: Field, asking: Asking) -> str | None:
        return asking.suggested.get(item.key) or None


class _Zone(Input):
    def draw(self, item: Field, key: str, asking: Asking) -> None:
        region = asking.zone.partition("/")[0]
        names = sorted((n for n in time_zones() if "/" in n), key=lambda n: (region not in n, n))
        given = self.given(item, asking)
        none = f"Same as the department, {formats.city(asking.zone)}"
        st.selectbox(
            _label(item), ["", *names], names.index(given) + 1 if given else 0, key=key,
            help=item.help or None, format_func=lambda name: name or none, persist_state="session",
        )  # fmt: skip

    def given(self, item: Field, asking: Asking) -> str:
        given = asking.suggested.get(item.key)
        return given if given in time_zones() and "/" in given else ""


def time_column(label: str, told: str) -> Any:
    """A column for a time on the wall."""
    return st.column_config.DatetimeColumn(
        label, format=column_format(), step=timedelta(minutes=1), width=TIME_PX, help=told
    )


def _one_of(item: Field, options: list[str]) -> Any:
    return st.column_config.SelectboxColumn(item.label, options=options, help=item.help or None)


def _some_of(item: Field, options: list[str]) -> Any:
    return st.column_config.MultiselectColumn(
        item.label, options=options, width=WIDE_PX, help=item.help or None
    )


def _label(item: Field) -> str:
    return item.label if item.required else f"{item.label} (optional)"


INPUTS: dict[FieldType, Input] = {
    FieldKind.TEXT: Input(),
    FieldKind.EMAIL: Input(),
    FieldKind.CONFIRM: _Confirm(),
    FieldKind.YES_NO: _YesNo(),
    FieldKind.CHOICE: _Choice(),
    FieldKind.DATE: _Date(),
    FieldKind.PRODUCTS: _Products(),
    FieldKind.FAMILIES: _Families(),
    FieldKind.WINDOW: _Window(),
    FieldKind.PERSON: _Person(),
    FieldKind.ZONE: _Zone(),
}
