"""The terminal of somebody new: a fresh clone, an empty home, nothing of the tests' environment."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from tests import moments
from tests.live import ROOT, answers

PATIENCE_SECONDS = 900  # packages come from wherever pip is told to get them
ENDS_SECONDS = 60
# What a login would give as well.
OWN = re.compile(
    r"PATH|LANG|LC_\w+|TMPDIR|(PIP|SSL)_\w+|\w+_CA_BUNDLE|(https?|no|all)_proxy", re.IGNORECASE
)


@dataclass(slots=True)
class Terminal:
    """A command that runs, and each line that it has said, with the seconds until then."""

    process: subprocess.Popen[str]
    began: float
    answered: float = 0.0  # seconds until the address answered
    lines: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])

    def listen(self) -> None:
        """Note what is said until nothing more can be."""
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                self.lines.append((time.monotonic() - self.began, line.strip()))

    @property
    def text(self) -> str:
        """All that was said, and when."""
        return "\n".join(f"{at:6.1f} {line}" for at, line in self.lines)


def cloned(folder: Path) -> Path:
    """A clone of what was committed last."""
    if not (ROOT / ".git").exists():
        raise RuntimeError(f"{ROOT} is a copy without .git: clone the repository, use the clone.")
    clone = folder / "changeover"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, timeout=120)
    return clone


def environment(home: Path) -> Mapping[str, str]:
    """That of somebody who has just logged in, when the suite takes place."""
    own = {name: value for name, value in os.environ.items() if OWN.fullmatch(name)}
    ours = Path(sys.prefix) / "bin"
    search = (part for part in own["PATH"].split(os.pathsep) if Path(part) != ours)
    return own | moments.told() | {"PATH": os.pathsep.join(search), "HOME": str(home)}


@contextmanager
def running(command: Sequence[str], clone: Path, home: Path, port: int) -> Generator[Terminal]:
    """Run a command in the clone until it answers; nothing of it is left afterwards."""
    home.mkdir(exist_ok=True)
    process = subprocess.Popen(
        command, cwd=clone, env=environment(home), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    terminal = Terminal(process, time.monotonic())
    listener = Thread(target=terminal.listen)
    listener.start()
    try:
        if not answers(process, f"http://127.0.0.1:{port}/_stcore/health", PATIENCE_SECONDS):
            raise RuntimeError(f"It does not answer:\n{terminal.text}")
        terminal.answered = time.monotonic() - terminal.began
        yield terminal
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        listener.join()


def end(terminal: Terminal) -> int:
    """Have the server end that make has started; what make makes of that."""
    asked = ["pgrep", "-P", str(terminal.process.pid)]
    [server] = subprocess.run(asked, capture_output=True, check=True).stdout.split()
    os.kill(int(server), signal.SIGTERM)
    return terminal.process.wait(ENDS_SECONDS)
