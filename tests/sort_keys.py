"""What a statement sorts by where only the first rows are asked for, read off DuckDB's parse tree.

There DuckDB drops parts of a table by what it knows of the sort key, and 1.5 errs where the key is
a cast (duckdb #25158, #23184) or a field of a struct (#23903). A name is followed to whatever bears
it anywhere in the statement or in a macro that it calls, so that no scope has to be known.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

PARSE = "SELECT json_serialize_sql(?::VARCHAR, skip_null := true, skip_empty := true)"
MACROS = """
SELECT function_name, if(function_type = 'macro', 'SELECT ', '') || macro_definition
FROM duckdb_functions()
WHERE NOT internal AND function_type IN ('macro', 'table_macro')
"""
LIMITS = {"LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER"}

Node = dict[str, Any]


class SortKeys:
    """Reads statements that may call the macros of a model's schema."""

    def __init__(self, schema: str = "") -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute(schema)
        macros = self._connection.execute(MACROS).fetchall()
        self._macros = {name: self._parse(text) for name, text in macros}

    def of_macros(self) -> list[str]:
        """As `unfit`, of all macros."""
        return [key for body in self._macros.values() for key in self._unfit(body)]

    def unfit(self, sql: str) -> list[str]:
        """The sort keys under a LIMIT or a QUALIFY that are, or are made of, one of the two."""
        return self._unfit(self._parse(sql))

    def _unfit(self, tree: Node) -> list[str]:
        nodes = list(self._reached(tree, set()))
        names = _Names(nodes, self._macros)
        return [_told(key) for key in _keys(_walk(tree)) if names.are_unfit(key, set())]

    def _parse(self, sql: str) -> Node:
        [[text]] = self._connection.execute(PARSE, [sql]).fetchall()
        tree = json.loads(text)
        assert not tree["error"], f"{tree['error_message']}: {sql}"
        return tree

    def _reached(self, tree: Node, seen: set[str]) -> Iterator[Node]:
        """Every node of the tree and of the macros that it calls."""
        for node in _walk(tree):
            yield node
            called = node.get("function_name", "")
            if called in self._macros and called not in seen:
                seen.add(called)
                yield from self._reached(self._macros[called], seen)


class _Names:
    """What the names in these nodes stand for."""

    def __init__(self, nodes: list[Node], macros: Mapping[str, Node]) -> None:
        self._macros = macros
        self._relations: set[str] = set()
        self._columns: dict[str, list[Node]] = {}
        for node in nodes:
            self._take(node)

    def are_unfit(self, key: Node, seen: set[str]) -> bool:
        """Whether a key, or what it stands for, has a cast of a column or a field in it."""
        return any(
            _is_cast_of_column(node) or self._is_field(node) or self._leads_on(node, seen)
            for node in _walk(key)
        )

    def _take(self, node: Node) -> None:
        if "class" not in node:  # a relation, or what CTEs are listed in
            names = [node.get(key) for key in ("alias", "table_name", "key")]
            names.append(node.get("function", {}).get("function_name"))
            self._relations.update(name for name in names if name)
        elif alias := node.get("alias"):
            self._columns.setdefault(alias, []).append(node)
        for renamed in (node.get("aliases"), node.get("column_name_alias")):
            assert not renamed, f"Name columns where they are made, with AS: {renamed}"

    def _is_field(self, node: Node) -> bool:
        match node:
            case {"type": "STRUCT_EXTRACT"} | {"function_name": "struct_extract"}:
                return True
            case {"type": "ARRAY_EXTRACT", "children": [_, {"value": {"type": {"id": "VARCHAR"}}}]}:
                return True
            case {"column_names": [_, _, _, *_]}:
                return True
            case {"column_names": [first, _]}:
                return first not in self._relations
        return False

    def _leads_on(self, node: Node, seen: set[str]) -> bool:
        match node:
            case {"column_names": [*_, name]} if name not in seen:
                seen.add(name)
                return any(self.are_unfit(one, seen) for one in self._columns.get(name, []))
            case {"function_name": name} if name in self._macros and name not in seen:
                seen.add(name)
                return self.are_unfit(self._macros[name], seen)
        return False


def _keys(nodes: Iterator[Node]) -> Iterator[Node]:
    """The expressions that nodes sort by where rows beyond the first are left out."""
    for node in nodes:
        modifiers = {modifier["type"]: modifier for modifier in node.get("modifiers", [])}
        if LIMITS & modifiers.keys():
            for order in modifiers.get("ORDER_MODIFIER", {"orders": []})["orders"]:
                yield from _meant(order["expression"], node)
        for window in _walk(node.get("qualify", {})):
            yield from (order["expression"] for order in window.get("orders", []))


def _meant(key: Node, node: Node) -> list[Node]:
    """The key; for ALL or the number of a column, what is selected."""
    while node["type"] == "SET_OPERATION_NODE":
        node = node["left"]
    match key:
        case {"class": "STAR"}:
            return node["select_list"]
        case {"class": "CONSTANT", "value": {"value": int(place)}}:
            return [node["select_list"][place - 1]]
    return [key]


def _is_cast_of_column(node: Node) -> bool:
    return node.get("class") == "CAST" and any("column_names" in one for one in _walk(node))


def _walk(part: Any) -> Iterator[Node]:
    """Every object in a piece of the tree, itself first."""
    if isinstance(part, dict):
        yield part
    for below in part.values() if isinstance(part, dict) else part:
        if isinstance(below, dict | list):
            yield from _walk(below)


def _told(key: Node) -> str:
    return key.get("alias") or ".".join(key.get("column_names", [])) or key["type"]
