"""The command that splits a path's limit over its steps."""

from collections.abc import Sequence
from datetime import datetime

from dashboard import formats
from dashboard.commands.drafting import Deed, Entry, Stored
from dashboard.commands.settling import enact, require_admin
from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.people import Person
from dashboard.settings import Settings, Targets
from dashboard.store import Desk
from dashboard.workflows import WORKFLOWS


def change_budgets(
    desk: Desk,
    workflow: str,
    budgets_us: Sequence[int] | None,
    *,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Set the budget of each step of a path, the second first; None: by history again.

    In open microseconds, together exactly the limit now in force; if the limit is changed later,
    their proportions stay. Raises NotAllowed, InputRefused, StaleCase.
    """
    require_admin(by, "change the budgets of steps")
    deed = Deed(by, now, None, None, version, command_id)

    def decide() -> Entry:
        checked = checked_budgets(desk.settings, workflow, budgets_us, to_us(now))
        return Entry("budgets_changed", deed.now_us, {"workflow": workflow, "budgets_us": checked})

    return enact(desk, "settings", deed, decide)


def checked_budgets(
    settings: Settings, workflow: str, budgets_us: Sequence[int] | None, now_us: int
) -> list[int]:
    """The budgets that `change_budgets` would set; InputRefused if they cannot be."""
    if workflow not in WORKFLOWS:
        raise InputRefused(f"There is no path {workflow!r}. Choose {' or '.join(WORKFLOWS)}.")
    if budgets_us is None:
        return []
    steps = WORKFLOWS[workflow].last - 1
    if len(budgets_us) != steps:
        raise InputRefused(
            f"Nothing was changed: {len(budgets_us)} budgets were entered for the {steps} steps "
            "from the second on. Enter one for each."
        )
    for number, us in enumerate(budgets_us, start=2):
        if type(us) is not int or us < 0:
            raise InputRefused(
                f"Nothing was changed: the budget of step {number} cannot be {us} microseconds. "
                "Enter a whole number of 0 or more."
            )
    _check_sum(sum(budgets_us), settings.targets_at(workflow, now_us))
    return list(budgets_us)


def _check_sum(given_us: int, targets: Targets) -> None:
    over_us = given_us - targets.limit_us
    if over_us:
        difference = formats.duration(over_us, targets.day_us)
        if abs(over_us) < formats.MINUTE_US / 2:
            difference = "less than a minute"
        raise InputRefused(
            f"Nothing was changed: together the steps have {difference} "
            f"{'more' if over_us > 0 else 'less'} than the SLA of "
            f"{formats.duration(targets.limit_us, targets.day_us)}. "
            f"{'Take it from' if over_us > 0 else 'Add it to'} one of them."
        )
