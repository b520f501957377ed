"""What the commands share that change no case but what is set, posted or said beside them."""

import unicodedata
from collections.abc import Callable

from dashboard.commands.drafting import Deed, Entry, Stored, drafts
from dashboard.errors import InputRefused, StaleCase
from dashboard.people import Person, Role, require
from dashboard.settings import SETTINGS_STREAMS, settle
from dashboard.store import Desk

NO_CHANGE = "Change something first."
NAMES = {
    "settings": "the settings",
    "directory": "the directory's entries",
    "notices": "the notices",
    "feedback": "the feedback",
    "reports": "the list of reports",
    "forecasts": "the stored forecasts",
    "erasures": "the list of erasures",
}


def enact(desk: Desk, stream: str, deed: Deed, decide: Callable[[], Entry]) -> Stored:
    """Write what `decide` decides to the stream, nobody else writing meanwhile.

    The same command id given again returns the event stored the first time. Raises what `decide`
    raises, InputRefused if the settings would be as they are, and StaleCase if the stream has
    grown since `deed.version`.
    """
    if deed.command_id and (stored := desk.stored(deed.command_id)):
        return stored
    with desk.alone():
        held = desk.version(stream)
        if deed.version is not None and deed.version != held:
            moved_by = desk.stream(stream)[-1].actor if held else None
            raise StaleCase(stream, held, moved_by, NAMES[stream])
        made = drafts(stream, held, deed, [decide()])
        if stream in SETTINGS_STREAMS and settle(desk.settings, made[0]) == desk.settings:
            raise InputRefused(
                f"Nothing was changed: {NAMES[stream]} already say this. {NO_CHANGE}"
            )
        return desk.append(made)


def require_admin(by: Person, what: str) -> None:
    """Raise NotAllowed unless the person is an administrator; `what` was asked."""
    require(by, by.role is Role.ADMIN, what, "an administrator")


def text_given(text: str, most: int, what: str, refused: str) -> str:
    """A text of several lines, stripped; InputRefused if it is empty, too long or unreadable."""
    lines = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    if not lines or len(lines) > most:
        raise InputRefused(
            f"{refused}: {what} has {len(lines)} characters. Use 1 to {most:,} of them."
        )
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in lines):
        raise InputRefused(f"{refused}: {what} contains a control character. Enter it again.")
    return lines
