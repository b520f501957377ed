"""`repair-clock`: a new log of one that was written while the clock was ahead."""

from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from dashboard.addresses import Place, place_of
from dashboard.cases import KINDS
from dashboard.cli.context import Context
from dashboard.errors import InputRefused, LogRefused
from dashboard.files.aside import temporary_folder
from dashboard.instants import to_us
from dashboard.store import Store, open_copy
from dashboard.store.repair import Later, later, write_repaired

BESIDE = ("", ".head", ".wal")  # what a log is made of


def run(args: Namespace, context: Context) -> int:
    """Write the new log, whole or not at all; the old one is only read."""
    until: datetime = args.until
    if until > context.now:
        raise InputRefused(
            f"--until {until:%Y-%m-%dT%H:%M:%SZ} is in the future: it is now "
            f"{context.now:%Y-%m-%dT%H:%M:%SZ}. Correct the clock first; then enter the instant "
            "up to which the log's times are right."
        )
    new = _place(args.output, context)
    with context.log.open() as store, temporary_folder() as folder:
        found = later(store.log, to_us(until))
        _refuse(found, until, is_accepted=args.accept)
        write_repaired(
            store.log,
            folder / "new",
            to_us(until),
            now_us=to_us(context.now),
            actor=context.by.name,
        )
        with open_copy(folder / "new", "The new log", KINDS) as copy, _made(new) as fresh:
            head = fresh.restore(copy)
    context.say(
        f"Wrote {new}: {head.position} events, the last one's hash is {head.hash}. {found.count} "
        f"of them were recorded again at {until:%Y-%m-%dT%H:%M:%SZ}. {context.log.name} is as it "
        "was: keep it. To use the new log, name it with --db or CHANGEOVER_LOG. Or move the "
        "old log "
        "and its head file away, and put the new ones in their place."
    )
    return 0


def _place(text: str, context: Context) -> Place:
    """Where the new log goes; InputRefused if something is there, or if it cannot be."""
    place = place_of(text)
    if isinstance(place, Path):
        place = place.resolve()
        for ending in BESIDE:
            if (there := place.with_name(place.name + ending)).exists():
                raise InputRefused(f"{there} already exists. Name another file for the new log.")
        context.files.create(str(place)).drop()  # says whether it may be written
    return place


def _refuse(found: Later, until: datetime, *, is_accepted: bool) -> None:
    if not found.count:
        raise InputRefused(
            f"Nothing was recorded after {until:%Y-%m-%dT%H:%M:%SZ}, so there is nothing to repair."
        )
    if found.reports and not is_accepted:
        raise InputRefused(
            f"Reports were issued after {until:%Y-%m-%dT%H:%M:%SZ}: {', '.join(found.reports)}. "
            "The new log would not have the position and hash that they name, so they could not "
            "be checked against it. Tell whoever has them, then repeat this with --accept."
        )


@contextmanager
def _made(place: Place) -> Generator[Store]:
    """A new log there, of which nothing is left if it is not filled."""
    try:
        store = Store.open(place)
        try:
            yield store
        finally:
            store.close()
    except (LogRefused, InputRefused, OSError):
        if isinstance(place, Path):
            for ending in BESIDE:
                place.with_name(place.name + ending).unlink(missing_ok=True)
        raise
