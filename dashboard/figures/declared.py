"""The figures that are declared, whichever file they stand in; a new one is found by itself."""

from importlib import import_module
from pkgutil import iter_modules

from dashboard import figures
from dashboard.figures.figure import Figure


def declared() -> dict[str, Figure]:
    """Every figure by the file it stands in and its name there."""
    names = [found.name for found in iter_modules(figures.__path__)]
    held = {name: vars(import_module(f"dashboard.figures.{name}")) for name in names}
    return {
        f"{module}.{name}": value
        for module, values in held.items()
        for name, value in values.items()
        if isinstance(value, Figure)
    }


def charts() -> dict[str, Figure]:
    """Those with a chart by the name of their file; by that of their query, too, if it has one."""
    drawn = {name: one for name, one in declared().items() if one.chart}
    files: dict[str, list[Figure]] = {}
    queries: dict[str, list[Figure]] = {}
    for name, one in drawn.items():
        files.setdefault(name.partition(".")[0], []).append(one)
        queries.setdefault(one.query.split()[0], []).append(one)
    return {
        name: found[0] for name, found in sorted({**queries, **files}.items()) if len(found) == 1
    }
