"""The instant at which the suite takes place: named, and going on from there.

`python -m tests.moments` names those that are worth trying, `--any` one of them at random.
MOMENT says which; every process that a test starts is told how far its clock is ahead
(`tests/child/sitecustomize.py`).
"""

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dashboard import clock

# A Wednesday in the middle of a month, in business hours: nothing is special about it.
ORDINARY = "2026-12-09T10:30-05:00"
MOMENTS = {
    ORDINARY: "an ordinary Wednesday",
    "2027-01-11T15:50-05:00": "a Monday, ten minutes to four",
    "2027-01-15T16:59-05:00": "a Friday, a minute before the office closes",
    "2027-01-17T11:00-05:00": "a Sunday",
    "2027-01-29T10:00-05:00": "a month's last business day",
    "2026-12-31T19:30-05:00": "31 December, already the new year in London",
    "2028-02-29T09:15-05:00": "29 February",
    "2027-03-14T03:05-04:00": "minutes after the clocks were put forward",
    "2027-11-07T01:30-05:00": "the hour that the clocks show twice, the second time",
}
AHEAD = "TESTS_AHEAD_US"
ROOT = Path(__file__).resolve().parent.parent
CHILD = str(ROOT / "tests" / "child")


def take_place() -> None:
    """Put this process's clock, and those of all that it starts, at the moment."""
    if AHEAD not in os.environ:  # else the first process has said it
        begins = datetime.fromisoformat(os.environ.get("MOMENT") or ORDINARY)
        ahead = begins - datetime.now(UTC)
        os.environ[AHEAD] = str(ahead // timedelta(microseconds=1))
        os.environ["PYTHONPATH"] = os.pathsep.join([CHILD, str(ROOT)])
    clock.now = shifted


def told() -> dict[str, str]:
    """What a process has to find in its environment that is to take place here as well."""
    return {AHEAD: os.environ[AHEAD], "PYTHONPATH": CHILD}


def shifted() -> datetime:
    """The instant here."""
    return datetime.now(UTC) + timedelta(microseconds=int(os.environ[AHEAD]))


if __name__ == "__main__":
    if "--any" in sys.argv:
        print(random.choice(list(MOMENTS)))
    else:
        print("\n".join(f"{instant}  {what}" for instant, what in MOMENTS.items()))
