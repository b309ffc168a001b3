"""Which passwords are good enough, for whom, in which profile."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.password_policy import judge

KADIS = ("kadis", "Kepala Dinas", "disdag-banggai", "Dinas Perdagangan Kabupaten Banggai", "Disdag")


def faults(password: str, profile: str = "standard") -> list[str]:
    return [fault.message.english for fault in judge(profile)(password, KADIS)]


@pytest.mark.parametrize(
    "password",
    [
        "katasandi1234",
        "rahasia123456",
        "P@ssw0rd1234",
        "qwertyuiop12",
        "aaaaaaaaaaaa",
        "123456789012",
        "bismillah2026",
        "admin12345678",
    ],
)
def test_what_many_choose_is_refused(password: str) -> None:
    assert faults(password) == ["Too easy to guess. Try a few words that have nothing to do with each other."]


@pytest.mark.parametrize(
    "password", ["kadis-kadis-1", "Kepala Dinas 2026", "disdag.banggai!", "dinasdisdag1"]
)
def test_what_names_the_person_or_the_office_is_refused(password: str) -> None:
    assert faults(password) == ["Do not use the account, the person's name or NIP, or the agency's name."]


def test_length_counts_in_letters_as_people_see_them() -> None:
    assert faults("kuda biru") == ["At least 12 characters."]
    assert faults("e\u0301" * 11)[0] == "At least 12 characters."
    assert faults("x" * 1001) == ["At most 1000 characters."]
    assert faults("kuda lumping biru sembilan " * 30) == []


def test_long_sentences_need_no_mix_of_characters_except_in_the_profile_bssn() -> None:
    assert faults("kuda lumping biru sembilan") == []
    assert faults("kuda lumping biru sembilan", "bssn") == ["Include a capital letter.", "Include a digit."]
    assert faults("Kuda lumping biru 9", "bssn") == []


def test_the_passwords_that_alur_gives_out_are_good_enough() -> None:
    assert all(faults(secrets.token_urlsafe(12)) == [] for _ in range(50))


@settings(max_examples=60)
@given(st.text(max_size=120))
def test_any_text_gets_an_answer(text: str) -> None:
    for profile in ("standard", "bssn"):
        assert all(isinstance(fault, str) for fault in faults(text, profile))
