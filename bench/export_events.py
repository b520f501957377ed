"""Writing a log of 1,000,000 events to a file in every form, and backing it up: time and memory.

Each form in a process of its own, which first opens the log and so holds the read model: memory is
the peak over that. Beside them `cp` of the log's file, the least that a copy could take.
"""

import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from dashboard.cases import KINDS
from dashboard.files.events import FORMATS, Events
from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from dashboard.store.copies import personal_table
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.log import BATCH, COLUMNS, SCHEMA, ZERO, Head, link

EVENTS = 1_000_000
CASES = 1_500
UNTIL = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)
MEGA = 1e6


def main() -> None:
    """Make the log, then measure form by form."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.duckdb"
        make(log)
        print(f"{EVENTS:,} events; memory: peak over the process that has opened the log")
        print(f"{'':<12}{'seconds':>9}{'events/s':>11}{'file, MB':>10}{'memory, MB':>12}")
        begun = time.perf_counter()
        subprocess.run(["cp", log, log.with_suffix(".copy")], check=True)
        row("cp", time.perf_counter() - begun, log.stat().st_size, 0)
        for form in (*FORMATS, "backup"):
            subprocess.run([sys.executable, __file__, str(log), form], check=True)


def measure(log: Path, form: str) -> None:
    """One form, in this process."""
    store = Store.open(log)
    gc.collect()
    base = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    begun = time.perf_counter()
    out = log.with_suffix(f".{form}")
    writer(store, form)(out)
    seconds = time.perf_counter() - begun
    row(form, seconds, out.stat().st_size, memory("VmHWM") - base)
    store.close()


def writer(store: Store, form: str) -> Callable[[Path], object]:
    """What writes the file."""
    if form == "backup":
        return store.backup

    def write(path: Path) -> None:
        with path.open("wb") as file:
            Events(store, UNTIL, lambda done, of: None).write(form, file.write)

    return write


def make(path: Path) -> None:
    """A log of so many events: those of a sample, each case many times over."""
    small = Store.open(path.with_suffix(".small"))
    write_sample(small, seed=1, cases=CASES, until=UNTIL, by=Person("bench", Role.ADMIN))
    rows = [row for batch in small.log.read() for row in batch.to_pylist()]
    small.close()
    tables = [pa.Table.from_pylist(part, schema=SCHEMA) for part in batches(rows)]
    last = tables[-1].slice(tables[-1].num_rows - 1).to_pylist()[0]
    log = DuckdbLog.open(path, KINDS)
    log.restore(tables, personal_table([]), Head(last["position"], last["hash"]))
    log.close()


def batches(rows: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    """The rows with their cases many times over, chained anew."""
    times = -(-EVENTS // len(rows))
    before, part = ZERO, []
    for number, row in enumerate(multiplied(rows, times), start=1):
        columns = {**row, "position": number}
        before = link(before, (columns[name] for name in COLUMNS))
        part.append({**columns, "hash": before})
        if len(part) == BATCH or number == EVENTS:
            yield part
            part = []
        if number == EVENTS:
            return


def multiplied(rows: list[dict[str, object]], times: int) -> Iterator[dict[str, object]]:
    for row in rows:
        stream = str(row["stream"])
        for turn in range(times if stream.startswith("C-") else 1):
            case = int(stream[2:]) * times + turn if stream.startswith("C-") else 0
            name = f"C-{case:04d}" if case else stream
            yield {**row, "stream": name, "command_id": f"{row['command_id']}/{turn}"}


def memory(name: str) -> int:
    """Bytes of this process, from what Linux says of it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{name}:")]
    return int(line.split()[1]) * 1024


def row(name: str, seconds: float, size: int, over: int) -> None:
    print(
        f"{name:<12}{seconds:>9.1f}{EVENTS / seconds:>11,.0f}{size / MEGA:>10,.0f}"
        f"{over / MEGA:>12,.0f}",
        flush=True,
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]), sys.argv[2])
    else:
        main()
