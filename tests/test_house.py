"""House rules that no linter holds."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from dashboard import charts, errors
from dashboard.store.queries import names, read_query
from tests.house import PAGES, PRODUCT, PYTHON, ROOT, name, offenders, parse
from tests.sort_keys import SortKeys

QUERIES = sorted((ROOT / "queries").glob("*.sql"))
ALL_SQL = sorted((ROOT / "queries").rglob("*.sql"))
SCHEMA = ROOT / "queries" / "model" / "schema.sql"
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]

PAGE_LINES = 60
MODULE_LINES = 300
FUNCTION_LINES = 40
HEADER = ["grain", "params", "columns", "order"]  # of a query, below what it is

# What is told in a text with named places; the others make their text themselves.
SENTENCES = {"Sentence"} | {
    kind.__name__
    for kind in vars(errors).values()
    if isinstance(kind, type) and kind.__init__ is errors.DashboardError.__init__
}

# Where time and chance come in, and why there.
READS_THE_CLOCK = "dashboard/clock.py"
# They put the suite's in its place.
SHIFT_THE_CLOCK = ("tests/moments.py", "tests/child/sitecustomize.py")
MAY_ASK_THE_CLOCK = {
    "dashboard/cli/": "a command line runs now, in whichever process",
    "dashboard/ui/": "a visitor clicks now",
}
DAY_LENGTHS_HOME = "dashboard/settings.py"  # how long a business day is, as first set
CLOCK = re.compile(
    r"(datetime|date|Timestamp|clock)\.(now|issuers_now|utcnow|today)"
    r"|time\.(time|time_ns|localtime|gmtime)|uuid\.uuid[14]|uuid[14]|os\.urandom|urandom|secrets\..*"
    r"|random\.(?!Random$|Generator$|default_rng$|SeedSequence$).*"
)
WALL_CLOCK = re.compile(r"(\w+\.)*(datetime|date|Timestamp|time)\.\w+")
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


def at_the_edge(path: Path) -> bool:
    return name(path).startswith(tuple(MAY_ASK_THE_CLOCK))


# --- Pages -----------------------------------------------------------------------------------


def test_a_page_is_short():
    assert offenders(PAGES, lambda path: lines(path) > PAGE_LINES) == {}


def test_a_page_defines_nothing():
    def defined(path: Path) -> list[str]:
        return [
            ast.unparse(node).partition("\n")[0]
            for node in ast.walk(parse(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            or (isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Lambda))
        ]

    assert offenders(PAGES, defined) == {}


def test_a_page_knows_only_streamlit_and_the_dashboard():
    def strangers(path: Path) -> set[str]:
        known = {module.partition(".")[0] for module in imported(parse(path))}
        return known - {"streamlit", "dashboard"}

    assert offenders(PAGES, strangers) == {}


def test_a_page_begins_with_the_guard():
    # Streamlit may run the file directly, without the entry point and so without its sign-in.
    def begins_otherwise(path: Path) -> str:
        first = ast.unparse(
            next(
                node
                for node in parse(path).body[1:]
                if not isinstance(node, ast.Import | ast.ImportFrom)
            )
        )
        return "" if re.match(r"(page = |with )?ui\.open_page\(", first) else first

    assert offenders(PAGES, begins_otherwise) == {}


# --- Who acts ---------------------------------------------------------------------------------

GUARD, PRESS = "dashboard/ui/guard.py", "dashboard/ui/press.py"
ASKING = re.compile(r"guard\.asking\(.*\)( if .* else guard\.asking\(.*\))?", re.DOTALL)
COMMAND = re.compile(r"commands\.[a-z_]+|reports\.issue|send_one")
MAY_OPEN_THE_LOG = {
    "dashboard/ui/handle.py": "has it",
    "dashboard/ui/acting.py": "the one desk for commands, which asks",
    "dashboard/ui/sign_in.py": "what is set for sessions",
    "dashboard/ui/door.py": "whether it can be had",
    "dashboard/ui/serving.py": "opens it before the first visitor",
    "dashboard/ui/fresh.py": "how far it is; says nothing of it",
    "dashboard/ui/navigation.py": "tells a machine whether pages can be drawn",
    "dashboard/ui/unfinished.py": "the drafts beside it, each its owner's",
    "dashboard/ui/cards.py": "the zone of a file that was asked for at the door",
}


def test_what_runs_without_its_page_asks_who_it_is_and_what_they_may():
    others = [*PAGES, *(path for path in PRODUCT if name(path) not in (GUARD, PRESS))]

    assert offenders(others, lambda path: list(unasked(parse(path)))) == {}


def test_a_command_is_given_at_the_desk_that_asks():
    ui = [path for path in PRODUCT if name(path).startswith("dashboard/ui/")]

    assert offenders([*PAGES, *ui], lambda path: list(elsewhere(parse(path)))) == {}
    others = [path for path in ui if name(path) not in MAY_OPEN_THE_LOG]
    assert offenders(others, lambda path: "handle.held(" in path.read_text("utf-8")) == {}


def test_what_asks_nobody_is_seen():
    source = """
st.fragment(run_every=5)(f), guard.fragment()(f)
guard.dialog("x", on_dismiss=_close)(f), st.dialog("x")(f)
st.button("x", on_click=_go); st.button("x", on_click="ignore")
st.button("x", on_click=guard.asking(_go)); press.button("x", _go, key="x")
more = {"on_select": _go}
st.dataframe(x, on_select=guard.asking(a) if b else c)
st.dataframe(x, on_select=guard.asking(a) if b else guard.asking(c))
def f(page): commands.add_note(page.store, "C-1"); commands.add_note(acting.desk(), "C-1")
def g(page): desk = acting.desk(); commands.add_note(desk, "C-1"); commands.add_note(store, "C-1")
"""
    tree = ast.parse(source)

    assert sorted(unasked(tree)) == [2, 3, 4, 5, 6, 7]
    assert sorted(elsewhere(tree)) == [9, 10]


def test_a_refusal_names_its_values_and_no_others():
    others = [path for path in PRODUCT if name(path) != "dashboard/errors.py"]

    assert offenders(others, lambda path: list(misplaced(parse(path)))) == {}


def test_a_refusal_that_is_put_together_or_misses_a_value_is_seen():
    source = """
CommandRefused("at {at}", at=now); InputRefused(f"{typed} is none."); InputRefused("{typed}")
CommandRefused(f"{what} at {at}", at=now)
Sentence("at {at!r}", when=now)
errors.LogRefused("at {at.year}", at=now)
"""

    assert list(misplaced(ast.parse(source))) == [3, 4, 5]


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


def test_a_module_can_be_read_in_one_sitting():
    assert offenders(PRODUCT, lambda path: lines(path) > MODULE_LINES) == {}


def test_a_function_fits_on_a_screen():
    def long(path: Path) -> dict[str, int]:
        return {
            node.name: length
            for node in ast.walk(parse(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
        }

    assert offenders(PRODUCT, long) == {}


def test_time_and_chance_are_arguments_below_the_edges():
    below = [path for path in PRODUCT if not at_the_edge(path) and name(path) != READS_THE_CLOCK]

    assert offenders(below, lambda path: list(clock_readings(parse(path)))) == {}


def test_one_module_reads_the_clock_for_product_tests_and_benches():
    def readings(path: Path) -> list[tuple[int, str]]:
        found = clock_readings(parse(path))
        return [(line, text) for line, text in found if WALL_CLOCK.fullmatch(text)]

    others = [path for path in PYTHON if name(path) not in (READS_THE_CLOCK, *SHIFT_THE_CLOCK)]

    assert offenders(others, readings) == {}


def test_what_is_exempt_from_a_rule_is_there():
    exempt = [*MAY_ASK_THE_CLOCK, READS_THE_CLOCK, *SHIFT_THE_CLOCK]

    assert [path for path in exempt if not (ROOT / path).exists()] == []


def test_nothing_but_the_setting_knows_how_long_a_business_day_is():
    # A default hides the setting: whoever forgets to hand a case's own length on is not told.
    others = [path for path in PRODUCT if name(path) != DAY_LENGTHS_HOME]

    assert offenders(others, lambda path: list(day_lengths(parse(path)))) == {}


def test_a_length_of_a_day_that_is_assumed_is_seen():
    source = """
def duration(us, day_us=9): ...
def left(us, *, day_us=None): ...
class Promise:
    day_us: int = 9
DAY = 540 * 60
def signed(us, day_us, sign="-"): ...
"""

    assert sorted(day_lengths(ast.parse(source))) == [2, 3, 5, 6]


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


def test_a_query_says_what_it_gives():
    def missing(path: Path) -> bool:
        text = path.read_text("utf-8")
        labels = re.findall(r"^-- (grain|params|columns|order):", text, re.MULTILINE)
        return not read_query(path.stem).about or labels != HEADER

    assert offenders(QUERIES, missing) == {}


def test_a_query_names_each_parameter_with_its_type_and_default():
    def unnamed(path: Path) -> set[str]:
        used = set(re.findall(r"\$(\w+)", statement(path)))
        declared = read_query(path.stem).parameters
        bare = {key for key, item in declared.items() if not (item.type and item.default)}
        return (set(declared) ^ used) | bare

    assert offenders(QUERIES, unnamed) == {}


def test_a_query_names_its_columns_at_the_top_level():
    star = re.compile(r"\bSELECT\s+(DISTINCT\s+)?(\w+\.)?\*")

    assert offenders(QUERIES, lambda path: star.search(top_level(statement(path)))) == {}


def test_a_query_ends_in_the_order_that_it_names():
    named = re.compile(r"^-- order:\s*(.+(?:\n--\s{2,}.+)*)", re.MULTILINE)

    def otherwise(path: Path) -> bool:
        header = named.search(path.read_text("utf-8"))
        _, keyword, order = top_level(statement(path)).rpartition("ORDER BY")
        said = header and words(header[1].replace("\n--", " "))
        return not keyword or said != words(re.split(r"\bLIMIT\b", order)[0])

    assert offenders(QUERIES, otherwise) == {}


def test_no_sql_reads_the_clock_or_draws_lots():
    assert offenders(ALL_SQL, lambda path: SQL_CLOCK.search(statement(path))) == {}


def test_no_query_takes_its_first_rows_by_a_cast_or_a_field():
    assert offenders(QUERIES, lambda path: sort_keys().unfit(statement(path))) == {}


def test_no_macro_and_no_statement_in_code_takes_its_first_rows_by_a_cast_or_a_field():
    taking = {text: name(path) for path in PRODUCT for text in taking_first_rows(parse(path))}

    assert sort_keys().of_macros() == []
    assert {where: keys for sql, where in taking.items() if (keys := sort_keys().unfit(sql))} == {}
    assert "dashboard/store/duckdb_file.py" in taking.values()


def test_the_fold_leaves_no_rows_out_by_their_order():
    # What is no SELECT has no parse tree to look at, and it needs none as long as this holds.
    leaves_out = re.compile(r"\b(LIMIT|QUALIFY|FETCH)\b", re.IGNORECASE)
    others = set(ALL_SQL) - set(QUERIES) - {SCHEMA}

    assert offenders(others, lambda path: leaves_out.search(statement(path))) == {}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM t ORDER BY a::INTEGER LIMIT 3",
        "SELECT a FROM t ORDER BY try_cast(a AS INTEGER) NULLS FIRST LIMIT $most",
        "SELECT a FROM t ORDER BY coalesce(a::INTEGER, 0) LIMIT 3",
        "SELECT a::INTEGER FROM t ORDER BY 1 LIMIT 3",
        "SELECT a::INTEGER AS k FROM t ORDER BY ALL LIMIT 50%",
        "SELECT a::INTEGER AS k FROM t ORDER BY k FETCH FIRST 3 ROWS ONLY",
        "WITH u AS (SELECT a::INTEGER AS k FROM t), v AS (FROM u) FROM v ORDER BY k LIMIT 3",
        "SELECT a FROM (SELECT a::INTEGER AS k FROM t) AS u ORDER BY -u.k LIMIT 3",
        "SELECT a FROM t UNION ALL SELECT b::INTEGER AS a FROM u ORDER BY a LIMIT 3",
        "SELECT * FROM t WHERE a IN (SELECT b FROM u ORDER BY b::INTEGER LIMIT 3)",
        "SELECT * FROM t QUALIFY row_number() OVER (PARTITION BY b ORDER BY a::INTEGER) = 1",
        "SELECT a FROM t ORDER BY whole(a) LIMIT 3",
        "SELECT a FROM wholes() ORDER BY k LIMIT 3",
        "SELECT occurred.at FROM t ORDER BY occurred.us LIMIT 3",
        "SELECT t.a FROM t ORDER BY t.occurred.us LIMIT 3",
        "SELECT (t.occurred).us AS us FROM t ORDER BY us LIMIT 3",
        "SELECT a FROM t ORDER BY occurred['us'] LIMIT 3",
        "SELECT a FROM t ORDER BY struct_extract(occurred, 'us') LIMIT 3",
    ],
)
def test_first_rows_by_a_cast_or_a_field_are_seen(sql):
    keys = SortKeys(
        "CREATE MACRO whole(x) AS x::INTEGER;"
        "CREATE MACRO wholes() AS TABLE SELECT range AS a, range::INTEGER AS k FROM range(3);"
    )

    assert keys.unfit(sql) != []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a::INTEGER AS k, t.occurred.us FROM t ORDER BY a LIMIT 3",
        "SELECT a::INTEGER AS k FROM t ORDER BY k",
        "SELECT t.a - t.b AS k FROM t ORDER BY k DESC, t.a LIMIT $most::INTEGER",
        "SELECT CASE WHEN $part::TEXT IS NULL THEN a END AS k FROM t ORDER BY k LIMIT 3",
        "SELECT a FROM t ORDER BY days[1] LIMIT 3",
    ],
)
def test_first_rows_by_a_column_or_what_is_computed_are_let_be(sql):
    assert SortKeys().unfit(sql) == []


def test_each_figure_has_its_file_and_each_file_its_figure():
    assert names() == [path.stem for path in QUERIES]


# --- The repository --------------------------------------------------------------------------


def test_every_requirement_is_pinned_with_a_hash_and_comes_from_no_address():
    def loose(path: Path) -> bool:
        text = path.read_text("utf-8")
        pins = re.findall(r"^\w.*(?:\n {4}--hash.*)*", text, re.MULTILINE)
        held = [one for one in pins if "--hash=sha256:" in one and "==" in one]
        return not pins or held != pins or "://" in text

    assert offenders(REQUIREMENTS, loose) == {}


def test_no_file_knows_the_machine_it_was_written_on():
    assert offenders(repository(), machine_paths) == {}


def test_streamlit_knows_every_option_that_is_set():
    from streamlit import config  # slow to import, and only this test needs it

    text = (ROOT / ".streamlit" / "config.toml").read_text("utf-8")
    known = config.get_config_options()

    assert [option for option in options(tomllib.loads(text)) if option not in known] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_themes_colours_stand_in_the_order_of_the_tokens(scheme):
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


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def day_lengths(tree: ast.AST) -> Iterator[int]:
    """The line of each default for a day's length, and of each number that is nine hours."""
    for node in ast.walk(tree):
        match node:
            case ast.arguments():
                placed = [*node.posonlyargs, *node.args]
                given = placed[len(placed) - len(node.defaults) :]
                pairs = zip(node.kwonlyargs, node.kw_defaults, strict=True)
                given += [arg for arg, default in pairs if default is not None]
                yield from (arg.lineno for arg in given if arg.arg == "day_us")
            case ast.AnnAssign(target=ast.Name(id="day_us"), value=ast.expr()):
                yield node.lineno
            case ast.Constant(value=540):
                yield node.lineno


def unasked(tree: ast.AST) -> Iterator[int]:
    """The line of each fragment, dialog and callback that does not ask first whose it is."""
    nodes = list(ast.walk(tree))
    dialogs = {word for node in nodes if isinstance(node, ast.Call)
               and ast.unparse(node.func) == "guard.dialog" for word in node.keywords}  # fmt: skip
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="st"), attr=("fragment" | "dialog")):
                yield node.lineno
            case ast.keyword(arg=str(key), value=value) if node not in dialogs:
                yield from _unasked(key, value)
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                for key, value in pairs:
                    if isinstance(key, ast.Constant):
                        yield from _unasked(str(key.value), value)


def _unasked(key: str, value: ast.expr) -> Iterator[int]:
    is_callback = re.fullmatch(r"on_[a-z]+", key) and not isinstance(value, ast.Constant)
    if is_callback and ast.unparse(value) in ("st.login", "st.logout"):
        return  # asks nobody, and needs to: the page is left for good
    # a click is lost with its session, unless press has it
    if is_callback and (key == "on_click" or not ASKING.fullmatch(ast.unparse(value))):
        yield value.lineno


def elsewhere(tree: ast.AST) -> Iterator[int]:
    """The line of each command that is given something else than the desk that asks."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        nodes = list(ast.walk(function))
        desks = {"acting.desk()", "desk()"} | {
            ast.unparse(node.targets[0])
            for node in nodes
            if isinstance(node, ast.Assign) and ast.unparse(node.value) == "acting.desk()"
        }
        desks |= {
            ast.unparse(item.optional_vars)
            for node in nodes
            if isinstance(node, ast.With)
            for item in node.items
            if item.optional_vars
            and ast.unparse(item.context_expr) in {f"{desk}.bulk()" for desk in desks}
        }
        for node in nodes:
            if not isinstance(node, ast.Call) or not COMMAND.fullmatch(ast.unparse(node.func)):
                continue
            if not node.args or ast.unparse(node.args[0]) not in desks:
                yield node.lineno


def misplaced(tree: ast.AST) -> Iterator[int]:
    """The line of each sentence whose text is not written out, or has other places than values."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.keywords:
            continue
        if ast.unparse(node.func).rpartition(".")[2] not in SENTENCES:
            continue
        given = {value.arg for value in node.keywords}
        match node.args:
            case [ast.Constant(value=str() as text)] if places(text) == given:
                pass
            case _:
                yield node.lineno


def places(text: str) -> set[str]:
    return {place for _, place, _, _ in Formatter().parse(text) if place is not None}


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


@cache
def sort_keys() -> SortKeys:
    return SortKeys(SCHEMA.read_text("utf-8"))


def taking_first_rows(tree: ast.AST) -> Iterator[str]:
    """The statements among the texts of a module that have an order and a limit."""
    nodes = list(ast.walk(tree))
    pieces = {piece for node in nodes if isinstance(node, ast.JoinedStr) for piece in node.values}
    for node in nodes:
        match node:
            case ast.JoinedStr(values=values):
                known = [one.value if isinstance(one, ast.Constant) else "x" for one in values]
                text = "".join(map(str, known))
            case ast.Constant(value=str(text)) if node not in pieces:
                pass
            case _:
                continue
        if re.search(r"\bORDER BY\b.*\b(LIMIT|FETCH)\b|\bQUALIFY\b", text, re.DOTALL):
            yield text


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
