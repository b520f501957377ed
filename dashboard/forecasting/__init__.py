"""Forecasts while the application runs: learnt in the background, kept as they are made."""

from dashboard.forecasting.keeping import RECENT, keep, keep_daily
from dashboard.forecasting.learner import FAILURES, Learner, Learnt

__all__ = ["FAILURES", "RECENT", "Learner", "Learnt", "keep", "keep_daily"]
