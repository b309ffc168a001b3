"""Bagaimana jika: an SOP simulated on a page that works as a form, and exports where one looks for them."""

from __future__ import annotations

import pytest

from tests.e2e.web.visiting import Visitor
from tests.support.offices import SOP, DemoOffice
from tests.support.processes import read_log
from web.what_if import bars

PAGE = f"/sops/{SOP}/1.0.0/what-if"


def test_the_page_answers_at_once_and_again_for_another_question(office: DemoOffice) -> None:
    auditor = Visitor(office, "auditor")
    first = auditor.get(f"{PAGE}?service=standard&waiting=none&return.s6=0&return.s8=0&runs=5&cases=1&seed=1")
    assert first.status_code == 200
    assert "1.110" in first.text
    other = auditor.get(f"{PAGE}?service=standard&waiting=none&return.s6=0&return.s8=0&runs=5&time.s5=960")
    assert "1.590" in other.text
    assert auditor.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        ("runs=99999999", "99999999"),
        ("arrivals=banyak", "banyak"),
        ("time.s5=lama", "lama"),
        ("return.s6=banyak", "banyak"),
        ("holders.sekdis=0", "holders.sekdis"),
        ("absent.sekdis.from=kapan&absent.sekdis.to=nanti", "kapan"),
        ("runs=20000&cases=1000", "20000"),
        ("holders.siapa=2", "holders.siapa"),
        ("unknown=1", "Hitung"),
    ],
)
def test_what_cannot_be_computed_is_told_and_stays_in_its_field(
    office: DemoOffice, asked: str, typed: str
) -> None:
    shown = Visitor(office, "auditor").get(f"{PAGE}?{asked}")
    assert shown.status_code == 422
    assert typed in shown.text


def test_bars_count_every_value_once() -> None:
    assert [(bar.count, bar.high) for bar in bars([5.0, 5.0])] == [(2, 1.0)]
    found = bars([float(value) for value in range(100)])
    assert sum(bar.count for bar in found) == 100
    assert bars([]) == []


def test_exports_are_saved_from_the_timing_log(office: DemoOffice) -> None:
    office.finish(office.start())
    auditor = Visitor(office, "auditor")
    assert "/export?format=xes" in auditor.get("/timing-log").text
    saved = auditor.get("/export?format=xes&from=01/01/2026&to=31/12/2026")
    assert "attachment" in saved.headers["Content-Disposition"]
    assert len(read_log(saved.text)) == 1
    assert auditor.get("/export?format=xes&from=kapan").status_code == 422
    assert auditor.get("/export").status_code == 422
    assert auditor.get(f"/export?format=bpmn&sop={SOP}").text.startswith("<?xml")
    assert Visitor(office, "jp.psr.1").get("/export?format=xes").status_code == 403
