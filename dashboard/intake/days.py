"""Days without a time, made instants: as late on the day as the next step allows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.instants import to_datetime, to_us
from dashboard.intake.moments import Told
from dashboard.workdays import Calendar

ONE_DAY = timedelta(days=1)


class Days:
    """What days mean by the department's hours, at the instant of the import."""

    def __init__(self, calendar: Calendar, zone: ZoneInfo, now: datetime) -> None:
        self.zone, self.now = zone, now
        self._calendar = calendar
        self._closes: dict[date, datetime] = {}

    def close(self, day: date) -> datetime:
        """When the day's business ended; of a closed day, when that of the day before did."""
        if day not in self._closes:
            midnight = datetime.combine(day + ONE_DAY, time(), self.zone).astimezone(UTC)
            position = self._calendar.position([to_us(midnight)])
            self._closes[day] = to_datetime(int(self._calendar.instant(position)[0]))
        return self._closes[day]

    def local(self, at: datetime) -> date:
        """The day of an instant on the sheet's wall."""
        return at.astimezone(self.zone).date()

    def is_of(self, day: date, at: datetime) -> bool:
        """Whether the instant can be what a step on that day was taken for."""
        return self.local(self.close(day)) <= self.local(at) <= day

    def day_of(self, told: Told) -> date:
        """The day of what a cell tells."""
        return told.day or self.local(told.at or self.now)

    def settled(
        self, told: Sequence[Told], standing: Mapping[int, int] | None = None
    ) -> tuple[datetime, ...]:
        """The instants of the steps in order; of a day, where it is none that stands already.

        `standing`: when steps of the case were completed, by number.
        """
        latest = [self._latest(item) for item in told]
        for at in range(len(told) - 2, -1, -1):
            if told[at].day:
                latest[at] = min(latest[at], latest[at + 1])
        held: list[datetime] = []
        for number, (item, at) in enumerate(zip(told, latest, strict=True), start=1):
            stands_us = (standing or {}).get(number)
            if item.day and stands_us is not None and self.is_of(item.day, to_datetime(stands_us)):
                held.append(to_datetime(stands_us))
            elif item.day and held and at < held[-1] and self.local(held[-1]) <= item.day:
                held.append(held[-1])
            else:
                held.append(at)
        return tuple(held)

    def _latest(self, item: Told) -> datetime:
        if item.at is not None:
            return item.at
        return min(self.close(item.day or date.min), self.now)
