"""Two servers over one database, cut, stopped and killed: a little of what `make torture` does."""

import pytest

from tests.postgres import Server
from tests.torture.replicas import ACCIDENTS, race

pytestmark = pytest.mark.system


def test_a_thousand_events_of_sixteen_writers_are_on_both_servers_whatever_breaks(
    postgres_server: Server,
):
    tally = race(postgres_server, 1_000, 9, ACCIDENTS)

    assert tally["acknowledged"] >= 1_000
    assert tally["events"] - tally["acknowledged"] <= 2 * 16  # under way when a server was killed
    assert tally["server killed"] == 2
