"""State and risk as one value: never better than either, and in one order everywhere."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.findings.outlook import TONES, marked, outlook, with_outlook
from dashboard.ui.tables import COLUMNS
from dashboard.ui.words import pill

CHANCES = st.none() | st.floats(0, 1)


@pytest.mark.parametrize(
    ("timing", "chance", "value", "tone"),
    [
        ("on time", None, 0.0, "on time"), ("on time", 0.49, 0.49, "on time"),
        ("on time", 0.5, 0.5, "at risk"), ("on time", 0.91, 0.91, "at risk"),
        ("on time", 1.0, 0.999, "at risk"), ("at risk", 0.1, 0.5, "at risk"),
        ("at risk", None, 0.5, "at risk"), ("late", None, 1.0, "late"), ("late", 1.0, 1.0, "late"),
    ],
)  # fmt: skip
def test_what_a_state_and_a_chance_look_like_together(timing, chance, value, tone):
    assert outlook(timing, chance) == (value, tone)


@given(st.sampled_from(TONES), CHANCES)
def test_it_never_looks_better_than_the_state_or_the_chance(timing, chance):
    found = outlook(timing, chance)

    assert TONES.index(found.tone) >= TONES.index(timing)
    assert found.value >= min(chance or 0, 0.999)
    assert (found.tone == "on time") == (timing == "on time" and (chance or 0) < 0.5)


@given(st.lists(st.tuples(st.sampled_from(TONES), CHANCES), max_size=8))
def test_sorted_by_its_value_tones_stand_together(cases):
    table = pa.table({
        "timing": pa.array([timing for timing, _ in cases], pa.string()),
        "p_miss_limit": pa.array([chance for _, chance in cases], pa.float64()),
    })  # fmt: skip

    rows = with_outlook(table).sort_by([("outlook", "descending")]).to_pylist()

    ranks = [TONES.index(outlook(row["timing"], row["p_miss_limit"]).tone) for row in rows]
    assert ranks == sorted(ranks, reverse=True)


@given(st.sampled_from(TONES), CHANCES)
def test_a_table_has_a_colour_for_every_mark_and_a_badge_the_same(timing, chance):
    colours = {"on time": "green", "at risk": "orange", "late": "red"}
    option = COLUMNS["state"]["type_config"]
    shown = {one["value"]: one["color"] for one in option["options"]}

    colour = colours[outlook(timing, chance).tone]
    assert shown[marked(timing, chance)] == colour
    assert pill(timing, chance) == f":{colour}-badge[{marked(timing, chance)}]"
