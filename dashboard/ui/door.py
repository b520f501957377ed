"""What stands before Streamlit's own routes: uploads, made files, cookies, and who signed in.

Streamlit gives a made file to whoever has its address, takes uploads for every open window, and its
sign-in cookies last for a month. Here each request is asked whose it is: of which browser, and with
sign-in of which person, who must still have session and role: the same as then.
"""

from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from pathlib import PurePosixPath
from typing import Any, TypeVar

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from streamlit import runtime
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import _calculate_file_id
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.starlette.starlette_server_config import (
    AUTH_COOKIE_MAX_AGE_SECONDS,
    USER_COOKIE_NAME,
)

from dashboard import clock, journal
from dashboard.errors import LogRefused, NotAllowed
from dashboard.people import Person
from dashboard.ui import guard, handle, reconnecting, sign_in, visitor
from dashboard.ui.reconnecting import Message, Receive

MEDIA, UPLOAD, CALLBACK, LOGOUT = (
    "/media/",
    "/_stcore/upload_file/",
    "/oauth2callback",
    "/auth/logout",
)
# In one window at once; a sheet takes one file, and the next one another before the first is gone.
MOST_FILES, MOST_BYTES = 4, 100 * 1024 * 1024
MOST_KNOWN = 10_000  # files and windows whose owner is known; the oldest are forgotten
FORBIDDEN, TOO_LARGE, TOO_MANY, NOT_NOW = 403, 413, 429, 503
MOST_WINDOWS, TRY_LATER = 300, 1013
MONTH = f"Max-Age={AUTH_COOKIE_MAX_AGE_SECONDS}"
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Whose:
    """A browser, and with sign-in who uses it: the e-mail address, and what that person may."""

    browser: str
    address: str = ""
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request is not passed on: the status and the words of the answer."""

    status: int
    words: str


FILES: OrderedDict[str, frozenset[Whose]] = OrderedDict()  # by Streamlit's name of a made file
WINDOWS: OrderedDict[str, Whose] = OrderedDict()  # that were shown where to upload, by session
OPEN: Counter[str] = Counter()  # windows by the address that they are opened from
BUSY: set[str] = set()  # sessions of which a file comes in


def own(make: Callable[[], str | bytes], kind: str, name: str) -> Callable[[], str | bytes]:
    """What makes a download of that media type and name, for no other visitor than this one."""
    whose, claims = _here(), st.user.to_dict()

    def made() -> str | bytes:
        # The page may be open for long, and its visitor gone: nothing is made for nobody.
        if guard.SET_UP.is_set() and sign_in.standing(claims) != whose.person:
            raise NotAllowed("The file was not created: your role has changed. Reload the page.")
        content = make()
        data = content.encode() if isinstance(content, str) else content
        key = _calculate_file_id(data, kind, name)
        _remember(FILES, key, FILES.get(key, frozenset()) | {whose})
        return content

    return made


def expect_upload() -> None:
    """Take files of this window from now on: it shows where to upload them."""
    if context := get_script_run_ctx():
        _remember(WINDOWS, context.session_id, _here())


def whose(cookies: Mapping[str, str]) -> Whose | None:
    """Whose request this is by its cookies; None if of nobody who may be here."""
    browser, is_set_up = visitor.browser_of(cookies), guard.is_set_up()
    if not browser or is_set_up is None or (guard.SET_UP.is_set() and not is_set_up):
        return None
    if not is_set_up:
        return Whose(browser)
    claims = sign_in.claims_of(cookies)
    person = sign_in.standing(claims)
    return Whose(browser, sign_in.address_of(claims), person) if person else None


def address(cookies: Mapping[str, str]) -> str:
    """Who signed in there; empty for nobody."""
    return sign_in.address_of(sign_in.claims_of(cookies))


def is_known() -> bool:
    """Whether it is known now whose session has been ended: the log can be had, all of it."""
    try:
        return not handle.held(handle.log_place()).store.behind()
    except LogRefused:
        return False


class Door:
    """The application with this before it."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one connection: refuse it, or pass it on with its cookies put right."""
        if scope["type"] == "websocket":
            await self._open(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, cookies = _path(scope), HTTPConnection(scope).cookies
        if refused := refusal(path, scope, cookies):
            journal.note("door.refuse", address(cookies), refused.words)
            await PlainTextResponse(refused.words, refused.status)(scope, receive, send)
            return
        if path == LOGOUT:
            sign_in.has_left(sign_in.claims_of(cookies))
        coming = path.removeprefix(UPLOAD).partition("/")[0] if _is_upload(path, scope) else ""
        if coming:
            BUSY.add(coming)
        try:
            await self._app(scope, receive, _mended(path, scope, send))
        finally:
            BUSY.discard(coming)

    async def _open(self, scope: Message, receive: Receive, send: Send) -> None:
        """Open a window, unless too many are open from the same address."""
        address = (scope.get("client") or ("",))[0]
        if OPEN[address] >= MOST_WINDOWS:
            journal.note("door.open", "", "too many windows")
            await send({"type": "websocket.close", "code": TRY_LATER})
            return
        OPEN[address] += 1
        try:
            await self._app(scope, reconnecting.whole_at_first(receive), send)
        finally:
            OPEN[address] -= 1
            if not OPEN[address]:
                del OPEN[address]


def refusal(path: str, scope: Message, cookies: Mapping[str, str]) -> Refused | None:
    """Why this request is not passed on; None if it is."""
    if scope["method"] == "OPTIONS":
        return None
    if path.startswith(MEDIA):
        if not _is_download(path):
            return None
        if not is_known():
            return Refused(NOT_NOW, "The log is not available right now. Try again in a moment.")
        is_theirs = whose(cookies) in FILES.get(_file_of(path), ())
        return None if is_theirs else Refused(FORBIDDEN, "This file was created for someone else.")
    if not path.startswith(UPLOAD):
        return None
    window = path.removeprefix(UPLOAD).partition("/")[0]
    expected = WINDOWS.get(window)
    if expected is None or whose(cookies) != expected:
        return Refused(FORBIDDEN, "This page does not expect a file.")
    return _over_limits(window, scope) if _is_upload(path, scope) else None


def _over_limits(window: str, scope: Message) -> Refused | None:
    """Why a window may not send this file, too."""
    store = runtime.get_instance().uploaded_file_mgr
    held: Mapping[str, Any] = getattr(store, "file_storage", {}).get(window, {})
    if window in BUSY or len(held) >= MOST_FILES:
        return Refused(TOO_MANY, "Upload one file at a time. Reload the page and try again.")
    said = HTTPConnection(scope).headers.get("content-length", "")
    # without a length it may be as long as the longest
    most = int(said) if said.isdecimal() else st.get_option("server.maxUploadSize") * 1024 * 1024
    if sum(len(one.data) for one in held.values()) + most > MOST_BYTES:
        return Refused(TOO_LARGE, "That is too much at once. Reload the page and try again.")
    return None


def _mended(path: str, scope: Message, send: Send) -> Send:
    """Sends on what the application answers, with its cookies put right."""

    async def mended(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message.get("headers", [])
            set_here = _cookies_of(headers)
            claims = sign_in.claims_of(set_here) if path == CALLBACK else {}
            if path == CALLBACK:
                _note_sign_in(claims)
            secure, left = _is_secure(scope), _seconds_left(claims)
            message["headers"] = [
                (name, _cookie(value, secure, left) if name.lower() == b"set-cookie" else value)
                for name, value in headers
            ]
        await send(message)

    return mended


def _note_sign_in(claims: Mapping[str, Any]) -> None:
    person = sign_in.person_behind(claims) if claims else None
    outcome = "done" if person else "no role" if claims else "refused"
    journal.note("door.sign_in", person.actor if person else sign_in.address_of(claims), outcome)


def _cookie(value: bytes, secure: bool, left: int) -> bytes:
    """A cookie that is sent through TLS alone, and that ends with the session."""
    text = value.decode("latin-1")
    if text.startswith(USER_COOKIE_NAME):
        text = text.replace(MONTH, f"Max-Age={left}")
    if secure and "; secure" not in text.lower():
        text += "; Secure"
    return text.encode("latin-1")


def _seconds_left(claims: Mapping[str, Any]) -> int:
    issued, longest = claims.get("iat"), sign_in.session()
    if not isinstance(issued, int | float) or sign_in.has_expired(issued, longest):
        return 0
    until = datetime.fromtimestamp(issued, UTC) + longest
    return max(0, int((until - clock.issuers_now()).total_seconds()))


def _is_secure(scope: Message) -> bool:
    """Whether visitors come through TLS: by this connection, or as sign-in is set up."""
    if scope.get("scheme") == "https":
        return True
    auth = st.secrets.get("auth") if guard.is_set_up() else None
    return isinstance(auth, Mapping) and str(auth.get("redirect_uri", "")).startswith("https:")


def _cookies_of(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """What an answer sets, by name."""
    found = SimpleCookie()
    for name, value in headers:
        if name.lower() == b"set-cookie":
            try:
                found.load(value.decode("latin-1"))
            except CookieError:
                continue
    return {name: morsel.value for name, morsel in found.items()}


def _path(scope: Message) -> str:
    """The path below the one under which the application is served."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    path = str(scope["path"])
    return path.removeprefix(f"/{base}") if base else path


def _is_upload(path: str, scope: Message) -> bool:
    return path.startswith(UPLOAD) and scope["method"] == "PUT"


def _is_download(path: str) -> bool:
    """Whether the file is one that somebody had made; the icon of the pages is none."""
    file = runtime.get_instance().media_file_mgr.read_file(_file_of(path))
    return file is not None and file.kind is MediaFileKind.DOWNLOADABLE


def _file_of(path: str) -> str:
    return str(PurePosixPath(path.removeprefix(MEDIA)).with_suffix(""))


def _here() -> Whose:
    """Who sees the page that is drawn."""
    if not guard.has_sign_in():
        return Whose(visitor.browser())
    address = sign_in.address_of(st.user.to_dict())
    return Whose(visitor.browser(), address, guard.standing())


def _remember(known: OrderedDict[str, K], key: str, value: K) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > MOST_KNOWN:
        known.popitem(last=False)
