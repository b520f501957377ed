"""Every text that a person can meet, from the code and from pages, and what is wrong with it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from tests.house import PAGES, PRODUCT, ROOT, name, parse

DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# Where words stand that nobody is shown: made-up customers, files for machines, SQL, other
# people's headings.
UNSEEN = (
    "dashboard/sample/",
    "dashboard/files/xes.py",
    "dashboard/store/queries.py",
    "dashboard/sheets/vocabulary.py",
    "dashboard/sheets/meanings.py",
)
SQL = re.compile(r"\b(?:SELECT|INSERT|DELETE|CREATE|UPDATE|PRAGMA|SET GLOBAL)\b")
MARKUP = re.compile(r"^\s*(?:<|\.st-key|\(\?P<|BEGIN:)")
PLACE = re.compile(r"\{[^{}]*\}")
WORD = re.compile(r"[A-Za-z0-9’'−%-]+")
SENTENCE_END = re.compile(r"(?<=[.!?])[*_)”]*\s+|\n\s*\n|\n[-|] ?|\s\|\s?")
MOST_WORDS = 30
FEWEST_WORDS = 4  # fewer are a label
Text = tuple[str, str]  # where it stands, and what it says

# What once stood on pages, in files, letters or on the command line: an example in the words of
# then, and how any of its kind is known. None of it may come back.
OLD: tuple[Text, ...] = (
    ("Mend what is marked below", r"\b[Mm]end(?:s|ed|ing)?\b"),
    ("Firm: it is empty. Fill it in.", r"it is empty\. Fill it in"),
    ("it must be confirmed. Tick it once it is so.", r"[Tt]ick it\b|must be confirmed\. "),
    ("So it would be. Nothing is stored yet.", r"So it would be"),
    ("No row can be taken", r"No rows? can be taken"),
    ("Put the sample aside", r"\b[Pp]ut (?:the sample )?aside"),
    ("Nobody has confirmed hours and holidays yet", r"Nobody has confirmed"),
    ("You see how it stands. An administrator changes it.", r"see how it stands"),
    ("No message waits", r"[Mm]essages? waits?\b"),
    ("Messages that wait to be sent", r"[Mm]essages that wait"),
    ("To the limit", r"\bTo the limit\b"),
    ("Past the limit", r"\b[Pp]ast the limit\b"),
    ("Limit falls today", r"\bLimit falls\b"),
    ("85 of 100, Nov", r"\b(?:85|95) of 100(?:,| within\b| cases\b|$)"),
    ("Half within", r"\bHalf within\b"),
    ("What share keeps the promise, month by month?", r"\bke(?:eps?|pt) the promise\b"),
    ("In limit", r"\b[Ii]n limit\b"),
    ("Within, by date", r"\bWithin, by date\b"),
    ("One mark a completed case. At the upper edge: longer than it", r"\bOne mark an? |upper edge"),
    ("as many as in any step", r"\bas many as in any\b"),
    ("a difference is no verdict", r"\bis no verdict\b"),
    ("Older than 85 of 100 were: 31 %", r"\bOlder than 85 of 100\b"),
    ("more than chance explains", r"\bmore than chance\b"),
    ("told from chance", r"\b(?:told|tell) (?:an effect )?from chance\b"),
    ("may be chance", r"\bmay be chance\b"),
    ("the estimates may all be nothing", r"\bmay (?:all )?be nothing\b"),
    ("no effect that can be told from none", r"\btold from none\b"),
    ("Until when to submit, to be done by month end?", r"\bUntil when\b"),
    ("business days to month end: 2, 1, 0, −1", r"\bto month end: 2, 1, 0\b"),
    ("Does more come in than goes out?", r"\bmore come in than\b"),
    ("Which day to open, which to avoid?", r"\bWhich day to open\b"),
    ("Which cases broke it, and where did their time go?", r"\bbroke (?:it|the limit)\b"),
    ("How did attainment develop?", r"\bHow did attainment\b"),
    ("What this rests on", r"\bWhat this rests on\b"),
    ("Made again", r"^Made again$"),
    ("Is the log whole?", r"\bIs the log whole\b"),
    ("Look at it again on", r"\bLook at it again\b"),
    ("Keep the note", r"\bKeep the note\b|note (?:is|was not) kept"),
    ("Give it to", r"^Give (?:it|them) to$"),
    (
        "Confirm by Tue 09:00 or the limit is lost. No later window ends before it",
        r"\blimit is lost\b",
    ),
    ("Now it is the agreed date that decides", r"\bagreed date that decides\b"),
    ("EMS has no mailbox there. Enter the mailbox", r"\bhas no mailbox there\b"),
    ("The message is the step", r"\b[Tt]he message is the step\b"),
    ("Of step 2. For a person to send.", r"\bFor a person to send\b|^Of step\b"),
    ("Called off: in no figure", r"\b[Cc]alled off\b"),
    ("“Your renewal, the firm”", r"\bYour renewal, the firm\b"),
    ("licences are ready since Thu", r"\bare ready since\b"),
    ("step 6 of 7 is under way, and it is with our order team", r"\bis under way, and\b"),
    (
        "It should have been complete on Tuesday: I am sorry.",
        r"\bI am sorry\b|should have been complete",
    ),
    ("It is to be complete by", r"\bIt is to be complete\b"),
    ("has been processed on 5 October", r"\bhas been processed on\b"),
    ("buy new products beside its renewal", r"\bbeside its renewal\b"),
    ("The down time of X is off", r"\b(?:down time|appointment) of \w+ is off\b"),
    ("You need not do anything now", r"\bneed not do anything\b"),
    ("licences, Licence", r"\b[Ll]icence"),
    ("the catalogue", r"\b[Cc]atalogue\b"),
    ("The order was cancelled", r"\b[Cc]ancell(?:ed|ing)\b"),
    ("the colours", r"\b[Cc]olour"),
    ("a grey bar", r"\b[Gg]rey\b"),
    ("what it has learnt", r"\blearnt\b"),
    ("62 %", r"\d[  ]%(?![A-Za-z(])"),
    ("30 Nov", r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b"),
)


def in_code() -> Iterator[Text]:
    """The texts of the product that are no documentation of code; places for values stand empty."""
    for path in [*PAGES, *PRODUCT]:
        where = name(path)
        if not where.startswith(UNSEEN):
            yield from ((f"{where}:{line}", said) for line, said in literals(path))


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Those of one module, each with its line."""
    for line, said in _texts(path):
        if not (SQL.search(said) or MARKUP.match(said)):
            yield line, said


def templates(rooms: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The texts of these modules that are filled with values and have more than a few words."""
    for path in PRODUCT:
        where = name(path)
        if where.startswith(rooms):
            for line, said in _texts(path):
                if "{}" in said and len(WORD.findall(PLACE.sub(" ", said))) >= FEWEST_WORDS:
                    yield f"{where}:{line}", said


def filled(template: str) -> re.Pattern[str]:
    """What a template looks like once it is filled."""
    return re.compile(".*?".join(map(re.escape, template.split("{}"))), re.DOTALL)


def in_docs() -> Iterator[Text]:
    """The paragraphs of what is written beside the code, without what stands in backquotes."""
    for path in DOCS:
        yield from ((name(path), said) for said in paragraphs(path.read_text("utf-8")))


def paragraphs(written: str) -> Iterator[str]:
    """Those of one document, each on one line."""
    prose = re.sub(r"```.*?```|`[^`]*`|^    [^\n]*$", "", written, flags=re.S | re.M)
    for part in re.split(r"\n\s*\n|\n(?=[-|\d])", prose):
        if part.strip():
            yield " ".join(part.split())


def on_page(app: AppTest) -> Iterator[Text]:
    """Everything that a page says: headings, texts, labels, helps, and the words of its tables."""
    for node in _nodes(app.main):
        yield from _said(node)


def offences(texts: Iterator[Text] | list[Text], pattern: str) -> list[str]:
    """Where a text says that, with what it says."""
    known = re.compile(pattern)
    return [f"{where}: {said[:90]}" for where, said in texts if known.search(PLACE.sub("", said))]


def too_long(said: str) -> list[str]:
    """The sentences of a text that have more words than one reads in one breath."""
    parts = SENTENCE_END.split(PLACE.sub("X", said))
    return [part for part in parts if len(WORD.findall(part)) > MOST_WORDS]


def doubled(said: str) -> list[str]:
    """The sentences that a text says twice."""
    parts = [part.strip(" *_.") for part in SENTENCE_END.split(said)]
    long = [part for part in parts if len(WORD.findall(part)) > 3]
    return [part for part in long if long.count(part) > 1]


@cache
def _texts(path: Path) -> list[tuple[int, str]]:
    """The literals of a module that hold words, each once and with its line."""
    tree = parse(path)
    silent = {id(one) for one in _docstrings(tree)}
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            silent |= {id(part) for part in node.values}
            whole = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
            found.append((node.lineno, whole))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            found.append((node.lineno, node.value))
    return [(line, said) for line, said in found if _is_words(said)]


def _is_words(said: str) -> bool:
    """Whether a literal is more than a key: it has a space or begins as a sentence does."""
    return " " in said.strip() or (said[:1].isupper() and said[1:2].islower())


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, kinds) and node.body and isinstance(node.body[0], ast.Expr):
            yield node.body[0].value


def _nodes(block: Block) -> Iterator[Block | Element]:
    for child in block.children.values():
        yield child
        if isinstance(child, Block):
            yield from _nodes(child)


def _said(node: Block | Element) -> Iterator[Text]:
    kind = str(getattr(node, "type", ""))
    if kind in ("html", "vega_lite_chart", "arrow_vega_lite_chart", "code"):
        return
    for field in ("value", "label", "help", "caption", "placeholder"):
        said = getattr(node, field, None)
        if isinstance(said, str) and said.strip():
            yield kind, said
    table = getattr(node, "value", None)
    if kind in ("arrow_data_frame", "dataframe", "table") and table is not None:
        for column in table.columns:
            yield kind, str(column)
            yield from ((kind, one) for one in table[column] if isinstance(one, str))
