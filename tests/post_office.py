"""A mail server of flesh and blood: it refuses, dawdles and hangs up where a test asks it to."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from dashboard.messages.server import MailServer, Security

HOST = "127.0.0.1"
DAWDLES = 0.4  # seconds
SENDER = "Changeover <changeover@dept.example>"
USER, PASSWORD = "changeover", "correct horse"
MOST = 10_000


@dataclass
class PostOffice:
    """What it got, and how it is minded: by stage, one mood for each time the stage is reached.

    Stages: EHLO STARTTLS MAIL RCPT DATA BODY DOT. A mood is "drop", "delay", "ok" or a reply. At
    BODY and DOT the message has begun and has ended; DOT drops after it was taken. `at_stage`: what
    else happens when a stage is reached.
    """

    port: int = 0
    authority: str = ""
    moods: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    envelopes: list[Envelope] = field(default_factory=list[Envelope])
    said: list[str] = field(default_factory=list[str])
    at_stage: dict[str, Callable[[], object]] = field(default_factory=dict[str, Any])

    @property
    def mails(self) -> list[EmailMessage]:
        """The messages taken, read by another program than the one that wrote them."""
        parser = BytesParser(policy=default)
        return [parser.parsebytes(item.original_content or b"") for item in self.envelopes]

    def server(self, **changes: Any) -> MailServer:
        """How it is reached."""
        known: dict[str, Any] = {
            "host": HOST, "port": self.port, "sender": SENDER, "timeout": 5,
            "security": Security.NONE,
        }  # fmt: skip
        return MailServer(**(known | changes))

    def next_mood(self, stage: str) -> str:
        """How it is minded this time."""
        self.said.append(stage)
        if stage in self.at_stage:
            self.at_stage[stage]()
        moods = self.moods.get(stage, [])
        return moods.pop(0) if moods else "ok"


class Clerk(SMTP):
    """Serves one connection, as the office is minded."""

    def __init__(self, office: PostOffice, **how: Any) -> None:
        super().__init__(_Handler(office), hostname="mail.example", command_call_limit=MOST, **how)
        self.office = office

    async def _is_done(self, stage: str) -> bool:
        mood = self.office.next_mood(stage)
        if mood == "ok":
            return False
        if mood == "drop":
            self.hang_up()
            return True
        if mood == "delay":
            await asyncio.sleep(DAWDLES)
            return False
        await self.push(mood)
        return True

    def hang_up(self) -> None:
        """End the connection without a word."""
        transport: Any = self.transport
        if transport is not None:
            transport.abort()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - the library's name
        if not await self._is_done("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        if not await self._is_done("STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        if not await self._is_done("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        if not await self._is_done("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if await self._is_done("DATA"):
            return
        if self.office.moods.get("BODY"):
            await self.push("354 go ahead")
            await self._is_done("BODY")
            return
        await super().smtp_DATA(arg)


class _Handler:
    """Takes messages for the office."""

    def __init__(self, office: PostOffice) -> None:
        self.office = office

    async def handle_DATA(self, server: Clerk, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mood = self.office.next_mood("DOT")
        if mood in ("ok", "drop", "delay"):
            self.office.envelopes.append(envelope)
        if mood == "drop":
            server.hang_up()
        if mood == "delay":
            await asyncio.sleep(DAWDLES)
        return "250 taken" if mood in ("ok", "drop", "delay") else mood


@contextmanager
def post_office(
    folder: Path, *, starttls: bool = False, tls: bool = False, password: bool = False
) -> Generator[PostOffice]:
    """An office that is open for the length of the block, on a thread of its own."""
    office, loop, is_open = PostOffice(), asyncio.new_event_loop(), threading.Event()
    context = _certified(office, folder) if starttls or tls else None
    how: dict[str, Any] = {"tls_context": context if starttls else None}
    if password:
        how |= {"auth_required": True, "authenticator": _authenticate}
        how |= {"auth_require_tls": starttls}

    async def serve() -> None:
        server = await loop.create_server(
            lambda: Clerk(office, **how), HOST, 0, ssl=context if tls else None
        )
        office.port = server.sockets[0].getsockname()[1]
        is_open.set()
        with contextlib.suppress(asyncio.CancelledError):
            await server.serve_forever()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    is_open.wait()
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def _certified(office: PostOffice, folder: Path) -> ssl.SSLContext:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    office.authority = str(folder / "authority.pem")
    authority.cert_pem.write_to_path(office.authority)
    return context


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == known, handled=False)
