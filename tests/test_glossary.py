"""One glossary: the same words on the Guide, in reports, behind each figure and in docs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from dashboard.glossary import GLOSSARY, meaning, used_in
from dashboard.store.queries import names, read_query
from tests.house import PRODUCT, offenders, parse
from tests.write_glossary import WRITTEN, text

SHARED = Path(__file__).resolve().parent.parent / "dashboard" / "ui"
SHOWN = {"card": 4, "button": 0}  # the place of the figures among what is given
# Cards that show no figure.
PLAIN = {"Verify log integrity", "Export the log"}
AGREED = {"day": "9 h", "target": "2 d", "limit": "3 d", "window": "−2 to +1"}
TERMS = [term for part in GLOSSARY.values() for term in part]
# Where other words stand on purpose, and why.
MAY_SAY = {
    "glossary.py": "says that they mean ours",
    "sample/words.py": "remarks of made-up customers",
    "intake/statuses.py": "words of other people's trackers",
}
# What other houses say for our words.
FOREIGN = re.compile(r"\b(turnaround|lead time|WIP|compliance|SLA %|TAT|deadline)\b", re.IGNORECASE)


def calls(name: str) -> Iterator[ast.Call]:
    """Every call of that function of `cards` or `definitions` in what pages share."""
    for path in SHARED.glob("*.py"):
        for node in ast.walk(parse(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == name
                and ast.unparse(node.func.value) in ("cards", "definitions")
            ):
                yield node


def test_the_written_glossary_is_that_of_the_code():
    assert WRITTEN.read_text("utf-8") == text(), "run python -m tests.write_glossary"


def test_a_word_has_one_meaning_and_is_filled_with_what_is_set():
    words = [term.word for term in TERMS]

    assert len(words) == len(set(words))
    assert "{" not in " ".join(meaning(word, **AGREED) for word in words)
    assert "9 h." in meaning("Business day", **AGREED)


def test_a_word_is_found_where_a_text_uses_it_and_not_inside_another():
    words = [term.word for term in TERMS]

    missed = [word for word in words if word not in used_in(f"What {word.lower()} says.")]
    inside = [word for word in words if word in used_in(f"What un{word.lower()}ish says.")]

    assert (missed, inside) == ([], [])


def test_every_card_with_a_figure_says_how_it_is_computed():
    silent = {
        ast.unparse(call.args[0]).strip("'")
        for call in calls("card")
        if len(call.args) <= SHOWN["card"]
        and "figures" not in {keyword.arg for keyword in call.keywords}
    }

    assert silent == PLAIN


def test_what_is_behind_a_figure_is_a_query_that_there_is():
    named = {
        figure
        for name, place in SHOWN.items()
        for call in calls(name)
        if len(call.args) > place and isinstance(given := call.args[place], ast.Constant)
        for figure in str(given.value).split()
    }

    assert named
    assert named <= set(names())


def test_queries_say_our_words():
    assert [name for name in names() if FOREIGN.search(read_query(name).about)] == []


def test_pages_and_files_say_our_words():
    def foreign(path: Path) -> list[str]:
        said = (node.value for node in ast.walk(parse(path)) if isinstance(node, ast.Constant))
        return [text for text in said if isinstance(text, str) and FOREIGN.search(text)]

    assert set(offenders(PRODUCT, foreign)) == {f"dashboard/{path}" for path in MAY_SAY}
