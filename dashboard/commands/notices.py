"""Commands that say something to everybody, and the one by which anybody says something back."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from dashboard.cases import Draft
from dashboard.commands.drafting import Deed, Entry, Stored
from dashboard.commands.settling import enact, require_admin, text_given
from dashboard.errors import CommandRefused, InputRefused
from dashboard.people import Person
from dashboard.store import Desk
from dashboard.workflows import is_one_line

LONGEST_NOTICE = 500
LONGEST_SHOWN = timedelta(days=366)
LONGEST_FEEDBACK = 1000
LONGEST_CONTACT = 120
LONGEST_PAGE = 60
# Feedback kept within a minute: of one person, and of all, whatever name they go by.
MOST_A_MINUTE, MOST_A_MINUTE_OF_ALL = 3, 20
MINUTE_US = 60_000_000


class NoticeKind(StrEnum):
    """What a notice is, and so how it is shown."""

    ALERT = "alert"  # something is wrong or urgent
    NOTICE = "notice"
    HOT_TOPIC = "hot_topic"  # what customers ask about these days


def post_notice(
    desk: Desk,
    text: str,
    last_date: date,
    *,
    kind: str = NoticeKind.NOTICE,
    first_date: date | None = None,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Show a notice where people work, from a date (default today) to a date, both included.

    Its number is the version of the event. Raises NotAllowed, InputRefused (empty, too long, no
    such kind, dates that cannot be).
    """
    require_admin(by, "post a notice")
    deed = Deed(by, now, None, None, None, command_id)

    def decide() -> Entry:
        if kind not in set(NoticeKind):
            raise InputRefused(
                f"The notice was not posted: {kind!r} is not a kind of notice. Choose "
                f"{', '.join(NoticeKind)}."
            )
        data = {
            "notice_kind": str(kind),
            "text": text_given(text, LONGEST_NOTICE, "its text", "The notice was not posted"),
            "first_date": _first_shown(first_date, last_date, _today(desk, deed)).isoformat(),
            "last_date": last_date.isoformat(),
        }
        return Entry("notice_posted", deed.now_us, data)

    return enact(desk, "notices", deed, decide)


def end_notice(
    desk: Desk,
    notice: int,
    *,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Show the notice of that number no longer.

    Raises NotAllowed, CommandRefused (no such notice, or it has ended).
    """
    require_admin(by, "end a notice")
    deed = Deed(by, now, None, None, None, command_id)

    def decide() -> Entry:
        events = desk.stream("notices")
        known = {event.version: event for event in events if event.kind == "notice_posted"}
        posted = known.get(notice)
        if posted is None:
            raise CommandRefused(f"There is no notice {notice}. Choose one from the list.")
        ended = [event for event in events if _ends(event, notice)]
        if ended or date.fromisoformat(posted.data["last_date"]) < _today(desk, deed):
            when = "was already ended by " + ended[0].actor if ended else "has already expired"
            raise CommandRefused(f"Notice {notice} {when}. No action is needed.")
        return Entry("notice_ended", deed.now_us, {"notice": notice})

    return enact(desk, "notices", deed, decide)


def leave_feedback(
    desk: Desk,
    text: str,
    *,
    contact: str = "",
    page: str = "",
    trap: str = "",
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Keep what somebody thinks, of at most 1,000 characters; viewers may, too.

    `contact` is optional and lies beside the log. `trap` is a field that people do not see: what
    a robot fills it with is thrown away, and it learns nothing of it: no event, no refusal.
    Raises InputRefused (empty, too long), CommandRefused (too many within a minute).
    """
    if trap.strip():
        return []
    deed = Deed(by, now, None, None, None, command_id)

    def decide() -> Entry:
        said = text_given(text, LONGEST_FEEDBACK, "the text", "Your feedback was not saved")
        whose = _contact(contact)
        _check_pace(desk, deed)
        where = page.strip() if is_one_line(page) else ""
        data = {"text": said, "page": where[:LONGEST_PAGE], "fields": {}}
        return Entry("feedback_left", deed.now_us, data, {"contact": whose} if whose else {})

    return enact(desk, "feedback", deed, decide)


def _first_shown(first_date: date | None, last_date: date, today: date) -> date:
    """The date from which a notice is shown, today or later; InputRefused if it never is."""
    first = max(first_date or today, today)
    if not first <= last_date <= today + LONGEST_SHOWN:
        raise InputRefused(
            "The notice was not posted: it cannot run from {first} to {last}. Choose an end "
            "date on or after {first}, within a year.",
            first=first,
            last=last_date,
        )
    return first


def _contact(text: str) -> str:
    contact = text.strip()
    if not is_one_line(contact) or len(contact) > LONGEST_CONTACT:
        raise InputRefused(
            f"Your feedback was not saved: the contact has {len(contact)} characters. Use at most "
            f"{LONGEST_CONTACT} on one line, or leave it empty."
        )
    return contact


def _check_pace(desk: Desk, deed: Deed) -> None:
    recent = [
        event.actor
        for event in desk.stream("feedback")
        if event.recorded_us > deed.now_us - MINUTE_US
    ]
    own = recent.count(desk.named(deed.by.actor))
    if own >= MOST_A_MINUTE or len(recent) >= MOST_A_MINUTE_OF_ALL:
        raise CommandRefused(
            "Your feedback was not saved: too many messages came in within a minute. Wait a "
            "minute and send it again. What you typed is still here."
        )


def _today(desk: Desk, deed: Deed) -> date:
    return desk.settings.calendar.local_date([deed.now_us])[0].astype(object)


def _ends(event: Draft, notice: int) -> bool:
    return event.kind == "notice_ended" and event.data["notice"] == notice
