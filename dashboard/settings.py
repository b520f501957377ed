"""What the settings stream says: the calendar, targets, the month-end window, the catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from dashboard.cases import Event
from dashboard.catalogue import Product, shipped_catalogue
from dashboard.workdays import Calendar, default_calendar
from dashboard.workflows import WORKFLOWS

MINUTE_US = 60_000_000
BUSINESS_DAY_US = 540 * MINUTE_US  # the open time of one ordinary day, 08:00 to 17:00
FOREVER_US = -(2**62)


@dataclass(frozen=True, slots=True)
class Targets:
    """What a path is measured against, for cases opened from `since_us` on; open microseconds."""

    workflow: str
    since_us: int = FOREVER_US
    day_us: int = BUSINESS_DAY_US
    target_us: int = 2 * BUSINESS_DAY_US
    limit_us: int = 3 * BUSINESS_DAY_US


@dataclass(frozen=True, slots=True)
class Settings:
    """All that is set for the department. `window` is in business days to month end."""

    calendar: Calendar = field(default_factory=default_calendar)
    targets: tuple[Targets, ...] = tuple(Targets(key) for key in WORKFLOWS)
    window: tuple[int, int] = (2, -1)
    catalogue: tuple[Product, ...] = field(default_factory=shipped_catalogue)
    is_sample: bool = False

    def targets_at(self, workflow: str, opened_us: int) -> Targets:
        """The targets in force for a case of that path opened at that instant."""
        fitting = [
            item
            for item in self.targets
            if item.workflow == workflow and item.since_us <= opened_us
        ]
        return max(fitting, key=lambda item: item.since_us)


def settle(settings: Settings, event: Event) -> Settings:
    """The settings after one more event of the settings stream."""
    data = event.fields()
    if event.kind == "sample_marked":
        return replace(settings, is_sample=True)
    if event.kind == "calendar_changed":
        changed = settings.calendar.followed_by(
            date.fromisoformat(data["valid_from"]), Calendar.from_data(data["calendar"])
        )
        return replace(settings, calendar=changed)
    if event.kind == "targets_changed":
        return replace(settings, targets=(*settings.targets, _targets(data)))
    return settings


def settled(events: Iterable[Event]) -> Settings:
    """The settings after all of the settings stream's events."""
    settings = Settings()
    for event in events:
        settings = settle(settings, event)
    return settings


def _targets(data: Mapping[str, int | str]) -> Targets:
    return Targets(
        str(data["workflow"]),
        int(data["since_us"]),
        int(data["day_us"]),
        int(data["target_us"]),
        int(data["limit_us"]),
    )
