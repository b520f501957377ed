"""Two servers over one log on PostgreSQL: appends a second, how soon one shows the other's, starts.

Needs the programs of a PostgreSQL server; the database is made in a temporary folder and every
commit reaches the disk. First sixteen writers who only append, while two servers follow; then
sixteen who work as people do, through commands and the model; then the start of a server over
1,000,000 events. Aims: 400 appends/s, shown on the other server within 500 ms for 95 of 100, 50,000
events/s at a start.
"""

import bisect
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from dashboard import clock
from dashboard.addresses import Database
from dashboard.cases import KINDS
from dashboard.instants import to_us
from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store.copies import personal_table
from dashboard.store.log import SCHEMA, ZERO, Head, link
from dashboard.store.postgres_log import PostgresLog
from dashboard.store.replica import Replica
from tests.builders import form
from tests.drafts import draft
from tests.log_files import PROCESSES
from tests.postgres import Server, postgres
from tests.torture.replicas import Race

APPENDERS, THREADS = 2, 8  # processes, and the threads of each
SECONDS = 20
NOTES = 10  # to a case
OPENED = {"workflow": "local", "fields": form("local")}
EVENTS = 2_000  # of the writers who work as people do
UNTIL = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)


def append(url: str, name: str, seconds: float, pipe: Any) -> None:
    """Threads that append one event after the other, and tell when each was stored."""
    log, acks = PostgresLog.open(Database(url), KINDS), []
    until = time.monotonic() + seconds

    def work(number: int) -> None:
        for turn in range(10**9):
            stream = f"{name}-{number}-{turn}"
            for version in range(1, NOTES + 2):
                if time.monotonic() > until:
                    return
                acks.append(_stored(log, stream, version))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.close()
    pipe.send(acks)


def _stored(log: PostgresLog, stream: str, version: int) -> tuple[int, float]:
    """One more event of the case: first that it is opened, then a note. Position and instant."""
    now_us = to_us(clock.now())
    opened: dict[str, Any] = {"kind": "case_opened", "data": OPENED} if version == 1 else {}
    one = draft(stream, version, occurred_us=now_us, recorded_us=now_us, **opened)
    [event] = log.append([one])
    return event.position, time.monotonic()


def follow(url: str, pipe: Any) -> None:
    """A server nobody asks anything: it tells when it showed which position."""
    store, shown = Replica.over(Database(url)), []
    pipe.send("ready")
    while not pipe.poll(0.002):
        if not shown or store.position > shown[-1][1]:
            shown.append((time.monotonic(), store.position))
    pipe.send(shown)
    store.close()


def appending(server: Server) -> None:
    """Sixteen writers without a model, two servers that follow."""
    url = server.database()
    followers = [_started(follow, url) for _ in range(2)]
    for pipe in followers:
        pipe.recv()
    began = time.monotonic()
    writers = [_started(append, url, f"writer {number}", SECONDS) for number in range(APPENDERS)]
    acks = [ack for pipe in writers for ack in pipe.recv()]
    taken = max(at for _, at in acks) - began
    time.sleep(2)
    waits: list[float] = []
    for pipe in followers:
        pipe.send("tell")
        waits += waited(acks, pipe.recv())
    print(f"16 writers who only append, {taken:.0f} s   {len(acks) / taken:8,.0f} events/s")
    print(f"shown by two servers that follow     {parts(waits)}")


def working(server: Server) -> None:
    """Sixteen writers through commands and the model, eight on each server."""
    url = server.database()
    running = Race(url)
    while len(running.told.acks) < 50:
        running.listen()
    began, before = time.monotonic(), len(running.told.acks)
    while len(running.told.acks) < EVENTS:
        running.listen()
    taken, count = time.monotonic() - began, len(running.told.acks) - before
    running.end()
    told = running.told
    waits = [
        wait for place in (0, 1) for wait in waited(told.committed[place], told.shown[1 - place])
    ]
    print(f"16 writers at work, {count} events   {count / taken:8,.0f} events/s")
    print(f"shown by the other server            {parts(waits)}")


def waited(acks: Iterable[tuple[int, float]], shown: list[tuple[float, int]]) -> list[float]:
    """Milliseconds from each acknowledgement until a server showed that position."""
    positions = [position for _, position in shown]
    waits = []
    for position, at in acks:
        place = bisect.bisect_left(positions, position)
        if place < len(shown):
            waits.append(max(shown[place][0] - at, 0.0) * 1e3)
    return waits


def parts(waits: list[float]) -> str:
    """Median, p95 and worst."""
    twenty = statistics.quantiles(waits, n=20)
    return f"p50 {twenty[9]:5.0f} ms   p95 {twenty[18]:5.0f} ms   worst {max(waits):5.0f} ms"


def starting(server: Server, events: int) -> None:
    """A server that starts over a long log: the sample of 5,000 cases again and again."""
    database = Database(server.database())
    begun = time.perf_counter()
    log = PostgresLog.open(database, KINDS)
    batches, head = list(_long(events)), Head.empty()
    head = Head(batches[-1]["position"][-1].as_py(), batches[-1]["hash"][-1].as_py())
    made = time.perf_counter()
    log.restore(batches, personal_table([]), head)
    restored = time.perf_counter() - made
    log.close()
    del batches
    name = database.url.rpartition("/")[2]
    server.tell("VACUUM ANALYZE events", name)
    print(f"{head.position} events made in {made - begun:.0f} s, "
          f"restored in {restored:.0f} s: {head.position / restored:,.0f} events/s")  # fmt: skip
    [(size,)] = server.tell("SELECT pg_total_relation_size('events')", name)
    print(f"{size / head.position:.0f} bytes an event, indexes included")
    for _ in range(3):
        begun = time.perf_counter()
        store = Replica.over(database)
        taken = time.perf_counter() - begun
        assert store.head() == head
        store.close()
        print(f"a server's start: {taken:6.1f} s   {head.position / taken:8,.0f} events/s")


def _long(events: int) -> Iterable[pa.Table]:
    """Batches of one chain: the cases of a sample, under new names each time they come again."""
    with postgres() as server:
        store = Replica.over(Database(server.database()))
        write_sample(store, seed=1, cases=5_000, until=UNTIL, by=Person("bench", Role.ADMIN))
        sample = [event for batch in store.log.read() for event in batch.to_pylist()]
        store.close()
    position, last, rows = 0, ZERO, []
    others = [row for row in sample if row["kind"] == "sample_marked"]
    cases = [row for row in sample if row["stream"].startswith("C-")]
    last_us = max(row["recorded_us"] for row in cases)
    for turn in range(1 + events // len(cases)):
        for row in [*(others if not turn else []), *cases]:
            if position == events:
                break
            position += 1
            row = {**row, "position": position, "command_id": f"{turn} {row['command_id']}"}
            if turn:
                row["stream"] = f"{row['stream']}-{turn}"
                row["recorded_us"] = last_us
            last = link(last, [row[name] for name in row if name != "hash"])
            rows.append({**row, "hash": last})
            if len(rows) == 100_000 or position == events:
                yield pa.Table.from_pylist(rows, schema=SCHEMA)
                rows = []


def _started(target: Any, *args: Any) -> Any:
    ours, theirs = PROCESSES.Pipe()
    PROCESSES.Process(target=target, args=(*args, theirs), daemon=True).start()
    theirs.close()
    return ours


def main(events: int) -> None:
    """Measure all three."""
    print(f"load average before: {os.getloadavg()[0]:.1f}")
    with postgres(fsync="on") as server:
        appending(server)
        working(server)
        starting(server, events)
    print(f"load average after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
