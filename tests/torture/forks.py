"""`python -m tests.torture.forks`: pytest again and again, each in a fork that has the libraries.

A line of JSON asks ([arguments, seconds, where its output goes]); a line answers: pytest's exit
code, or -1 where it took longer. Nothing of the tree may be imported here: it changes between runs.
"""

import importlib
import json
import os
import signal
import sys
import time

LIBRARIES = (
    "altair", "duckdb", "holidays", "hypothesis.extra.numpy", "numpy", "openpyxl", "pandas",
    "psycopg", "pyarrow", "pytest", "streamlit.testing.v1", "xdist",
)  # fmt: skip


def main() -> None:
    for name in LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        arguments, seconds, output = json.loads(line)
        sys.stdout.write(f"{_finished(_forked(arguments, output), seconds)}\n")
        sys.stdout.flush()


def _forked(arguments: list[str], output: str) -> int:
    if child := os.fork():
        return child
    os.setsid()
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    code = importlib.import_module("pytest").main(arguments)
    sys.stdout.flush()
    os._exit(int(code))


def _finished(child: int, seconds: float) -> int:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


if __name__ == "__main__":
    main()
