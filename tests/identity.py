"""An OpenID provider to sign in at, the secrets that name it, and a session that is older."""

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Route
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    decode_signed_value,
)

from tests.live import free_port
from tests.screen import Screen

COOKIE, COOKIE_SECRET = "_streamlit_user", "a long text that only these tests know"
PEOPLE = {
    "vera@example.com": ("Vera Viewer", "viewer"),
    "carl@example.com": ("Carl Moreno", ["CS representative"]),
    "lena@example.com": ("Lena Lindqvist", "lead"),
    "adam@example.com": ("Adam Admin", "admin"),
}
START_SECONDS = 30


def claims(email: str, name: str) -> dict[str, object]:
    """What the provider says of somebody."""
    return {"sub": email, "email": email, "email_verified": True, "name": name}


@contextmanager
def provider() -> Generator[str]:
    """Run the provider and give its address. Everybody can sign in there, by e-mail address."""
    port = free_port()
    known = [
        f"--user-claims={json.dumps(claims(email, name))}" for email, (name, _) in PEOPLE.items()
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *known],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://localhost:{port}"  # OAuth allows plain HTTP by this name only
        wait_for(f"{address}/.well-known/openid-configuration")
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except (URLError, TimeoutError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def write_secrets(folder: Path, provider: str) -> str:
    """Secrets by which a server knows the provider and everybody's role; gives their path."""
    roles = (f"{json.dumps(email)} = {json.dumps(role)}" for email, (_, role) in PEOPLE.items())
    lines = [
        "[auth]",
        'redirect_uri = "http://127.0.0.1:{port}/oauth2callback"',
        f'cookie_secret = "{COOKIE_SECRET}"',
        'client_id = "changeover"',
        'client_secret = "any"',
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"',
        "[roles]",
        *roles,
    ]
    path = folder / "secrets.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def sign_in(screen: Screen, email: str) -> Screen:
    """From the page that asks for it through the provider's form back to the application."""
    # the provider's form asks for a style sheet from outside
    screen.page.context.route(re.compile("^https://(?!localhost)"), nothing)
    screen.page.get_by_role("button", name="Sign in", exact=True).click()
    screen.page.get_by_placeholder("sub").fill(email)
    screen.page.get_by_role("button", name="Authorize", exact=True).click()
    screen.page.wait_for_url(f"{screen.address}/**")
    screen.page.locator("h1").first.wait_for()
    return screen.settle()


def nothing(route: Route) -> None:
    route.fulfill(status=200, content_type="text/css", body="")


def age(screen: Screen, seconds: int) -> None:
    """Make the visitor's sign-in older than it is. Takes effect when a page is opened."""
    [cookie] = [one for one in screen.page.context.cookies() if one.get("name") == COOKIE]
    signed = cookie.get("value", "").strip('"').encode("latin-1")
    claims = json.loads(decode_signed_value(COOKIE_SECRET, COOKIE, signed) or b"{}")
    claims["iat"] -= seconds
    older = create_signed_value(COOKIE_SECRET, COOKIE, json.dumps(claims)).decode("utf-8")
    screen.page.context.add_cookies(
        [{"name": COOKIE, "value": older, "url": screen.address, "httpOnly": True}]
    )
