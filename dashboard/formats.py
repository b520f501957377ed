"""How values read: dates, times, months, numbers, shares, business time. One form of each.

Dates and times are written by the locale of the present reader (see `locales`), with their year
where it is not today's. Business time reads alike everywhere, and its spaces do not break. How long
a business day is, is a setting that can change: who tells business time says of which length its
days are, a case's own for a case.
"""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from dashboard.locales import Locale, babel_of, pattern, reader

NBSP = "\u00a0"
MINUTE_US = 60_000_000
# Cases below which a percentile or a share is shown pale or hollow and not compared with others.
FEWEST = 20
MARKS = {"on time": "●", "at risk": "◆", "late": "▲", "delivered": "○"}
# What a state is called where it is not its own word.
CALLED = {"delivered": "delivered, waiting for download"}
# Party names as narrow columns and the stepper show them.
SHORT = {
    "CS representative": "CS rep", "CitrixPortalTech": "CPT", "Team leader": "TL",
    "Sales representative": "Sales",
}  # fmt: skip
CITIES = {"America/New_York": "New York", "America/Chicago": "Chicago"}


def day(when: date) -> str:
    """A date: "Nov 30", of another year "Nov 30, 2025"."""
    return _dated("day", when)


def day_text(when: date) -> str:
    """A date with its weekday: "Wed, Nov 25"."""
    return _dated("weekday", when)


def day_with_year(when: date) -> str:
    """Likewise, always with its year: "Wed, Nov 25, 2026"."""
    return _written("weekday_year", when)


def day_in_full(when: date) -> str:
    """A date that heads a letter: "Wednesday, November 25, 2026"."""
    return _written("full", when)


def month(when: date) -> str:
    """A month in a sentence: "November", of another year "November 2025"."""
    return _dated("month", when)


def month_in_full(when: date) -> str:
    """A month that stands by itself: "November 2026"."""
    return _written("month_year", when)


def short_month(when: date) -> str:
    """A month where there is little room: "Nov", of another year "Nov ’25"."""
    return _dated("short_month", when)


def short_month_year(when: date) -> str:
    """Likewise, always with its year: "Nov ’26"."""
    return _written("short_month_year", when)


def time(local: datetime) -> str:
    """A time of day: "3:32 PM"."""
    return _written("time", local)


def moment(instant: datetime | None, zone: str) -> str:
    """An instant on the wall of the zone: "Oct 30, 3:30 PM"; empty for None."""
    if instant is None:
        return ""
    local = instant.astimezone(ZoneInfo(zone))
    return _joined(_dated("day", local), time(local))


def moment_in_full(instant: datetime, zone: str) -> str:
    """Likewise with weekday and year: "Fri, Oct 30, 2026, 3:30 PM"."""
    local = instant.astimezone(ZoneInfo(zone))
    return _joined(_written("weekday_year", local), time(local))


def moment_to_the_second(instant: datetime, zone: str) -> str:
    """An instant of the log: "Oct 30, 2026, 3:30:05 PM"."""
    local = instant.astimezone(ZoneInfo(zone))
    return _joined(_written("day_year", local), _written("seconds", local))


def number(value: float, decimals: int = 0) -> str:
    """A number, its thousands grouped: "1,500"."""
    from babel.numbers import format_decimal

    form = "#,##0" + (f".{'0' * decimals}" if decimals else "")
    return format_decimal(value, form, locale=babel_of(reader().locale))


def percent(share: float) -> str:
    """A share without decimals: "49%"."""
    from babel.numbers import format_percent

    return format_percent(round(100 * share) / 100, locale=babel_of(reader().locale))


def duration(us: float, day_us: int | None) -> str:
    """Business time, sign dropped: "1 d 4 h", under a day "4 h 08 m", under an hour "25 m".

    `day_us` is the length of a business day; None: in hours, where days of several lengths meet.
    """
    minutes = round(abs(us) / MINUTE_US)
    days, rest = divmod(minutes, day_us // MINUTE_US) if day_us else (0, minutes)
    if day_us and days:
        hours = round(rest / 60)
        if hours * 60 >= day_us // MINUTE_US:
            days, hours = days + 1, 0
        return f"{days}{NBSP}d" + (f"{NBSP}{hours}{NBSP}h" if hours else "")
    hours, minutes = divmod(rest, 60)
    if not hours:
        return f"{minutes}{NBSP}m"
    return f"{hours}{NBSP}h" + (f"{NBSP}{minutes:02d}{NBSP}m" if minutes else "")


def left(us: float, day_us: int) -> str:
    """Business time to a limit: "4 h 08 m left", or "3 h 23 m over"."""
    return f"{duration(us, day_us)} {'left' if us >= 0 else 'over'}"


def signed(us: float, day_us: int | None) -> str:
    """Business time with a true minus where it is negative."""
    return ("−" if round(us / MINUTE_US) < 0 else "") + duration(us, day_us)


def city(zone: str) -> str:
    """The zone's name as people say it: "New York"."""
    return CITIES.get(zone, zone.rsplit("/", 1)[-1].replace("_", " "))


def to_month_end(days: int) -> str:
    """A place in the month: "3 business days to month end", "last business day of the month"."""
    if days == 0:
        return "last business day of the month"
    if days < 0:
        return f"business day {-days} of the month"
    return f"{days} business day{'s' if days > 1 else ''} to month end"


def on_the_wall(instant: datetime, zone: str) -> datetime:
    """What the zone's wall clock shows at an instant, as inputs take it."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def place_sign(days: int) -> str:
    """A place in the month where there is little room: "−2", "last day", "+1"."""
    return "last day" if days == 0 else f"−{days}" if days > 0 else f"+{-days}"


def _dated(kind: str, when: date) -> str:
    """A value of that kind, with its year where that is not the present one."""
    return _written(kind if when.year == reader().today.year else f"{kind}_year", when)


def _written(kind: str, when: date) -> str:
    if isinstance(when, datetime):
        when = when.replace(tzinfo=None)  # two walls that show one instant are one key otherwise
    return _applied(pattern(reader().locale, kind), reader().locale, when)


def _joined(day_words: str, time_words: str) -> str:
    return f"{day_words}{' ' if reader().locale is Locale.ISO else ', '}{time_words}"


@lru_cache(8192)
def _applied(form: str, locale: Locale, when: date) -> str:
    from babel.dates import parse_pattern

    return parse_pattern(form).apply(when, babel_of(locale))
