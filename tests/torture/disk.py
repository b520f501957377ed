"""A disk that fills at any byte: an append is stored and acknowledged, or refused without a trace.

The kernel's limit on the size of a file stands in for the disk: it fails a write at that byte.
"""

import random
import tempfile
from collections import Counter
from pathlib import Path

from dashboard.errors import LogRefused
from dashboard.store import duckdb_log
from dashboard.store.duckdb_log import DuckdbLog
from tests.drafts import KINDS, command, rows
from tests.log_files import room_for

IN_ONE_LOG = 40  # appends: then it is closed, opened and looked at
MOVE_AT = 50_000  # bytes: so that moving events into the database meets the full disk too


def fill_often(times: int, seed: int) -> Counter[str]:
    """So many appends while the disk fills; AssertionError if one is neither there nor refused."""
    rng = random.Random(seed)
    tally: Counter[str] = Counter()
    usual, duckdb_log.MOVE_AT = duckdb_log.MOVE_AT, MOVE_AT
    try:
        for start in range(0, times, IN_ONE_LOG):
            with tempfile.TemporaryDirectory(prefix="torture-") as folder:
                path = Path(folder) / "log.duckdb"
                tally += _one_log(path, min(IN_ONE_LOG, times - start), rng)
    finally:
        duckdb_log.MOVE_AT = usual
    return tally


def _one_log(path: Path, times: int, rng: random.Random) -> Counter[str]:
    log, tally = DuckdbLog.open(path, KINDS), Counter[str]()
    stored: list[int] = []
    for number in range(1, times + 1):
        wal = path.with_name("log.duckdb.wal")
        waiting = wal.stat().st_size if wal.exists() else 0
        room = rng.choice([waiting, 0, path.stat().st_size]) + rng.randrange(10_000)
        try:
            with room_for(room):
                log.append(command(number, rng.choice([20, 2_000])))
            stored.append(number)
            tally["stored"] += 1
        except LogRefused as refusal:
            said = str(refusal)
            assert "Nothing was stored" in said, said
            tally["refused"] += 1
    head = log.head()
    log.close()
    again = DuckdbLog.open(path, KINDS)
    assert again.head() == head
    assert [row["stream"] for row in rows(again)] == [
        f"C-{number:04d}" for number in stored for _ in range(3)
    ]
    refs = [f"ref-{number}" for number in range(1, times + 1)]
    assert set(again.personal(refs)) == {f"ref-{number}" for number in stored}
    again.append(command(times + 1))
    again.close()
    return tally
