"""Writes docs/glossary.md from dashboard/glossary.py, filled with what is set at first.

Run `python -m tests.write_glossary` after a change of the glossary; a test compares.
"""

from collections.abc import Iterator
from pathlib import Path

from dashboard.findings import agreed, promised
from dashboard.glossary import GLOSSARY, meaning
from dashboard.settings import Settings

WRITTEN = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"
HEAD = """\
# What the words mean

Written by `python -m tests.write_glossary` from `dashboard/glossary.py`; do not edit it by hand.
The same words stand on the Guide, with what your department has set; here with what is set at
first.
"""


def main() -> None:
    """Write the file anew."""
    WRITTEN.write_text(text(), encoding="utf-8")


def text() -> str:
    """What the file should hold."""
    return "\n".join([HEAD, *parts()])


def parts() -> Iterator[str]:
    settings = Settings()
    said = agreed(promised(settings, None, 0, ()), settings.window)
    for part, terms in GLOSSARY.items():
        yield f"## {part}\n"
        yield "| word | meaning |\n|---|---|"
        yield from (f"| **{term.word}** | {meaning(term.word, **said)} |" for term in terms)
        yield ""


if __name__ == "__main__":
    main()
