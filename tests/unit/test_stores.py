"""One transaction, and the stores that stand on it."""

from functools import cached_property
from typing import get_type_hints

import pytest

from engine.store.transaction import Transaction
from engine.store.tx import Tx

NOUNS = {name: value for name, value in vars(Tx).items() if isinstance(value, cached_property)}


def test_a_transaction_names_nothing_but_its_stores() -> None:
    assert {name for name in vars(Tx) if not name.startswith("_")} == set(NOUNS)
    assert Tx.__bases__ == (Transaction,)


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_a_store_can_be_read_alone(noun: str) -> None:
    store = get_type_hints(NOUNS[noun].func)["return"]
    assert store.__bases__ == (object,)


def test_no_two_nouns_are_the_same_store() -> None:
    stores = [get_type_hints(noun.func)["return"] for noun in NOUNS.values()]
    assert len(set(stores)) == len(stores)
