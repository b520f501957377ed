"""All open time as a table of spans, made to be searched by instant and by position."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from dashboard.errors import InputRefused
from dashboard.workdays.clocks import SINCE, UNTIL, Integers

BUCKET_BITS = 32  # a bucket is 2**32 microseconds, 71.6 minutes
MANY = 2_000  # from so many instants on the buckets pay


@dataclass(frozen=True, eq=False)
class Spans:
    """One row a span, in order and parted by closed time; together they cover the range.

    Within a span position and instant run side by side, `shifts` apart. The lists say the same
    once more: looking up one value in an array takes many times as long.
    """

    opens: Integers
    shifts: Integers  # position less instant while the span lasts
    ends: Integers  # position at its close, and until the next opens
    open_list: list[int] = field(repr=False)
    shift_list: list[int] = field(repr=False)
    end_list: list[int] = field(repr=False)

    @classmethod
    def of(cls, opens: Integers, closes: Integers) -> "Spans":
        """The table of ordered spans that may be empty, touch, or reach out of the range."""
        opens, closes = np.clip(opens, SINCE, UNTIL), np.clip(closes, SINCE, UNTIL)
        has_time = closes > opens
        opens, closes = opens[has_time], closes[has_time]
        is_parted = opens[1:] > closes[:-1]
        opens = opens[np.append(True, is_parted)[: len(opens)]]
        closes = closes[np.append(is_parted, True)[: len(closes)]]
        if not len(opens) or opens[0] > SINCE:
            opens, closes = np.append(SINCE, opens), np.append(SINCE, closes)
        ends = np.cumsum(closes - opens)
        shifts = ends - closes
        return cls(opens, shifts, ends, opens.tolist(), shifts.tolist(), ends.tolist())

    @property
    def closes(self) -> Integers:
        """Closing instants."""
        return self.ends - self.shifts

    def positions(self, us: Integers) -> Integers:
        """The position of each instant."""
        row = self._rows(us) if us.size >= MANY else np.searchsorted(self.opens, us, "right") - 1
        return np.minimum(us + self.shifts[row], self.ends[row])

    def _rows(self, us: Integers) -> Integers:
        """The span that opened last, by a table of buckets: four times a search's speed."""
        first, following, most = self._buckets
        row = first[(us >> BUCKET_BITS) - (self.open_list[0] >> BUCKET_BITS)]
        for _ in range(most):
            row = row + (us >= following[row])
        return row

    @cached_property
    def _buckets(self) -> tuple[Integers, Integers, int]:
        """For each bucket the last span that opened by its beginning, and what follows from there.

        That is: for each span when the following one opens, and the most that open in a bucket.
        """
        since, until = self.open_list[0] >> BUCKET_BITS, UNTIL >> BUCKET_BITS
        beginnings = np.arange(since, until + 2, dtype=np.int64) << BUCKET_BITS
        row = np.maximum(np.searchsorted(self.opens, beginnings, "right") - 1, 0)
        following = np.append(self.opens[1:], np.iinfo(np.int64).max)
        return row[:-1], following, int(np.diff(row).max())

    def instants(self, positions: Integers) -> Integers:
        """The earliest instant of each position; raises InputRefused if there is none."""
        last = self.end_list[-1]
        if positions.size and (positions.min() < 0 or positions.max() > last):
            stray = int(positions[(positions < 0) | (positions > last)].flat[0])
            raise InputRefused(
                f"No instant has the position {stray}: this calendar's positions run from 0 to "
                f"{last} open microseconds. Give one of those."
            )
        return positions - self.shifts[np.searchsorted(self.ends, positions, side="left")]

    def position(self, us: int) -> int:
        """The position of one instant."""
        row = bisect_right(self.open_list, us) - 1
        return min(us + self.shift_list[row], self.end_list[row])

    def instant(self, position: int) -> int | None:
        """The earliest instant of one position that is not negative; None if there is none."""
        row = bisect_left(self.end_list, position)
        return position - self.shift_list[row] if row < len(self.end_list) else None

    def closing(self, us: int) -> int:
        """When the last span that opened by this instant closes, or closed."""
        row = bisect_right(self.open_list, us) - 1
        return self.end_list[row] - self.shift_list[row]
