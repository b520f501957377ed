"""What the heading of a column means, by its words: each meaning with how well it fits."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

from rapidfuzz import fuzz, process

from dashboard.sheets.columns import KNOWN, folded
from dashboard.sheets.meanings import MEANINGS
from dashboard.sheets.vocabulary import CONCEPTS, FILLERS, LIGHT, TOGETHER
from dashboard.workflows import MOST_STEPS

WORDS = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|#")
STEP = re.compile(
    r"(?:(?:step|stp|st|s) ?#? ?(?P<number>\d{1,2})|(?P<first>\d{1,2}))\b[ .):–—-]*(?P<label>.*)"
)
LONGEST = 80  # characters of a heading
ALIKE = 84  # of 100: a word that was mistyped
SURE, LIKELY, POOR = 1.0, 0.75, 0.5
UNSURE = 0.9  # what fits wholly, but can mean something else too

Fits = Mapping[str, float]
NOTHING: Fits = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says: the number of a step, if it has one, and what its words fit."""

    step: int | None
    fits: Fits


@lru_cache(50_000)
def heading(text: str) -> Heading:
    """What the heading of a column says."""
    plain = _plain(text)
    if not plain or len(plain) > LONGEST:
        return Heading(None, NOTHING)
    found = STEP.fullmatch(plain)
    if not found:
        return Heading(None, _fits(plain))
    number, label = found["number"] or found["first"], found["label"]
    is_step = 1 <= int(number) <= MOST_STEPS and bool(found["number"] or label)
    return Heading(int(number) if is_step else None, _fits(label))


def is_known(text: str) -> bool:
    """Whether this is a column's own name."""
    return folded(text) in KNOWN


def weight(cells: Iterable[str]) -> float:
    """How many different columns of a tracker the cells name, each as much as it seems so."""
    named: dict[str, float] = {}
    for cell in cells:
        said = heading(cell)
        if said.step:
            named[f"step {said.step}"] = SURE
        elif said.fits and max(said.fits.values()) >= LIKELY:
            best = max(said.fits, key=lambda key: said.fits[key])
            named[best] = max(named.get(best, 0.0), said.fits[best])
    return sum(named.values())


def _plain(text: str) -> str:
    """The heading in small letters, without accents."""
    marks = unicodedata.normalize("NFKD", text.replace("’", "'").replace("№", " no "))
    kept = "".join(sign for sign in marks if not unicodedata.combining(sign))
    return " ".join(kept.replace("_", " ").split()).casefold()


def _fits(plain: str) -> Fits:
    bag, is_whole = _bag(plain)
    if not bag:
        return NOTHING
    weight = _weight(bag)
    fits: dict[str, float] = {}
    for phrase in _phrases():
        if bag.isdisjoint(phrase.bag):
            continue
        # how much of both is the same, from 0 to 1
        alike = 2 * _weight(bag & phrase.bag) / (weight + phrase.weight)
        fit = alike * phrase.top if is_whole else min(alike * phrase.top, UNSURE)
        if fit >= POOR and fit > fits.get(phrase.meaning, 0.0):
            fits[phrase.meaning] = fit
    return fits


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as concepts; `top` is the most that a fit with it is worth."""

    meaning: str
    bag: frozenset[str]
    weight: float
    top: float


@cache
def _phrases() -> tuple[Phrase, ...]:
    """The phrases of all meanings."""
    found: dict[tuple[str, frozenset[str]], Phrase] = {}
    for meaning, told in MEANINGS.items():
        for text in " ".join(told.split()).split(" | "):
            bag = _bag(text.lstrip("~"))[0]
            top = UNSURE if text.startswith("~") else SURE
            if (held := found.get((meaning, bag))) is None or held.top < top:
                found[meaning, bag] = Phrase(meaning, bag, _weight(bag), top)
    return tuple(found.values())


def _weight(bag: Iterable[str]) -> float:
    return sum(LIGHT.get(concept, 1.0) for concept in bag)


def _bag(plain: str) -> tuple[frozenset[str], bool]:
    """The concepts of a heading, and whether each word is known as it stands."""
    text = " ".join(_singles(plain))
    for words, concept in TOGETHER.items():
        text = re.sub(rf"\b{words}\b", concept, text)
    concepts = [_concept(word) for word in text.split() if word not in FILLERS]
    return frozenset(concept for concept, _ in concepts), all(is_exact for _, is_exact in concepts)


def _singles(plain: str) -> list[str]:
    return WORDS.findall(plain.replace("e-mail", "email").replace("down-time", "downtime"))


@cache
def _words() -> dict[str, str]:
    return {word: concept for concept, words in CONCEPTS.items() for word in words.split()}


@lru_cache(20_000)
def _concept(word: str) -> tuple[str, bool]:
    """The concept of a word, and whether it is spelt as one knows it."""
    known = _words()
    if word in known:
        return known[word], True
    if len(word) >= 5:
        found = process.extractOne(word, known.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        if found:
            return known[found[0]], False
    return word, True
