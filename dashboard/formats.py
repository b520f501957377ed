"""How numbers read: business time, moments, shares. One form of each, everywhere.

Spaces inside a value do not break. How long a business day is, is a setting that can change: who
tells business time says of which length its days are, a case's own for a case.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
MINUTE_US = 60_000_000
# Cases below which a percentile or a share is shown pale or hollow and not compared with others.
FEWEST = 20
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MARKS = {"on time": "●", "at risk": "◆", "late": "▲"}
# Party names as narrow columns and the stepper show them.
SHORT = {
    "CS representative": "CS rep", "CitrixPortalTech": "CPT", "Team leader": "TL",
    "Sales representative": "Sales",
}  # fmt: skip
CITIES = {"America/New_York": "New York", "America/Chicago": "Chicago"}


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


def moment(instant: datetime | None, zone: str) -> str:
    """An instant on the wall of the zone: "Fri 30 Oct 15:30"; empty for None."""
    if instant is None:
        return ""
    local = instant.astimezone(ZoneInfo(zone))
    day, month = DAYS[local.weekday()], MONTHS[local.month - 1]
    return f"{day} {local.day} {month} {local.hour:02}:{local.minute:02}"


def percent(share: float) -> str:
    """A share without decimals: "49 %"."""
    return f"{100 * share:.0f}{NBSP}%"


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


def day_text(day: date) -> str:
    """A date as pages show it: "Wed 25 Nov"."""
    return f"{day:%a} {day.day} {day:%b}"
