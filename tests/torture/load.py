"""Fifty browsers for minutes, sixteen of them completing steps; and two people on one step.

The browsers are connections as a browser opens them, and act every eight seconds on average.
"""

import random
import re
import statistics
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from dashboard import clock, commands
from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.builders import LEAD, form, step_fields
from tests.live import live_app
from tests.wire import Drawn, Visitor

READERS, WRITERS = 34, 16
PAUSE_SECONDS = 8
CASES = 1_500
READ = ("", "cases", "throughput", "bottlenecks", "month_end", "forecast", "sla_report", "guide")
EACH = 60  # cases of one's own, two steps each
WARM_SECONDS = 60


class Reader(threading.Thread):
    """Looks at one page after another until the time is up."""

    def __init__(self, address: str, seed: int, until: float) -> None:
        super().__init__()
        self._visitor = Visitor(address)
        self._chance, self._until = random.Random(seed), until
        self.waited_ms: list[float] = []
        self.errors: list[str] = []

    def run(self) -> None:
        """Wait, act, note how long it took or what went wrong."""
        while (now := time.monotonic()) < self._until:
            try:
                pause = self._chance.expovariate(1 / PAUSE_SECONDS)
                self._visitor.rest(min(pause, self._until - now))
                if now + pause < self._until:  # not all fifty at once when the time is up
                    self.waited_ms.append(self.act().ms)
            except (RuntimeError, OSError) as error:
                self.errors.append(repr(error))
        self._visitor.close()

    def act(self) -> Drawn:
        """What one does now."""
        return self._visitor.draw(self._chance.choice(READ))


class Writer(Reader):
    """Opens a case of their own and completes its two steps, then the next."""

    def __init__(self, address: str, seed: int, until: float, cases: list[str]) -> None:
        super().__init__(address, seed, until)
        self._cases, self._drawn = cases, Drawn()
        self.completed = 0

    def act(self) -> Drawn:
        """Press the button that the page shows; without one, open the next case."""
        case_id = self._cases[0]
        if any(
            f"complete-{case_id}-{step}" in key for key in self._drawn.widgets for step in (3, 4)
        ):
            self._drawn = press(self._visitor, case_id, self._drawn)
            self.completed += 1
            if self.completed % 2 == 0:
                self._cases.pop(0)
        else:
            self._drawn = self._visitor.draw("case", f"id={case_id}")
        return self._drawn


def press(visitor: Visitor, case_id: str, drawn: Drawn) -> Drawn:
    """Complete the step that the page shows, its fields filled in."""
    [button] = [key for key in drawn.widgets if key.startswith(f"complete-{case_id}-")]
    values: dict[str, str | bool] = {}
    for key, name in drawn.widgets.items():
        if key.endswith("-4-ems_ticket"):
            values[name] = "EMS-4711"
        elif key.endswith("-4-high_priority"):
            values[name] = True
    return visitor.draw("case", f"id={case_id}", drawn.widgets[button], values)


def load_often(seconds: int, seed: int) -> Counter[str]:
    """Fifty browsers for so many seconds; AssertionError if a page failed or a step was lost."""
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        log = Path(folder) / "log.duckdb"
        cases = department(log, seed, WRITERS * EACH)
        with live_app(log) as address:
            server = server_of(address)
            for page in READ:
                Visitor(address).draw(page)
            until = time.monotonic() + seconds
            writers = [Writer(address, seed + n, until, cases[n::WRITERS]) for n in range(WRITERS)]
            readers = [Reader(address, seed - n, until) for n in range(1, READERS + 1)]
            for browser in (*readers, *writers):
                browser.start()
            sizes = [(0.0, resident_mb(server))]
            while (left := until - time.monotonic()) > 0:
                time.sleep(min(WARM_SECONDS, left))
                sizes.append((seconds - max(0.0, until - time.monotonic()), resident_mb(server)))
            for browser in (*readers, *writers):
                browser.join()
        errors = [error for browser in (*readers, *writers) for error in browser.errors]
        assert not errors, errors[:10]
        stored = completions(log, cases)
    assert stored == sum(writer.completed for writer in writers)
    tally: Counter[str] = Counter({"steps completed": stored})
    tally |= {f"MB after {at:>4.0f} s": round(size) for at, size in sizes}
    for name, group in (("reading", readers), ("completing", writers)):
        waited = [ms for browser in group for ms in browser.waited_ms]
        tally[f"acts of those {name}"] = len(waited)
        cuts = statistics.quantiles(waited, n=20)
        tally[f"ms p50, {name}"], tally[f"ms p95, {name}"] = round(cuts[9]), round(cuts[18])
    return tally


def duel_often(times: int, seed: int) -> Counter[str]:
    """Two people complete the same step at the same moment; AssertionError unless one wins."""
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        log = Path(folder) / "log.duckdb"
        cases = department(log, seed, times, sample=0)
        with live_app(log) as address, ThreadPoolExecutor(2) as both:
            people = [Visitor(address) for _ in range(2)]
            people[0].draw("")  # until its first page a server knows no other
            for case_id in cases:
                pages = [one.draw("case", f"id={case_id}") for one in people]
                ends = list(both.map(press, people, [case_id] * 2, pages))
                won = [any("Step 3 completed" in text for text in one.says) for one in ends]
                told = [any("changed case" in text for text in one.says) for one in ends]
                assert sorted(won) == [False, True], [one.says for one in ends]
                assert won == [not text for text in told], [one.says for one in ends]
                tally["first" if won[0] else "second"] += 1
        assert completions(log, cases) == times
    return tally


def department(log: Path, seed: int, cases: int, sample: int = CASES) -> list[str]:
    """A log with sample cases and so many more at step 3; their ids."""
    now = clock.now()
    with closing(Store.open(log)) as store:
        if sample:
            write_sample(store, seed=seed, cases=sample, until=now, by=Person("load", Role.ADMIN))
        ids: list[str] = []
        with store.bulk() as desk:
            for _ in range(cases):
                [event] = commands.open_case(desk, "local", form("local"), by=LEAD, now=now)[:1]
                fields = step_fields(desk.case(event.stream), 2, now)
                commands.complete_step(desk, event.stream, 2, fields, by=LEAD, now=now)
                ids.append(event.stream)
    return ids


def completions(log: Path, cases: list[str]) -> int:
    """How many of the steps 3 and 4 of these cases are complete; each at most once."""
    with closing(Store.open(log)) as store:
        events = [store.log.events_of(case_id) for case_id in cases]
    done = [[one.fields()["step"] for one in of if one.kind == "step_completed"] for of in events]
    assert all(len(set(steps)) == len(steps) for steps in done)
    return sum(step in (3, 4) for steps in done for step in steps)


def server_of(address: str) -> int:
    """The process that serves there."""
    [port] = re.findall(r":(\d+)", address)
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        if f"--server.port\0{port}\0".encode() in place.read_bytes():
            return int(place.parent.name)
    raise RuntimeError(f"Nobody serves {address}.")


def resident_mb(process: int) -> float:
    """What it holds in memory now."""
    [kb] = re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text("ascii"))
    return int(kb) / 1_000
