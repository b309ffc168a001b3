"""Notices that leave the office: gathered, sent, tried again, given up, sent again; nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest

from engine.audit.events import OPERATION
from engine.cases.model import Notice
from engine.errors import InvalidInput
from engine.notices.outbox import WAITS, Message, Preference
from engine.queries.worker.messages import OutgoingMessage, OutgoingMessages
from engine.store.audit_reader import all_streams, read_events, verify_log
from notifications.channels import Channel, DeliveryFailed
from notifications.delivery import Delivered, Delivery
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory
from tests.support.smtp_server import open_post_office
from tests.support.stored_cases import details_of


class Letterbox:
    """A channel that keeps what it is given; ``faults`` are raised first, one per delivery."""

    gathers = True
    needs_address = True
    kinds: frozenset[str] | None = None

    def __init__(self, name: str = "mail") -> None:
        self.name = name
        self.messages: list[OutgoingMessage] = []
        self.faults: list[Exception] = []

    def deliver(self, outgoing: OutgoingMessage) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.messages.append(outgoing)

    def close(self) -> None:
        pass


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    yield office
    office.system.close()


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


def deliver(office: DemoOffice, *channels: Channel) -> Delivered:
    return Delivery(office.engine, {channel.name: channel for channel in channels}).run()


def tell(
    office: DemoOffice, account: str = "kadis", number: int = 1, channels: tuple[str, ...] = ("mail",)
) -> None:
    """Notices of one person that have to leave the office."""
    notices = [
        Notice(
            id=str(uuid4()),
            account=account,
            kind="overdue",
            case_id=None,
            task_id=None,
            at=office.clock.now(),
            text=f"Tugas {n} telah melewati tenggat; mohon segera diselesaikan.",
        )
        for n in range(number)
    ]

    def work(tx):  # type: ignore[no-untyped-def]
        tx.notices.put(notices)
        tx.outbox.deliver(notices, dict.fromkeys(channels))

    office.engine.context.store.execute(work)


def test_thirty_late_tasks_make_one_mail_with_thirty_lines(office: DemoOffice, box: Letterbox) -> None:
    tell(office, number=30)
    assert deliver(office, box) == Delivered(sent=1)
    (outgoing,) = box.messages
    assert (outgoing.address, len(outgoing.items)) == ("kadis@disdag.example", 30)
    texts = [item.notice.text for item in outgoing.items]
    assert texts == sorted(texts)
    assert deliver(office, box) == Delivered()


def test_a_broken_recipient_or_channel_stops_no_other_and_is_told_once_to_administrators(
    office: DemoOffice, box: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Letterbox("chat")
    monkeypatch.setattr(broken, "close", lambda: 1 / 0)
    delivery = Delivery(office.engine, {"mail": box, "chat": broken})
    gathered = delivery._gathered

    def failing(tx: Any, account: str, channel: str, now: Any) -> bool:
        if account == "kadis":
            raise ArithmeticError("planted")
        return gathered(tx, account, channel, now)

    monkeypatch.setattr(delivery, "_gathered", failing)
    tell(office, "kadis")
    tell(office, "sekdis")
    for job in (*delivery.jobs, *delivery.jobs):
        job()
    assert [outgoing.address for outgoing in box.messages] == ["sekdis@disdag.example"]
    told = [item["text"] for item in office.engine.queries.notices.list("admin")["items"]]
    for name in ("akun kadis", "Saluran chat"):
        assert sum(name in text for text in told) == 1, told


def test_a_failure_is_tried_again_later_with_the_same_message(office: DemoOffice, box: Letterbox) -> None:
    box.faults = [DeliveryFailed("busy"), RuntimeError("a bug of the channel")]
    tell(office)
    for _ in range(2):
        assert deliver(office, box) == Delivered(failed=1)
        assert deliver(office, box) == Delivered()
        office.clock.advance(hours=1)
    assert deliver(office, box) == Delivered(sent=1)
    assert len(box.messages) == 1


def test_after_the_last_attempt_a_message_is_dead_visible_and_can_be_sent_again(
    office: DemoOffice, box: Letterbox
) -> None:
    box.faults = [DeliveryFailed("no route")] * (len(WAITS) + 1)
    tell(office)
    ended = Delivered()
    while not ended.dead:
        ended = deliver(office, box)
        office.clock.advance(hours=12)
    (dead,) = OutgoingMessages(office.engine.context).dead()
    assert (dead.account, dead.error) == ("kadis", "no route")
    assert deliver(office, box) == Delivered()
    assert office.engine.retry.messages(dead.id) == 1
    assert office.engine.retry.messages(dead.id) == 0
    stored = office.engine.context.store.read(lambda c: list(read_events(c, [OPERATION])))
    assert [(holding.act, holding.account) for holding in stored] == [("operation.resend", None)]
    assert deliver(office, box) == Delivered(sent=1)
    assert box.messages[0].message.id == dead.id


def test_a_channel_that_fails_holds_no_other_channel_up(office: DemoOffice, box: Letterbox) -> None:
    broken = Letterbox("apprise")
    broken.faults = [DeliveryFailed("down")] * 1000
    office.engine.preferences.choose("kadis", addresses={"apprise": "12345"})
    for account in ("kadis", "sekdis"):
        tell(office, account, channels=("mail", "apprise"))
    office.engine.preferences.choose("sekdis", addresses={"apprise": "54321"})
    ended = deliver(office, broken, box)
    assert (ended.sent, ended.failed) == (2, 2)


class Waiting(Letterbox):
    """A letterbox that takes no letter of one person before others have let it go on."""

    def __init__(self, account: str, name: str = "mail") -> None:
        super().__init__(name)
        self._account = account
        self.reached, self.may_go_on = Event(), Event()

    def deliver(self, outgoing: OutgoingMessage) -> None:
        if outgoing.message.account == self._account:
            self.reached.set()
            assert self.may_go_on.wait(30)
        super().deliver(outgoing)
        if len(self.messages) == 9:
            self.may_go_on.set()


def test_one_letter_that_hangs_holds_no_other_letter_up(office: DemoOffice) -> None:
    accounts = sorted(account.username for account in office.organisation().accounts)[:10]
    for account in accounts:
        tell(office, account)
    slow = Waiting(accounts[0])
    assert deliver(office, slow) == Delivered(sent=10)
    assert slow.messages[-1].message.account == accounts[0]


def test_a_channel_that_hangs_holds_no_other_channel_up(office: DemoOffice) -> None:
    office.engine.preferences.choose("kadis", addresses={"apprise": "12345"})
    tell(office, channels=("mail", "apprise"))
    hanging, box = Waiting("kadis"), Letterbox("apprise")
    by_mail, by_apprise = Delivery(office.engine, {"mail": hanging, "apprise": box}).jobs
    with ThreadPoolExecutor(1) as thread:
        mail = thread.submit(by_mail)
        assert hanging.reached.wait(30)
        assert by_apprise() == Delivered(sent=1)
        hanging.may_go_on.set()
        assert mail.result() == Delivered(sent=1)


def test_what_a_slow_round_has_not_begun_in_time_is_left_to_others(office: DemoOffice) -> None:
    accounts = sorted(account.username for account in office.organisation().accounts)[:10]
    for account in accounts:
        tell(office, account)

    class Slow(Letterbox):
        def deliver(self, outgoing: OutgoingMessage) -> None:
            office.clock.advance(minutes=3)
            super().deliver(outgoing)

    slow, box = Slow(), Letterbox()
    sent = deliver(office, slow).sent
    assert 0 < sent < 10
    assert deliver(office, box) == Delivered(sent=10 - sent)


def test_a_message_whose_worker_died_is_sent_by_another_one_after_a_while(
    office: DemoOffice, box: Letterbox
) -> None:
    tell(office)
    box.faults = [KeyboardInterrupt("killed")]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        deliver(office, box)
    assert deliver(office, box) == Delivered()
    office.clock.advance(minutes=5)
    assert deliver(office, box) == Delivered(sent=1)


def test_who_wants_a_digest_gets_one_mail_in_the_morning(office: DemoOffice, box: Letterbox) -> None:
    office.engine.preferences.choose("kadis", pace="digest", digest_at="07:45")
    for _ in range(3):
        tell(office)
        office.clock.advance(hours=2)
        assert deliver(office, box) == Delivered()
    office.clock.set("2026-01-06T07:45+08:00")
    assert deliver(office, box) == Delivered(sent=1)
    assert len(box.messages[0].items) == 3


def test_quiet_hours_of_a_person_hold_mail_back_until_their_end(office: DemoOffice, box: Letterbox) -> None:
    office.engine.preferences.choose("kadis", quiet_from="12:00", quiet_to="13:30")
    office.clock.set("2026-01-05T12:10+08:00")
    tell(office)
    assert deliver(office, box) == Delivered()
    office.clock.set("2026-01-05T13:30+08:00")
    assert deliver(office, box) == Delivered(sent=1)


def test_who_wants_no_mail_gets_none_and_sees_the_notice_all_the_same(
    office: DemoOffice, box: Letterbox
) -> None:
    office.engine.preferences.choose("kadis", channels=())
    tell(office)
    deliver(office, box)
    assert box.messages == []
    assert office.engine.queries.notices.unread("kadis") == 1


def test_an_act_makes_deliveries_only_for_channels_that_are_set_up(
    database_factory: DatabaseFactory, tmp_path: Path, box: Letterbox
) -> None:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    office.start()
    assert deliver(office, box) == Delivered()
    object.__setattr__(office.engine.context, "channels", {"mail": None})
    office.start(period="2025-Q3")
    assert deliver(office, box).sent == 1
    office.system.close()


def test_a_real_server_that_misbehaves_loses_nothing_and_repeats_share_their_id(office: DemoOffice) -> None:
    with open_post_office(refuses=0.2, drops=0.1, hangs=0.02, drops_after=0.1) as (post, mail):
        accounts = [account.username for account in office.organisation().accounts]
        for account in accounts:
            tell(office, account, number=2)
        sent = 0
        for _ in range(60):
            sent += deliver(office, mail).sent
            office.clock.advance(timedelta(minutes=10))
            if sent == len(accounts):
                break
    assert sent == len(accounts)
    addressed = {str(letter["To"].addresses[0].addr_spec) for letter in post.letters}
    assert addressed == {f"{account}@disdag.example" for account in accounts}
    assert len(post.by_id()) == len(accounts)
    assert max(post.by_id().values()) > 1
    first = {}
    for letter in post.letters:
        assert first.setdefault(str(letter["Message-ID"]), letter.as_bytes()) == letter.as_bytes()


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"pace": "sometimes"}, "pace"),
        ({"digest_at": "25:00"}, "digest_at"),
        ({"digest_at": ""}, "digest_at"),
        ({"quiet_from": "half past"}, "quiet_from"),
        ({"channels": ("pigeon",)}, "channels"),
        ({"addresses": {"mail": "no address"}}, "addresses.mail"),
        ({"addresses": {"mail": "a@b\nBcc: c@d"}}, "addresses.mail"),
        ({"addresses": {"webhook": "https://example.com"}}, "addresses.webhook"),
        ({"addresses": {"apprise": "1/../../2"}}, "addresses.apprise"),
    ],
)
def test_choices_that_make_no_sense_are_refused_at_their_place(
    office: DemoOffice, given: dict[str, Any], path: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.engine.preferences.choose("kadis", **given)
    assert [error.path for error in refused.value.errors] == [path]
    assert office.engine.queries.outgoing.preference("kadis") == Preference(account="kadis")


def test_a_choice_keeps_the_others_and_leaves_an_event(office: DemoOffice) -> None:
    office.engine.preferences.choose("kadis", pace="digest", quiet_from="12:00", quiet_to="13:00")
    office.engine.preferences.choose("kadis", quiet_from=None, quiet_to=None)
    chosen = office.engine.queries.outgoing.preference("kadis")
    assert (chosen.pace, chosen.quiet_from) == ("digest", None)
    office.engine.preferences.choose("kadis", addresses={"mail": "a@b.example"})
    stream = ["preference:kadis"]
    stored = office.engine.context.store.read(lambda c: list(read_events(c, stream)))
    changes = [change["fields"] for event in stored for change in json.loads(event.body)["changes"]]
    assert changes[0]["pace"] == ["at_once", "digest"]
    assert changes[1] == {"quiet_from": ["12:00", None], "quiet_to": ["13:00", None]}
    # An address is told beside the event, where it can be erased.
    assert not any(b"b.example" in event.body for event in stored)
    beside = office.engine.context.store.read(lambda c: details_of(c, stream))
    assert [b"b.example" in (event.body or b"") for event in beside.values()] == [True]
    report = office.engine.context.store.read(verify_log)
    assert report.ok
    assert "preference:kadis" in office.engine.context.store.read(all_streams)


def test_none_goes_back_to_what_holds_without_a_choice(office: DemoOffice) -> None:
    choose = office.engine.preferences.choose
    choose("kadis", pace="digest", channels=(), addresses={"mail": "a@b.example"})
    assert choose("kadis", channels=None)["channels"] is None
    choose("kadis", pace=None, addresses=None)
    assert office.engine.queries.outgoing.preference("kadis") == Preference(account="kadis")


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_ten_thousand_mails_into_a_server_that_misbehaves_all_arrive(office: DemoOffice) -> None:
    number = 10_000
    now = office.clock.now()
    made = [str(uuid4()) for _ in range(number)]

    def work(tx: Any) -> None:
        for message_id in made:
            notice = Notice(
                id=str(uuid4()),
                account="kadis",
                kind="overdue",
                case_id=None,
                task_id=None,
                at=now,
                text="Tugas",
            )
            tx.notices.put([notice])
            tx.outbox.deliver([notice], {"mail": None})
            tx.outbox.put(
                Message(id=message_id, channel="mail", account="kadis", created_at=now, next_try_at=now),
                [notice.id],
            )

    office.engine.context.store.execute(work)
    sent = 0
    with open_post_office(refuses=0.1, drops=0.05, hangs=0.005, drops_after=0.05) as (post, mail):
        while sent < number:
            round_ = deliver(office, mail)
            assert round_.dead == 0
            sent += round_.sent
            office.clock.advance(minutes=15)
    assert {f"<{message_id}@disdag.example>" for message_id in made} == set(post.by_id())
    assert max(post.by_id().values()) > 1


def test_a_letter_that_waited_asks_for_nothing_that_was_settled_meanwhile(
    office: DemoOffice, box: Letterbox
) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    box.faults = [DeliveryFailed("away")]
    notice = Notice(
        id=str(uuid4()),
        account="kadis",
        kind="overdue",
        case_id=case_id,
        task_id=task.id,
        at=office.clock.now(),
        text="Tugas telah melewati tenggat; mohon segera diselesaikan.",
    )

    def work(tx):  # type: ignore[no-untyped-def]
        tx.notices.put([notice])
        tx.outbox.deliver([notice], {"mail": None})

    office.engine.context.store.execute(work)
    assert deliver(office, box) == Delivered(failed=1)
    office.engine.cases.cancel("kadis", case_id, reason="Salah periode")
    office.clock.advance(hours=1)
    assert deliver(office, box) == Delivered(unwanted=1)
    assert box.messages == []
