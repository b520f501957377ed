"""Where cases stood at some instants, and what became of them: all that a model ever sees.

Nothing here knows workflows or calendars: the same columns describe the product's log and any
other. Instants are microseconds of one clock, which for the product is business time (so a
closed night takes none) and for a log without a calendar is the wall's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

MINUTE_US = 60_000_000
NEVER = np.iinfo(np.int64).max  # has not happened, as far as is known
PATH = 100  # a group is a path's number times this, plus a step


@dataclass(frozen=True, slots=True, eq=False)
class Snapshots:
    """One row per case and instant. `features` and `like` hold what was known at `at`, no more.

    `since`: from when the case could go on in its step, which may lie ahead: when the step became
    due or, if it waits for an appointment, when that ends. `began`: when the case came into the
    state that it was in; `moved`: when it left that state; `until`: when it finished, or was
    withdrawn (then `finishes` is false). `like` are coordinates in which near means alike, for
    states; `features` are columns of the names `names`.
    """

    case: Integers
    group: Integers
    at: Integers
    since: Integers
    began: Integers
    moved: Integers
    until: Integers
    finishes: Flags
    like: Floats
    features: Floats
    names: tuple[str, ...]
    seen: int  # what happened from this instant on is not known

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: Integers | Flags) -> "Snapshots":
        """Some of the rows, in the order asked for."""
        picked = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return replace(self, **picked)

    def bare(self) -> "Snapshots":
        """The same without what models learn from: for scores and outcomes."""
        nothing = np.zeros((len(self), 0))
        return replace(self, like=nothing, features=nothing, names=())

    def known_before(self, instant: int) -> "Snapshots":
        """What was known before `instant`: earlier rows, and of them no later outcome."""
        rows = self.take(self.at < instant)
        return replace(
            rows,
            moved=np.where(rows.moved < instant, rows.moved, NEVER),
            until=np.where(rows.until < instant, rows.until, NEVER),
            seen=min(self.seen, instant),
        )

    @property
    def is_finished(self) -> Flags:
        """Whether the case is known to have finished after all."""
        return self.finishes & (self.until < NEVER)

    @property
    def minutes(self) -> Floats:
        """Time to the finish; of a case not known to have finished, as far as it was watched."""
        return (np.minimum(self.until, self.seen) - self.at) / MINUTE_US

    @property
    def ahead(self) -> Floats:
        """Minutes until the case can go on."""
        return np.maximum(self.since - self.at, 0) / MINUTE_US

    @property
    def after(self) -> Floats:
        """Time to the finish from when the case can go on; so far as it was watched."""
        return np.maximum(self.minutes - self.ahead, 0)

    @property
    def age(self) -> Floats:
        """Minutes that the case could have gone on in its step."""
        return np.maximum(self.at - self.since, 0) / MINUTE_US

    @property
    def waited(self) -> Floats:
        """Minutes that the case could have left its state."""
        return np.maximum(self.at - np.maximum(self.began, self.since), 0) / MINUTE_US

    @property
    def lasted(self) -> Floats:
        """Minutes of the whole stay that `waited` is a part of; so far as it was watched."""
        ended = np.minimum(self.moved, self.seen)
        return np.maximum(ended - np.maximum(self.began, self.since), 0) / MINUTE_US

    @property
    def path(self) -> Integers:
        """The number of each case's path."""
        return self.group // PATH


def together(parts: Sequence[Snapshots]) -> Snapshots:
    """The rows of all parts, known as far as the one that knows most."""
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS}
    return replace(parts[0], seen=max(part.seen for part in parts), **joined)


_COLUMNS = [field.name for field in fields(Snapshots) if field.name not in ("names", "seen")]
