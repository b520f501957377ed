"""How a person walks a case in the browser: when it happened, and what the forms ask for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard import clock
from dashboard.workdays import default_calendar
from tests.screen import Screen

AT = "When it happened (New York)"
NEW_YORK = ZoneInfo("America/New_York")
BACKED_UP = "The firm has backed up all of its data"


class Clock:
    """Business days that have passed, so that all of a case can be entered today."""

    def __init__(self) -> None:
        calendar, today = default_calendar(), clock.now().astimezone(NEW_YORK)
        noon = today.replace(hour=12, minute=0, second=0, microsecond=0)
        before = (noon - timedelta(days=back) for back in range(1, 40))
        self.days = [day for day in before if calendar.is_open(day, day + timedelta(hours=1))]

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """On the n-th of ten past business days, at that time of the wall clock."""
        return self.days[10 - day].replace(hour=hour, minute=minute)


def complete(screen: Screen, step: int, at: datetime) -> None:
    """Enter when it happened and complete the step."""
    screen.moment(AT, at).press(f"Complete step {step}").says(f"Step {step} completed")


def ticket(screen: Screen, number: str) -> None:
    """What the step of the EMS ticket asks for."""
    screen.fill("EMS ticket number", number).tick("The ticket's priority is High")


def price(screen: Screen) -> None:
    """What the step of the renewal asks for on both paths."""
    screen.tick("Price verified on the Pricing tab of the Renewal Calculator")
    screen.choose("Price verified by", "R. Castellano").pick("No", "New product sales")
