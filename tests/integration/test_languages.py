"""Who chose English is told in English: in Alur, in summaries and by mail; everybody else in Indonesian."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from engine.queries.worker.messages import OutgoingMessage
from engine.tables import NOTICE
from notifications.delivery import Delivery
from notifications.mail_texts import letter
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("sqlite")

INDONESIAN = re.compile(r"\b(Tugas|Mohon|Pengingat|Ringkasan|Berkas|tenggat|diselesaikan|diambil|pukul)\b")
SUBJECT = re.compile(r"(?<=: )[^.]*? — [A-Z]+-\d{4}-\d{4}, [^.:]*|[^•.]*? — [A-Z]+-\d{4}-\d{4}, [^.:]*")


def told(office: DemoOffice, who: str) -> list[tuple[str, str]]:
    """(kind, text) of what a person was told, without what the SOP and the case are called."""
    query = select(NOTICE.c.kind, NOTICE.c.text).where(NOTICE.c.account == who).order_by(NOTICE.c.at)
    rows = office.read(lambda tx: tx.connection.execute(query).all())
    return [(row.kind, SUBJECT.sub("", row.text)) for row in rows]


@pytest.fixture
def english(office: DemoOffice) -> DemoOffice:
    """Kadis and the Sekretaris read English."""
    for who in ("kadis", "sekdis"):
        office.reads_english(who)
    return office


def test_new_tasks_returns_and_the_end_are_told_in_the_language_of_each(english: DemoOffice) -> None:
    case_id = english.at_paraf()
    english.complete("sekdis", english.open_task(case_id, "s8").id, outcome="belum_sesuai", reason="Salah")
    english.finish(case_id)
    for who in ("kadis", "sekdis"):
        assert {kind for kind, _ in told(english, who)} >= {"task_new"}
        assert not [text for _, text in told(english, who) if INDONESIAN.search(text)]
    returned = told(english, "kasubbag.perencanaan")
    assert "task_returned" in {kind for kind, _ in returned}
    assert all(INDONESIAN.search(text) for _, text in returned)


def test_stages_and_summaries_are_told_in_the_language_of_each(english: DemoOffice) -> None:
    english.start()
    english.system.sweep()
    english.clock.set("2026-01-06T09:00+08:00")
    english.system.sweep()
    english.clock.set("2026-01-12T09:00+08:00")  # after an outage
    english.system.sweep()
    kinds = {kind for kind, _ in told(english, "kadis")}
    assert kinds >= {"task_new", "digest"}
    texts = [text for _, text in told(english, "kadis")]
    assert not [text for text in texts if INDONESIAN.search(text)]
    assert any("because the system was not running" in text for text in texts)


def test_a_letter_is_in_one_language_from_its_subject_to_its_end(english: DemoOffice) -> None:
    found: list[OutgoingMessage] = []

    class Box:
        name, gathers, needs_address = "mail", True, True
        kinds: frozenset[str] | None = None

        def deliver(self, outgoing: OutgoingMessage) -> None:
            found.append(outgoing)

        def close(self) -> None:
            pass

    object.__setattr__(english.engine.context, "channels", {"mail": None})
    english.start()
    Delivery(english.engine, {"mail": Box()}).run()
    (outgoing,) = [fault for fault in found if fault.message.account == "kadis"]
    written = letter(outgoing)
    assert written.subject.startswith("[Alur] New task")
    assert not INDONESIAN.search(SUBJECT.sub("", written.text)), written.text


def test_an_appointment_is_told_in_the_language_of_who_is_appointed(english: DemoOffice) -> None:
    day = english.clock.now().date()
    for who in ("sekdis", "kabid.psr"):
        english.engine.holdings.give_mandate(
            "kadis", substitute=who, position="kepala-dinas", kind="plh", valid_from=day, valid_to=day
        )
    assert ("mandate", "You are appointed Plh.") in [
        (kind, text[:22]) for kind, text in told(english, "sekdis")
    ]
    assert ("mandate", "Anda ditunjuk sebagai ") in [
        (kind, text[:22]) for kind, text in told(english, "kabid.psr")
    ]
