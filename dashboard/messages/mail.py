"""A message as it leaves: addresses, subject, text, calendar file; for a server or a person.

Whatever a firm is called, no line of the header is anybody's but ours: every value is one line
before the header is made, and what was made is read again and compared.
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from dashboard.errors import InputRefused

MAILTO_MOST = 1900  # characters: some mail programs take no longer address from a browser
SPECIALS = frozenset('()<>@,:;\\".[]=?')  # of address headers (RFC 5322) and encoded words
TOO_LONG = "The text is too long to transfer: copy it from Changeover and paste it here."


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. `to`: pairs of name and address. `calendar`: an iCalendar file's text."""

    to: tuple[tuple[str, str], ...]
    subject: str
    body: str
    calendar: str = ""

    @property
    def addresses(self) -> list[str]:
        """Where it goes."""
        return [address for _, address in self.to]

    @property
    def copy(self) -> str:
        """All of it as plain text, to be pasted into a mail program."""
        told = ", ".join(f"{name} <{address}>" if name else address for name, address in self.to)
        return f"To: {told}\nSubject: {self.subject}\n\n{self.body}"

    @property
    def mailto(self) -> str:
        """A link that opens it in a mail program (RFC 6068); without the text if that is long."""
        link = self._mailto(self.body)
        return link if len(link) <= MAILTO_MOST else self._mailto(TOO_LONG)

    def dumps(self) -> str:
        """It as text, to be kept."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> "Mail":
        """What `dumps` wrote."""
        kept = json.loads(text)
        return cls(**kept | {"to": tuple((name, address) for name, address in kept["to"])})

    def message(
        self, *, sender: tuple[str, str], message_id: str, at: datetime, reply_to: str = ""
    ) -> bytes:
        """The message as a mail server takes it. Raises InputRefused for an unfit address."""
        made = EmailMessage(policy=SMTP)
        try:
            made["From"] = _address(*sender)
            # Several names in one header are folded wrongly by the library: addresses will do.
            several = len(self.to) > 1
            made["To"] = [_address("" if several else name, to) for name, to in self.to]
            made["Subject"] = one_line(self.subject)
            made["Date"] = format_datetime(at)
            made["Message-ID"] = one_line(message_id)
            made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by a machine
            if reply_to:
                made["Reply-To"] = _address("", reply_to)
            made.set_content(plain_text(self.body), cte="quoted-printable")
            if self.calendar:
                _attach(made, self.calendar)
            data = made.as_bytes()
        except (MessageError, ValueError, LookupError, IndexError) as error:
            raise InputRefused(
                f"The message “{one_line(self.subject)}” cannot be created: {error}. Check and "
                "correct the addresses."
            ) from error
        _check(data, made, self)
        return data

    def _mailto(self, body: str) -> str:
        to = ",".join(quote(address, safe="@") for address in self.addresses)
        text = quote(plain_text(body).replace("\n", "\r\n"), safe="")
        return f"mailto:{to}?subject={quote(one_line(self.subject), safe='')}&body={text}"


def one_line(text: str) -> str:
    """The text in one line, without control characters."""
    return " ".join("".join(" " if _breaks(sign) else sign for sign in text).split())


def plain_text(text: str) -> str:
    """The text with ordinary line breaks and no other control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(" " if _breaks(sign) else sign for sign in line) for line in lines)


def _breaks(sign: str) -> bool:
    """Whether the sign is a control character, a line's end or half of another sign."""
    return unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")


def _address(name: str, address: str) -> Address:
    if one_line(address) != address or not address.isascii():
        raise ValueError(f"{address!r} is not an address that every mail server accepts")
    # Signs with a meaning in the header would have to be quoted, which goes wrong in long names.
    plain = one_line("".join(" " if sign in SPECIALS else sign for sign in name))
    return Address(display_name=plain, addr_spec=address)


def _attach(made: EmailMessage, calendar: str) -> None:
    [method] = [line for line in calendar.splitlines() if line.startswith("METHOD:")]
    made.add_attachment(
        calendar.encode(), maintype="text", subtype="calendar", filename="appointment.ics",
        params={"charset": "utf-8", "method": method.removeprefix("METHOD:")},
    )  # fmt: skip


def _check(data: bytes, made: EmailMessage, mail: Mail) -> None:
    """Read it as a receiver would: the same header fields, the same addressees, or InputRefused."""
    read = BytesParser(policy=SMTP).parsebytes(data)
    found: Sequence[str] = [item.addr_spec for item in read["To"].addresses]
    if read.keys() != made.keys() or list(found) != mail.addresses or read.defects:
        raise InputRefused(
            f"The message “{one_line(mail.subject)}” was not created: its header would be wrong. "
            "Check and correct the names and addresses in it."
        )
