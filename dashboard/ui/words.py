"""Text of other people's making, made safe to show; and times as they are typed."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard import formats
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime

# What Markdown, and Streamlit's own signs in it, give a meaning to.
SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&^=])")
# Where a text is parted so that nothing is made of it after Markdown was read, when what was
# escaped looks like any other: links, addresses, icons, emoji, arrows and dashes.
JOINTS = re.compile(
    r"(?<=:)(?=//|material/|[\w+-]+:)|(?<=www)(?=\.)|(?<=@)(?=[\w-])|(?<=[<>~-])(?=[<>=-])",
    re.IGNORECASE,
)
JOINT = ":color[]"  # an element without content or look: the letters before and after stay alone
MARKS = {"on time": "●", "at risk": "◆", "late": "▲"}
BADGES = {"on time": "green", "at risk": "orange", "late": "red"}
# Party names as narrow columns and the stepper show them.
SHORT = {
    "CS representative": "CS rep", "CitrixPortalTech": "CPT", "Team leader": "TL",
    "Sales representative": "Sales",
}  # fmt: skip


def plain(text: object) -> str:
    """Somebody's text for a Markdown place, shown letter by letter: a firm's name is no markup."""
    parts = JOINTS.split(" ".join(str(text).split()))
    return JOINT.join(SIGNS.sub(r"\\\1", part) for part in parts)


def pill(timing: str, text: str | None = None) -> str:
    """A state in running text: colour, mark and word together."""
    return f":{BADGES[timing]}-badge[{MARKS[timing]} {text or timing}]"


def marked(timing: str) -> str:
    """A state in a table: mark and word."""
    return f"{MARKS[timing]} {timing}"


def typed_instant(local: datetime, zone: str) -> datetime:
    """The instant that a wall clock of the zone showed; the first of two, if it came twice.

    InputRefused for a time that the clocks were put forward over.
    """
    wall = ZoneInfo(zone)
    instant = local.replace(tzinfo=wall, fold=0).astimezone(UTC)
    if instant.astimezone(wall).replace(tzinfo=None) != local:
        raise InputRefused(
            f"{local:%H:%M} did not exist on {local:%a %d %b %Y}: the clocks were put forward over "
            "it. Enter the time that the clock showed."
        )
    return instant


def on_the_wall(instant: datetime, zone: str) -> datetime:
    """What the zone's wall clock shows at an instant, as inputs take it."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def day_word(instant: datetime, now: datetime, zone: str, *, with_on: bool = True) -> str:
    """When, as one says it on the telephone: "today at 14:10", "on Wed 25 Nov at 14:10"."""
    local, today = on_the_wall(instant, zone), on_the_wall(now, zone).date()
    on = "on " if with_on else ""
    words = {today: "today", today - timedelta(1): "yesterday", today + timedelta(1): "tomorrow"}
    day = words.get(local.date()) or f"{on}{day_text(local.date())}"
    return f"{day} at {local:%H:%M}"


def day_text(day: date) -> str:
    """A date as pages show it: "Wed 25 Nov"."""
    return f"{day:%a} {day.day} {day:%b}"


def paragraphs(text: object) -> str:
    """Somebody's text of several lines for a Markdown place, letter by letter, lines kept."""
    return "  \n".join(plain(line) for line in str(text).splitlines())


def moment_words(us: int, zone: str) -> str:
    """An instant of the log as pages show it: "Wed 25 Nov 14:10"."""
    return formats.moment(to_datetime(us), zone)
