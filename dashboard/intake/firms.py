"""Whether two firms are the same: what tells them apart, and what is a slip of the pen."""

import re
import unicodedata

from rapidfuzz import fuzz

FORMS = frozenset(
    {
        "llc",
        "inc",
        "pc",
        "pllc",
        "llp",
        "lp",
        "ltd",
        "co",
        "corp",
        "company",
        "cpa",
        "cpas",
        "pa",
        "plc",
        "the",
        "and",
        "of",
    }
)
WORD = re.compile(r"[^\W_]+")
SLIP, RENAMED = 90, 75  # of 100


def plain(name: str) -> str:
    """A firm's name without what people vary: marks, case, legal forms."""
    marks = unicodedata.normalize("NFKD", name)
    text = "".join(sign for sign in marks if not unicodedata.combining(sign)).casefold()
    words = WORD.findall(text)
    return " ".join(word for word in words if word not in FORMS) or " ".join(words)


def is_slip(name: str, other: str) -> bool:
    """Whether these are the same name but for a slip or the legal form."""
    first, second = plain(name), plain(other)
    return bool(first and second) and fuzz.ratio(first, second) >= SLIP


def is_renamed(name: str, other: str) -> bool:
    """Whether one name can be that of the other firm, written otherwise."""
    first, second = plain(name), plain(other)
    return fuzz.token_set_ratio(first, second) >= RENAMED


def id_of(text: str) -> str:
    """An id, each sign in its usual width."""
    return unicodedata.normalize("NFKC", text)


def is_id_slip(one: str | None, other: str | None) -> bool:
    """Whether two ids can be the same: one is missing, or only zeros and signs differ."""
    if not one or not other:
        return True
    first, second = ("".join(WORD.findall(text)).casefold().lstrip("0") for text in (one, other))
    return first == second
