"""What a workflow is made of: its parts are found by name, and check themselves when built."""

from dataclasses import replace
from typing import Any

import pytest

from dashboard.workflows import LOCAL, Field, FieldKind, Party, Step, Turn, Workflow
from dashboard.workflows import Message as Mail


@pytest.mark.parametrize("number", [0, 8, -1])
def test_a_path_has_no_step_outside_its_numbers(number):
    with pytest.raises(KeyError):
        LOCAL.step(number)


def test_a_step_has_no_field_that_it_does_not_ask_for():
    assert LOCAL.step(2).field("team_leader").required
    with pytest.raises(KeyError):
        LOCAL.step(2).field("ems_ticket")


PRODUCTS = Field("products", "Products", FieldKind.PRODUCTS)
WINDOW = Field("visit", "Visit", FieldKind.WINDOW, hours=4)
NEW_SALES = Field("new_sales", "New sales", FieldKind.YES_NO)


def step(number: int, *fields: Field, **more: Any) -> Step:
    return Step(number, f"Step {number}", f"Step {number}", Party.CS, "Do it.", fields, **more)


def path(*steps: Step, **more: Any) -> Workflow:
    named: dict[str, Any] = {
        "key": "made_up", "label": "Made up", "short": "Made up", "spellings": frozenset({"made"}),
        "products_field": "products", "products_required": False,
    }  # fmt: skip
    return Workflow(steps=steps, **(named | more))


def test_a_path_without_a_slip_is_built():
    turn = Turn("begins", "It begins", before="Agreed date", after=Party.CPT, from_field="visit")
    mails = (
        Mail("proposal", Party.SALES, "A proposal", only_if=("new_sales", True)),
        Mail("renewal", Party.CUSTOMER, "A renewal", unless=("new_sales", True)),
    )

    built = path(
        step(1, PRODUCTS),
        step(2, WINDOW),
        step(3, NEW_SALES, messages=mails, turn=turn, not_before="visit", gate=(1, 2)),
        hold=(1, 3),
    )

    assert built.last == 3


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (lambda: Field("not a key", "", FieldKind.TEXT), "no identifier"),
        (lambda: Field("one", "", FieldKind.CHOICE), "options go with a choice"),
        (lambda: Field("one", "", FieldKind.TEXT, options=("a",)), "options go with a choice"),
        (lambda: Field("one", "", FieldKind.WINDOW), "hours go with a window"),
        (lambda: Field("one", "", FieldKind.TEXT, hours=4), "hours go with a window"),
        (lambda: path(step(1, PRODUCTS), step(3)), "without gaps"),
        (lambda: path(step(2), step(1, PRODUCTS)), "without gaps"),
        (lambda: path(step(0, PRODUCTS)), "without gaps"),
        (lambda: path(step(1, PRODUCTS, WINDOW), step(2, WINDOW)), "share a key"),
        (lambda: path(step(1)), "no products in 'products'"),
        (lambda: path(step(1), step(2, PRODUCTS)), "no products in 'products'"),
        (lambda: path(step(1, NEW_SALES), products_field="new_sales"), "no products"),
        (lambda: path(step(1, PRODUCTS), step(2), hold=(1, 3)), "the hold"),
        (lambda: path(step(1, PRODUCTS), step(2), hold=(2, 2)), "the hold"),
        (lambda: path(step(1, PRODUCTS), step(2), hold=(0, 1)), "the hold"),
        (
            lambda: path(step(1, PRODUCTS, replace(NEW_SALES, only_if=("absent", True)))),
            "no field",
        ),
        (
            lambda: path(
                step(1, PRODUCTS, NEW_SALES),
                step(2, messages=(Mail("a", Party.CS, "", only_if=("new_sales", True)),)),
            ),
            "no field",
        ),
        (
            lambda: path(
                step(1, PRODUCTS, messages=(Mail("a", Party.CS, "", unless=("absent", True)),))
            ),
            "no field",
        ),
        (lambda: path(step(1, PRODUCTS), step(2, not_before="visit")), "no earlier window"),
        (lambda: path(step(1, PRODUCTS, WINDOW, not_before="visit")), "no earlier window"),
        (lambda: path(step(1, PRODUCTS), step(2, not_before="products")), "no earlier window"),
        (
            lambda: path(
                step(1, PRODUCTS),
                step(2, turn=Turn("a", "", Party.EMS, Party.CS, from_field="visit")),
            ),
            "window is unknown",
        ),
        (lambda: path(step(1, PRODUCTS), step(2, gate=(1, 2))), "a gate must lie before"),
        (lambda: path(step(1, PRODUCTS), step(2, gate=(0, 1))), "a gate must lie before"),
        (lambda: path(step(1, PRODUCTS), step(2), step(3, gate=(2, 1))), "a gate must lie before"),
    ],
)
def test_a_slip_in_the_data_fails_when_it_is_built(slip, words):
    with pytest.raises(ValueError, match=words):
        slip()
