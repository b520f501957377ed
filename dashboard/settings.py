"""What is set for the department: the fold of the log's settings and of its directory.

Replaying never re-checks rules: commands do, before anything is written. What was set at an
earlier instant is the fold of the log's beginning until then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from dashboard.cases import Draft, Event
from dashboard.catalogue import Product, shipped_catalogue
from dashboard.instants import to_us
from dashboard.locales import Locale, Reader
from dashboard.people import Role
from dashboard.workdays import FIRST_DATE, Calendar, default_calendar
from dashboard.workflows import WORKFLOWS, Party

# The streams of the log that are folded here; together they are in order of position.
SETTINGS_STREAMS = frozenset({"settings", "directory"})
MINUTE_US = 60_000_000
BUSINESS_DAY_US = 540 * MINUTE_US  # as first set: one ordinary day, 08:00 to 17:00
FOREVER_US = -(2**62)
MAILBOXES = (Party.CPT, Party.EMS, Party.ORDERS)  # parties that are written to at one address


class MessageMode(StrEnum):
    """Who sends a message of that key."""

    SENT = "sent"  # by Changeover
    DRAFTED = "drafted"  # for a person to send
    ELSEWHERE = "elsewhere"  # another system sends it already


@dataclass(frozen=True, slots=True)
class Targets:
    """What a path is measured against, for cases opened from `since_us` on; open microseconds."""

    workflow: str
    since_us: int = FOREVER_US
    day_us: int = BUSINESS_DAY_US
    target_us: int = 2 * BUSINESS_DAY_US
    limit_us: int = 3 * BUSINESS_DAY_US

    @property
    def limit_dates(self) -> int:
        """The limit in business dates after that of the submission; a part counts as one."""
        return -(-self.limit_us // self.day_us)

    def in_days_of(self, day_us: int) -> "Targets":
        """The same promise, so many business days, where a day has that length."""
        target_us, limit_us = (us * day_us // self.day_us for us in (self.target_us, self.limit_us))
        return replace(self, day_us=day_us, target_us=target_us, limit_us=limit_us)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone in the directory: `name` as trackers have it, and how that person signs in.

    `role` is a hint for whoever grants roles; it grants none.
    """

    name: str
    sign_in: str = ""
    email: str = ""
    parties: tuple[Party, ...] = ()
    role: Role | None = None

    @property
    def address(self) -> str:
        """With which that person signs in, in small letters; empty if nobody knows."""
        return (self.sign_in or self.email).strip().lower()


@dataclass(frozen=True, slots=True)
class Settings:
    """All that is set for the department. `window` is in business days to month end."""

    calendar: Calendar = field(default_factory=default_calendar)
    targets: tuple[Targets, ...] = tuple(Targets(key) for key in WORKFLOWS)
    # open microseconds of each step from the second on, by path; a path left out goes by history
    budgets: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, Any], hash=False)
    window: tuple[int, int] = (2, -1)
    appointments_at_once: int = 3  # that CitrixPortalTech can hold at the same time
    session_hours: int = 12  # until one has to sign in again
    locale: Locale = Locale.US  # how dates and times are written
    # whose sessions an administrator has ended (the mark of an address), and when
    sessions_ended: Mapping[str, int] = field(default_factory=dict[str, int], hash=False)
    catalogue: tuple[Product, ...] = field(default_factory=shipped_catalogue)
    messages: Mapping[str, MessageMode] = field(default_factory=dict[str, MessageMode], hash=False)
    people: tuple[Colleague, ...] = ()
    mailboxes: Mapping[Party, str] = field(default_factory=dict[Party, str], hash=False)
    # how trackers are read that somebody imported: layouts by name, in order of their making
    layouts: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    confirmed_by: str = ""  # who said that hours and holidays are the department's own …
    confirmed_us: int | None = None  # … and when; None: nobody did
    is_sample: bool = False

    def reader(self, now: datetime) -> Reader:
        """For whom values are written in this department at that instant."""
        return Reader(self.locale, self.calendar.local_date([to_us(now)])[0].astype(object))

    def targets_at(self, workflow: str, opened_us: int) -> Targets:
        """The targets in force for a case of that path opened at that instant."""
        fitting = [
            item
            for item in self.targets
            if item.workflow == workflow and item.since_us <= opened_us
        ]
        return max(fitting, key=lambda item: item.since_us)

    def colleague_at(self, address: str) -> Colleague | None:
        """Who signs in with that address; None if nobody, or more than one, is said to."""
        found = [one for one in self.people if address and one.address == address]
        return found[0] if len(found) == 1 else None

    def begins_us(self, valid_from: date | None) -> int:
        """The instant from which on something holds from that date on; None: for all time."""
        if valid_from is None or valid_from <= FIRST_DATE:
            return FOREVER_US
        return int(self.calendar.first_instant([valid_from])[0])

    def message_mode(self, key: str) -> MessageMode:
        """Who sends the message; a person, as long as nobody chose otherwise."""
        return self.messages.get(key, MessageMode.DRAFTED)

    def with_calendar(self, valid_from: date, calendar: Calendar) -> "Settings":
        """These settings with other hours from a date on; also for seeing what that would do.

        An earlier date than today's corrects the past, a later one leaves it alone; whatever was
        set from that date on is replaced. From `FIRST_DATE` on it is the only calendar, so that
        its zone is the department's.
        """
        if valid_from <= FIRST_DATE:
            return replace(self, calendar=calendar)
        return replace(self, calendar=self.calendar.followed_by(valid_from, calendar))

    def with_hours(self, valid_from: date, calendar: Calendar, day_us: int) -> "Settings":
        """These settings with other hours and with business days of that length, from a date on.

        A promise of n business days stays one of n, now of the new length, for every path and
        for the cases opened from then on; so do promises that begin later.
        """
        is_same = self.calendar.goes_on(valid_from, calendar)
        settings = self if is_same else self.with_calendar(valid_from, calendar)
        since_us = settings.begins_us(valid_from)
        kept = [
            item if item.since_us < since_us else item.in_days_of(day_us) for item in self.targets
        ]
        begun = (self.targets_at(workflow, since_us) for workflow in WORKFLOWS)
        kept += [
            replace(item.in_days_of(day_us), since_us=since_us)
            for item in begun
            if item.since_us < since_us and item.day_us != day_us
        ]
        return replace(settings, targets=_by_date(kept))

    def with_targets(self, targets: Targets) -> "Settings":
        """These settings with other targets for cases of a path opened from an instant on.

        As with calendars, what was set for that path from then on is replaced.
        """
        kept = [
            item
            for item in self.targets
            if item.workflow != targets.workflow or item.since_us < targets.since_us
        ]
        return replace(self, targets=_by_date([*kept, targets]))


def settle(settings: Settings, event: Event | Draft) -> Settings:
    """The settings after one more event of their streams."""
    data = event.fields() if isinstance(event, Event) else event.data
    match event.kind:
        case "sample_marked":
            return replace(settings, is_sample=True)
        case "calendar_changed":
            calendar = Calendar.from_data(data["calendar"])
            return settings.with_calendar(date.fromisoformat(data["valid_from"]), calendar)
        case "hours_changed":
            calendar = Calendar.from_data(data["calendar"])
            since = date.fromisoformat(data["valid_from"])
            return settings.with_hours(since, calendar, data["day_us"])
        case "targets_changed":
            return settings.with_targets(Targets(**data))
        case "holidays_confirmed":
            confirmed_us = event.occurred_us
            return replace(settings, confirmed_by=event.actor, confirmed_us=confirmed_us)
        case "sessions_ended":
            ended = {**settings.sessions_ended, data["mark"]: data["before_us"]}
            return replace(settings, sessions_ended=ended)
    return replace(settings, **_changes(settings, event.kind, data))


def settled(events: Iterable[Event | Draft], settings: Settings | None = None) -> Settings:
    """The settings after these events, which begin after `settings` or with the log."""
    settings = settings or Settings()
    for event in events:
        settings = settle(settings, event)
    return settings


def _by_date(targets: Iterable[Targets]) -> tuple[Targets, ...]:
    return tuple(sorted(targets, key=lambda item: (item.workflow, item.since_us)))


def _changes(settings: Settings, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that an event changes, by their names."""
    match kind:
        case "planning_changed":
            return {**data, "window": tuple(data.get("window", settings.window))}
        case "budgets_changed":
            kept = {key: us for key, us in settings.budgets.items() if key != data["workflow"]}
            mine = {data["workflow"]: tuple(data["budgets_us"])} if data["budgets_us"] else {}
            return {"budgets": kept | mine}
        case "locale_changed":
            return {"locale": Locale(data["locale"])}
        case "catalogue_changed":
            return {"catalogue": tuple(Product(**row) for row in data["products"])}
        case "messages_changed":
            chosen = {key: MessageMode(mode) for key, mode in data["messages"].items()}
            return {"messages": {**settings.messages, **chosen}}
        case "layout_remembered":
            others = {key: held for key, held in settings.layouts.items() if key != data["name"]}
            mine = {data["name"]: data["layout"]} if data["layout"] else {}
            return {"layouts": others | mine}
        case "directory_changed":
            return {
                "people": tuple(_colleague(row) for row in data["people"]),
                "mailboxes": {Party[key]: email for key, email in data["mailboxes"].items()},
            }
    return {}


def _colleague(row: Mapping[str, Any]) -> Colleague:
    parties = tuple(Party[key] for key in row["parties"])
    role = Role(row["role"]) if row["role"] else None
    return Colleague(row["name"], row["sign_in"], row["email"], parties, role)
