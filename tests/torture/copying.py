"""Backups while sixteen people write: each is the log as it was at one moment of the copying."""

import random
import tempfile
import threading
from collections import Counter
from pathlib import Path

from dashboard import clock, commands
from dashboard.cases import KINDS
from dashboard.store import Store, open_copy
from tests.builders import LEAD, form

WRITERS = 16
IN_ONE_LOG = 25  # backups: then a new log is begun


def back_up_often(times: int, seed: int) -> Counter[str]:
    """So many backups, each restored into a new log; AssertionError if one is not as it was."""
    rng = random.Random(seed)
    tally: Counter[str] = Counter()
    for start in range(0, times, IN_ONE_LOG):
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            tally += _one_log(Path(folder), min(IN_ONE_LOG, times - start), rng)
    return tally


def _one_log(folder: Path, times: int, rng: random.Random) -> Counter[str]:
    store, stop = Store.open(folder / "log.duckdb"), threading.Event()
    pauses = [rng.uniform(0.01, 0.1) for _ in range(WRITERS)]

    def write(pause: float) -> None:
        while not stop.wait(pause):
            now = clock.now()
            fields = form("local", contact="P. Whitcomb, 555-0100")
            commands.open_case(store, "local", fields, by=LEAD, now=now)

    threads = [threading.Thread(target=write, args=(pause,)) for pause in pauses]
    for thread in threads:
        thread.start()
    taken = []
    for number in range(times):
        before = store.log.head()
        head = store.backup(folder / f"{number}.backup")
        taken.append((before, head, store.log.head()))
    stop.set()
    for thread in threads:
        thread.join()
    live = {row["position"]: row["hash"] for part in store.log.read() for row in part.to_pylist()}
    tally: Counter[str] = Counter()
    for number, (before, head, after) in enumerate(taken):
        assert before.position <= head.position <= after.position
        assert not head.position or live[head.position] == head.hash
        restored = Store.open(folder / f"{number}.duckdb")
        with open_copy(folder / f"{number}.backup", "the backup", KINDS) as copy:
            assert restored.restore(copy) == restored.log.verify() == head
            assert restored.log.kept()[1] == copy.personal()
            assert copy.personal().num_rows == restored.count_cases()
        restored.close()
        tally["backups, restored with their head"] += 1
        tally["while the log grew"] += after.position > before.position
    store.close()
    return tally
