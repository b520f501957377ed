"""The small changes that a mutation check makes to a source text, Python or SQL.

Each is one a person might make by mistake: a bound, a sign, a condition, a number, a line lost.
What only people read is left alone: strings, comments, annotations, sentences of errors.
"""

import ast
import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class Change:
    """In a text, `after` in place of what stands from `start` to `end`."""

    start: int
    end: int
    after: str

    def made_in(self, text: str) -> str:
        """The text with the change."""
        return text[: self.start] + self.after + text[self.end :]

    def told(self, text: str) -> str:
        """The line and what becomes of it, for people."""
        line = text.count("\n", 0, self.start) + 1
        before, after = (
            " ".join(part.split()) for part in (text[self.start : self.end], self.after)
        )
        return f"{line}: {before} -> {after or 'nothing'}"


# --- Python ----------------------------------------------------------------------------------

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
OPPOSITES = [
    ("min", "max"),
    ("any", "all"),
    ("bisect_left", "bisect_right"),
    ("minimum", "maximum"),
]
NAMES = {**dict(OPPOSITES), **{right: left for left, right in OPPOSITES}}
# Arguments that change how a thing looks or fails, not what it does.
UNSEEN = {"repr", "strict", "maxsize"}
Part = tuple[ast.AST, str]


def python_changes(text: str) -> list[Change]:
    """Every change that is made to a module's text."""
    lines = text.encode().splitlines(keepends=True)

    def place(line: int, column: int) -> int:
        # ast counts columns in bytes
        return len((b"".join(lines[: line - 1]) + lines[line - 1][:column]).decode())

    changes = []
    for node, after in _python(ast.parse(text)):
        start = place(node.lineno, node.col_offset)
        end = place(node.end_lineno or 0, node.end_col_offset or 0)
        changes.append(Change(start, end, after))
    return sorted(set(changes), key=lambda change: (change.start, change.end, change.after))


def _python(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    for node in _doing(tree):
        if isinstance(node, ast.stmt):
            if after := _statement(node):
                yield node, after
        elif isinstance(node, ast.expr):
            for expression in _expressions(node):
                yield node, f"({ast.unparse(expression)})"
        for test in _tests(node):
            yield test, f"(not ({ast.unparse(test)}))"
        if isinstance(node, ast.comprehension):
            yield from ((condition, "True") for condition in node.ifs)


def _doing(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it that says what is done, not what is read."""
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_for_readers(node, name, child):
                yield from _doing(child)


def _is_for_readers(node: ast.AST, name: str, child: ast.AST) -> bool:
    if name in ("annotation", "returns", "decorator_list", "type") or isinstance(node, ast.Raise):
        return True
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
        return child is node.args[-1]
    match child:
        case ast.JoinedStr() | ast.Assert():
            return True
        case ast.keyword():
            return child.arg in UNSEEN
        case ast.FunctionDef():
            return child.name == "__hash__"
        case ast.AnnAssign():
            return ast.unparse(child.annotation) == "TypeAlias"
        case ast.Assign():
            return ast.unparse(child.targets[0]) == "__all__"
    return False


def _statement(node: ast.stmt) -> str:
    """What stands in place of a statement; empty: it stays."""
    match node:
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            return "return None"
        case ast.Raise() | ast.AugAssign() | ast.Delete() | ast.Expr(value=ast.Call()):
            return "pass"
        case ast.Continue() | ast.Break():
            return "pass"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            return "pass"
    return ""


def _tests(node: ast.AST) -> list[ast.expr]:
    """The condition that is turned round; comparisons and the like have changes of their own."""
    has_test = isinstance(node, ast.If | ast.While | ast.IfExp)
    if has_test and isinstance(node.test, ast.Name | ast.Attribute | ast.Call | ast.NamedExpr):
        return [node.test]
    return []


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    """What stands in place of an expression."""
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield from _conditions(node)
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Call():
            yield from _calls(node)


def _comparisons(node: ast.Compare) -> Iterator[ast.expr]:
    for place, old in enumerate(node.ops):
        for new in COMPARISONS[type(old)]:
            ops = [*node.ops[:place], new(), *node.ops[place + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)


def _conditions(node: ast.BoolOp) -> Iterator[ast.expr]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for value in node.values:
        rest = [other for other in node.values if other is not value]
        yield ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]


def _calls(node: ast.Call) -> Iterator[ast.expr]:
    called = copy(node.func)
    if isinstance(called, ast.Name) and called.id in NAMES:
        called.id = NAMES[called.id]
        yield ast.Call(called, node.args, node.keywords)
    elif isinstance(called, ast.Attribute) and called.attr in NAMES:
        called.attr = NAMES[called.attr]
        yield ast.Call(called, node.args, node.keywords)


# --- SQL -------------------------------------------------------------------------------------

QUIET = re.compile(r"--[^\n]*|'[^']*'|BETWEEN\s+\S+\s+AND")
Made = str | Callable[[re.Match[str]], str]


def _turned(match: re.Match[str]) -> str:
    first, _, rest = match[2].partition(", ")
    return f"{match[1]}{rest}, {first}"


def _more(match: re.Match[str]) -> str:
    return f"{float(match[0]) * 1.1:g}" if "." in match[0] else str(int(match[0]) + 1)


SQL: list[tuple[str, tuple[Made, ...]]] = [
    (r"<=", ("<", ">")),
    (r">=", (">", "<")),
    (r"(?<= )<(?= )", ("<=", ">=")),
    (r"(?<= )>(?= )", (">=", "<=")),
    (r"(?<= )=(?= )", ("<>",)),
    (r"(?<= )\+(?= )", ("-",)),
    (r"(?<= )-(?= )", ("+",)),
    (r"(?<= )/(?= )", ("*",)),
    (r"(?<=[\w)] )\*(?= )", ("/",)),
    (r"\bmin(?=\()", ("max",)),
    (r"\bmax(?=\()", ("min",)),
    (r"\bsum(?=\()", ("max",)),
    (r"\bleast(?=\()", ("greatest",)),
    (r"\bgreatest(?=\()", ("least",)),
    (r"\bINNER JOIN\b", ("LEFT JOIN",)),
    (r"\bLEFT JOIN\b", ("INNER JOIN",)),
    (r"\bAND\b", ("OR",)),
    (r"\bOR\b", ("AND",)),
    (r"\bIS NULL\b", ("IS NOT NULL",)),
    (r"\bIS NOT NULL\b", ("IS NULL",)),
    (r"\bNOT (?!NULL)", ("",)),
    (r"\bASC\b", ("DESC",)),
    (r"\bDESC\b", ("ASC",)),
    (r"\bTRUE\b", ("FALSE",)),
    (r"\bFALSE\b", ("TRUE",)),
    (r"(?<![\w.$])\d+(\.\d+)?(?![\w.])", (_more,)),
    (r"\bWHEN (.+)(?= THEN)", (lambda match: f"WHEN NOT ({match[1]})",)),
    (r"(?<=\n)[ ]+AND (.+)(?=\n)", ("",)),
    (r"(\bcoalesce\()([^()]+, [^()]+)(?=\))", (_turned,)),
    (r"(\bORDER BY )(\w+, [\w, ]+)", (_turned,)),
    (r"(\bPARTITION BY \w+), \w+", (lambda match: match[1],)),
]


def sql_changes(text: str) -> list[Change]:
    """Every change that is made to a query's text; what is no SQL any more is left out."""
    masked = QUIET.sub(lambda match: re.sub(r"[^\n]", "_", match[0]), text)
    changes = {
        Change(match.start(), match.end(), _sql_after(match, made, text))
        for pattern, all_made in SQL
        for match in re.finditer(pattern, masked)
        for made in all_made
    }
    told = [change for change in changes if _is_sql(change.made_in(text))]
    return sorted(told, key=lambda change: (change.start, change.end, change.after))


def _sql_after(match: re.Match[str], made: Made, text: str) -> str:
    """What stands in place of the match, with the text's own words where they were masked."""
    if isinstance(made, str):
        return made
    real = re.compile(match.re.pattern).match(text, match.start())
    return made(real if real and real.end() == match.end() else match)


def _is_sql(text: str) -> bool:
    try:
        return bool(duckdb.extract_statements(text))
    except duckdb.ParserException:
        return False
