"""How an option of a list is called on pages."""

import pytest

from engine.text.options import option_text


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("belum_ditindaklanjuti", "Belum ditindaklanjuti"),
        ("tw_4", "Tw 4"),
        ("sesuai", "Sesuai"),
        ("kg", "kg"),  # a unit of measure
        ("m2", "m2"),
        ("Laporan pelaksanaan", "Laporan pelaksanaan"),
        ("KemenPANRB", "KemenPANRB"),
        ("", ""),
    ],
)
def test_an_option_that_is_a_code_is_read_in_words(option: str, words: str) -> None:
    assert option_text(option) == words
