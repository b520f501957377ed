"""Budgets of steps: what is refused, what is kept, and what rounding leaves of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import commands
from dashboard.errors import InputRefused, StaleCase
from dashboard.settings import Settings, settled
from dashboard.store import Store
from dashboard.ui.settings_budgets import rounded
from tests.builders import ADMIN, MONDAY, bulk
from tests.histories import refused

HOUR_US = 3_600_000_000
MINE = [part * HOUR_US for part in (1, 2, 3, 4, 14, 3)]  # together the limit of 27 hours
WHO: dict[str, Any] = {"by": ADMIN, "now": MONDAY}


@pytest.mark.parametrize(
    ("words", "workflow", "budgets"),
    [
        ("There is no path 'onvio'", "onvio", MINE),
        ("5 budgets were entered for the 6 steps", "local", MINE[1:]),
        ("6 budgets were entered for the 10 steps", "virtual_office", MINE),
        ("budget of step 2 cannot be -1", "local", [-1, 1, *MINE[2:]]),
        ("budget of step 3 cannot be 2.0", "local", [HOUR_US, 2.0, *MINE[2:]]),
        ("budget of step 7 cannot be True", "local", [*MINE[:5], True]),
        ("1 h more than the SLA of 3 d. Take it from one", "local", [2 * HOUR_US, *MINE[1:]]),
        ("1 h less than the SLA of 3 d. Add it to one", "local", [0, *MINE[1:]]),
        ("less than a minute more than the SLA", "local", [HOUR_US + 1, *MINE[1:]]),
        ("the settings already say this", "local", None),
    ],
)
def test_budgets_that_cannot_be_are_refused(words: str, workflow: str, budgets: Any):
    desk = bulk()

    with refused(desk, error=InputRefused) as caught:
        commands.change_budgets(desk, workflow, budgets, **WHO)

    assert words in str(caught.value).replace("\u00a0", " ")
    commands.change_budgets(desk, "local", MINE, **WHO)


def test_budgets_are_kept_by_path_and_given_back_to_history(store: Store):
    others = [27 * HOUR_US, *[0] * 9]
    commands.change_budgets(store, "local", MINE, **WHO)
    commands.change_budgets(store, "virtual_office", others, **WHO)
    assert store.settings.budgets == {"local": tuple(MINE), "virtual_office": tuple(others)}

    commands.change_budgets(store, "local", None, **WHO)

    assert store.settings.budgets == {"virtual_office": tuple(others)}
    assert settled(store.stream("settings")) == store.settings != Settings()


def test_budgets_are_of_the_limit_in_force(store: Store):
    commands.change_targets(store, "local", 2, 4, **WHO)

    with pytest.raises(InputRefused, match="less than the SLA of 4"):
        commands.change_budgets(store, "local", MINE, **WHO)
    commands.change_budgets(store, "local", [*MINE[:5], 12 * HOUR_US], **WHO)


def test_who_saves_over_what_changed_meanwhile_is_told(store: Store):
    seen = store.version("settings")
    commands.change_planning(store, session_hours=9, **WHO)

    with pytest.raises(StaleCase):
        commands.change_budgets(store, "local", MINE, version=seen, **WHO)


def test_the_same_submit_twice_is_stored_once(store: Store):
    first = commands.change_budgets(store, "local", MINE, command_id="save", **WHO)
    second = commands.change_budgets(store, "local", MINE, command_id="save", **WHO)

    assert first == second
    assert store.head().position == 1


@given(
    st.lists(st.integers(0, 10**12), min_size=1, max_size=10).filter(any),
    st.integers(1, 10**10),
)
def test_rounded_budgets_make_up_the_same_limit(exact: list[int], unit: int):
    parts = rounded(exact, unit)

    assert sum(parts) == sum(exact)
    assert sum(part % unit != 0 for part in parts) <= 1
    assert all(part >= 0 for part in parts)
