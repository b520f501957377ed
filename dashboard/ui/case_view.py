"""One case as its page shows it: where it stands, what of its time is used, whose turn it is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import streamlit as st

from dashboard import formats
from dashboard.cases import Case, Turn, turns
from dashboard.errors import DashboardError, UnknownCase
from dashboard.findings.words import differing
from dashboard.instants import to_datetime, to_us
from dashboard.settings import Targets
from dashboard.ui import cards, head
from dashboard.ui.clock_bar import Tone
from dashboard.ui.page import Page
from dashboard.ui.words import day_text, day_word, on_the_wall, plain

SHOWN = "case-shown"
TONES: dict[str, Tone] = {
    "on time": "on", "at risk": "risk", "late": "over", "delivered": "done",
}  # fmt: skip
# Who has the case, in a sentence that a customer may hear.
HOLDERS = {
    "Customer": "We are waiting for your firm",
    "CS representative": "Your move is with our Customer Service team",
    "Team leader": "Your move is with our Team Leader",
    "CitrixPortalTech": "Your move is with our Virtual Office team",
    "EMS": "Your move is with our licensing team",
    "Order Team": "Your order is with our Order Team",
    "Agreed date": "We are waiting for your appointment",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A case opened on its page, measured at the page's now or, once closed, at its end."""

    page: Page
    case: Case
    targets: Targets
    used_us: int
    ours_us: int
    turn: Turn | None
    asked_us: int | None = None  # when the requested cancellation date begins, if that is ahead
    since_us: int | None = None  # of a finished case that is done again: since when

    @property
    def left_us(self) -> int:
        """Business time left to the limit; negative once it is over."""
        return self.targets.limit_us - self.used_us

    @property
    def timing(self) -> str:
        """On time, at risk (over the target), late (over the limit); or delivered: no matter."""
        if self.case.state == "open" and self.waits_for_download:
            return "delivered"
        if self.used_us > self.targets.limit_us:
            return "late"
        return "at risk" if self.used_us > self.targets.target_us else "on time"

    @property
    def tone(self) -> Tone:
        """The clock's tone: what is done is grey, unless it was late."""
        if self.case.state == "closed" and self.timing != "late":
            return "done"
        return TONES[self.timing]

    @property
    def is_on_hold(self) -> bool:
        """Whether the badge *Cancellation on hold* shows."""
        hold, step = self.case.workflow.hold, self.case.current_step
        return bool(hold and step and self.case.state == "open" and hold[0] <= step <= hold[1])

    @property
    def waits_for_download(self) -> bool:
        """Whether only the customer's own last step is left."""
        by = self.case.workflow.delivered_by
        return by is not None and self.case.current_step == by + 1

    @property
    def holder(self) -> str:
        """Whose turn it is now; empty once the case is closed."""
        return str(self.turn.party) if self.turn else ""

    @property
    def asked(self) -> str:
        """The requested cancellation date, until which the clock is the firm's, if it is ahead."""
        return "" if self.asked_us is None else day_text(self._local(self.asked_us))

    @property
    def differing(self) -> str:
        """Why a completed case kept its SLA by the exact clock and not by date, or the reverse."""
        if self.case.state != "closed":
            return ""
        calendar, to_go = self.page.store.settings.calendar, self.targets.limit_dates
        span = clocked(self.case, to_us(self.page.now))
        last, done = (day.astype(object) for day in calendar.local_date(list(span)))
        while to_go:
            last += timedelta(days=1)
            to_go -= bool(calendar.is_business_day([last])[0])
        return differing(self.left_us >= 0, done <= last)

    def _local(self, us: int) -> date:
        return on_the_wall(to_datetime(us), self.page.zone).date()

    def due(self, open_us: int) -> datetime:
        """The instant by which so much business time has passed since the clock began."""
        opened = to_datetime(self.case.opened_us if self.since_us is None else self.since_us)
        return self.page.store.settings.calendar.add(opened, timedelta(microseconds=open_us))


def open_case(page: Page) -> Opened:
    """The case that the address asks for; ends the run with a way on if there is none such."""
    asked = st.query_params.get_all("id")
    case_id = asked[-1].strip() if asked else ""
    try:
        if not case_id:
            raise UnknownCase("")
        opened = measured(page, page.store.case(case_id))
    except DashboardError:
        head.draw("Case", "", page.store, page.now, page.person)
        headline = f"There is no case {case_id}" if case_id else "No case was chosen"
        cards.empty("search_off", plain(headline), "Search for the firm above or on Cases.")
        st.page_link("pages/cases.py", label="All cases", icon=":material/folder_open:")
        st.stop()
    if st.session_state.get(SHOWN) not in (None, case_id):
        st.query_params["id"] = case_id  # a link from case to case leaves the address as it was
    st.session_state[SHOWN] = case_id
    return opened


def measured(page: Page, case: Case) -> Opened:
    """The case with its times at the page's now."""
    settings = page.store.settings
    calendar = settings.calendar
    since_us, until_us = clocked(case, to_us(page.now))
    asked_us = requested_us(page, case)
    pieces = [turn for turn in turns(case, asked_us) if turn.began_us >= since_us]
    opened_pos, until_pos = calendar.position([since_us, until_us]).tolist()
    customers_us = 0
    for piece in pieces:
        ended_us = until_us if piece.ended_us is None else piece.ended_us
        if piece.party == "Customer" and piece.began_us < until_us:
            began, ended = calendar.position([piece.began_us, min(ended_us, until_us)]).tolist()
            customers_us += ended - began
    used_us = max(until_pos - opened_pos, 0)
    targets = settings.targets_at(case.workflow_key, case.opened_us)
    turn = None if case.state == "closed" else turn_at(pieces, until_us)
    is_ahead = turn is not None and asked_us is not None and asked_us > until_us
    ours_us = used_us - customers_us
    again_us = None if since_us == case.opened_us else since_us
    ahead_us = asked_us if is_ahead else None
    return Opened(page, case, targets, used_us, ours_us, turn, ahead_us, again_us)


def clocked(case: Case, now_us: int) -> tuple[int, int]:
    """From when to when the case's clock runs.

    A finished case that is done again has one from the reopening on; once it is, its first stands.
    """
    again = [number for number, move in enumerate(case.moves) if move.finished]
    if not again:
        return case.opened_us, case.closed_us or now_us
    if case.state != "closed":
        return case.moves[again[-1]].at_us, now_us
    return case.opened_us, case.moves[again[0] - 1].at_us


def requested_us(page: Page, case: Case) -> int | None:
    """When the requested cancellation date begins; an emptied one ended when it was emptied."""
    held = None
    for event in page.store.history(case.case_id):
        asked = event.data.get("fields", {}).get("requested_date")
        if asked:
            day = date.fromisoformat(asked)
            held = int(page.store.settings.calendar.first_instant([day])[0])
        elif asked == "":
            held = event.occurred_us
    return held


def turn_at(pieces: list[Turn], at_us: int) -> Turn | None:
    """Of the last interval's turns the latest that has begun; if none has, the first."""
    last = [piece for piece in pieces if piece.version == pieces[-1].version]
    begun = [piece for piece in last if piece.began_us <= at_us]
    return begun[-1] if begun else last[0] if last else None


def sentence(opened: Opened) -> str:
    """One sentence or two to read to a caller."""
    case, zone, now = opened.case, opened.page.zone, opened.page.now
    came = f"We received your cancellation form {day_word(to_datetime(case.opened_us), now, zone)}"
    if case.state == "closed":
        ended = day_word(to_datetime(case.closed_us or 0), now, zone)
        return f"{came} and completed everything {ended}."
    if case.state == "withdrawn":
        return f"{came}. Your request was withdrawn; tell us when you want to continue."
    if opened.waits_for_download:
        return f"{came}. Your licenses are ready. Please download them and let us know."
    step = f"step {case.due} of {case.workflow.last}"
    if opened.asked:
        # when it is due would deny the date that the caller asked for
        return f"{came}. You asked us to cancel on {opened.asked}; we are at {step}."
    limit = opened.due(opened.targets.limit_us)
    when = day_word(limit, now, zone)
    due = f"was due {when}; I apologize for the delay" if limit < now else f"is due {when}"
    return f"{came}. {HOLDERS[opened.holder]} ({step}). It {due}."


def headline(opened: Opened) -> str:
    """The clock in words: what is left, or what the case took."""
    day_us = opened.targets.day_us
    if opened.case.state == "closed":
        took = f"took {formats.duration(opened.used_us, day_us)}"
        is_late = opened.left_us < 0
        return f"{took}, late by {formats.duration(opened.left_us, day_us)}" if is_late else took
    if opened.timing == "delivered":
        return "Delivered, waiting for download"
    words = formats.left(opened.left_us, day_us)
    return words if opened.left_us >= 0 else f"{words} the SLA"
