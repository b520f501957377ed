"""What pages share, without a page: who may enter, words, files, filters, the way to the log."""

import re
import socket
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dashboard import clock
from dashboard.errors import CommandRefused, InputRefused, Sentence
from dashboard.files.tables import as_csv
from dashboard.people import Role
from dashboard.ui import filters, handle
from dashboard.ui.acting import Click
from dashboard.ui.guard import host_name, why_not_local
from dashboard.ui.inputs import INPUTS
from dashboard.ui.serving import answer_at_once
from dashboard.ui.sign_in import has_expired, person_of, why_nobody
from dashboard.ui.visitor import PRESETS
from dashboard.ui.words import JOINT, day_word, local_words, plain, typed_instant
from dashboard.workflows import KINDS, Field, FieldKind, FieldType, Party
from tests.builders import LEAD, SETTINGS

NEW_YORK = "America/New_York"
SURE = {"email": "a@b.example", "email_verified": True}
UNSURE = (False, "false", "no", "", 0, 1, ["true"], {}, None)


# --- Who may enter ---------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8501", "localhost:80", "[::1]:8501", "LOCALHOST"]
)
def test_this_machine_seen_from_this_machine_is_let_in(address: str, host: str):
    assert why_not_local(address, [host], forwarded=False) == ""


@pytest.mark.parametrize(
    "address", [None, "", "0.0.0.0", "::", "192.168.0.7", "changeover.example"]
)
def test_a_server_that_others_can_reach_lets_nobody_in(address: str | None):
    assert "--server.address 127.0.0.1" in why_not_local(
        address, ["localhost:8501"], forwarded=False
    )


@pytest.mark.parametrize(
    "hosts",
    [
        [], [""], ["changeover.example"], ["127.0.0.1.evil.example"], ["127.0.0.1:x"], ["[::1"],
        ["localhost.evil.example:8501"], ["192.168.0.7:8501"], ["evil.example#127.0.0.1"],
        ["127.0.0.1@evil.example"], ["127.0.0.1", "evil.example"], ["localhost", "localhost"],
        ["/127.0.0.1"],
    ],
)  # fmt: skip
def test_whoever_asks_for_another_host_is_not_let_in(hosts: list[str]):
    assert why_not_local("127.0.0.1", hosts, forwarded=False)


def test_behind_a_proxy_nobody_is_local():
    assert why_not_local("127.0.0.1", ["127.0.0.1"], forwarded=True)


def test_what_is_no_browser_is_not_local():
    assert why_not_local("127.0.0.1", ["127.0.0.1"], forwarded=False, browser=False)


def test_a_host_is_told_without_its_port():
    assert host_name("[::1]:8501") == "::1"
    assert host_name("localhost") == "localhost"


def test_every_preset_is_a_role_that_there_is():
    assert {role for role, _ in PRESETS.values()} == set(Role)
    assert PRESETS["Order Team"][1] == {Party.ORDERS}


@pytest.mark.parametrize(
    ("granted", "role", "parties"),
    [
        ("lead", Role.LEAD, set()),
        ("viewer", Role.VIEWER, set()),
        (["Order Team", "EMS"], Role.MEMBER, {Party.ORDERS, Party.EMS}),
    ],
)
def test_a_signed_in_person_has_the_role_of_the_table(
    granted: str | list[str], role: Role, parties: set[Party]
):
    person = person_of(
        {"email": "T.Vance@Firm.example", "email_verified": True, "name": "T. Vance"},
        {"t.vance@firm.example": granted},
    )

    assert person is not None
    assert (person.name, person.role, person.parties) == ("T. Vance", role, frozenset(parties))


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        (SURE, {}),
        ({"name": "T. Vance", "email_verified": True}, {"": "admin"}),
        (SURE, {"a@b.example": "member"}),
        (SURE, {"a@b.example": ["nobody"]}),
        (SURE, {"a@b.example": 1}),
        (SURE, {"a@b.example": True}),
        (SURE, {"a@b.example": [["lead"], 1, None]}),
        (SURE, {"a@b.example": {"Order Team": 1}}),
        (SURE, {"a@b": {"example": "lead"}}),  # written without its quotes
        (SURE, 1),
        (SURE, None),
        (SURE | {"email": ["a@b.example"]}, {"a@b.example": "lead"}),
        (SURE | {"email": "\u212a@b.example"}, {"k@b.example": "lead"}),  # a Kelvin sign
        *((SURE | {"email_verified": said}, {"a@b.example": "lead"}) for said in UNSURE),
        ({"email": "a@b.example"}, {"a@b.example": "lead"}),
    ],
)  # fmt: skip
def test_without_a_role_a_signed_in_person_is_nobody(
    claims: dict[str, object], roles: dict[str, object]
):
    assert person_of(claims, roles) is None


@pytest.mark.parametrize("said", [True, "true", "True"])
def test_an_address_is_verified_if_the_provider_says_so_in_a_word_or_a_text(said: object):
    assert person_of(SURE | {"email_verified": said}, {"a@b.example": "lead"})


def test_a_provider_that_says_nothing_is_trusted_only_where_that_is_set():
    roles, silent = {"a@b.example": "lead"}, {"email": "a@b.example"}

    assert person_of(silent, roles, trusts=True)
    assert person_of(silent, roles) is None
    assert person_of(silent | {"email_verified": "false"}, roles, trusts=True) is None


@pytest.mark.parametrize("name", [None, "", "  ", ["T.", "Vance"], {"given": "T."}, 7])
def test_a_name_that_is_none_is_the_address(name: object):
    person = person_of(SURE | {"name": name}, {"a@b.example": "viewer"})

    assert person is not None
    assert person.name == "a@b.example"


def test_who_is_nobody_is_told_why_and_what_to_do():
    roles = {"a@b.example": "lead"}

    assert "have no role here" in why_nobody(SURE, {})
    assert "does not name a role" in why_nobody(SURE, {"a@b.example": 1})
    assert "verified" in why_nobody(SURE | {"email_verified": "false"}, roles)


@pytest.mark.parametrize(
    "issued", [1e400, -1e400, float("nan"), 1e18, -1e18, 10**30, True, "1", [1], {}, None]
)
def test_a_session_of_a_time_that_cannot_be_has_ended(issued: object):
    assert has_expired(issued, timedelta(hours=12))


def test_a_session_issued_far_ahead_has_ended():
    ahead = (clock.issuers_now() + timedelta(hours=13)).timestamp()

    assert has_expired(ahead, timedelta(hours=12))
    assert not has_expired(ahead - 12.5 * 3600, timedelta(hours=12))  # clocks differ


def test_a_session_ends_as_many_hours_after_it_was_issued_as_are_set():
    now, hours = clock.issuers_now(), timedelta(hours=3)

    assert not has_expired((now - timedelta(hours=2)).timestamp(), hours)
    assert has_expired((now - timedelta(hours=3, minutes=1)).timestamp(), hours)
    assert not has_expired((now - timedelta(hours=4)).timestamp(), 2 * hours)
    assert has_expired(None, hours)


# --- Words and times -------------------------------------------------------------------------


def test_text_of_others_is_no_markup():
    assert plain("**a** [b](c) :red[d] $e$ <f>\n`g`") == (
        r"\*\*a\*\* \[b\]\(c\) \:red\[d\] \$e\$ \<f\> \`g\`"
    )


def test_a_typed_time_that_came_twice_is_the_first_and_one_that_never_came_is_refused():
    twice = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001 - a wall clock, as people type it
    never = datetime(2026, 3, 8, 2, 30)  # noqa: DTZ001

    assert typed_instant(twice, NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    with pytest.raises(InputRefused, match="clocks were put forward"):
        typed_instant(never, NEW_YORK)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_each_kind_of_field_has_an_input_and_a_column(kind: FieldType):
    more: dict[str, Any] = {"options": ("one", "two")} if kind.has_options else {}
    more |= {"hours": 4} if kind.has_hours else {}
    item = Field("new", "What is new", kind, **more)

    column = INPUTS[kind].column(item, SETTINGS)

    assert column["label"].startswith("What is new")
    assert kind.takes(item)


@pytest.mark.parametrize(
    ("kind", "pasted", "cell", "typed"),
    [
        (FieldKind.TEXT, "EMS-1", "EMS-1", "EMS-1"),
        (FieldKind.CONFIRM, "x", True, True),
        (FieldKind.YES_NO, "y", "Yes", True),
        (FieldKind.YES_NO, "no", "No", False),
        (FieldKind.DATE, "2026-10-30", date(2026, 10, 30), "2026-10-30"),
        (FieldKind.PRODUCTS, "One, Two", ["One", "Two"], ["One", "Two"]),
        (
            FieldKind.WINDOW,
            "10/30/2026 09:00",
            datetime(2026, 10, 30, 9),  # noqa: DTZ001 - a wall clock
            datetime(2026, 10, 30, 13, tzinfo=UTC),
        ),
    ],
)
def test_a_pasted_cell_becomes_one_of_the_grid_and_then_what_commands_take(
    kind: FieldType, pasted: str, cell: Any, typed: Any
):
    held = INPUTS[kind].cell(kind.read(pasted))

    assert held == cell
    assert pa.array([held], INPUTS[kind].arrow).to_pylist() == [cell]
    assert INPUTS[kind].taken(held, NEW_YORK) == typed


def test_a_refusal_tells_its_times_on_the_wall_and_without_one_in_utc():
    began = datetime(2026, 10, 5, 13, 0, tzinfo=UTC)
    inner = Sentence("it began at {began}.", began=began)
    refused = CommandRefused("Nothing was stored: {why}", why=inner)

    assert str(refused) == "Nothing was stored: it began at 2026-10-05 13:00 UTC."
    assert (
        local_words(refused.sentence, NEW_YORK) == "Nothing was stored: it began at Oct 5, 9:00 AM."
    )


@pytest.mark.parametrize(
    "typed", ["{name}", "{0}", "{", "}}", "2026-10-05 13:00 UTC", "{name.text}"]
)
def test_what_was_typed_stands_in_a_refusal_letter_by_letter(typed: str):
    bare, placed = (
        InputRefused(f"{typed} is no name."),
        InputRefused("{name} is no name.", name=typed),
    )

    told = [local_words(refused.sentence, NEW_YORK) for refused in (bare, placed)]

    assert told == [str(bare), str(placed)] == [f"{typed} is no name."] * 2


def test_a_day_is_told_as_one_says_it():
    now = datetime(2026, 10, 7, 16, 0, tzinfo=UTC)

    days = [day_word(now + timedelta(days=n), now, NEW_YORK) for n in (-1, 0, 1, 2)]

    assert days == [
        "yesterday at 12:00 PM",
        "today at 12:00 PM",
        "tomorrow at 12:00 PM",
        "on Fri, Oct 9 at 12:00 PM",
    ]


# --- Files -----------------------------------------------------------------------------------


def test_a_downloaded_table_holds_no_formula():
    table = pa.table({
        "firm": ["=1+1", "+a", "-b", "@c", "\td", "\re", "plain", None],
        "minutes": [-1.5, 2.0, None, 0.0, 1.0, 1.0, 1.0, 1.0],
        "at": [datetime(2026, 10, 5, 13, tzinfo=UTC)] * 8,
        "steps": [["a", "b"]] * 8,
        "late": [True] * 8,
    })  # fmt: skip

    lines = as_csv(table).split("\n")

    assert lines[0] == "firm,minutes,at,steps,late"
    assert lines[1] == '\'=1+1,-1.5,2026-10-05T13:00:00.000000Z,"a, b",true'
    assert lines[3].startswith("'-b,,")
    assert all(not line.startswith(("=", "+", "-", "@", "\t", "\r")) for line in lines)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "\n"])  # noqa: RUF001
def test_a_formula_is_defused_whatever_the_width_of_its_sign(sign: str):
    text = f"{sign}1+cmd|' /C calc'!A0"

    assert as_csv(pa.table({"firm": [text]})).split("\n", 1)[1].lstrip('"').startswith(f"'{sign}")


# What Streamlit's page makes of texts after Markdown was read: from its StreamlitMarkdown.js.
MADE = re.compile(
    r"(https?://|www(?=\.))[-.\w]+|[-.\w+]+@[-\w]+(\.[-\w]+)+|:material/|:[\w+-]+:"
    r"|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/pay Birch", "WWW.evil.example", "see http://x", "ada@firm.example",
        ":material/verified: Birch", ":smile: :+1:", "paid -> done <- x <-> y -- z", ">= <= ~=",
        "a:b:c:d", "<-->", "Birch & Sons, 14:10",
    ],
)  # fmt: skip
def test_what_somebody_typed_is_shown_letter_by_letter(text: str):
    shown = plain(text).replace(":material/", ":material_")  # what the page does before all else
    parts = [re.sub(r"\\(.)", r"\1", part) for part in shown.split(JOINT)]

    assert "".join(parts) == text
    assert [part for part in parts if MADE.search(part)] == []


def test_a_sample_put_aside_never_takes_the_place_of_another(tmp_path: Path):
    log = tmp_path / "log.duckdb"
    names = []
    for _ in range(3):
        names.append(handle.free_name(log).name)
        (tmp_path / names[-1]).touch()

    assert names == ["log.duckdb.sample", "log.duckdb.sample-2", "log.duckdb.sample-3"]


def test_the_log_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("CHANGEOVER_LOG", str(tmp_path / "x.duckdb"))
    assert handle.log_place() == tmp_path / "x.duckdb"

    monkeypatch.delenv("CHANGEOVER_LOG")
    assert handle.log_place().name == "changeover.duckdb"


# --- Filters, clicks -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("Last 12 months", date(2025, 3, 1), None),
        ("This quarter", date(2026, 1, 1), None),
        ("Last month", date(2026, 1, 1), date(2026, 2, 1)),
        ("This month", date(2026, 2, 1), None),
        ("All time", None, None),
    ],
)
def test_a_period_is_a_range_of_dates(name: str, since: date | None, until: date | None):
    assert filters.period(name, date(2026, 2, 14)) == (since, until)


def test_every_period_on_offer_is_known():
    found = {filters.period(name, date(2026, 2, 14)) for name in filters.PERIODS}

    assert len(found) == len(filters.PERIODS)


def test_the_same_click_has_the_same_command_id_and_another_has_not():
    click = Click("C-0001-4", LEAD, NEW_YORK, "C-0001", 4)
    later = Click("C-0001-4", LEAD, NEW_YORK, "C-0001", 5)

    assert click.command_id("complete") == click.command_id("complete")
    others = [
        click.command_id("start"), later.command_id("complete"), click.command_id("complete", "a"),
        click.command_id("complete", "b"), click.command_id("complete", {"a": date(2026, 2, 1)}),
    ]  # fmt: skip
    assert len({click.command_id("complete"), *others}) == 6


# --- The server ------------------------------------------------------------------------------


def test_connections_that_a_server_takes_send_at_once():
    with socket.socket() as listening:  # as Streamlit makes its own: of no protocol by name
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with socket.create_connection(listening.getsockname()):
            before, _ = listening.accept()
        assert not before.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

        answer_at_once()

        with socket.create_connection(listening.getsockname()):
            after, _ = listening.accept()
        for taken in (before, after):
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            taken.close()
