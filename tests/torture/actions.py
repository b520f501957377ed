"""Random actions on cases and settings: no sequence of commands and imports breaks a workflow.

The machine is that of `tests/test_law.py`, which checks after each action.
"""

from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.builders import Walk, bulk
from tests.law import broken
from tests.test_law import Breaker

STEPS = 50  # rounds on one department, which then begins anew
MOST = 400  # departments before hypothesis does, which remembers all of them


def act_often(times: int, seed: int) -> Counter[str]:
    """So many random actions; AssertionError on the first history that breaks the law.

    Half of them are wild, most of which are refused; half are those of a department that means
    well, and so gets further.
    """
    wild = act_wildly(times // 2, seed)
    tally: Counter[str] = Counter()
    while tally.total() < times - wild.total():
        seed += 1
        walk = Walk(bulk(), seed).run(STEPS * 4)
        tally += Counter(
            {"meant well, carried out": walk.done, "meant well, refused": walk.refused}
        )
        assert broken(walk.desk.drafts) == []
    return wild + tally


def act_wildly(times: int, seed: int) -> Counter[str]:
    """The machine's actions, right and wrong, by the right and the wrong people."""
    tally: Counter[str] = Counter()

    class Counted(Breaker):
        def _try(self, *args: object, **named: object) -> object:
            before = len(self.desk.drafts)
            result = super()._try(*args, **named)
            did = len(self.desk.drafts) > before
            tally["wild, carried out" if did else "wild, refused"] += 1
            return result

    how = settings(
        max_examples=min(MOST, max(1, times // STEPS)),
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    while tally.total() < times:
        seeded(seed + tally.total())(Counted)
        run_state_machine_as_test(Counted, settings=how)
    return tally
