"""The command by which the log comes to know who it is that signed in: a key, and a name beside."""

from datetime import datetime

from dashboard.commands.drafting import Deed, Entry, drafts
from dashboard.people import Person
from dashboard.store import Store


def introduce(store: Store, *, by: Person, now: datetime) -> None:
    """Keep what the sign-in service calls somebody who has acted, unless that is known already.

    After the first act, since whoever only looks stores nothing. Raises StaleCase (another window
    was quicker), LogRefused.
    """
    if by.identity is None or store.names.identity(by.identity.key) == by.identity:
        return
    key = by.identity.key
    told = {"name": by.identity.name, "email": by.identity.email}
    deed = Deed(by, now)
    entry = Entry("person_named", deed.now_us, {"fields": {}}, told)
    store.append(drafts(key, store.version(key), deed, [entry]))
