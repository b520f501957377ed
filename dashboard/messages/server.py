"""The mail server: how it is reached, and one message told to it step by step.

The steps are taken one by one because it matters where a connection ends: until the line that
ends a message has been sent, the server has to forget it; after that, only its answer tells.
"""

import re
import smtplib
import ssl
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from email.utils import parseaddr
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from dashboard.errors import DashboardError, InputRefused
from dashboard.messages.mail import one_line
from dashboard.workflows import EMAIL, is_one_line

LONGEST_TIMEOUT = 60  # seconds; an attempt waits so long at most seven times
LONGEST_REASON = 200  # characters of a server's answer that are kept
ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
TAKEN = (250, 251)  # an addressee is taken; 251: and passed on to another server
GO_AHEAD = 354
# What a server would say again if it were asked again: it must not be asked again and again.
LASTING = (
    smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError,
)  # fmt: skip


class Security(StrEnum):
    """How the connection is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # only to this machine itself


class Unreachable(DashboardError):
    """The mail server cannot be spoken to; of no message was anything said.

    `is_lasting`: it would say the same again, as to a wrong password.
    """

    def __init__(self, message: str, *, is_lasting: bool) -> None:
        self.is_lasting = is_lasting
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and as whom mail is sent: `[smtp]` in secrets.toml.

    `sender` is "Name <address>" or an address; `authority` a file with the certificate of who
    vouches for the server, where that is not one of the public ones; `timeout` in seconds.
    """

    host: str
    sender: str
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20
    authority: str = ""

    def __post_init__(self) -> None:
        """Check everything; InputRefused says which setting is wrong."""
        if not self.host or not is_one_line(self.host) or not self.host.isascii():
            raise InputRefused(_wrong("host", self.host, "Enter the mail server."))
        if not 0 < self.port < 65536:
            raise InputRefused(_wrong("port", self.port, "Common ports are 587 and 465."))
        if not 0 < self.timeout <= LONGEST_TIMEOUT:
            most = f"Enter seconds, more than 0 and at most {LONGEST_TIMEOUT}."
            raise InputRefused(_wrong("timeout", self.timeout, most))
        if not EMAIL.fullmatch(self.address) or not is_one_line(self.sender):
            how = "Write it as Changeover <changeover@firm.com>."
            raise InputRefused(_wrong("sender", self.sender, how))
        if self.authority and not Path(self.authority).is_file():
            raise InputRefused(_wrong("authority", self.authority, "The file does not exist."))
        if self.security is Security.NONE and not _is_this_machine(self.host):
            why = "Without TLS, only a server on this machine can be used. Choose starttls or tls."
            raise InputRefused(_wrong("security", "none", why))
        if self.security is Security.NONE and self.user:
            why = "Passwords are not sent without TLS. Choose starttls or tls, or leave out user."
            raise InputRefused(_wrong("security", "none", why))

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "MailServer":
        """From `[smtp]` as a secrets file has it; InputRefused for what is not as it must be."""
        known = {item.name: type(item.default) for item in fields(cls)}
        for key, value in table.items():
            if key not in known:
                raise InputRefused(
                    _wrong(key, "…", f"Unknown setting. Use one of {', '.join(known)}.")
                )
            is_number = known[key] in (int, float)
            if isinstance(value, bool) or not isinstance(value, int | float if is_number else str):
                kind = "a number" if is_number else "a text"
                raise InputRefused(_wrong(key, "…", f"It must be {kind}."))
        for key in ("host", "sender"):
            if key not in table:
                raise InputRefused(_wrong(key, "", "It is missing."))
        try:
            security = Security(table.get("security", Security.STARTTLS))
        except ValueError as error:
            ways = ", ".join(Security)
            raise InputRefused(_wrong("security", table["security"], f"Choose {ways}.")) from error
        return cls(**{**table, "security": security})

    @property
    def address(self) -> str:
        """The sender's address alone."""
        return parseaddr(self.sender)[1]

    @property
    def name(self) -> str:
        """The sender's name; empty if only an address was given."""
        return parseaddr(self.sender)[0]

    @property
    def domain(self) -> str:
        """The part of the address that belongs to the department."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server made of a message: "sent", "later", "refused", or "unknown"."""

    what: str
    reason: str = ""
    refused: int = 0  # addresses not taken, where others were


@contextmanager
def connected(server: MailServer) -> Generator[smtplib.SMTP]:
    """A connection on which messages can be told, private and signed in; raises Unreachable."""
    try:
        smtp = _connect(server)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise Unreachable(
            f"The mail server {server.host}:{server.port} cannot be reached: {_told(error)}. "
            "Unsent messages are kept and sent later. If this continues, check [smtp] in "
            "secrets.toml.",
            is_lasting=isinstance(error, LASTING),
        ) from error
    try:
        yield smtp
    finally:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


def transmit(smtp: smtplib.SMTP, sender: str, addresses: Sequence[str], message: bytes) -> Answer:
    """Tell the server one message. With a temporary refusal of one addressee nobody gets it yet."""
    try:
        refusal = _envelope(smtp, sender, addresses)
        if isinstance(refusal, Answer):
            with suppress(smtplib.SMTPException, OSError):
                smtp.rset()
            return refusal
        smtp.send(_stuffed(message))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        smtp.close()
        return Answer("later", f"the connection ended before the message was sent: {_told(error)}")
    try:
        smtp.send(b".\r\n")
        code, text = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        return Answer("unknown", f"the connection ended before the answer: {_told(error)}")
    if code // 100 == 2:
        return Answer("sent", refused=refusal)
    answer = _refusal(code, text)
    # an answer that is none of the protocol's is no answer
    return answer if code // 100 in (4, 5) else replace(answer, what="unknown")


def _envelope(smtp: smtplib.SMTP, sender: str, addresses: Sequence[str]) -> Answer | int:
    """Say from whom and to whom: how many addresses are refused, or what ends the attempt."""
    code, text = smtp.mail(sender)
    if code != TAKEN[0]:
        return _refusal(code, text)
    refusals = [_refusal(*reply) for to in addresses if (reply := smtp.rcpt(to))[0] not in TAKEN]
    temporary = [refusal for refusal in refusals if refusal.what == "later"]
    if temporary or len(refusals) == len(addresses):
        return (temporary or refusals)[0]
    code, text = smtp.docmd("DATA")
    return len(refusals) if code == GO_AHEAD else _refusal(code, text)


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=server.authority or None)
    if server.security is Security.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, server.domain, timeout=server.timeout, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, server.domain, timeout=server.timeout)
    try:
        if server.security is Security.STARTTLS:
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _stuffed(message: bytes) -> bytes:
    """The message as the protocol has it, but for the line that ends it."""
    lines = message if message.endswith(b"\r\n") else message + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _refusal(code: int, text: bytes) -> Answer:
    reason = f"the mail server answered {code} {text.decode(errors='replace')}"
    return Answer("refused" if code // 100 == 5 else "later", kept_reason(reason))


def _told(error: Exception) -> str:
    """A library's error in one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
        return kept_reason(f"it answered {error.smtp_code} {text}")
    return kept_reason(str(error) or type(error).__name__)


def kept_reason(reason: str) -> str:
    """A reason as events may keep it: short, in one line, without anybody's address."""
    return ADDRESS.sub("(address)", one_line(reason))[:LONGEST_REASON]


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def _wrong(key: str, value: object, what: str) -> str:
    return f"No mail is sent: [smtp] {key} = {value!r} in secrets.toml is not valid. {what}"
