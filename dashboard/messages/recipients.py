"""To whom a message goes: looked up in the case and the directory, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.settings import Colleague, Settings
from dashboard.workflows import EMAIL, NETFIRM_ADMINISTRATOR, Party, is_one_line

# Whom a case names itself: the field of the name, where there is one.
OWNERS = {
    Party.TL: "team_leader",
    Party.CS: "cs_representative",
    Party.SALES: "sales_representative",
}
# Who gives an address on the case: the fields of address and name, what to do if it is missing.
GIVEN = {
    Party.CUSTOMER: ("contact_email", "", "Add the contact's e-mail to the case."),
    NETFIRM_ADMINISTRATOR: (
        "administrator_email",
        "administrator",
        "Enter the NetFirm administrator's e-mail in this step.",
    ),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a message: the role, the name as far as known, the address if there is one.

    `missing` says why there is none, and what to do.
    """

    role: str
    name: str = ""
    address: str = ""
    missing: str = ""


def recipient(role: str, values: Mapping[str, Any], settings: Settings) -> Recipient:
    """Who has that role for a case with these values (personal ones in place of their refs)."""
    if role in GIVEN:
        return _given(role, values)
    name = str(values.get(OWNERS.get(Party(role), ""), "") or "")
    if name:
        return _colleague(role, name, settings)
    return _mailbox(Party(role), settings)


def colleague_named(name: str, settings: Settings) -> Colleague | None:
    """The colleague of that name, as trackers have it; None if the directory has nobody."""
    asked = " ".join(name.split()).casefold()
    named = {" ".join(person.name.split()).casefold(): person for person in settings.people}
    return named.get(asked)


def _given(role: str, values: Mapping[str, Any]) -> Recipient:
    key, name_key, next_step = GIVEN[role]
    name, address = str(values.get(name_key) or ""), str(values.get(key) or "")
    if not address:
        return Recipient(role, name, "", f"No e-mail address on this case. {next_step}")
    return _checked(Recipient(role, name, address), next_step)


def _colleague(role: str, name: str, settings: Settings) -> Recipient:
    person = colleague_named(name, settings)
    where = "Add the address in Settings."
    if person is None or not person.email:
        why = "is not in the directory" if person is None else "has no e-mail address"
        return Recipient(role, name, "", f"{name} {why}. {where}")
    return _checked(Recipient(role, person.name, person.email), where)


def _mailbox(party: Party, settings: Settings) -> Recipient:
    address = settings.mailboxes.get(party, "")
    if party in OWNERS and not address:
        whom = f"No {party} on this case. Edit the case details or reassign it."
        return Recipient(party, "", "", whom)
    where = "Add it in Settings."
    if not address:
        return Recipient(party, "", "", f"No address for {party}. {where}")
    return _checked(Recipient(party, str(party), address), where)


def _checked(found: Recipient, next_step: str) -> Recipient:
    """The recipient, without the address if no mail server would take it."""
    address = found.address
    if EMAIL.fullmatch(address) and is_one_line(address) and address.isascii():
        return found
    why = f"{address!r} is not an e-mail address that every mail server accepts. {next_step}"
    return Recipient(found.role, found.name, "", why)
