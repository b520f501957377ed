"""The product catalogue: each product's family and its trial-licence limitation.

The limitation is empty until an administrator fills it in; it is never invented.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "catalogue.csv"


@dataclass(frozen=True, slots=True)
class Product:
    """A product that a firm can have; an add-on comes only with Virtual Office."""

    name: str
    family: str
    is_addon: bool
    limitation: str


def shipped_catalogue() -> tuple[Product, ...]:
    """The products that Changeover starts with."""
    with SHIPPED.open(encoding="utf-8", newline="") as rows:
        return tuple(
            Product(
                row["product"], row["family"], row["is_addon"] == "true", row["limitation"] or ""
            )
            for row in csv.DictReader(rows)
        )


def families(products: Iterable[str], catalogue: Iterable[Product]) -> list[str]:
    """The families of the named products in the catalogue's order; unknown names have none."""
    wanted = set(products)
    return list(dict.fromkeys(item.family for item in catalogue if item.name in wanted))
