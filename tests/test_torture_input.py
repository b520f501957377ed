"""Generated sheets and nonsense in addresses: a little of what `make torture` does for hours."""

from tests.torture import pages, tables, trackers


def test_every_row_of_a_generated_sheet_gets_a_verdict_and_none_is_taken_twice():
    tally = tables.import_often(150, seed=200)

    assert tally["tables read"] > 75
    assert min(tally[f"rows {verdict}"] for verdict in ("accepted", "updated", "rejected")) > 10


def test_nothing_of_a_generated_tracker_of_any_kind_is_lost_or_doubled():
    tally = trackers.track_often(120, seed=3)

    assert tally["trackers read"] > 60
    assert tally["workbooks"] > 0
    assert min(tally[f"rows {verdict}"] for verdict in ("accepted", "updated", "rejected")) > 10


def test_no_nonsense_in_an_address_or_an_upload_reaches_a_page_as_an_exception():
    tally = pages.visit_often(2 * len(pages.PAGES), seed=2)

    assert {what for what in tally if what.endswith("visited")} == {
        f"{page} visited" for page in pages.PAGES
    }
    assert tally["uploads"] >= 2
