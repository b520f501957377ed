"""Commands that keep what is looked up: the catalogue, who sends which message, the directory.

Ending somebody's sessions stands beside them: it is noted in the directory's stream.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboard.catalogue import Product
from dashboard.commands.drafting import LONGEST_NAME, Deed, Entry, Stored
from dashboard.commands.settling import enact, require_admin, text_given
from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.people import Person, Role, is_reserved
from dashboard.settings import MAILBOXES, Colleague, MessageMode
from dashboard.store import Desk
from dashboard.workflows import EMAIL, WORKFLOWS, Party, is_one_line

MOST_ENTRIES = 2000
LONGEST_LIMITATION = 2000
REFUSED = "Nothing was changed"
MESSAGE_KEYS = frozenset(
    message.key
    for path in WORKFLOWS.values()
    for step in path.steps
    for message in step.every_message
)


def change_catalogue(
    desk: Desk,
    products: Sequence[Product],
    *,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Set all products, in the order in which they are offered.

    Cases keep what they name: a product that is taken out has to be put back, or amended away,
    before its licence can be checked. Raises NotAllowed, InputRefused (no product, a name twice,
    no family), StaleCase.
    """
    require_admin(by, "change the catalog")
    deed = Deed(by, now, None, None, version, command_id)

    def decide() -> Entry:
        _check_number(products, "product")
        rows = [_product_row(item) for item in products]
        _check_unique((row["name"] for row in rows), "the product")
        if all(row["is_addon"] for row in rows):
            raise InputRefused(
                f"{REFUSED}: every product is an add-on, so firms on the local path could have "
                "none. Add at least one that is not an add-on."
            )
        return Entry("catalogue_changed", deed.now_us, {"products": rows})

    return enact(desk, "settings", deed, decide)


def change_messages(
    desk: Desk,
    modes: Mapping[str, str],
    *,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Set who sends the messages of these keys: "sent" by Changeover, "drafted", "elsewhere".

    Raises NotAllowed, InputRefused (no such message or way, no change), StaleCase.
    """
    require_admin(by, "change who sends messages")
    deed = Deed(by, now, None, None, version, command_id)

    def decide() -> Entry:
        for key, mode in modes.items():
            if key not in MESSAGE_KEYS:
                known = ", ".join(sorted(MESSAGE_KEYS))
                raise InputRefused(f"{REFUSED}: there is no message {key!r}. Choose from {known}.")
            if mode not in set(MessageMode):
                raise InputRefused(
                    f"{REFUSED}: {mode!r} is not a way to send {key}. Choose "
                    f"{', '.join(MessageMode)}."
                )
        messages = {key: str(mode) for key, mode in modes.items()}
        return Entry("messages_changed", deed.now_us, {"messages": messages})

    return enact(desk, "settings", deed, decide)


def change_directory(
    desk: Desk,
    people: Sequence[Colleague],
    mailboxes: Mapping[Party, str],
    *,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Set all people and mailboxes; a mailbox left out or empty is none.

    Raises NotAllowed, InputRefused (a name or sign-in twice, no e-mail address, a party that has
    no mailbox), StaleCase.
    """
    require_admin(by, "change the directory")
    deed = Deed(by, now, None, None, version, command_id)

    def decide() -> Entry:
        if len(people) > MOST_ENTRIES:
            raise InputRefused(
                f"{REFUSED}: {len(people)} people is too many. Enter at most {MOST_ENTRIES:,}."
            )
        rows = [_colleague_row(item) for item in people]
        _check_unique((row["name"] for row in rows), "the name")
        _check_unique((row["sign_in"] for row in rows if row["sign_in"]), "the sign-in")
        data = {"people": rows, "mailboxes": _mailboxes(mailboxes)}
        return Entry("directory_changed", deed.now_us, data)

    return enact(desk, "directory", deed, decide)


def end_sessions(
    desk: Desk,
    address: str,
    mark: str,
    *,
    by: Person,
    now: datetime,
    before: datetime,
    command_id: str | None = None,
) -> Stored:
    """End all sessions that began before an instant, of whoever signs in with that address.

    `mark` is what they are known by; the address itself lies beside the log. Raises
    NotAllowed, InputRefused (no address).
    """
    require_admin(by, "end sessions")
    deed = Deed(by, now, None, None, None, command_id)

    def decide() -> Entry:
        if not _email(address, "whose sessions end"):
            raise InputRefused(f"{REFUSED}. Choose whose sessions to end.")
        data: dict[str, Any] = {"mark": mark, "before_us": to_us(before), "fields": {}}
        return Entry("sessions_ended", deed.now_us, data, {"address": address})

    return enact(desk, "directory", deed, decide)


def _product_row(item: Product) -> dict[str, Any]:
    name = _line(item.name, "a product's name")
    limitation = item.limitation.strip()
    if limitation:
        what = f"the limitation of {name}"
        limitation = text_given(limitation, LONGEST_LIMITATION, what, REFUSED)
    return {
        "name": name,
        "family": _line(item.family, f"the family of {name}"),
        "is_addon": bool(item.is_addon),
        "limitation": limitation,
    }


def _colleague_row(item: Colleague) -> dict[str, Any]:
    name = _line(item.name, "a person's name")
    if is_reserved(name):
        raise InputRefused(f"{REFUSED}: {name} is reserved for Changeover. Enter another name.")
    if strays := [party for party in item.parties if party not in set(Party)]:
        raise InputRefused(
            f"{REFUSED}: {', '.join(map(str, strays))} is not a party ({name}). Choose from "
            f"{', '.join(Party)}."
        )
    if item.role is not None and item.role not in set(Role):
        raise InputRefused(
            f"{REFUSED}: {item.role!r} is not a role ({name}). Choose from {', '.join(Role)}, "
            "or none."
        )
    return {
        "name": name,
        "sign_in": _line(item.sign_in, f"the sign-in of {name}", least=0),
        "email": _email(item.email, name),
        "parties": [party.name for party in Party if party in item.parties],
        "role": str(item.role or ""),
    }


def _mailboxes(mailboxes: Mapping[Party, str]) -> dict[str, str]:
    if strays := mailboxes.keys() - set(MAILBOXES):
        raise InputRefused(
            f"{REFUSED}: {', '.join(sorted(strays))} cannot have a mailbox. Enter those of "
            f"{', '.join(MAILBOXES)}."
        )
    boxes = {party: _email(mailboxes.get(party, ""), party) for party in MAILBOXES}
    return {party.name: email for party, email in boxes.items() if email}


def _email(email: str, whose: str) -> str:
    text = _line(email, f"the e-mail address of {whose}", least=0)
    if text and not EMAIL.fullmatch(text):
        raise InputRefused(
            f"{REFUSED}: {text!r} is not an e-mail address ({whose}). Enter it as name@firm.com."
        )
    return text


def _line(text: str, what: str, least: int = 1) -> str:
    line = text.strip()
    if not is_one_line(line) or not least <= len(line) <= LONGEST_NAME:
        raise InputRefused(
            f"{REFUSED}: {what} must be {least} to {LONGEST_NAME} characters on one line. Enter "
            "it again."
        )
    return line


def _check_number(entries: Sequence[object], what: str) -> None:
    if not 1 <= len(entries) <= MOST_ENTRIES:
        raise InputRefused(
            f"{REFUSED}: there are {len(entries)} {what}s. Enter 1 to {MOST_ENTRIES:,}."
        )


def _check_unique(texts: Iterable[str], what: str) -> None:
    counts = Counter(text.casefold() for text in texts)
    if twice := [text for text, count in counts.items() if count > 1]:
        raise InputRefused(
            f"{REFUSED}: {what} {', '.join(twice)} is entered more than once. Keep one of each."
        )
