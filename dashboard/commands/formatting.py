"""The command that sets how dates and times are written."""

from datetime import datetime

from dashboard.commands.drafting import Deed, Entry, Stored
from dashboard.commands.settling import enact, require_admin
from dashboard.errors import InputRefused
from dashboard.locales import Locale
from dashboard.people import Person
from dashboard.store import Desk


def change_locale(
    desk: Desk,
    locale: str,
    *,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Set how dates and times are written: en_US, en_GB or iso.

    Raises NotAllowed, InputRefused (no such locale, no change), StaleCase.
    """
    require_admin(by, "change how dates are written")
    deed = Deed(by, now, None, None, version, command_id)

    def decide() -> Entry:
        if locale not in list(Locale):
            raise InputRefused(
                f"Nothing was changed: {locale!r} is not a date format. Choose "
                f"{' or '.join(Locale)}."
            )
        return Entry("locale_changed", deed.now_us, {"locale": str(locale)})

    return enact(desk, "settings", deed, decide)
