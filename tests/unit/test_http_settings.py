"""The address that people use is the root of a host: every page lives there."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from runtime.settings.http import HttpSettings


@pytest.mark.parametrize("address", ["https://contoh.go.id/alur", "https://contoh.go.id/alur/"])
def test_an_address_with_a_path_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="tidak boleh berisi jalur"):
        HttpSettings(public_url=address)


def test_a_slash_at_its_end_makes_no_doubled_one_in_links() -> None:
    assert HttpSettings(public_url="https://alur.contoh.go.id/").public_url == "https://alur.contoh.go.id"
