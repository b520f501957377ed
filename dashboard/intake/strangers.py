"""People whom trackers name and nobody has entered."""

from datetime import datetime
from typing import Any

from dashboard.commands.drafting import LONGEST_NAME
from dashboard.people import is_reserved
from dashboard.store import Store
from dashboard.workflows import is_one_line

MOST = 200


def strangers(store: Store, now: datetime) -> list[dict[str, Any]]:
    """Names that cases have and the directory has not, those of most cases first.

    Each with name, parties and cases; without names that the directory would refuse.
    """
    rows = store.run("people_suggested", now=now).to_pylist()
    return [row for row in rows if _can_be(row["name"])][:MOST]


def _can_be(name: str) -> bool:
    return is_one_line(name) and len(name) <= LONGEST_NAME and not is_reserved(name)
