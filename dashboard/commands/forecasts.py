"""The command that keeps forecasts as they are made, so that they can be judged later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from dashboard.commands.drafting import Deed, Entry, Stored
from dashboard.commands.settling import enact
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime, to_us
from dashboard.people import Person, require
from dashboard.store import Desk

STREAM = "forecasts"
LEVELS = 19  # quantiles at 5, 10 … 95%
PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class CaseForecast:
    """What was said of one open case: business minutes left by level, chances in permille.

    `state` names the path and step that it stood in ("local-3"), by which the yardstick is kept.
    """

    case_id: str
    state: str
    model: str
    minutes: Sequence[int]
    p10_us: int
    p50_us: int
    p90_us: int
    miss_target: int
    miss_limit: int


def issue_forecast(
    desk: Desk,
    forecasts: Sequence[CaseForecast],
    plain: Mapping[str, Sequence[int]],
    *,
    version: str,
    learnt_at: datetime,
    as_of: datetime,
    position: int,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Keep what was forecast at `as_of`, from the log up to `position`, by that model's version.

    `plain` is the yardstick's forecast for each state that a case stands in. Raises NotAllowed
    (team leaders and administrators may) and InputRefused (nothing to keep, an instant to come,
    figures that are no forecast).
    """
    require(by, by.leads, "save a forecast", "a team leader")
    deed = Deed(by, now, command_id=command_id)

    def decide() -> Entry:
        as_of_us = to_us(as_of)
        _check_instant(as_of_us, deed)
        _check(forecasts, plain, position)
        data = {
            "version": version,
            "learnt_us": to_us(learnt_at),
            "as_of_us": as_of_us,
            "log_position": position,
            "plain": {state: list(plain[state]) for state in sorted(plain)},
            "cases": [_told(one) for one in forecasts],
        }
        return Entry("forecast_issued", as_of_us, data)

    return enact(desk, STREAM, deed, decide)


def _told(one: CaseForecast) -> dict[str, object]:
    return {
        "case": one.case_id, "state": one.state, "model": one.model, "minutes": list(one.minutes),
        "p10_us": one.p10_us, "p50_us": one.p50_us, "p90_us": one.p90_us,
        "miss_target": one.miss_target, "miss_limit": one.miss_limit,
    }  # fmt: skip


def _check_instant(as_of_us: int, deed: Deed) -> None:
    if as_of_us > deed.now_us:
        raise InputRefused(
            "The forecast was not saved: {as_of} is in the future. Save one made up to now.",
            as_of=to_datetime(as_of_us),
        )


def _check(
    forecasts: Sequence[CaseForecast], plain: Mapping[str, Sequence[int]], position: int
) -> None:
    if not forecasts or position < 1:
        raise InputRefused(
            "The forecast was not saved: it covers no open cases. Save one once a case is open "
            "and another on its path is completed."
        )
    for one in forecasts:
        chances = all(0 <= share <= PERMILLE for share in (one.miss_target, one.miss_limit))
        is_range = one.p10_us <= one.p50_us <= one.p90_us
        if not (chances and is_range and _rises(one.minutes) and _rises(plain.get(one.state, ()))):
            raise InputRefused(
                f"The forecast was not saved: the entry for {one.case_id} is not valid. Create it "
                "again."
            )


def _rises(minutes: Sequence[int]) -> bool:
    """Whether these are the minutes of a forecast: one for each level, none less than before."""
    return len(minutes) == LEVELS and all(a <= b for a, b in pairwise([0, *minutes]))
