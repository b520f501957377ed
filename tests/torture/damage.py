"""Damage to the files of a log: it opens with every event it held, or it is refused untouched.

The files are those of one log at several moments: while its process held it, closed, and left by
a crash, with a write-ahead log, which a clean close deletes.
"""

import itertools
import random
import re
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.errors import LogRefused
from dashboard.store.copies import copy_log, open_copy
from dashboard.store.duckdb_log import DuckdbLog
from tests.drafts import KINDS, command, rows
from tests.log_files import PROCESSES, Files, files, lay, run, write_and_crash

ENDS = ("", ".wal", ".head")
NAMES = tuple(f"log.duckdb{end}" for end in ENDS)
COMMANDS = 10  # between one moment and the next, each of three events
IN_ONE_PROCESS = 50  # trials: a process that dies of a damaged file is a finding, not an end
# What a refusal must say: that no file was touched, and what is safe to do.
SAFE = re.compile(r"Nothing was changed\..*(from a backup|Start that version|move those files)")
OPENED = "opened with every event"
UNWRITABLE = "opened with every event, refused to be written, backed up whole"
REFUSED = "refused, untouched"


@dataclass(frozen=True, slots=True)
class Moment:
    """The files of the log at a moment, and what it then held."""

    name: str
    files: Files
    rows: list[dict[str, Any]]
    personal: dict[str, str]


def moments(folder: Path, turns: int = 3) -> list[Moment]:
    """One log at some moments: held by its process, closed, left by a crash; so many times."""
    path = folder / "made" / "log.duckdb"
    path.parent.mkdir()
    taken: list[tuple[str, Files]] = []
    number = 1
    for turn in range(1, turns + 1):
        log = DuckdbLog.open(path, KINDS)
        for one in range(number, number + COMMANDS):
            log.append(command(one))
        taken.append((f"held {turn}", _copied(path.parent)))
        log.close()
        taken.append((f"closed {turn}", files(path.parent)))
        assert run(write_and_crash, path, number + COMMANDS, number + 2 * COMMANDS) == (
            -signal.SIGKILL
        )
        taken.append((f"crashed {turn}", files(path.parent)))
        number += 2 * COMMANDS
    return [_moment(folder / "seen" / "log.duckdb", *one) for one in taken]


def _copied(folder: Path) -> Files:
    """The files while this process holds them: another one copies, or ours would lose its lock."""
    aside = folder.with_name("aside")
    shutil.rmtree(aside, ignore_errors=True)
    assert run(shutil.copytree, folder, aside) == 0
    return files(aside)


def _moment(path: Path, name: str, taken: Files) -> Moment:
    lay(path.parent, taken)
    log = DuckdbLog.open(path, KINDS)
    held = rows(log)
    personal = log.personal([f"ref-{number}" for number in range(1, len(held))])
    log.close()
    return Moment(name, taken, held, personal)


def opened(path: Path, laid: Files, moment: Moment) -> str:
    """What became of opening these files as a log, which must hold what it did at that moment.

    If it is refused, no byte and no time of change may differ, and the message must help. If it
    opens and cannot be written, because an index is damaged, a backup of it must be whole.
    """
    lay(path.parent, laid)
    before = _state(path.parent)
    try:
        log = DuckdbLog.open(path, KINDS)
    except LogRefused as refusal:
        said = str(refusal)
        assert _state(path.parent) == before, "a refusal touched a file"
        assert SAFE.search(said), said
        return REFUSED
    held = rows(log)
    personal = log.personal([f"ref-{number}" for number in range(1, len(held) + 1)])
    assert held == moment.rows, f"{len(held)} events instead of {len(moment.rows)}"
    assert personal == moment.personal
    try:
        log.append(command(len(held)))
        outcome = OPENED
    except LogRefused:
        outcome = UNWRITABLE
        copy_log(log, path.with_name("backup"))
        with open_copy(path.with_name("backup"), "the backup", KINDS) as copy:
            assert copy.head == log.head() == (len(held), held[-1]["hash"])
    log.close()
    return outcome


def _state(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        name: ((folder / name).stat().st_mtime_ns, content)
        for name, content in files(folder).items()
    }


# --- The kinds of damage ---------------------------------------------------------------------


def flipped(moment: Moment, rng: random.Random) -> tuple[str, Files]:
    """A bit, or several in a row, turned over somewhere in one of the files."""
    name = rng.choice([name for name in NAMES if name in moment.files])
    content = bytearray(moment.files[name])
    # much of the database is empty, and there no bit means anything
    filled = [at for at, byte in enumerate(content) if byte]
    at = rng.choice(filled if rng.random() < 0.9 else range(len(content)))
    for byte in range(at, min(at + rng.choice([1, 1, 1, 8, 512]), len(content))):
        content[byte] ^= 1 << rng.randrange(8)
    return f"bits of {name} flipped", moment.files | {name: bytes(content)}


def cut(moment: Moment, rng: random.Random) -> tuple[str, Files]:
    """One of the files cut short."""
    name = rng.choice([name for name in NAMES if name in moment.files])
    content = moment.files[name]
    most = rng.choice([len(content) - 1, min(len(content) - 1, 300)])
    return f"{name} cut short", moment.files | {name: content[: rng.randint(0, most)]}


def lost(moment: Moment) -> Iterable[tuple[str, Files]]:
    """One of the files gone."""
    for gone in moment.files:
        yield f"{gone} lost", {name: held for name, held in moment.files.items() if name != gone}


def mixed(old: Moment, new: Moment) -> Iterable[tuple[str, Files]]:
    """Older copies in place of some files, unless what is left is the older log altogether."""
    for size in (1, 2):
        for older in itertools.combinations(NAMES, size):
            laid = {
                name: (old if name in older else new).files[name]
                for name in NAMES
                if name in (old if name in older else new).files
            }
            if laid not in (old.files, new.files):
                yield f"older {' and '.join(older)}", laid


def damage_often(times: int, seed: int) -> Counter[str]:
    """So many flipped and cut files, and once every lost file and every mixture of moments."""
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        folder = Path(name)
        made = moments(folder)
        return lose_and_mix(made, folder) + flip_and_cut(made, folder, times, seed)


def lose_and_mix(made: list[Moment], folder: Path) -> Counter[str]:
    """Every lost file, and every mixture of two moments."""
    path, tally = folder / "tried" / "log.duckdb", Counter[str]()
    for moment in made:
        tally.update(f"{what}: {opened(path, laid, moment)}" for what, laid in lost(moment))
    for old, new in itertools.combinations(made, 2):
        tally.update(f"{what}: {opened(path, laid, new)}" for what, laid in mixed(old, new))
    return tally


def flip_and_cut(made: list[Moment], folder: Path, times: int, seed: int) -> Counter[str]:
    """So many damaged files, each fifty of them in a process of their own."""
    tally: Counter[str] = Counter()
    for start in range(0, times, IN_ONE_PROCESS):
        ours, theirs = PROCESSES.Pipe()
        batch = seed, start, min(IN_ONE_PROCESS, times - start)
        process = PROCESSES.Process(target=_batch, args=(made, folder, batch, theirs))
        process.start()
        theirs.close()
        try:
            tally += ours.recv()
        except EOFError as error:
            process.join()
            raise AssertionError(f"{batch} ended with {process.exitcode}") from error
        process.join()
    return tally


def words_of_a_damaged_index(moment: Moment, path: Path) -> str:
    """What an append says to a log whose index is the first thing found to be damaged."""
    content = bytearray()
    for at in range(12_288, len(moment.files["log.duckdb"]), 65_536):
        content = bytearray(moment.files["log.duckdb"])
        content[at + 100] ^= 1
        if opened(path, moment.files | {"log.duckdb": bytes(content)}, moment) == UNWRITABLE:
            break
    lay(path.parent, moment.files | {"log.duckdb": bytes(content)})
    log = DuckdbLog.open(path, KINDS)
    try:
        log.append(command(len(moment.rows)))
    except LogRefused as refusal:
        return str(refusal)
    finally:
        log.close()
    return ""


def _batch(made: list[Moment], folder: Path, batch: tuple[int, int, int], pipe: Any) -> None:
    seed, start, number = batch
    tally: Counter[str] = Counter()
    for trial in range(start, start + number):
        rng = random.Random(f"{seed} {trial}")
        moment = rng.choice(made)
        what, laid = (flipped if trial % 3 else cut)(moment, rng)
        tally[f"{what}: {opened(folder / 'tried' / 'log.duckdb', laid, moment)}"] += 1
    pipe.send(tally)
