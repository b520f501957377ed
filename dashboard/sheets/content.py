"""What stands in a column: times, names of paths, numbers of things, other text, or nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboard.sheets import dates
from dashboard.sheets.cells import is_nothing, is_open
from dashboard.sheets.meanings import STEP_MEANINGS
from dashboard.sheets.names import heading
from dashboard.sheets.paths import named_path

LOOKED_AT = 300  # values
ID = re.compile(r"(?=.*\d)[A-Za-z#]{0,6}[-_./]?\d[\w./-]{0,24}|\d(?:[.,]\d+)?[Ee][+]?\d+")
TICKET = re.compile(r"ems[-_ #:]*\d+", re.IGNORECASE)
STATUS = re.compile(
    r"(open|closed?|complete|done|finish|cancel|withdr|on hold|hold|held|active|new|pending|"
    r"in progress|in work|waiting|started)",
    re.IGNORECASE,
)
MOST, FEW = 0.7, 0.3


@dataclass(frozen=True)
class Content:
    """The values of a column that say something."""

    values: Sequence[str]

    @classmethod
    def of(cls, cells: Sequence[str]) -> "Content":
        """The first of these cells that say something."""
        told = [cell for cell in cells if not is_nothing(cell) and not is_open(cell)]
        return cls(told[:LOOKED_AT])

    @property
    def is_empty(self) -> bool:
        """Whether the column says nothing."""
        return not self.values

    @cached_property
    def times(self) -> float:
        """The share that are dates."""
        return self._share([dates.read(value) is not None for value in self.values])

    @cached_property
    def paths(self) -> float:
        """The share that name a path."""
        return self._share([named_path(value) is not None for value in self.values])

    @cached_property
    def ids(self) -> float:
        """The share that look like somebody's number."""
        return self._share([bool(ID.fullmatch(value.strip())) for value in self.values])

    @cached_property
    def tickets(self) -> float:
        """The share that look like a ticket of EMS."""
        return self._share([bool(TICKET.fullmatch(value.strip())) for value in self.values])

    @cached_property
    def steps(self) -> float:
        """The share that name a step, by number or words."""
        return self._share([_is_step(value) for value in self.values])

    @cached_property
    def statuses(self) -> float:
        """The share that begin as a case's status does."""
        return self._share([bool(STATUS.match(value.strip())) for value in self.values])

    def _share(self, held: Sequence[bool]) -> float:
        return sum(held) / len(held) if held else 0.0

    def weighed(self, meaning: str, fit: float) -> float:
        """How well a heading's meaning fits once one looks at what stands below it."""
        if self.is_empty:
            return fit
        if meaning in STEP_MEANINGS or meaning in ("appointment", "completed_at"):
            return fit * self._time_weight(fit)
        if meaning == "status":
            return self._status(fit)
        if meaning in ("notes", "rejected"):
            return fit
        if self.times >= MOST:
            return fit * 0.3
        return fit * self._text_weight(meaning, fit)

    def _status(self, fit: float) -> float:
        """A state may be one of the country's; a plain status may be told in any words."""
        if fit >= 1:
            return fit
        return 1.0 if self.statuses >= MOST else fit if self.statuses > 0 else fit * 0.3

    def _time_weight(self, fit: float) -> float:
        if self.times >= MOST:
            return 1.0
        return _some(fit) if self.times >= FEW else 0.45

    def _text_weight(self, meaning: str, fit: float) -> float:
        match meaning:
            case "path":
                return 1.0 if self.paths >= MOST else _some(fit) if self.paths >= FEW else 0.4
            case "step":
                return 1.0 if self.steps >= MOST else 0.4
            case "firm_id":
                return 1.0 if self.ids >= MOST else 0.85
            case "firm" | "team_leader" | "cs_rep" | "sales_rep" | "products":
                return 0.6 if self.ids >= MOST else 1.0
        return 1.0


def _some(fit: float) -> float:
    """What it is worth that some values bear a heading out: much, if it says it plainly."""
    return 0.97 if fit >= 1 else 0.85


def _is_step(value: str) -> bool:
    if value.strip().isdecimal():
        return 1 <= int(value) <= 11 if len(value.strip()) <= 2 else False
    said = heading(value)
    return said.step is not None or any(said.fits.get(key, 0) >= MOST for key in STEP_MEANINGS)
