"""The head of every page: what it is, who looks, how fresh it is, where in the month; and find."""

from datetime import date, datetime
from typing import Any

import streamlit as st

from dashboard import formats
from dashboard.instants import to_us
from dashboard.people import Person
from dashboard.store import Store
from dashboard.ui import cards, feedback, guard, handle, shortcuts
from dashboard.ui.navigation import CASE
from dashboard.ui.words import on_the_wall, plain

ROOMS = "".join(
    f'[class*="st-key-room-{height}-"]{{min-height:{height}px}}'
    for height in range(cards.ROOM_PX, (cards.MOST_ROOMS + 1) * cards.ROOM_PX, cards.ROOM_PX)
)
RULES = """
.st-key-page,.st-key-page *{font-variant-numeric:tabular-nums lining-nums}
.st-key-page h1,.st-key-page h2,.st-key-page h3{padding-block:0 .6rem;text-wrap:balance}
.st-key-page :is([role=radio][aria-checked=true],[aria-pressed=true]){color:inherit}
.st-key-page [aria-haspopup=dialog][aria-expanded=true]{color:inherit}
.st-key-page-head h1{padding-block:.1rem .9rem}
.st-key-find-box{position:relative}
.st-key-find-box>:has(>.st-key-found){position:absolute;top:100%;right:0;z-index:20;border-radius:8px;
width:max(100%,min(26rem,86vw));max-width:none;background:Canvas;
box-shadow:0 8px 24px rgb(0 0 0/.2)}
@media (min-width:960px){
.st-key-page-head{flex-wrap:nowrap}
.st-key-page-head>:first-child,.st-key-page-head>:first-child *{min-width:0;max-width:100%}
.st-key-page-head>:first-child{flex:1 1 0}
.st-key-page-head>:has(>.st-key-page-who){flex-shrink:0}
}
@media (max-width:640px){
.st-key-page-head :is(:has(>.st-key-page-who),:has(>.st-key-find-box)),.st-key-find-box{width:100%}
.st-key-page-who{align-items:stretch}
.st-key-page-who *{justify-content:start;text-align:start}
}
[class*="st-key-card-"] a p,.st-key-found a p{white-space:normal}
.st-key-page .st-key-card-history td div{max-width:min(46rem,46vw)}
.st-key-page .st-key-card-history td:nth-child(2) div{overflow-wrap:anywhere}
.st-key-page [class*="st-key-settings-"] [data-testid=stWidgetLabel]{color:inherit}
.st-key-page [class*="st-key-settings-"] :is(input,button):disabled:not([data-testid^=stBase]){
color:inherit;-webkit-text-fill-color:currentcolor}
.st-key-typing,.st-key-places{position:absolute}
.st-key-page [data-has-shortcut] kbd{display:none}
.st-key-undo{animation:over 0s linear 10s forwards}
@keyframes over{to{visibility:hidden}}
[class*="st-key-feedback-"][class*="-trap"]{position:absolute;visibility:hidden;height:0;overflow:hidden}
"""
STYLE = f"<style>{RULES}{ROOMS}</style>"
FOUND = 6  # so many are shown; whoever wants more types more


def style() -> None:
    """What the theme cannot say; touches only what bears our own keys."""
    st.html(STYLE)


def today(store: Store, now: datetime) -> date:
    """The date in the calendar's zone."""
    return store.settings.calendar.local_date([to_us(now)])[0].astype(object)


def draw(title: str, line: str, store: Store, now: datetime, person: Person) -> None:
    """Title, what stands under it, and at the right the find box, who and when."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="top", gap="small",
        key="page-head",
    ):  # fmt: skip
        with st.container(gap="xxsmall", width="content"):
            st.title(plain(title), anchor=False)
            if line:
                st.markdown(line)
        with st.container(gap=None, width="content", horizontal_alignment="right", key="page-who"):
            with st.container(
                horizontal=True, horizontal_alignment="right", gap="small", width="content"
            ):
                with st.container(width="content", key="head-feedback"):
                    feedback.popover(person, store.settings.calendar.zone, title)
                shortcuts.button()
                guard.leave_or_choose(person)
                find()
            st.caption(as_of(store, now), text_alignment="right", width="content")


def as_of(store: Store, now: datetime) -> str:
    """How fresh the page is, and where in the month: the zone is named here, once."""
    calendar = store.settings.calendar
    days = int(calendar.days_to_month_end([today(store, now)])[0])
    low, high = sorted(store.settings.window)
    place = formats.to_month_end(days)
    where = f"**{place}**" if low <= days <= high else place
    clock = f"{formats.time(on_the_wall(now, calendar.zone))} {formats.city(calendar.zone)}"
    return f"data as of {clock} · {where}"


@guard.fragment()
def find() -> None:
    """Find a case by what somebody says on the telephone; a click opens it."""
    with st.container(gap="xxsmall", width=270, key="find-box"):
        text = st.text_input(
            "Find a case", key="find", type="search", live="300ms", icon=":material/search:",
            placeholder="Firm, case, ticket, or order", label_visibility="collapsed",
        )  # fmt: skip
        if text and text.strip():
            with st.container(border=True, gap="xxsmall", key="found"):
                _found(text.strip())


def _found(text: str) -> None:
    store = handle.store()
    now = handle.page_now(store)
    table = store.run("find_cases", now=now, text=text, most=FOUND)
    if not table.num_rows:
        st.caption(f"No cases match “{plain(text)}” by firm, ID, EMS ticket, or order number.")
    for row in table.to_pylist():
        case_link(row)


def case_link(row: dict[str, Any]) -> None:
    """The way to a case that was found: its firm, and where it stands."""
    where = f"step {row['step']}, {row['step_label']}" if row["step"] else row["state"]
    st.page_link(
        CASE,
        query_params={"id": row["case_id"]},
        label=f"**{plain(row['firm'])}** {plain(row['case_id'])} · {row['path']} · {where}",
    )
