"""What the server is told and the code must not do, so that no stranger or markup gets in."""

import ast
import base64
import hashlib
import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import streamlit

from dashboard.settings import Settings
from dashboard.ui import sign_in
from tests.house import PAGES, PRODUCT, ROOT, offenders, parse

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
SCRIPTS = sorted((ROOT / "dashboard").rglob("*.js"))
STORE = ROOT / "dashboard" / "store"
SQL = re.compile(
    r"\b(SELECT\b.*\bFROM|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET|DROP\s+TABLE|COPY\s+\w+)\b",
    re.DOTALL,
)
TABLE_NAMES = re.compile(r"""f['"]([^{}]*\{(name|table|columns|marks)\})+[^{}]*['"]""")
RAW_HTML = {"html", "iframe", "write_stream"}
# What makes markup of a text, or code.
SINKS = re.compile(
    r"\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function"
    r"|setHTMLUnsafe"
)


def test_the_server_protects_against_other_sites_and_serves_no_files():
    assert CONFIG["server"]["enableXsrfProtection"] is True
    assert CONFIG["server"]["enableCORS"] is True
    assert CONFIG["server"]["enableStaticServing"] is False
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["server"]["maxUploadSize"] == 50
    assert "corsAllowedOrigins" not in CONFIG["server"]
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["disableDataExport"] is True
    assert CONFIG["runner"]["magicEnabled"] is False
    assert CONFIG["browser"]["gatherUsageStats"] is False


@pytest.mark.parametrize("sample", ["nginx.conf", "Caddyfile"])
def test_the_proxies_limit_bodies_everywhere_and_how_much_there_is_at_once(sample: str):
    text = (ROOT / "docs/proxy" / sample).read_text("utf-8")
    limits = {
        "nginx.conf": ["client_max_body_size 64k;", "limit_req zone=", "limit_conn changeover"],
        "Caddyfile": ["max_size 64KB", "max_conns_per_host", "read_header"],
    }

    assert [limit for limit in limits[sample] if limit not in text] == []


def test_the_proxies_take_a_little_more_than_the_server_so_that_its_own_message_is_seen():
    most = CONFIG["server"]["maxUploadSize"] + 1

    assert f"client_max_body_size {most}m;" in (ROOT / "docs/proxy/nginx.conf").read_text("utf-8")
    assert f"max_size {most}MB" in (ROOT / "docs/proxy/Caddyfile").read_text("utf-8")


@pytest.mark.parametrize("sample", ["nginx.conf", "Caddyfile"])
def test_the_proxies_policy_allows_the_one_script_of_streamlits_page_and_no_other(sample: str):
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    [script] = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    text = (ROOT / "docs" / "proxy" / sample).read_text("utf-8")
    [allowed] = re.findall("script-src ([^;]*);", text)

    assert allowed.split() == ["'self'", f"'sha256-{digest}'", "blob:"]


def test_a_session_lasts_twelve_hours_unless_it_is_set_otherwise():
    session = timedelta(hours=Settings().session_hours)

    assert session == timedelta(hours=12)
    assert sign_in.has_expired(0, session)
    assert sign_in.has_expired(None, session)  # a token that does not say when it was issued
    assert sign_in.has_expired("1e99", session)


def test_sql_is_not_put_together_from_texts():
    """Values are parameters everywhere; only the store puts in names: of its tables and columns."""

    def pieced(path: Path) -> list[tuple[int, str]]:
        found = [(line, text) for line, text in pieced_texts(path) if SQL.search(text)]
        if path.is_relative_to(STORE):
            found = [(line, text) for line, text in found if not TABLE_NAMES.fullmatch(text)]
        return found

    assert offenders([*PRODUCT, *PAGES], pieced) == {}


def test_no_page_makes_html_of_a_text_that_somebody_typed():
    assert offenders([*PRODUCT, *PAGES], lambda path: list(raw_html(path))) == {}


def test_no_component_makes_markup_or_code_of_a_text():
    assert offenders(SCRIPTS, lambda path: SINKS.findall(path.read_text("utf-8"))) == {}


def test_what_would_make_markup_is_seen():
    assert SINKS.search("node.innerHTML = data.firm")
    assert SQL.search("SELECT * FROM cases WHERE id = ")


def test_there_are_components_to_look_at():
    assert SCRIPTS != []


def raw_html(path: Path) -> Iterator[int]:
    """The lines that hand on text as HTML, but for a constant of ours."""
    for node in ast.walk(parse(path)):
        if not isinstance(node, ast.Call):
            continue
        if any(word.arg == "unsafe_allow_html" for word in node.keywords):
            yield node.lineno
        is_raw = isinstance(node.func, ast.Attribute) and node.func.attr in RAW_HTML
        if is_raw and ast.unparse(node.func).startswith(("st.", "streamlit.", "components.")):
            [given] = node.args
            if not (isinstance(given, ast.Name) and given.id.isupper()):
                yield node.lineno


def pieced_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text that is put together from parts, with its line: f-strings, +, %, format."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.JoinedStr) and any(
            isinstance(part, ast.FormattedValue) for part in node.values
        ):
            yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            texts = [part for part in (node.left, node.right) if isinstance(part, ast.Constant)]
            if any(isinstance(part.value, str) for part in texts):
                yield node.lineno, ast.unparse(node)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "format"
        ):
            yield node.lineno, ast.unparse(node.func.value)
