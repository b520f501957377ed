"""Which path words name."""

import re

from dashboard.workflows import WORKFLOWS, Workflow

WORD = re.compile(r"[^\W_]+")


def named_path(text: str, *, anywhere: bool = False) -> Workflow | None:
    """The path whose spelling the words begin with, if they do not name the other one too.

    `anywhere`: the spelling may stand among other words, as in the name of a sheet.
    """
    words = WORD.findall(text.casefold())
    named = [path for path in WORKFLOWS.values() if _places(words, path)]
    if len(named) == 1 and (anywhere or 0 in _places(words, named[0])):
        return named[0]
    return None


def _places(words: list[str], path: Workflow) -> set[int]:
    """Where in the words a spelling of the path begins."""
    spellings = [WORD.findall(spelling) for spelling in path.spellings]
    return {
        place
        for place in range(len(words))
        for spelling in spellings
        if words[place : place + len(spelling)] == spelling
    }
