"""What stands in cells: texts without what nobody sees, words that mean nothing, totals."""

import re
import unicodedata

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Marks of direction and width that come along when cells are copied; joiners stay.
INVISIBLE = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
DASHES = re.compile(r"[-\u2010-\u2015\u2212]+")
# Where nothing is meant to stand; compared without blanks and full stops at the end.
EMPTY = frozenset(
    {"", "n/a", "na", "n.a", "n.a.", "n/a.", "#n/a", "none", "nil", "null", "not applicable"}
)
OPEN = frozenset({"tbd", "tba", "tbc", "to be determined", "pending", "?"})  # not known as yet
TOTAL = re.compile(
    r"(?:grand |sub-?)?(?:total|totals|sum|count)\b[\s:=]*[\d,.]*\s*"
    r"(?:cases|rows|firms|customers)?:?"
)


def clean(cell: str) -> str:
    """The cell without signs that are no text, each letter written in one way; breaks stay."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    text = SURROGATE.sub("\ufffd", CONTROL.sub(" ", INVISIBLE.sub("", text)))
    return unicodedata.normalize("NFC", text)


def is_nothing(text: str) -> bool:
    """Whether the text says that there is nothing."""
    typed = " ".join(text.split()).casefold()
    return typed in EMPTY or bool(DASHES.fullmatch(typed))


def is_open(text: str) -> bool:
    """Whether the text says that something is not known as yet."""
    return " ".join(text.split()).casefold() in OPEN


def is_total(text: str) -> bool:
    """Whether a row that begins with this sums others up."""
    return bool(TOTAL.fullmatch(" ".join(text.split()).casefold()))
