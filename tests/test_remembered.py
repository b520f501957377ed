"""What is remembered by its rows: once for the same rows, anew for any others."""

from collections.abc import Callable

import pyarrow as pa

from dashboard.figures.remembered import by_rows, digest

ROWS = pa.table({"case_id": ["C-0001", "C-0002", None], "minutes": [60, 120, 240]})


def counted() -> tuple[list[int], Callable[..., pa.Table]]:
    """How often it was computed, and a remembered sum times a factor."""
    computed: list[int] = []

    @by_rows
    def total(table: pa.Table, *, factor: int = 1) -> pa.Table:
        computed.append(factor)
        return pa.table({"total": [factor * sum(table["minutes"].to_pylist())]})

    return computed, total


def test_the_same_rows_are_computed_once_though_they_come_in_other_pieces():
    computed, total = counted()
    twice = pa.concat_tables([ROWS.slice(0, 1), ROWS.slice(1)])
    part = pa.concat_tables([ROWS, ROWS]).slice(3, 3)

    told = [total(table, factor=2)["total"].to_pylist() for table in (ROWS, twice, part)]

    assert told == [[840]] * 3
    assert computed == [2]


def test_another_cell_order_name_type_or_argument_is_computed_anew():
    computed, total = counted()
    others = [
        ROWS.set_column(1, "minutes", pa.array([60, 120, 241])),
        ROWS.take([1, 0, 2]),
        ROWS.rename_columns(["id", "minutes"]),
        ROWS.cast(pa.schema({"case_id": pa.string(), "minutes": pa.int32()})),
        ROWS.set_column(0, "case_id", pa.array(["C-0001", "C-0002", ""])),
    ]

    told = [total(table)["total"].to_pylist() for table in (ROWS, *others)]
    told.append(total(ROWS, factor=3)["total"].to_pylist())

    assert told == [[420], [421], [420], [420], [420], [420], [1260]]
    assert len(computed) == 7
    assert len({digest(table) for table in (ROWS, *others)}) == 6
