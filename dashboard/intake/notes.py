"""Notes of any length as several, each as long as one can be."""

from collections.abc import Iterable

from dashboard.commands.notes import LONGEST_NOTE


def split(lines: Iterable[str]) -> list[str]:
    """The lines as notes: together as long as they fit into one, parted between words."""
    text = "\n".join(lines)
    parts: list[str] = []
    while len(text) > LONGEST_NOTE:
        window = text[: LONGEST_NOTE + 1]
        cut = max(window.rfind("\n"), window.rfind(" "))
        if cut < LONGEST_NOTE // 2:
            cut = LONGEST_NOTE
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [part for part in (*parts, text) if part]
