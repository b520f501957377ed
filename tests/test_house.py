"""House rules that no linter holds."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.store.queries import names, read_query

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "pages").glob("*.py"))
PRODUCT = sorted((ROOT / "dashboard").rglob("*.py"))
QUERIES = sorted((ROOT / "queries").glob("*.sql"))
ALL_SQL = sorted((ROOT / "queries").rglob("*.sql"))
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]

PAGE_LINES = 60
MODULE_LINES = 300
FUNCTION_LINES = 40

# Where time and chance come in, and why there.
MAY_ASK_THE_CLOCK = {
    "dashboard/__main__.py": "a command line runs now",
    "dashboard/verbs/": "the command line's verbs, in whichever process they run",
    "dashboard/relay.py": "waits for the process that holds the log",
    "dashboard/ui/": "a visitor clicks now",
}
CLOCK = re.compile(
    r"(datetime|date|Timestamp)\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime)"
    r"|uuid\.uuid[14]|uuid[14]|os\.urandom|urandom|secrets\..*"
    r"|random\.(?!Random$|Generator$|default_rng$|SeedSequence$).*"
)
SEEDED = re.compile(r"(random\.)?Random|(np\.|numpy\.)?(random\.)?(default_rng|SeedSequence)")
SQL_CLOCK = re.compile(
    r"\b(now|today|random|uuid|uuidv4|uuidv7|gen_random_uuid|setseed|get_current_timestamp|"
    r"get_current_time|transaction_timestamp|current_localtimestamp|current_localtime)\s*\("
    r"|\bcurrent_(date|time|timestamp)\b",
    re.IGNORECASE,
)
# Put together from parts, so that this file does not find itself.
FOREIGN = ("/work" + "/", "/root" + "/", "/tmp" + "/w")
MACHINE_PATHS = re.compile("|".join(rf"(?<![\w.~]){start}" for start in FOREIGN))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def at_the_edge(path: Path) -> bool:
    return name(path).startswith(tuple(MAY_ASK_THE_CLOCK))


# --- Pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_is_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= PAGE_LINES


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_defines_nothing(path):
    defined = [
        ast.unparse(node).partition("\n")[0]
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        or (isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Lambda))
    ]

    assert defined == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_knows_only_streamlit_and_the_dashboard(path):
    strangers = {module.partition(".")[0] for module in imported(parse(path))}

    assert strangers <= {"streamlit", "dashboard"}


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_begins_with_the_guard(path):
    # Streamlit may run the file directly, without the entry point and so without its sign-in.
    first = next(
        node for node in parse(path).body[1:] if not isinstance(node, ast.Import | ast.ImportFrom)
    )

    assert re.match(r"(page = |with )?ui\.open_page\(", ast.unparse(first))


# --- Modules ---------------------------------------------------------------------------------


def test_the_readme_draws_the_floors_that_are_held():
    [held] = [
        contract["layers"]
        for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
            "importlinter"
        ]["contracts"]
        if contract["type"] == "layers"
    ]
    drawing = (ROOT / "README.md").read_text("utf-8").partition("```\nstreamlit_app.py")[2]
    floors = drawing.partition("\n\n")[0].splitlines()[1:]
    drawn = [set(re.split(r"\s{2,}", line)[0].split(" · ")) for line in floors]

    assert drawn == [set(re.findall(r"\w+", layer)) for layer in held]


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_a_module_can_be_read_in_one_sitting(path):
    assert len(path.read_text("utf-8").splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_a_function_fits_on_a_screen(path):
    long = {
        node.name: lines
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    }

    assert long == {}


@pytest.mark.parametrize("path", [path for path in PRODUCT if not at_the_edge(path)], ids=name)
def test_time_and_chance_are_arguments_below_the_edges(path):
    assert list(clock_readings(parse(path))) == []


def test_reading_the_clock_or_drawing_lots_is_seen():
    source = """
datetime.now(UTC), dt.datetime.now(), date.today(), pd.Timestamp.now(), time.time()
uuid.uuid4(), uuid4(), secrets.token_hex(8), random.random(), np.random.normal()
random.Random(), np.random.default_rng()
field(default_factory=uuid4)
random.Random(seed), np.random.default_rng(seed), uuid.uuid5(space, text), time.monotonic()
rng.random(), case.opened.date(), at.time()
from time import time
"""

    readings = sorted(line for line, _ in clock_readings(ast.parse(source)))

    assert readings == [2] * 5 + [3] * 5 + [4] * 2 + [5, 8]


# --- Queries ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_a_query_says_what_it_gives(path):
    text = path.read_text("utf-8")
    labels = re.findall(r"^-- (grain|params|columns|order):", text, re.MULTILINE)

    assert read_query(path.stem).about
    assert labels == ["grain", "params", "columns", "order"]


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_a_query_names_each_parameter_with_its_type_and_default(path):
    used = set(re.findall(r"\$(\w+)", statement(path)))

    declared = read_query(path.stem).parameters

    assert set(declared) == used
    assert all(parameter.type and parameter.default for parameter in declared.values())


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_a_query_names_its_columns_at_the_top_level(path):
    top = top_level(statement(path))

    assert not re.search(r"\bSELECT\s+(DISTINCT\s+)?(\w+\.)?\*", top)


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_a_query_ends_in_the_order_that_it_names(path):
    header = re.search(r"^-- order:\s*(.+(?:\n--\s{2,}.+)*)", path.read_text("utf-8"), re.MULTILINE)

    _, keyword, order = top_level(statement(path)).rpartition("ORDER BY")

    assert header
    assert keyword
    assert words(header[1].replace("\n--", " ")) == words(re.split(r"\bLIMIT\b", order)[0])


@pytest.mark.parametrize("path", ALL_SQL, ids=name)
def test_no_sql_reads_the_clock_or_draws_lots(path):
    assert not SQL_CLOCK.search(statement(path))


def test_each_figure_has_its_file_and_each_file_its_figure():
    assert names() == [path.stem for path in QUERIES]


# --- The repository --------------------------------------------------------------------------


@pytest.mark.parametrize("path", REQUIREMENTS, ids=name)
def test_every_requirement_is_pinned_with_a_hash_and_comes_from_no_address(path):
    text = path.read_text("utf-8")
    requirements = re.findall(r"^\w.*(?:\n {4}--hash.*)*", text, re.MULTILINE)

    assert requirements
    assert [one for one in requirements if "--hash=sha256:" not in one or "==" not in one] == []
    assert "://" not in text


def test_no_file_knows_the_machine_it_was_written_on():
    marks = [f"{name(path)}: {mark}" for path in repository() for mark in machine_paths(path)]

    assert marks == []


def test_streamlit_knows_every_option_that_is_set():
    from streamlit import config  # slow to import, and only this test needs it

    text = (ROOT / ".streamlit" / "config.toml").read_text("utf-8")
    known = config.get_config_options()

    assert [option for option in options(tomllib.loads(text)) if option not in known] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_themes_colours_stand_in_the_order_of_the_tokens(scheme):
    from dashboard import charts  # builds every chart: only this test has to wait for it

    theme = THEME[scheme]

    colours = dict(zip(charts.TOKENS, theme["chartCategoricalColors"], strict=True))

    # The tokens that the theme also names otherwise; the parties' colours have no other home.
    assert {token: colours[token] for token in ("on time", "at risk", "late", "done")} == {
        "on time": theme["greenColor"],
        "at risk": theme["orangeColor"],
        "late": theme["redColor"],
        "done": theme["grayColor"],
    }
    assert colours["accent"] == theme["blueColor"]
    assert colours["ink"] == theme["textColor"]
    assert colours["muted"] == theme["dataframeHeaderTextColor"]
    assert colours["line"] == theme["borderColor"]
    assert colours["paper"] == theme["backgroundColor"]
    assert len(set(colours.values())) == len(colours)


# --- Readers ---------------------------------------------------------------------------------


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def clock_readings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of each use of a clock or of unseeded chance."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute() | ast.Name():
                text = ast.unparse(node)
                if CLOCK.fullmatch(".".join(text.split(".")[-2:])):
                    yield node.lineno, text
            case ast.Call(args=[], keywords=[]):
                if SEEDED.fullmatch(text := ast.unparse(node.func)):
                    yield node.lineno, f"{text}()"
            case ast.ImportFrom(module=("random" | "secrets" | "time") as module):
                yield from ((node.lineno, module) for one in node.names if one.name != "sleep")


def statement(path: Path) -> str:
    """The file's SQL without comments."""
    return re.sub(r"--.*", "", path.read_text("utf-8"))


def top_level(sql: str) -> str:
    """The SQL without anything in parentheses."""
    while sql != (sql := re.sub(r"\([^()]*\)", "", sql)):
        pass
    return sql


def words(text: str) -> str:
    return " ".join(text.strip().rstrip(";").split())


def repository() -> Iterator[Path]:
    """Every file that is, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (ROOT / line for line in listed.stdout.split("\0") if line)
    yield from (path for path in paths if path.is_file())


def machine_paths(path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8", errors="ignore")
    return [found[0] for found in MACHINE_PATHS.finditer(text)]


def options(table: dict[str, object], above: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from options(value, f"{above}{key}.")
        else:
            yield above + key
