"""Today for a member of a party: that party's queue; and for everybody the week's appointments."""

from datetime import timedelta
from itertools import groupby
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import formats
from dashboard.instants import to_datetime, to_us
from dashboard.messages.invitation import invitation
from dashboard.people import Role
from dashboard.ui import cards, definitions, several, tables, today
from dashboard.ui.navigation import CASE
from dashboard.ui.page import Page
from dashboard.ui.words import day_text, on_the_wall, plain
from dashboard.workflows import WORKFLOWS, Party, appointments

QUEUE, OTHERS = "queue", "queue-others"
QUEUE_COLUMNS = ("left", "state", "yours", "step", "steps", "done", "path", "tl", "case")
OTHERS_COLUMNS = ("left", "state", "turn", "step", "waited", "done", "path", "tl", "case")
WEEK = timedelta(days=7)


def is_for(page: Page) -> bool:
    """Whether the visitor has a queue: a member of a party does."""
    return page.person.role is Role.MEMBER and bool(page.person.parties)


def queue(page: Page) -> None:
    """What it is the party's turn to do, and what it will record once others have done theirs."""
    party = _party(page)
    table = page.store.run("worklist", now=page.now, **page.filters)
    rows = table.to_pylist()
    own = table.filter(pa.array([row["party"] == party for row in rows], pa.bool_()))
    others = table.filter(pa.array([_is_ahead(row, party) for row in rows], pa.bool_()))
    _figures(own, others)
    today.month_end_warning(page)
    today.changes(page.store.position, page.now)
    if own.num_rows:
        _listed(page, own, QUEUE_COLUMNS, QUEUE, "Your queue, least time left first")
    else:
        cards.empty("inbox", f"Nothing is waiting for {_the(party)}", "New work appears here.")
    if others.num_rows:
        st.subheader(f"Yours to record, now with others ({others.num_rows})", anchor=False)
        st.caption("Complete these once they are done, even if the handoff was not recorded.")
        _listed(page, others, OTHERS_COLUMNS, OTHERS, "Steps with others, yours to record")
    definitions.button("worklist", "queue")


def _party(page: Page) -> Party:
    """Whose queue is shown: of somebody in several parties, the one chosen."""
    parties = sorted(page.person.parties)
    if len(parties) == 1:
        return parties[0]
    chosen = st.segmented_control(
        "Queue", parties, default=parties[0], required=True, key="queue-party", format_func=str
    )
    return chosen or parties[0]


def _is_ahead(row: dict[str, Any], party: Party) -> bool:
    """Whether the party will record the step, which somebody else has at the moment."""
    rules = WORKFLOWS[row["workflow"]].step(row["step"])
    return row["party"] != party and rules.recorded_by == party


def _figures(own: pa.Table, others: pa.Table) -> None:
    rows = own.to_pylist()
    late = [row for row in rows if row["timing"] == "late"]
    risk = sum(row["timing"] == "at risk" for row in rows)
    most = formats.duration(late[0]["business_us_left"], late[0]["day_us"]) if late else ""
    longest = max(rows, key=lambda row: row["turn_us"], default=None)
    held = formats.duration(longest["turn_us"], longest["day_us"]) if longest else "–"
    cards.figure_row(
        ("In your queue", len(rows), f"{risk} at risk"),
        ("Overdue", len(late), f"▲by up to {most}" if most else "none"),
        ("With you longest", held, "business time"),
        ("Still with others", others.num_rows, "yours to record"),
    )


def _listed(page: Page, table: pa.Table, columns: tuple[str, ...], scope: str, alt: str) -> None:
    several.grid(page, scope)
    with st.container(horizontal=True, vertical_alignment="center", key=f"bulk-{scope}"):
        several.offer(page, table, tables.chosen(scope, table), scope)
    tables.cases(page, table, tables.worklist_row, columns, alt, scope, can_choose=True)
    cards.download(table, scope, f"download-{scope}")


def week(page: Page) -> None:
    """The appointments from today on for a week, by day, each as a calendar file."""
    first, after = page.store.settings.calendar.first_instant(
        [page.today, page.today + WEEK]
    ).tolist()
    asked = {
        "since": to_datetime(first), "until": to_datetime(after),
        **{key: page.filters.get(key) for key in ("workflow", "team_leader")},
    }  # fmt: skip
    rows = page.store.run("appointments", now=page.now, **asked).to_pylist()
    with st.container(border=True, key="card-week"):
        st.subheader(f"Appointments in the next seven days ({len(rows)})", anchor=False)
        nothing = "" if rows else " No appointments in the next seven days."
        others = " The firm’s own time is shown where it differs." if rows else ""
        st.caption(f"{formats.city(page.zone)} time.{others}{nothing}")
        for day, own in groupby(
            rows, lambda row: on_the_wall(row["appointment_at"], page.zone).date()
        ):
            st.markdown(f"**{day_text(day)}**")
            for row in own:
                _appointment(page, row)


def _appointment(page: Page, row: dict[str, Any]) -> None:
    case_id, hours = row["case_id"], today.hours(row["workflow"])
    when = appointments.words(to_us(row["appointment_at"]), hours, page.zone, row["firm_zone"])
    with st.container(horizontal=True, vertical_alignment="center", key=f"week-{case_id}"):
        st.page_link(
            CASE, label=f"{when} **{plain(row['firm'])}** :gray[{row['step']} {row['step_label']}]",
            query_params={"id": case_id},
        )  # fmt: skip
        cards.file(
            ".ics", lambda: _invitation(page, case_id), f"{case_id}.ics", "text/calendar",
            f"ics-{case_id}", icon=":material/event:", about="Calendar file",
        )  # fmt: skip


def _invitation(page: Page, case_id: str) -> str:
    return invitation(page.store.case(case_id), at=page.now, settings=page.store.settings)


def _the(party: Party) -> str:
    return str(party) if party in (Party.CPT, Party.EMS) else f"the {party}"
