"""What a tracker told of a step, in words: which file it came from, and what is to be checked."""

from dashboard.cases import DATE_ONLY
from dashboard.store import Store
from dashboard.workflows import Workflow

SAID = {
    DATE_ONLY: "only the date is known, so the latest possible time that day is shown",
    "products_unknown": "the tracker does not name the products",
    "unknown_product": "a product is not in the catalog",
}
OF_FIELD = {
    "_cut": "the full text of “{}” is in the notes",
    "_unreadable": "“{}” could not be read and is in the notes",
    "_outside_hours": "“{}” is outside business hours",
    "_clash": "“{}” is at a time when CPT has no room left",
}
BEFORE = "before_"


def flag_words(flag: str, workflow: Workflow) -> str:
    """What is to be checked, as part of a sentence."""
    if flag in SAID:
        return SAID[flag]
    if flag.startswith(BEFORE):
        return f"completed before “{_label(workflow, flag.removeprefix(BEFORE))}”"
    for ending, words in OF_FIELD.items():
        if flag.endswith(ending):
            return words.format(_label(workflow, flag.removesuffix(ending)))
    return flag.replace("_", " ")


def files(store: Store) -> dict[int, str]:
    """The trackers that were imported, by when that was recorded."""
    return {event.recorded_us: str(event.data.get("file", "")) for event in store.stream("imports")}


def from_words(file: str | None) -> str:
    """Where something came from; of which file is not known where it was told in its parts."""
    return f"from {file}" if file else "from a tracker"


def _label(workflow: Workflow, key: str) -> str:
    every = (item for step in workflow.steps for item in step.fields if item.key == key)
    return next((item.label for item in every), key.replace("_", " "))
