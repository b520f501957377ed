"""When will each open case finish, and will it be late? Learnt from the log, judged on it.

`learn` is slow and belongs in the background; `forecast_open` is quick and asks what was learnt.
"""

from dashboard.forecast.backtest import LEAST_FINISHED, Issued
from dashboard.forecast.days import done_by, expected_days
from dashboard.forecast.finishing import CONTRACT, forecast_open, like_cases
from dashboard.forecast.learning import YARDSTICK, Forecaster, learn
from dashboard.forecast.record import track_record
from dashboard.forecast.scores import Score, score
from dashboard.forecast.stored import with_stored

__all__ = [
    "CONTRACT", "LEAST_FINISHED", "YARDSTICK", "Forecaster", "Issued", "Score", "done_by",
    "expected_days", "forecast_open", "learn", "like_cases", "score", "track_record", "with_stored",
]  # fmt: skip
