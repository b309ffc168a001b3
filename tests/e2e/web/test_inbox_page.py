"""The inbox as a page: narrowed by what people ask for, and where what was sent on is now."""

from __future__ import annotations

import re

from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice


def labels(shown: str) -> list[str]:
    return re.findall(r'<h2><a href="/tasks/[^"]+">([^<]+)</a>', shown)


def test_the_list_is_narrowed_by_days_as_people_type_them_and_says_by_what(office: DemoOffice) -> None:
    office.start()
    visitor = Visitor(office, "kadis")
    assert labels(visitor.get("/inbox").text)
    asked = "/inbox?due_after=5/1/2026&due_before=06/01/2026&returned=false&unit=dinas-perdagangan"
    shown = visitor.get(asked).text
    for words in (
        "tenggat mulai 5 Januari 2026",
        "tenggat sebelum 6 Januari 2026",
        "belum pernah dikembalikan",
    ):
        assert words in shown
    assert 'value="06/01/2026"' in shown
    assert visitor.get("/inbox?due_before=31/31/2026").status_code == 422
    later = visitor.get("/inbox?due_after=01/02/2026").text
    assert labels(later) == []
    assert "Hapus saringan" in later


def test_cases_and_tasks_are_narrowed_by_a_period_that_is_chosen(office: DemoOffice) -> None:
    office.start()
    visitor = Visitor(office, "kadis")
    period = office.engine.queries.cases.list("kadis")["items"][0]["period"]
    year, part = period.split("-")
    for page in ("/inbox", "/cases"):
        shown = visitor.get(f"{page}?period.year={year}&period.part={part}").text
        assert f'<option value="{part}" selected>' in shown
        assert f'name="period.year" value="{year}"' in shown
        assert "Hapus saringan" not in shown or page == "/inbox"
        assert visitor.get(f"{page}?period={period}").text.count(f'<option value="{part}" selected>') == 1
        assert "yang cocok dengan saringan ini" in visitor.get(f"{page}?period.year=1999&period.part=").text
        assert visitor.get(f"{page}?period.part={part}&period.year=").status_code == 422
        assert visitor.get(f"{page}?period.year=&period.part=").status_code == 200


def test_what_was_sent_on_says_who_has_it_now_and_until_when(office: DemoOffice) -> None:
    case_id = office.with_branches()
    shown = Visitor(office, "kadis").get("/inbox/sent").text
    assert f"/cases/{case_id}" in shown
    assert "Kepala Bidang Pengelolaan Pasar" in shown
    assert re.search(r"\w+, \d+ \w+ 2026 pukul \d\d\.\d\d WITA", shown)
    assert case_id not in Visitor(office, "jp.pdn.1").get("/inbox/sent").text


def test_whoever_starts_sees_what_runs_of_the_same_sop(office: DemoOffice) -> None:
    case_id = office.start()
    shown = Visitor(office, "kadis").get("/cases/new/perbaikan-data-kinerja").text
    assert "SOP ini sedang berjalan" in shown
    assert f"/cases/{case_id}" in shown
