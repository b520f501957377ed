"""The daily digest: what a team leader or a party has to see to today, as plain text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dashboard import formats
from dashboard.instants import to_datetime, to_us
from dashboard.messages.mail import Mail, one_line
from dashboard.messages.recipients import recipient
from dashboard.settings import Settings
from dashboard.store import View
from dashboard.workdays import Calendar
from dashboard.workflows import WORKFLOWS, Party

# EMS is reached by ticket, and a digest would open one; Sales never has a turn.
PARTIES = (Party.CS, Party.CPT, Party.ORDERS)
LONGEST_WAITING = 5  # cases
MICROSECOND, DAY = timedelta(microseconds=1), timedelta(days=1)
# Messages that a person has to see to, by their state.
WORDS = {"drafted": "to be sent", "failed": "failed", "unknown": "delivery unknown, please check"}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest. `whom`: a team leader's name, or a party; `missing`: why it has no address."""

    whom: str
    mail: Mail
    missing: str = ""


@dataclass(frozen=True, slots=True)
class _Work:
    """All that is open, or one reader's part of it."""

    cases: Sequence[Row]
    appointments: Sequence[Row]
    follow_ups: Sequence[Row]
    messages: Sequence[Row]


def digest_day(calendar: Calendar, now: datetime) -> date | None:
    """The date whose digest is due: today, once the day is open; None before and on closed days."""
    today = _today(calendar, now)
    if not calendar.is_business_day([today])[0]:
        return None
    opens = calendar.add(_midnight(calendar, today), MICROSECOND) - MICROSECOND
    return today if now >= opens else None


def digests(view: View, *, now: datetime) -> list[Digest]:
    """A digest for every team leader and party that has something to see to, in that order."""
    calendar, settings = view.settings.calendar, view.settings
    today = _today(calendar, now)
    after = next(day for n in range(1, 400) if _is_open(calendar, day := today + n * DAY))
    since, until = _midnight(calendar, today), _midnight(calendar, after + DAY)
    work = _Work(
        view.run("worklist", now=now).to_pylist(),
        view.run("appointments", now=now, since=since, until=until).to_pylist(),
        view.run("follow_ups", now=now, until=today + DAY).to_pylist(),
        [row for row in _waiting(view, now) if row["state"] in WORDS],
    )
    leaders = sorted({row["team_leader"] for row in work.cases if row["team_leader"]})
    found = [
        _digest(name, *_leader(name, settings), _of_leader(work, name), settings, now)
        for name in leaders
    ]
    for party in PARTIES:
        own = _of_party(work, party)
        if own.cases or own.messages:
            found.append(_digest(str(party), *_party(party, settings), own, settings, now))
    return found


def _waiting(view: View, now: datetime) -> list[Row]:
    return view.run("messages_waiting", now=now).to_pylist()


def _of_leader(work: _Work, name: str) -> _Work:
    def own(rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if row["team_leader"] == name]

    return _Work(own(work.cases), own(work.appointments), own(work.follow_ups), own(work.messages))


def _of_party(work: _Work, party: Party) -> _Work:
    cases = [row for row in work.cases if row["party"] == party]
    messages = [row for row in work.messages if row["party"] == party]
    return _Work(cases, work.appointments if party is Party.CPT else (), (), messages)


def _leader(name: str, settings: Settings) -> tuple[tuple[tuple[str, str], ...], str]:
    """Where a team leader's digest goes, and why nowhere if it cannot."""
    whom = recipient(Party.TL, {"team_leader": name}, settings)
    return ((one_line(whom.name), whom.address),) if whom.address else (), whom.missing


def _party(party: Party, settings: Settings) -> tuple[tuple[tuple[str, str], ...], str]:
    """Where a party's digest goes: to its mailbox, else to all its people in the directory."""
    if party in settings.mailboxes:
        whom = recipient(party, {}, settings)
        return ((whom.name, whom.address),) if whom.address else (), whom.missing
    people = [person for person in settings.people if party in person.parties and person.email]
    if people:
        return tuple((one_line(person.name), person.email) for person in people), ""
    what = "Add its mailbox or people in Settings."
    return (), f"No address for {party}. {what}"


def _digest(
    whom: str,
    to: tuple[tuple[str, str], ...],
    missing: str,
    work: _Work,
    settings: Settings,
    now: datetime,
) -> Digest:
    calendar, today = settings.calendar, _today(settings.calendar, now)
    tomorrow = _midnight(calendar, today + DAY)
    active = [row for row in work.cases if not row["waits_for_download"]]
    late = [row for row in active if row["timing"] == "late"]
    due = [row for row in active if row not in late and row["limit_at"] < tomorrow]
    longest = sorted((row for row in active if row["turn_us"]), key=lambda row: -row["turn_us"])
    zone = calendar.zone
    sections = {
        "Overdue": [_case(row, zone) for row in late],
        "Due today": [_case(row, zone) for row in due],
        "Appointments": [_appointment(row, zone) for row in work.appointments],
        "Follow-ups": [_follow_up(row) for row in work.follow_ups],
        "Waiting longest": [_waits(row) for row in longest[:LONGEST_WAITING]],
        "Unsent messages": [_message(row) for row in work.messages],
    }
    downloads = len(work.cases) - len(active)
    parts = [
        f"{whom}, {formats.day_in_full(today)}, {_month_end(calendar, today)}.",
        f"{_count(len(work.cases), 'open case')}: {len(late)} overdue, {len(due)} due today"
        + (f", {downloads} delivered, waiting for download." if downloads else "."),
        *(f"{title}\n" + "\n".join(lines) for title, lines in sections.items() if lines),
        f"{formats.city(zone)} time. Durations are business time.",
    ]
    subject = f"Today: {len(late)} overdue, {len(due)} due ({one_line(whom)})"
    body = "\n\n".join(parts).replace(formats.NBSP, " ") + "\n"
    return Digest(whom, Mail(to, subject, body), missing)


def _case(row: Row, zone: str) -> str:
    limit = formats.moment(row["limit_at"], zone)
    return (
        f"- {_place(row)}, {row['party']}: {formats.left(row['business_us_left'], row['day_us'])} "
        f"(due {limit})"
    )


def _appointment(row: Row, zone: str) -> str:
    return f"- {formats.moment(row['appointment_at'], zone)}: {row['case_id']} {row['firm']}"


def _follow_up(row: Row) -> str:
    return f"- {_place(row)}, {row['party']}, follow up {formats.day_text(row['follow_up'])}"


def _waits(row: Row) -> str:
    return f"- {_place(row)}, {row['party']} for {formats.duration(row['turn_us'], row['day_us'])}"


def _message(row: Row) -> str:
    step = WORKFLOWS[row["workflow"]].step(row["step"])
    [to] = [message.to for message in step.every_message if message.key == row["message"]]
    return f"- {_place(row)}, message to {to}: {WORDS[row['state']]}"


def _place(row: Row) -> str:
    firm = one_line(row["firm"] or "")
    again = " (rework)" if row.get("is_rework") else ""
    return f"{row['case_id']} {firm}, step {row['step']} {row['step_label']}{again}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _month_end(calendar: Calendar, today: date) -> str:
    return formats.to_month_end(int(calendar.days_to_month_end([today])[0]))


def _today(calendar: Calendar, now: datetime) -> date:
    return calendar.local_date([to_us(now)])[0].astype(object)


def _is_open(calendar: Calendar, day: date) -> bool:
    return bool(calendar.is_business_day([day])[0])


def _midnight(calendar: Calendar, day: date) -> datetime:
    return to_datetime(int(calendar.first_instant([day])[0]))
