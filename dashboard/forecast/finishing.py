"""When each open case will finish, as instants people can use, and how likely it is late."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.forecast.boosted import FittedBoosted
from dashboard.forecast.history import HOUR_US, awaited, open_now
from dashboard.forecast.learning import Forecaster
from dashboard.forecast.moves import Moves, read_moves
from dashboard.forecast.recalibration import places
from dashboard.forecast.scores import LEVELS
from dashboard.forecast.snapshots import MINUTE_US, PATH, Floats, Integers, Snapshots
from dashboard.instants import to_us
from dashboard.settings import Settings
from dashboard.store import View
from dashboard.workdays import LAST_INSTANT, free_windows
from dashboard.workflows import WORKFLOWS

SHOWN = {f"p{round(level * 100)}": at for at, level in enumerate(LEVELS) if at % 2}
CONTRACT = ("case_id", *SHOWN, "p_miss_target", "p_miss_limit")
# What may drive a forecast: the features of each, and what they mean to a reader.
DRIVERS = {
    "waited": ("in_state", "since_handed"),
    "elapsed": ("elapsed",),
    "month_end": ("days_to_month_end",),
    "queue": ("queue", "in_progress"),
    "appointment": ("to_window_end",),
    "requested_date": ("to_requested",),
}
LEAST_EFFECT = 15.0  # minutes; less drives nothing
_INSTANT = pa.timestamp("us", "UTC")
_MINUTES = pa.list_(pa.float64())
_DRIVERS = pa.list_(pa.struct({"driver": pa.string(), "minutes": pa.float64()}))


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Open cases as they stand at one instant."""

    moves: Moves
    rows: Snapshots
    target_pos: Integers
    limit_pos: Integers
    is_delivered: pa.ChunkedArray


def forecast_open(
    view: View, now: datetime, forecaster: Forecaster, case_id: str | None = None
) -> pa.Table:
    """Every open case's finish as a range, the most likely to miss its limit first; or one case's.

    One row a case: p10 … p90, the instants by which it will have finished with 10 … 90%
    probability, inside opening hours and not before the four-hour window that it waits for, if
    any, has ended; p_miss_target and p_miss_limit; model ("median": the spread of each step's
    past, of a path with few completed cases or where nothing beats it; "extrapolated": the case is
    older in its step than any completed one; empty: nothing is known, and the figures are empty
    too, but for the chance of what is missed already); is_delivered, if it waits for download only
    and nothing is at risk; workflow, the due step, and finished_cases, the completed ones of that
    path; longest_minutes, how long those were in the step of an extrapolated one; minutes, all 19
    quantiles as business minutes from now, plain_minutes, the yardstick's, and earliest_minutes,
    before which it cannot finish; drivers, what moves the middle against what is usual in the step.
    """
    standing = _standing(view, now, case_id)
    rows, case_ids = standing.rows, standing.moves.case_ids
    quantiles, floors = _not_before(forecaster, rows, view, now)
    paths = [list(forecaster.finished)[path] for path in rows.path.tolist()]
    used = forecaster.models_used(rows)
    table = pa.table(
        {
            "case_id": pa.array(map(case_ids.get, rows.case.tolist()), pa.string()),
            **_instants(rows, quantiles, view.settings),
            "p_miss_target": _chance(standing.target_pos, rows, quantiles, floors),
            "p_miss_limit": _chance(standing.limit_pos, rows, quantiles, floors),
            "model": pa.array(used, pa.string()),
            "is_delivered": standing.is_delivered,
            "workflow": pa.array(paths, pa.string()),
            "step": rows.group % PATH,
            "longest_minutes": _longest(forecaster, rows),
            "finished_cases": [forecaster.finished[path] for path in paths],
            "minutes": _lists(quantiles),
            "plain_minutes": _lists(forecaster.plain_quantiles(rows)),
            "earliest_minutes": floors,
            "drivers": pa.array(_drivers(forecaster, rows, used), _DRIVERS),
        }
    )
    return table.sort_by([("p_miss_limit", "descending"), ("p90", "descending")])


def like_cases(view: View, now: datetime, forecaster: Forecaster, case_id: str) -> list[str]:
    """The past cases that an open case is like, the nearest first; empty if it is not open."""
    moves = read_moves(view, now)
    rows = open_now(moves, view.settings, now)
    own = [at for at, case in enumerate(rows.case.tolist()) if moves.case_ids[case] == case_id]
    if not own or forecaster.nearest is None:
        return []
    near = forecaster.nearest.neighbours(rows.take(np.array(own)))
    return [moves.case_ids[case] for case in near.tolist() if moves.case_ids[case] != case_id]


def _standing(view: View, now: datetime, case_id: str | None) -> Standing:
    moves = read_moves(view, now, only_open=True)
    rows = open_now(moves, view.settings, now)
    limits = view.run("forecast_cases", now=now)
    if case_id:
        limits = limits.filter(pc.field("case_id") == case_id)
    # a case that moved between the two readings may be in one of them only
    _, own, told = np.intersect1d(rows.case, limits["case_no"].to_numpy(), return_indices=True)
    target, limit = (limits[name].to_numpy()[told] for name in ("target_pos", "limit_pos"))
    return Standing(moves, rows.take(own), target, limit, limits["is_delivered"].take(told))


def _not_before(
    forecaster: Forecaster, rows: Snapshots, view: View, now: datetime
) -> tuple[Floats, Floats]:
    """The quantiles, and the minutes before which each case cannot finish, for its appointment.

    One that is not agreed on could begin at the next free window: what remains after that is
    added to it, as to one that is agreed on.
    """
    quantiles, floors = forecaster.quantiles(rows), rows.ahead
    for number, path in enumerate(WORKFLOWS):
        for step, window in awaited(path):
            before = (rows.path == number) & (rows.group % PATH < step)
            if forecaster.median and before.any():
                end = _next_window_end(view, now, window.hours)
                own = rows.take(before)
                floors[before] = np.maximum(end - own.at, 0) / MINUTE_US
                then = replace(own, group=np.full(len(own), number * PATH + step))
                least = floors[before, None] + forecaster.median.remaining(then)
                quantiles[before] = np.maximum(quantiles[before], least)
    return quantiles, floors


def _longest(forecaster: Forecaster, rows: Snapshots) -> pa.Array:
    """How long completed cases were in the step, where a case is older in it than all of them."""
    # a stay that ended before the appointment did, since when it is counted, took nothing of it
    lasted = np.maximum(forecaster.seen.minutes(rows), 0.0)
    return pa.array(lasted, mask=~forecaster.seen.is_beyond(rows))


def _next_window_end(view: View, now: datetime, hours: int) -> int:
    """Where the next window that can be booked ends, as a position; -1 if there is none."""
    settings, us = view.settings, to_us(now)
    taken = view.appointments_between(us - hours * HOUR_US, to_us(LAST_INSTANT))
    free = free_windows(
        settings.calendar, now, hours, 1,
        taken=list(taken.values()), at_once=settings.appointments_at_once,
    )  # fmt: skip
    return int(settings.calendar.position([to_us(free[0][1])])[0]) if free else -1


def _instants(rows: Snapshots, quantiles: Floats, settings: Settings) -> dict[str, pa.Array]:
    """The shown quantiles as instants, the earliest that have passed so much business time."""
    found = {}
    for name, at in SHOWN.items():
        known = np.isfinite(quantiles[:, at])
        minutes = np.where(known, quantiles[:, at], 0)
        # a whole minute is as sharp as a forecast can be read; and one more than none, so that
        # at night it is the next morning and not the last evening
        position = rows.at + np.maximum(np.ceil(minutes), 1).astype(np.int64) * MINUTE_US
        last = int(settings.calendar.position([to_us(LAST_INSTANT)])[0])
        instants = settings.calendar.instant(np.minimum(position, last))
        found[name] = pa.array(instants, mask=~known).cast(_INSTANT)
    return found


def _lists(quantiles: Floats) -> pa.Array:
    """Each row of quantiles as a list; empty where nothing is known."""
    unknown = ~np.isfinite(quantiles[:, 0])
    ends = np.arange(len(quantiles) + 1, dtype=np.int32) * quantiles.shape[1]
    return pa.ListArray.from_arrays(ends, quantiles.ravel(), mask=pa.array(unknown))


def _chance(due_pos: Integers, rows: Snapshots, quantiles: Floats, floors: Floats) -> pa.Array:
    """How likely each case is still open once `due_pos` has passed."""
    left = (due_pos - rows.at) / MINUTE_US
    missed = 1 - places(np.maximum(left - floors, 0), quantiles - floors[:, None])
    is_sure = (left <= 0) | (left < floors)
    unknown = ~np.isfinite(quantiles[:, 0]) & (left > 0)
    return pa.array(np.where(is_sure, 1.0, missed), mask=unknown)


def _drivers(
    forecaster: Forecaster, rows: Snapshots, used: list[str]
) -> list[list[dict[str, str | float]]]:
    """By how much the middle moves against the same case with a usual value, by what moves it."""
    found: list[list[dict[str, str | float]]] = [[] for _ in used]
    model, usual = forecaster.fitted, forecaster.usual
    if not isinstance(model, FittedBoosted) or usual is None or not len(rows):
        return found
    might = [usual.replaced(rows, names) for names in DRIVERS.values()]
    every = np.vstack([rows.features, *might])
    ahead = np.nan_to_num(every[:, rows.names.index("to_window_end")])
    own, *others = np.split(ahead + model.medians(every), 1 + len(might))
    for driver, other in zip(DRIVERS, others, strict=True):
        for case, minutes in enumerate((own - other).tolist()):
            if used[case] == forecaster.chosen and abs(minutes) >= LEAST_EFFECT:
                found[case].append({"driver": driver, "minutes": round(minutes, 1)})
    return [sorted(one, key=lambda item: -abs(float(item["minutes"]))) for one in found]
