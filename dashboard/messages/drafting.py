"""The messages of a step, drafted from its case: to whom, what they say, what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any

from dashboard import formats
from dashboard.cases import Case, Letter
from dashboard.commands.calling import on_again
from dashboard.instants import to_datetime
from dashboard.messages.invitation import invitation
from dashboard.messages.mail import Mail, one_line
from dashboard.messages.recipients import Recipient, recipient
from dashboard.messages.texts import REMINDER, REMINDER_SUBJECT, TEXTS, Paragraph
from dashboard.settings import MessageMode, Settings
from dashboard.workflows import Field, Message, Party, Step, appointments

Lookup = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Handoff:
    """One message of a step, ready to look at: `missing` says why it cannot be sent as it is.

    `mode` is who sends it by the settings, `letter` what became of it so far.
    """

    message: Message
    step: int
    recipient: Recipient
    mail: Mail
    mode: MessageMode
    letter: Letter | None = None

    @property
    def missing(self) -> str:
        """Why there is no address, and what to do; empty if there is one."""
        return self.recipient.missing


def handoffs(
    case: Case,
    step: int,
    *,
    settings: Settings,
    personal: Lookup,
    now: datetime,
    typed: Mapping[str, Any] | None = None,
    sender: str = "",
) -> list[Handoff]:
    """The messages that the step calls for, in the workflow's order; then that its date is off.

    Of a complete step, by what it recorded; of the current one by what is `typed` into its form so
    far. `personal` looks personal values up (a store's own). `sender` signs; by default whoever
    completed the step.
    """
    rules, record = case.workflow.step(step), case.records.get(step)
    own = dict(record.fields if record and record.completed_us is not None else typed or {})
    values = case.fields | own
    values |= _looked_up(values, personal)
    sender = sender or (_sender(record.done_by or record.actor) if record else "")
    words = _words(case, rules, values, settings) | ({"sender": sender} if sender else {})
    drafted = [
        _handoff(message, case, rules, words, values, settings, now)
        for message in (*rules.called_for(own), *on_again(case, step))
    ]
    if case.off_us is None or not rules.off_messages:
        return drafted
    words |= _off(case, rules, settings)
    return drafted + [
        _handoff(message, case, rules, words, values, settings, now)
        for message in rules.off_messages
    ]


def reminder(case: Case, *, settings: Settings, personal: Lookup, sender: str) -> Handoff:
    """Asks the firm whether it has downloaded its licences; for a person to send."""
    values = case.fields | _looked_up(case.fields, personal)
    rules = case.workflow.step(case.workflow.last)
    words = _words(case, rules, values, settings) | {"sender": sender}
    before = case.records.get(rules.number - 1)
    if before and before.completed_us is not None:
        words["licences_ready"] = _moment(before.completed_us, settings)
    message = Message("reminder", Party.CUSTOMER, REMINDER_SUBJECT)
    whom = recipient(message.to, values, settings)
    mail = Mail(_to(whom), _subject(message, case), _filled(REMINDER, words))
    return Handoff(message, rules.number, whom, mail, MessageMode.DRAFTED)


def _handoff(
    message: Message,
    case: Case,
    rules: Step,
    words: Mapping[str, str],
    values: Mapping[str, Any],
    settings: Settings,
    now: datetime,
) -> Handoff:
    whom = recipient(message.to, values, settings)
    known = dict(words) | ({"recipient": whom.name} if whom.name else {})
    if rules.window:
        known |= _agreed(case, rules, message, values.get(rules.window.key), settings)
    mail = Mail(
        _to(whom),
        _subject(message, case),
        _filled(TEXTS[message.key], known),
        invitation(case, at=now, settings=settings) if rules.window else "",
    )
    mode = settings.message_mode(message.key)
    return Handoff(message, rules.number, whom, mail, mode, case.letter(rules.number, message.key))


def _to(whom: Recipient) -> tuple[tuple[str, str], ...]:
    return ((one_line(whom.name), whom.address),) if whom.address else ()


def _subject(message: Message, case: Case) -> str:
    return one_line(message.subject.format(firm=case.firm))


def _looked_up(values: Mapping[str, Any], personal: Lookup) -> dict[str, Any]:
    """The personal values in place of their refs; None for those that were erased."""
    refs = {key: value["ref"] for key, value in values.items() if isinstance(value, dict)}
    held = personal(list(refs.values())) if refs else {}
    return {key: held.get(ref) for key, ref in refs.items()}


def _sender(name: str) -> str:
    """Who signs; a command line is nobody."""
    return "" if name.startswith("cli:") else name


def _words(
    case: Case, rules: Step, values: Mapping[str, Any], settings: Settings
) -> dict[str, str]:
    """Everything that a text may name, as text; what the case does not have is not in it."""
    record, path, firm = case.records.get(rules.number), case.workflow, one_line(case.firm)
    told = {
        item.key: _told(item, values.get(item.key), settings)
        for step in path.steps
        for item in step.fields
    }
    firm_id = one_line(str(values.get("firm_id") or ""))
    own_products = values.get("products_to_load") or values.get(path.products_field) or ()
    words = told | {
        "case_id": case.case_id,
        "firm": firm,
        "firms": f"{firm}'" if firm.casefold().endswith("s") else f"{firm}'s",
        "firm_line": f"{firm} ({firm_id})" if firm_id and firm_id != firm else firm,
        "path": path.label,
        "submitted": _moment(case.opened_us, settings),
        "completed": _moment(record.completed_us if record else None, settings),
        "products_list": "\n".join(f"- {name}" for name in own_products),
        "limitations": _limitations(case, values, settings),
        "next_step": _next_step(path.steps[rules.number :], path.last),
    }
    flags = {"if_combined": values.get("combined_order") is True, "if_unnamed": not own_products}
    flags["if_apart"] = "combined_order" in told and not flags["if_combined"]
    flags["if_told"] = any(
        message.to == Party.CUSTOMER
        for step in path.steps[rules.number :]
        for message in step.messages
    )
    shown = {key: plain for key, value in words.items() if (plain := value.strip())}
    return shown | {key: "" for key, holds in flags.items() if holds}


def _told(item: Field, value: Any, settings: Settings) -> str:
    """A field's value in words; empty if there is none."""
    if value is None or value == "":
        return ""
    return one_line(item.kind.write(item, value, settings.calendar.zone))


def _moment(us: int | None, settings: Settings) -> str:
    """An instant with its year and zone: "Mon, Oct 12, 2026, 9:00 AM (New York time)"."""
    if us is None:
        return ""
    zone = settings.calendar.zone
    return f"{formats.moment_in_full(to_datetime(us), zone)} ({formats.city(zone)} time)"


def _window(begins: int | datetime, hours: int, settings: Settings, there: str) -> str:
    """From when to when, also on the clock of the firm's own zone, if that is known and differs."""
    here = settings.calendar.zone
    told = [appointments.in_full(begins, hours, zone) for zone in (here, there) if zone]
    return "\n".join(told if there != here else told[:1])


def _agreed(
    case: Case, rules: Step, message: Message, begins_us: Any, settings: Settings
) -> dict[str, str]:
    """The appointment; under another name, with the one before, if the addressee knows another."""
    if rules.window is None or not begins_us:
        return {}
    zone = case.fields.get("firm_zone") or ""
    now, former_us = _window(begins_us, rules.window.hours, settings, zone), None
    if case.bookings:
        former_us = case.told_us(rules, message.to)
    if former_us is None or former_us == case.appointment_us:
        return {"first_appointment": now}
    former = _window(former_us, rules.window.hours, settings, zone)
    return {"moved_appointment": now, "former_appointment": former}


def _off(case: Case, rules: Step, settings: Settings) -> dict[str, str]:
    """The appointment that is off, why, and who says so."""
    last, hours = case.bookings[-1], rules.window.hours if rules.window else 0
    zone = case.fields.get("firm_zone") or ""
    sender = _sender(case.actors.get(last.version, ""))
    words = {"off_appointment": _window(case.off_us or 0, hours, settings, zone)}
    words |= {"off_reason": one_line(last.reason)} | ({"sender": sender} if sender else {})
    return words | {"if_withdrawn" if case.state == "withdrawn" else "if_reopened": ""}


def _limitations(case: Case, values: Mapping[str, Any], settings: Settings) -> str:
    """The trial limitations of the firm's products, where it was offered trial licences."""
    if values.get("trial_licences") not in ("offered", "used"):
        return ""
    named = values.get(case.workflow.products_field) or ()
    return "\n".join(
        f"- {product.name}: {product.limitation}"
        for product in settings.catalogue
        if product.name in named and product.limitation
    )


def _next_step(ahead: Sequence[Step], last: int) -> str:
    if not ahead:
        return ""
    return f"step {ahead[0].number} of {last}, {ahead[0].title} ({ahead[0].party})"


def _filled(text: Sequence[Paragraph], words: Mapping[str, str]) -> str:
    paragraphs = ["\n".join(_lines(paragraph, words)) for paragraph in text]
    return "\n\n".join(item for item in paragraphs if item and not item.endswith(":")) + "\n"


def _lines(paragraph: Paragraph, words: Mapping[str, str]) -> list[str]:
    """The lines of which every value is known, filled in."""
    return [
        line.format_map(words)
        for line in paragraph
        if all(name in words for _, name, _, _ in Formatter().parse(line) if name)
    ]
