"""The parts of the Case page, from the heading down to the ledger."""

from itertools import pairwise

import pyarrow as pa
import streamlit as st

from dashboard import charts, formats
from dashboard.cases import Record
from dashboard.instants import to_datetime
from dashboard.ui import cards, case_imported, case_rows, fields, forecasting, head, notices, sample
from dashboard.ui.case_forecast import case_forecast
from dashboard.ui.case_view import Opened, headline, sentence
from dashboard.ui.clock_bar import Clock, clock
from dashboard.ui.stepper import StepShown, stepper
from dashboard.ui.words import pill, plain
from dashboard.workflows import AGREED_DATE

ENOUGH = 20  # under so many cases a percentile says nothing
COMPUTED = (
    "The clock above and the step times are sums of this case’s time ledger. Future steps show "
    f"the usual time where {ENOUGH} or more closed cases completed them."
)
MINUTE_US = 60_000_000
CLOCK_PX, STEPS_PX = 100, 100  # at their lowest, side by side


def case_head(opened: Opened) -> None:
    """The firm, what state the case is in, who is involved."""
    case, page = opened.case, opened.page
    badges = [f":gray-badge[{case.workflow.label}]"]
    if case.state == "open":
        badges.insert(0, pill(opened.timing, forecasting.risk(page, case.case_id)))
    else:
        badges.insert(0, f":gray-badge[{case.state}]")
    if opened.is_on_hold:
        badges.append(":orange-badge[:material/pause_circle: Cancellation on hold]")
    people = [
        f"{short} {plain(case.fields[key])}"
        for short, key in (
            ("TL", "team_leader"),
            ("CS rep", "cs_representative"),
            ("Sales", "sales_representative"),
        )
        if case.fields.get(key)
    ]  # fmt: skip
    line = f"{' '.join(badges)} &nbsp; {' &nbsp;·&nbsp; '.join([plain(case.case_id), *people])}"
    head.draw(case.firm, line, page.store, page.now, page.person)
    sample.banner(page.store, page.person)
    notices.under_head(page.store, page.person)


def case_clock(opened: Opened) -> None:
    """What to say to a caller, and the clock."""
    targets, zone = opened.targets, opened.page.zone
    day_us = targets.day_us
    facts = [
        f"customer’s clock {formats.duration(opened.used_us, day_us)}",
        f"ours {formats.duration(opened.ours_us, day_us)}",
    ]
    opened_at = formats.moment(to_datetime(opened.case.opened_us), zone)
    foot = [
        f"Submitted {opened_at}",
        f"Target {formats.moment(opened.due(targets.target_us), zone)}",
    ]
    foot.append(f"SLA due {formats.moment(opened.due(targets.limit_us), zone)}")
    if opened.since_us is not None:
        again = formats.moment(to_datetime(opened.since_us), zone)
        foot.insert(1, f"Finished before; being reworked since {again}, on a clock of its own")
    if opened.case.closed_us is not None:
        foot.append(f"Completed {formats.moment(to_datetime(opened.case.closed_us), zone)}")
    target, limit = (formats.duration(us, day_us) for us in (targets.target_us, targets.limit_us))
    shown = Clock(
        opened.tone, headline(opened), opened.used_us, targets.target_us, targets.limit_us,
        f"target {target}", f"SLA {limit}", facts, foot,
        f"{formats.duration(opened.used_us, day_us)} of the {limit} SLA used, "
        f"{formats.CALLED.get(opened.timing, opened.timing)}",
    )  # fmt: skip
    with st.container(border=True, key="card-clock"):
        with cards.room_for(CLOCK_PX, "clock"):
            clock(shown, f"clock-{opened.case.case_id}")
        st.markdown(f":material/call: “{plain(sentence(opened))}”")
        if opened.differing:
            st.caption(opened.differing)
        case_forecast(opened)


def case_steps(opened: Opened) -> int | None:
    """The stepper; returns the step whose record somebody wants to see, None for the current."""
    case, page = opened.case, opened.page
    ledger = page.store.run("case_ledger", now=page.now, case_id=case.case_id)
    usual = page.store.run("step_usual", now=page.now, workflow=case.workflow_key)
    spent: dict[int, int] = {}
    for row in ledger.to_pylist():
        spent[row["step"]] = spent.get(row["step"], 0) + row["business_us"]
    known = {row["step"]: row for row in usual.to_pylist() if row["n"] >= ENOUGH}
    shown = [
        _shown(opened, number, spent.get(number, 0), known.get(number)) for number in _all(opened)
    ]
    key = f"picked-{case.case_id}"
    picked, version = st.session_state.get(key, (None, case.version))
    selected = picked if picked and version == case.version else case.due
    with st.container(border=True, key="card-steps"), cards.room_for(STEPS_PX, "steps"):
        clicked = stepper(
            shown, "Steps of this case", min(selected, case.workflow.last), f"steps-{case.case_id}"
        )
    if clicked is not None and clicked != selected:
        st.session_state[key] = (clicked, case.version)
        st.rerun()
    return None if selected == case.due else selected


def _all(opened: Opened) -> range:
    return range(1, opened.case.workflow.last + 1)


def _shown(opened: Opened, number: int, spent_us: int, usual: dict[str, int] | None) -> StepShown:
    case, day_us = opened.case, opened.targets.day_us
    rules = case.workflow.step(number)
    is_slow = number > 1 and usual is not None and spent_us > usual["most_us"]
    who = formats.SHORT.get(rules.party, str(rules.party))
    took = "start" if number == 1 else formats.duration(spent_us, day_us)
    if number < case.due:
        return StepShown(number, rules.label, who, took, "done", is_slow)
    if number == case.due:
        return StepShown(number, rules.label, who, f"{took} so far", "current", is_slow)
    expected = f"~{formats.duration(usual['half_us'], day_us)}" if usual else ""
    return StepShown(number, rules.label, who, expected, "ahead")


def step_record(opened: Opened, number: int) -> None:
    """What is on record about a step that is not the current one."""
    case = opened.case
    rules, record = case.workflow.step(number), case.records.get(number)
    with st.container(border=True, height="stretch", key="card-record"):
        st.subheader(f"Step {number}: {rules.title}", anchor=False)
        if record is None or record.completed_us is None:
            st.markdown(f"Not started. Next up: **{rules.party}**.")
            st.markdown(rules.instruction)
        else:
            st.markdown(_completed(opened, record))
            _field_table(opened, record)
        if st.button("Go to current step", icon=":material/arrow_back:", key="back-to-current"):
            st.session_state.pop(f"picked-{case.case_id}", None)
            st.rerun()


def _completed(opened: Opened, record: Record) -> str:
    zone, store = opened.page.zone, opened.page.store
    who = record.done_by or record.actor
    when = formats.moment(to_datetime(record.completed_us or 0), zone)
    text = f"Completed **{when}** by {plain(who)}"
    if record.done_by:
        text += f", recorded by {plain(record.actor)}"
    if record.started_us is not None:
        text += f"; in work since {formats.moment(to_datetime(record.started_us), zone)}"
    if record.imported:
        event = store.history(opened.case.case_id)[(record.completed_version or 1) - 1]
        came = case_imported.from_words(case_imported.files(store).get(event.recorded_us))
        text += f"; imported {plain(came)}"
    if record.flags:
        said = [case_imported.flag_words(flag, opened.case.workflow) for flag in record.flags]
        text += f". To check: {plain('; '.join(said))}"
    return f"{text}."


def _field_table(opened: Opened, record: Record) -> None:
    rules = opened.case.workflow.step(record.number)
    refs = [value["ref"] for value in record.fields.values() if isinstance(value, dict)]
    personal = opened.page.store.personal(refs) if refs else {}
    rows = {}
    for item in rules.fields:
        value = record.fields.get(item.key)
        if isinstance(value, dict):
            value = personal.get(value["ref"], "(erased)")
        if value is not None:
            there = opened.case.fields.get("firm_zone")
            rows[plain(item.label)] = plain(fields.told(item, value, opened.page.zone, there))
    if rows:
        st.table(rows, border="horizontal", width="content")


def case_turns(opened: Opened) -> None:
    """Whose turn it was, as lanes, and the ledger that adds up to the time the case has taken."""
    case, page, day_us = opened.case, opened.page, opened.targets.day_us
    key = {"case_id": case.case_id}
    turns = page.store.run("case_turns", now=page.now, **key)
    ledger = page.store.run("case_ledger", now=page.now, **key)
    turns = turns.filter(pa.array([us > 0 for us in turns["business_us"].to_pylist()], pa.bool_()))
    if not turns.num_rows:
        then = "The time ledger starts with the first business minute."
        cards.empty("hourglass_empty", "No business time yet", then)
        return
    per_party: dict[str, int] = {}
    for row in turns.to_pylist():
        per_party[row["party"]] = per_party.get(row["party"], 0) + row["business_us"]
    longest = max(per_party, key=lambda party: per_party[party])
    total = formats.duration(opened.used_us, day_us)
    finding = (
        f"{_held_by(longest)} {formats.duration(per_party[longest], day_us)}, "
        f"{formats.percent(per_party[longest] / max(opened.used_us, 1))} of {total}."
    )
    source = (
        f"Business time; a business day is {formats.duration(day_us, None)}. The rows add up to "
        f"{total}. Dashed line: target. Solid line: SLA."
    )
    with cards.card(
        "Whose turn it was, and for how long", finding, source, "turns",
        "case_ledger case_turns step_usual", COMPUTED,
    ):  # fmt: skip
        lanes = case_rows.turn_lanes(
            turns, per_party, day_us, opened.targets.target_us, opened.targets.limit_us
        )
        cards.chart(lanes, charts.TURNS, f"{longest} had the case longest", "turns")
        with st.expander("Time ledger", icon=":material/receipt_long:", key="ledger"):
            _ledger(ledger, opened)


def _held_by(party: str) -> str:
    is_agreed = party == AGREED_DATE
    return "Waiting for the **appointment** took" if is_agreed else f"**{party}** had the case for"


def _ledger(ledger: pa.Table, opened: Opened) -> None:
    rows, edges = ledger.to_pylist(), [0]
    for row in rows:
        edges.append(edges[-1] + row["business_us"])
    # rounded along the sum, so that the minutes shown add up to the minutes of the total
    minutes = [round(b / MINUTE_US) - round(a / MINUTE_US) for a, b in pairwise(edges)]
    shown = [
        {
            "Step": f"{row['step']} {row['step_label']}",
            "Whose turn": row["party"] + (", withdrawn" if row["is_withdrawn"] else ""),
            "Business time": formats.duration(spent * MINUTE_US, None),
            "Note": "includes an unrecorded handoff" if row["lacks_handover"] else "",
        }
        for row, spent in zip(rows, minutes, strict=True)
    ]
    total = formats.duration(round(edges[-1] / MINUTE_US) * MINUTE_US, None)
    shown.append(
        {"Step": "**Total**", "Whose turn": "", "Business time": f"**{total}**", "Note": ""}
    )
    st.table(shown, border="horizontal", hide_index=True, alt="Business time by step and party")
    cards.download(ledger, f"ledger_{opened.case.case_id}", "download-ledger")
