"""How much a case waits until somebody of its party is free: people, and what the log shows.

Nobody records who was busy with what. But from the turns alone it is known when a case would have
begun had the party's people served strictly one case at a time in the order of coming: when only
one person less than there are people still had an earlier case. If that wait is real, a case that
had to wait an hour takes an hour longer; if people work on many cases at once, it takes no longer
at all. The slope between the two is fitted, with its error, and is the desk's reaction.
"""

from bisect import insort
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dashboard.workflows import Party

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

DESKS = (
    str(Party.CS),
    str(Party.TL),
    str(Party.CPT),
)  # our own; the others' work is not in the log
ACTIVE = 0.05  # a person with a smaller share of the month's turns stood in, and is not counted
FEWEST_TURNS = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """A party's people, and how many minutes longer a case takes per minute that none is free.

    `people` is 0 where the log names too few of them. `reaction` is between 0 (they work on all
    cases at once) and 1 (strictly one after the other); `error` is its standard error, None where
    no case ever found all of them busy, so that any reaction is as likely.
    """

    party: str
    people: int
    reaction: float = 0.0
    error: float | None = 0.0
    turns: int = 0
    busy: float = 0.0  # the share of turns that would have had to wait

    def drawn(self, rng: np.random.Generator) -> float:
        """A reaction that the log does not rule out."""
        chance, noise = rng.random(), rng.standard_normal()
        if self.error is None:
            return chance if self.people else 0.0
        return min(max(self.reaction + self.error * noise, 0.0), 1.0)


def count_people(person: npt.NDArray[np.object_], month: npt.NDArray[np.object_]) -> int:
    """How many people usually have the party's turns in a month; 0 if most turns have no name."""
    known = person != None  # noqa: E711
    if len(person) < FEWEST_TURNS or known.mean() < 0.5:
        return 0
    active = [
        sum(n >= ACTIVE * sum(turns.values()) for n in turns.values())
        for at in sorted(set(month[known]))
        for turns in [Counter(person[known & (month == at)])]
    ]
    return max(1, int(np.median(active)))


def waits(began: Floats, ended: Floats, people: int) -> Floats:
    """How long each turn, in order of beginning, would have waited for one of so many to be free.

    It could begin once fewer than `people` of those that came before were not yet done: exactly
    when it did begin, had they been served one at a time, first come, first served.
    """
    waited = np.zeros(len(began))
    if not people:
        return waited
    last: list[float] = []
    for row, (begins, ends) in enumerate(zip(began.tolist(), ended.tolist(), strict=True)):
        if len(last) == people:
            waited[row] = max(0.0, last[0] - begins)
        insort(last, ends)
        del last[:-people]
    return waited


def reaction(took: Floats, waited: Floats, like: Integers) -> tuple[float, float | None]:
    """Slope of the time taken by the wait, among turns that are alike, and its standard error.

    Turns of one step, path and part of the month are compared with one another only, so that a
    long step or a slow month end is not taken for a queue. The error allows for a spread that
    grows with the wait (White 1980, Econometrica 48(4), 817-838). None: there were no waits.
    """
    x, y = _centred(waited, like), _centred(took, like)
    power = float(x @ x)
    if np.count_nonzero(waited) < FEWEST_TURNS or power <= 0:
        return 0.0, None
    slope = float(x @ y) / power
    rest = (y - slope * x) * x
    return slope, float(np.sqrt(rest @ rest)) / power


def _centred(values: Floats, like: Integers) -> Floats:
    _, group = np.unique(like, return_inverse=True)
    return values - (np.bincount(group, values) / np.bincount(group))[group]
