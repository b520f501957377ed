"""The files that house rules are about, and what is wrong with them: one test a rule."""

import ast
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "pages").glob("*.py"))
PRODUCT = sorted((ROOT / "dashboard").rglob("*.py"))
PYTHON = [*PAGES, *PRODUCT, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").glob("*.py")]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def offenders(paths: Iterable[Path], fault: Callable[[Path], object]) -> dict[str, object]:
    """What is wrong with each file, of those with which something is."""
    return {name(path): found for path in paths if (found := fault(path))}


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))
