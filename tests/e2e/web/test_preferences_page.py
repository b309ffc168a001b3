"""The page on which people choose how copies of their notices come."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.web.visiting import Visitor, landed
from tests.support.offices import DemoOffice
from web.page_request import LANGUAGE_COOKIE

PATH = "/account/notifications"


def chosen(office: DemoOffice, who: str = "kadis") -> dict[str, Any]:
    return office.engine.preferences.of(who)


def test_the_page_is_reached_from_ones_account_and_shows_what_holds(office: DemoOffice) -> None:
    kadis = Visitor(office, "kadis")
    assert PATH in kadis.get("/account").text
    form = kadis.form(PATH)
    assert (form.value("pace"), form.value("digest_at")) == ("at_once", "07.30")
    assert [value for name, value in form.fields if name == "channels"] == ["mail", "apprise"]
    assert "belum mengirim salinan" in kadis.get(PATH).text


def test_what_is_chosen_is_kept_and_all_channels_again_means_all(office: DemoOffice) -> None:
    kadis, before = Visitor(office, "kadis"), chosen(office)
    given = {"pace": "digest", "digest_at": "08:00", "quiet_from": "18.00", "quiet_to": "7:00"}
    done = kadis.send(kadis.form(PATH), PATH, channels="mail", addresses__apprise="62812", **given)
    assert landed(done) == f"{PATH}?said=chosen"
    kept = {**given, "quiet_from": "18:00", "quiet_to": "07:00"}
    assert chosen(office) == {**before, **kept, "channels": ["mail"], "addresses": {"apprise": "62812"}}
    assert "sudah disimpan" in kadis.get(f"{PATH}?said=chosen").text
    again = {"channels": ["mail", "apprise"], "quiet_from": "", "quiet_to": "", "pace": "at_once"}
    kadis.send(kadis.form(PATH), PATH, addresses__apprise="", digest_at="07:30", **again)
    assert chosen(office) == before
    assert chosen(office, "sekdis") == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"quiet_from": "18:00", "quiet_to": ""}, "Isi jam mulai dan jam selesainya."),
        ({"digest_at": "25:00"}, "Tulis jam"),
        ({"addresses.mail": "bukan alamat"}, "Bukan alamat."),
        ({"pace": "sometimes"}, "Salah satu dari"),
    ],
)
def test_a_choice_that_cannot_be_is_told_at_its_field_and_keeps_the_rest(
    office: DemoOffice, given: dict[str, str], words: str
) -> None:
    kadis, before = Visitor(office, "kadis"), chosen(office)
    sent = kadis.send(kadis.form(PATH), PATH, **{"addresses__apprise": "62812", **given})
    refused = kadis.refused(sent)
    assert words in refused.text
    assert 'value="62812"' in refused.text
    assert chosen(office) == before


def test_the_page_speaks_english_and_belongs_to_whoever_is_signed_in(office: DemoOffice) -> None:
    kadis = Visitor(office, "kadis")
    kadis.client.cookies.set(f"__Host-{LANGUAGE_COOKIE}", "en")
    assert "Quiet hours" in kadis.get(PATH).text
    assert Visitor(office).get(PATH).status_code == 303


def test_the_language_button_is_also_the_language_in_which_one_is_told(office: DemoOffice) -> None:
    kadis = Visitor(office, "kadis")
    form = kadis.form("/inbox", "/language")
    assert kadis.send(form, language="en").status_code == 303
    office.start()
    kadis.send(form, language="id")
    office.start(period="2025-Q3")
    told = [str(notice["text"])[:9] for notice in office.engine.queries.notices.list("kadis")["items"]]
    assert sorted(told) == ["New task:", "Tugas bar"]
