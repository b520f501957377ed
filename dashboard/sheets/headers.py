"""Which row of a sheet names its columns: below titles, on one line or on two."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from dashboard.sheets import dates
from dashboard.sheets.cells import clean
from dashboard.sheets.columns import folded, missing
from dashboard.sheets.names import is_known, weight
from dashboard.sheets.tables import Line

WITHIN = 30  # lines that hold something
LEAST = 1.5  # columns that are named


@dataclass(frozen=True, slots=True)
class Header:
    """The heading of each column. `row`: the last line of it; what is below are the cases."""

    row: int
    names: list[str]
    is_today: bool = False  # the names are those of Changeover's own form

    @property
    def weight(self) -> float:
        """How many columns are named that a tracker has, each as much as it seems so."""
        return weight(self.names)


def find_header(lines: Sequence[Line], row: int | None = None) -> Header | None:
    """The header among the first lines, or in that row; None if no row looks like one."""
    if row is not None:
        at = next((at for at, line in enumerate(lines) if line.number == row), None)
        return None if at is None else max(_ending(lines, at), key=lambda header: header.weight)
    for line in lines[:WITHIN]:
        names = _names(line.cells)
        known = [folded(name) for name in names if is_known(name)]
        if not missing(names) and len(known) == len(set(known)):
            return Header(line.number, names, is_today=True)
    found = [header for at in range(min(WITHIN, len(lines))) for header in _ending(lines, at)]
    best = max(found, key=lambda header: (header.weight, -header.row), default=None)
    return best if best and best.weight >= LEAST else None


def _ending(lines: Sequence[Line], at: int) -> list[Header]:
    """The headers that can end in that line: it alone, or with the line before it."""
    below = _names(lines[at].cells)
    headers = [Header(lines[at].number, below)]
    if at and not any(dates.read(name) for name in below):
        names = _names(lines[at - 1].cells)
        above = _filled(names + [""] * (len(below) - len(names)))
        pairs = zip_longest(above, below, fillvalue="")
        both = [upper if not lower else _joined(upper, lower) for upper, lower in pairs]
        headers.append(Header(lines[at].number, both))
    return headers


def _joined(upper: str, lower: str) -> str:
    return lower if upper.casefold() in ("", lower.casefold()) else f"{upper} {lower}"


def _filled(names: Sequence[str]) -> list[str]:
    """The names, each over the blanks that follow it too: they are under the same heading."""
    filled: list[str] = []
    for name in names:
        filled.append(name or (filled[-1] if filled else ""))
    return filled


def _names(cells: Sequence[str]) -> list[str]:
    return [" ".join(clean(cell).split()) for cell in cells]
