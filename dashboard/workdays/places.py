"""Names of the places whose holidays are known, as people look for them."""

from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES

SMALL = {"and", "of", "the", "da"}  # words that stay small inside a name
# What the package's own names leave out or run together.
SPELT = {
    "aland": "Åland", "barthelemy": "Barthélemy", "curacao": "Curaçao", "dr": "DR",
    "hongkong": "Hong Kong", "reunion": "Réunion", "sao": "São", "tome": "Tomé",
}  # fmt: skip


def country_name(code: str) -> str:
    """A country's name by its code, and the code: "United States (US)"."""
    name = _countries().get(code)
    return f"{name} ({code})" if name else code


def state_name(country: str, code: str) -> str:
    """The name of a state of that country, and its code; the code alone where none is known."""
    name = _states(country).get(code)
    return f"{name} ({code})" if name and name != code else code


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    return {codes[1]: _name(key) for key, codes in COUNTRIES.items()}


def _name(key: str) -> str:
    words = [
        SPELT.get(word) or (word if word in SMALL and number else word.capitalize())
        for number, word in enumerate(key.split("_"))
    ]
    return " ".join(words)


@lru_cache(maxsize=16)
def _states(country: str) -> dict[str, str]:
    """Names by code; of several the first that is more than another code."""
    found: dict[str, str] = {}
    for name, code in holidays.country_holidays(country).subdivisions_aliases.items():
        if not name.isupper():
            found.setdefault(code, name)
    return found
