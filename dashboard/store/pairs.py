"""Instants as the read model holds them: microseconds, the position in business time, the day."""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from dashboard.workdays import FIRST_DATE, Calendar

DAY_ZERO = np.datetime64(FIRST_DATE, "D")


class Pairs:
    """Makes them in one calendar. `begins_us`: when each date from the first on begins there."""

    def __init__(self, calendar: Calendar, begins_us: pa.ChunkedArray) -> None:
        self._calendar = calendar
        self._begins_us = begins_us.to_numpy()

    def of(self, us: pa.Array) -> pa.Array:
        """A structure an instant, null where there is none."""
        filled = us.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        empty = us.is_null().to_numpy(zero_copy_only=False)
        positions = np.zeros(len(filled), dtype=np.int64)
        positions[~empty] = self._calendar.position(filled[~empty])
        days = DAY_ZERO + np.searchsorted(self._begins_us, filled, side="right") - 1
        return pa.StructArray.from_arrays(
            [pa.array(filled), pa.array(positions), pa.array(days)],
            ["us", "pos", "day"],
            mask=us.is_null(),
        )

    def places(
        self, instants: Iterable[int | None]
    ) -> dict[int | None, tuple[int | None, date | None]]:
        """Position and day of each of a few instants; None has neither."""
        known: dict[int | None, tuple[int | None, date | None]] = {None: (None, None)}
        us = np.array([item for item in {*instants} if item is not None], dtype=np.int64)
        days = np.searchsorted(self._begins_us, us, side="right") - 1
        for item, position, day in zip(us, self._calendar.position(us), days, strict=True):
            known[int(item)] = int(position), FIRST_DATE + timedelta(days=int(day))
        return known
