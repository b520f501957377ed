"""Text of other people's making, made safe to show; and times as they are typed."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard import formats
from dashboard.errors import InputRefused, Sentence
from dashboard.findings.outlook import marked, outlook
from dashboard.formats import day_text, on_the_wall
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
BADGES = {"on time": "green", "at risk": "orange", "late": "red", "delivered": "gray"}


def plain(text: object) -> str:
    """Somebody's text for a Markdown place, shown letter by letter: a firm's name is no markup."""
    parts = JOINTS.split(" ".join(str(text).split()))
    return JOINT.join(SIGNS.sub(r"\\\1", part) for part in parts)


def pill(timing: str, p_miss_limit: float | None = None) -> str:
    """A state in running text: colour and mark of what it looks like, and its word."""
    tone = outlook(timing, p_miss_limit).tone
    return f":{BADGES[tone]}-badge[{marked(timing, p_miss_limit)}]"


def typed_instant(local: datetime, zone: str) -> datetime:
    """The instant that a wall clock of the zone showed; the first of two, if it came twice.

    InputRefused for a time that the clocks were put forward over.
    """
    wall = ZoneInfo(zone)
    instant = local.replace(tzinfo=wall, fold=0).astimezone(UTC)
    if instant.astimezone(wall).replace(tzinfo=None) != local:
        raise InputRefused(
            f"{formats.time(local)} did not exist on {day_text(local.date())}: the clocks were put "
            "forward over it. Enter the time that the clock showed."
        )
    return instant


def local_words(sentence: Sentence, zone: str) -> str:
    """A sentence with its dates as the reader writes them, instants by the zone's wall clock."""

    def tell(when: date) -> str:
        return formats.moment(when, zone) if isinstance(when, datetime) else formats.day(when)

    return sentence.words(tell)


def day_word(instant: datetime, now: datetime, zone: str, *, with_on: bool = True) -> str:
    """When, as one says it on the telephone: "today at 2:10 PM", "on Wed, Nov 25 at 2:10 PM"."""
    local, today = on_the_wall(instant, zone), on_the_wall(now, zone).date()
    on = "on " if with_on else ""
    words = {today: "today", today - timedelta(1): "yesterday", today + timedelta(1): "tomorrow"}
    day = words.get(local.date()) or f"{on}{day_text(local.date())}"
    return f"{day} at {formats.time(local)}"


def paragraphs(text: object) -> str:
    """Somebody's text of several lines for a Markdown place, letter by letter, lines kept."""
    return "  \n".join(plain(line) for line in str(text).splitlines())


def moment_words(us: int, zone: str) -> str:
    """An instant of the log as pages show it: "Nov 25, 2:10 PM"."""
    return formats.moment(to_datetime(us), zone)
