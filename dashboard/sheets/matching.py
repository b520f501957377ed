"""Which column of a sheet fills which field: by its heading, and by what stands below it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dashboard.sheets.columns import FIELDS, KNOWN, folded
from dashboard.sheets.content import MOST, Content
from dashboard.sheets.layout import LONG, REJECTED, WIDE, Column
from dashboard.sheets.meanings import LONG as LONG_MEANINGS
from dashboard.sheets.meanings import STEP_MEANINGS
from dashboard.sheets.names import LIKELY, Fits, heading
from dashboard.workflows import LOCAL, VIRTUAL_OFFICE

ENOUGH = 0.6  # for a guess
SURELY = 0.95
APART = 0.08  # the next best guess
MARGIN = 0.02
OWN = {name: key for key, name in FIELDS.items()}
PEOPLE = frozenset({"cs_rep", "team_leader", "sales_rep"})
ONLY_VO = frozenset({"cpt_told", "schedule", "welcome", "cpt_done", "licences"})


@dataclass(frozen=True, slots=True)
class Fit:
    """A column could fill a field; `fit` says how well."""

    fit: float
    field: str
    place: int


@dataclass(frozen=True)
class Matched:
    """The columns with their fields; `twins`: fields that two columns claim alike."""

    columns: tuple[Column, ...]
    form: str
    twins: frozenset[str]


def match(names: Sequence[str], contents: Sequence[Content], *, is_today: bool) -> Matched:
    """The fields of the columns with these headings."""
    if is_today:
        own = (KNOWN.get(folded(name), "") for name in names)
        fields = [OWN.get(column) or _extra(name) for column, name in zip(own, names, strict=True)]
        columns = _columns(names, dict(enumerate(fields, start=1)), sure=True)
        return Matched(columns, WIDE, frozenset())
    form = LONG if _is_long(names, contents) else WIDE
    fits = _fits(names, contents, form)
    chosen, sure = _assigned(fits)
    _take_empty(contents, fits, chosen, sure)
    _fill_gaps(names, contents, chosen)
    columns = tuple(
        Column(place, name, chosen.get(place), chosen.get(place) is None or place in sure)
        for place, name in enumerate(names, start=1)
    )
    return Matched(columns, form, _twins(fits))


def path_numbers(names: Sequence[str], contents: Sequence[Content]) -> str:
    """By which path's steps a sheet's headings are to be counted: its key."""
    said = [key for name in names for key, fit in heading(name).fits.items() if fit >= LIKELY]
    if len(ONLY_VO & set(said)) >= 2:
        return VIRTUAL_OFFICE.key
    return LOCAL.key


def _extra(name: str) -> str | None:
    """What a column beside those of today's form fills: few are looked at."""
    fits = heading(name).fits
    sure = next((key for key, fit in fits.items() if fit >= SURELY), None)
    return sure if sure in ("status", REJECTED) else None


def _columns(
    names: Sequence[str], fields: dict[int, str | None], *, sure: bool
) -> tuple[Column, ...]:
    return tuple(
        Column(place, name, fields.get(place), sure) for place, name in enumerate(names, start=1)
    )


def _is_long(names: Sequence[str], contents: Sequence[Content]) -> bool:
    """Whether there is a row for each case and step: a column says which, another when."""

    def has(meaning: str, share: float) -> bool:
        return any(
            content.weighed(meaning, heading(name).fits.get(meaning, 0)) >= share
            for name, content in zip(names, contents, strict=True)
        )

    numbered = sum(heading(name).step is not None for name in names)
    return numbered < 2 and has("step", LIKELY) and has("completed_at", LIKELY)


def _fits(names: Sequence[str], contents: Sequence[Content], form: str) -> list[Fit]:
    path = path_numbers(names, contents)
    found: list[Fit] = []
    for place, (name, content) in enumerate(zip(names, contents, strict=True), start=1):
        best: dict[str, float] = {}
        for field, fit in _possible(name, content, form, path):
            if fit >= ENOUGH:
                best[field] = max(fit, best.get(field, 0))
        found += [Fit(fit, field, place) for field, fit in best.items()]
    return sorted(found, key=lambda item: (-item.fit, item.place))


def _possible(name: str, content: Content, form: str, path: str) -> Iterable[tuple[str, float]]:
    said = heading(name)
    if said.step is not None and form == WIDE:
        yield f"step_{said.step}", _numbered(said.step, said.fits)
    for meaning, fit in said.fits.items():
        if (meaning in STEP_MEANINGS and (form == LONG or said.step is not None)) or (
            meaning in LONG_MEANINGS and form == WIDE
        ):
            continue
        if form == LONG and meaning in PEOPLE and fit < SURELY:
            fit *= SURELY  # whoever is named beside a step has done it
        if field := _field(meaning, path):
            yield field, content.weighed(meaning, fit)
    yield from _by_content(content, form)


def _by_content(content: Content, form: str) -> Iterable[tuple[str, float]]:
    """What values tell alone."""
    if content.paths >= MOST and len(content.values) >= 1:
        yield "path", 0.96
    if content.tickets >= MOST:
        yield "ems_ticket", 0.8


def _numbered(step: int, fits: Fits) -> float:
    """How sure a heading is that has the step's number: less if its words say another step."""
    told = {key: fit for key, fit in fits.items() if key in STEP_MEANINGS}
    best = max(told, key=lambda key: told[key], default=None)
    if best is None or told[best] < LIKELY or step in STEP_MEANINGS[best].values():
        return 1.0
    return 0.85


def _field(meaning: str, path: str) -> str | None:
    if meaning not in STEP_MEANINGS:
        return meaning
    number = STEP_MEANINGS[meaning].get(path)
    return f"step_{number}" if number else None


def _assigned(fits: Sequence[Fit]) -> tuple[dict[int, str], set[int]]:
    """Each column's field, and the columns where it is sure."""
    chosen: dict[int, str] = {}
    for item in fits:
        if item.place not in chosen and item.field not in chosen.values():
            chosen[item.place] = item.field
    held = {(item.place, item.field): item.fit for item in fits}
    sure = {
        place
        for place, field in chosen.items()
        if held[place, field] >= SURELY and not _has_rival(place, field, chosen, held)
    }
    return chosen, sure


def _has_rival(
    place: int, field: str, chosen: Mapping[int, str], held: Mapping[tuple[int, str], float]
) -> bool:
    """Whether another field would fit the column nearly as well, or another column the field."""
    takers = {taken: by for by, taken in chosen.items()}
    own = held[place, field]
    for (other_place, other_field), fit in held.items():
        if (other_place == place) == (other_field == field):
            continue
        rival = other_place if other_field == field else takers.get(other_field)
        if rival is None or rival == place or rival not in chosen:
            if fit > own - APART + 1e-9:
                return True
            continue
        # two columns that could change places: only if that would be nearly as good
        now = own + held[rival, chosen[rival]]
        changed = held.get((place, chosen[rival]), 0) + held.get((rival, field), 0)
        if changed > now - APART + 1e-9:
            return True
    return False


def _twins(fits: Sequence[Fit]) -> frozenset[str]:
    """Fields for which two columns are as good."""
    best: dict[str, list[float]] = {}
    for item in fits:
        best.setdefault(item.field, []).append(item.fit)
    return frozenset(
        field for field, held in best.items() if len(held) > 1 and held[0] - held[1] < MARGIN
    )


def _take_empty(
    contents: Sequence[Content], fits: Sequence[Fit], chosen: dict[int, str], sure: set[int]
) -> None:
    """Give a step that is missing an empty column whose heading can be its.

    Only where no later step was completed: else it must have a time somewhere.
    """
    steps = {int(field[5:]): place for place, field in chosen.items() if field[:5] == "step_"}
    done = [number for number, place in steps.items() if not contents[place - 1].is_empty]
    for number in range(max(done, default=0) + 1, max(steps, default=0)):
        field = f"step_{number}"
        if number in steps:
            continue
        for item in fits:
            held = chosen.get(item.place, "")
            if item.field == field and contents[item.place - 1].is_empty and held[:5] != "step_":
                chosen[item.place] = field
                sure.discard(item.place)
                break


def _fill_gaps(names: Sequence[str], contents: Sequence[Content], chosen: dict[int, str]) -> None:
    """Guess the columns of times that stand where steps are missing, as many as there are."""
    numbers = {place: int(field[5:]) for place, field in chosen.items() if field[:5] == "step_"}
    places = sorted(numbers)
    for before, after in pairwise(places):
        free = [
            place
            for place in range(before + 1, after)
            if place not in chosen and contents[place - 1].times >= MOST
        ]
        if free and len(free) == numbers[after] - numbers[before] - 1:
            for step, place in enumerate(free, start=numbers[before] + 1):
                chosen[place] = f"step_{step}"
