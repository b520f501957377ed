"""What those who signed in are called: at reading, by the directory and what lies beside the log.

The log has their keys alone. A name is shown as one that the directory gives, or as the sign-in
service has it, which anybody may edit there: with the address, where it could be taken for another.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from dashboard.people import KEY, NAMELESS, Identity, looks
from dashboard.settings import Settings

SHORT = 8  # of a key's signs, to tell two from each other whose names were erased
PLAIN_ACTORS = "SELECT DISTINCT actor FROM events WHERE NOT starts_with(actor, 'person:')"
ANYBODY = ""  # in place of an address: of a name that no sign-in vouches for


class Names:
    """The names of all who are known, as they are to be shown now."""

    def __init__(
        self, known: Mapping[str, Identity | None], settings: Settings, plain: Iterable[str] = ()
    ) -> None:
        """`known` by key, None for one that was erased; `plain` are actors that are names."""
        self._known, self._settings = known, settings
        self._bearers: dict[str, set[str]] = defaultdict(set)  # addresses, by what names look like
        for one in filter(None, known.values()):
            self._bearers[looks(one.name)].add(one.email)
        for colleague in settings.people:
            self._bearers[looks(colleague.name)].add(colleague.address or ANYBODY)
        for name in plain:
            self._bearers[looks(name)].add(ANYBODY)

    def identity(self, key: str) -> Identity | None:
        """What is known of whoever has the key; None if nothing is, any more."""
        return self._known.get(key)

    def keys_at(self, address: str) -> list[str]:
        """The keys of those who sign in with that address."""
        return [one.key for one in self._known.values() if one and one.email == address]

    def named(self, actor: str) -> str:
        """What an actor of the log is called; one that is a name already keeps it."""
        if actor not in self._known:
            return actor
        one = self._known[actor]
        return self.called(one) if one else f"{NAMELESS} ({actor.removeprefix(KEY)[:SHORT]})"

    def called(self, one: Identity) -> str:
        """What somebody is called, whether they have acted yet or not."""
        if colleague := self._settings.colleague_at(one.email):
            return colleague.name
        is_borrowed = self._bearers.get(looks(one.name), set()) - {one.email}
        if is_borrowed or ("@" in one.name and one.name != one.email):
            return f"{one.name} ({one.email})"
        return one.name

    def table(self) -> pa.Table:
        """Each key with the name, for queries."""
        names = [self.named(key) for key in self._known]
        return pa.table({"key": pa.array(self._known, pa.string()),
                         "name": pa.array(names, pa.string())})  # fmt: skip


def names_of(
    rows: Sequence[Mapping[str, str]],
    values: Mapping[str, str],
    settings: Settings,
    plain: Iterable[str],
) -> Names:
    """The names by the model's rows (key, name_ref, email_ref) and what lies beside the log."""
    known: dict[str, Identity | None] = {}
    for row in rows:
        name = values.get(row["name_ref"])
        email = values.get(row["email_ref"], "")
        known[row["key"]] = Identity(row["key"], name, email) if name else None
    return Names(known, settings, plain)


# Tells what those are called whose keys and references (rows of `signed_in`) the model has.
Naming = Callable[[list[dict[str, Any]], list[str], Settings], Names]


def read_names(cursor: duckdb.DuckDBPyConnection, naming: Naming, settings: Settings) -> Names:
    """The names of those who signed in, as far as the model's tables and `naming` tell them."""
    rows = cursor.execute("FROM signed_in").to_arrow_table().to_pylist()
    plain = [name for (name,) in cursor.execute(PLAIN_ACTORS).fetchall()]
    return naming(rows, plain, settings)
