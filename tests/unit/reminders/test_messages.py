"""What leaves the office: letters in two languages, and the choices of their recipients."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from engine.cases.model import Notice
from engine.notices.outbox import WAITS, Message, MessageState, Preference, failed
from engine.queries.worker.messages import Item, OutgoingMessage
from notifications.channels import DeliveryFailed
from notifications.mail import composed
from notifications.mail_texts import letter
from runtime.settings import Settings

NOW = datetime(2026, 1, 13, 1, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Makassar")


def an_item(**given: Any) -> Item:
    notice = Notice(
        id="n1",
        account="sekdis",
        kind="overdue",
        case_id="c1",
        task_id="t1",
        at=NOW,
        text="Tugas <b>Paraf</b> telah melewati tenggat; mohon segera diselesaikan.",
        stage="tenggat",
    )
    values: dict[str, Any] = {
        "notice": notice,
        "case_number": "PDK-2026-0001",
        "case_title": "Perbaikan",
        "label": "Paraf",
        "due_at": NOW,
        "due": {
            "minutes": 480,
            "hold_minutes": 0,
            "years_without_list": [],
            "segments": [
                {
                    "from": "2026-01-12T09:00:00+08:00",
                    "to": "2026-01-12T12:00:00+08:00",
                    "minutes": 180,
                    "kind": "work",
                    "regime": "ramadan",
                    "note": "jam kerja",
                },
                {
                    "from": "2026-01-12T16:00:00+08:00",
                    "to": "2026-01-14T00:00:00+08:00",
                    "minutes": 0,
                    "kind": "free",
                    "regime": "normal",
                    "note": "libur nasional: Isra Mikraj (SKB 1/2025)",
                },
            ],
        },
    }
    return Item(**values | given)


def a_message(*items: Item, **given: Any) -> OutgoingMessage:
    message = Message(id="m1", channel="mail", account="sekdis", created_at=NOW, next_try_at=NOW)
    values: dict[str, Any] = {
        "message": message,
        "agency": "Dinas Perdagangan",
        "recipient": "Sekretaris Dinas",
        "address": "sekdis@disdag.example",
        "language": "id",
        "zone": ZONE,
        "items": items or (an_item(),),
    }
    return OutgoingMessage(**values | given)


def test_a_letter_is_polite_and_tells_deadline_its_counting_and_where_to_go() -> None:
    written = letter(a_message(), "https://alur.example/")
    assert written.subject == "[Alur] Tugas melewati tenggat: PDK-2026-0001"
    for text in (
        "Yth. Sekretaris Dinas,",
        "mohon segera diselesaikan",
        "Tenggat: Selasa, 13 Januari 2026 pukul 09.30 WITA",
        "480 menit kerja",
        "  Sen, 12 Jan 2026 09.00–12.00 WITA: 180 menit, jam kerja (Ramadan)",
        "  Sen, 12 Jan 2026 16.00 – Rab, 14 Jan 2026 00.00 WITA: libur nasional: Isra Mikraj (SKB 1/2025)",
        "https://alur.example/tasks/t1",
        "Dinas Perdagangan",
    ):
        assert text in written.text
    assert "&lt;b&gt;Paraf&lt;/b&gt;" in written.html
    assert "<b>" not in written.html


def test_a_letter_in_english_says_the_same_in_english() -> None:
    written = letter(a_message(language="en"))
    assert written.subject == "[Alur] Task past its deadline: PDK-2026-0001"
    assert "Dear Sekretaris Dinas," in written.text
    assert "Due: Tuesday, 13 January 2026, 09:30 WITA" in written.text
    assert "  Mon, 12 Jan 2026 09:00–12:00 WITA: 180 minutes, working hours (Ramadan)" in written.text
    assert "holiday: Isra Mikraj (SKB 1/2025)" in written.text
    assert "mohon segera" in written.text  # a notice was written in the language of its day


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("id", "Perhitungan tenggat (480 menit kerja, termasuk 90 menit penundaan):"),
        ("en", "How it was counted (480 minutes of work, 90 of them on hold):"),
    ],
)
def test_a_hold_in_a_deadline_is_told(language: str, told: str) -> None:
    item = an_item()
    held = replace(item, due={**item.due, "hold_minutes": 90})
    assert told in letter(a_message(held, language=language)).text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("id", "Tenggat ini sementara: belum ada daftar hari libur resmi tahun 2027."),
        ("en", "This deadline is provisional: there is no official list of holidays for 2027 yet."),
    ],
)
def test_a_deadline_in_a_year_without_a_list_of_holidays_is_told_as_provisional(
    language: str, told: str
) -> None:
    item = an_item()
    provisional = replace(item, due={**item.due, "years_without_list": [2027]})
    assert told in letter(a_message(provisional, language=language)).text
    assert told not in letter(a_message(item, language=language)).text


@pytest.mark.parametrize(
    ("language", "subject"),
    [("id", "Proses terjadwal belum dimulai"), ("en", "Scheduled process not started")],
)
def test_what_nobody_took_up_and_is_no_task_is_a_scheduled_start(language: str, subject: str) -> None:
    notice = replace(an_item().notice, kind="not_picked_up", case_id=None, task_id=None)
    item = Item(notice=notice)
    assert letter(a_message(item, language=language)).subject == f"[Alur] {subject}"


def test_many_notices_are_one_letter_without_the_counting() -> None:
    written = letter(a_message(*[an_item()] * 30))
    assert written.subject == "[Alur] 30 pemberitahuan"
    assert written.text.count("mohon segera diselesaikan") == 30
    assert "480" not in written.text


def test_a_letter_made_again_is_the_same_to_the_byte() -> None:
    first, again = (composed(a_message(), "alur@disdag.example", None) for _ in range(2))
    assert first == again
    assert b"Message-ID: <m1@disdag.example>" in first


def test_a_letter_says_in_both_its_forms_what_was_written_and_its_lines_are_short() -> None:
    outgoing = a_message()
    sent = composed(outgoing, "alur@disdag.example", None)
    read, written = message_from_bytes(sent, policy=default), letter(outgoing)
    texts = [part.get_content().replace("\r\n", "\n").rstrip() for part in read.iter_parts()]
    assert texts == [written.text.rstrip(), written.html.rstrip()]
    assert read["Subject"] == written.subject
    assert read["From"].addresses[0].display_name == f"Alur — {outgoing.agency}"
    assert sent.isascii()
    assert max(map(len, sent.split(b"\r\n"))) <= 78


@pytest.mark.parametrize("line", ["Dinas\r\nBcc: c@d.example", "Dinas\nX: y"])
def test_a_name_cannot_add_a_header(line: str) -> None:
    with pytest.raises(DeliveryFailed) as refused:
        composed(a_message(recipient=line), "alur@disdag.example", None)
    assert refused.value.permanent


@pytest.mark.parametrize("address", ["no address", "a@b\r\nBcc: c@d.example", ""])
def test_an_address_that_is_none_is_never_tried_again(address: str) -> None:
    with pytest.raises(DeliveryFailed) as refused:
        composed(a_message(address=address), "alur@disdag.example", None)
    assert refused.value.permanent


@pytest.mark.parametrize(
    "given",
    [
        {"mail_host": "mail.example"},
        {"mail_host": "m.example", "mail_from": "a@b.example", "mail_password": "x", "mail_security": "none"},
    ],
)
def test_settings_that_would_send_unsafely_or_not_at_all_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**given)


def test_without_settings_nothing_leaves_the_office() -> None:
    settings = Settings()
    assert (settings.mail_host, settings.webhooks, settings.apprise_url) == (None, (), None)


def test_waits_grow_and_the_last_failure_ends_a_message() -> None:
    message = Message(id="m", channel="mail", account="a", created_at=NOW, next_try_at=NOW)
    for wait in WAITS:
        message = failed(message, NOW, "down")
        assert (message.state, message.next_try_at) == (MessageState.PENDING, NOW + wait)
    assert failed(message, NOW, "down").state is MessageState.DEAD
    assert timedelta(hours=24) < sum(WAITS, timedelta()) < timedelta(hours=48)


def test_a_daily_mail_waits_for_its_time_and_quiet_hours_past_midnight_end_in_the_morning() -> None:
    eight = NOW.replace(hour=0, minute=0)  # 08:00 local
    daily = Preference(account="a", pace="digest", digest_at="07:30")
    assert daily.not_before(eight, eight, ZONE) == datetime(2026, 1, 14, 7, 30, tzinfo=ZONE)
    night = Preference(account="a", quiet_from="21:00", quiet_to="06:00")
    assert night.not_before(eight, eight, ZONE) == eight
    late = datetime(2026, 1, 13, 23, 0, tzinfo=ZONE)
    assert night.not_before(late, late, ZONE) == datetime(2026, 1, 14, 6, 0, tzinfo=ZONE)
