"""Channels besides mail as they really go out: Apprise to a server here, webhooks by their kinds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from engine.cases.model import Notice
from engine.notices.outbox import WAITS
from notifications.apprise_channel import Relay
from notifications.channels import Channel
from notifications.delivery import Delivered, Delivery
from notifications.webhook import Endpoint, Webhook
from tests.support.offices import DemoOffice
from tests.support.webhook_receiver import Receiver, open_receiver

pytestmark = pytest.mark.on("postgres")

SECRET = "whsec_" + "a" * 44


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with open_receiver() as found:
        yield found


@pytest.fixture
def apprise(receiver: Receiver, office: DemoOffice) -> Relay:
    """The channel as somebody set it up who chose it; kadis has an address there."""
    office.engine.preferences.choose("kadis", addresses={"apprise": "62812"})
    return Relay(f"json://{receiver.url.partition('://')[2]}/{{address}}?rto=2&cto=2", "https://alur.example")


def tell(office: DemoOffice, *channels: Channel, kind: str = "overdue", account: str = "kadis") -> None:
    notice = Notice(
        id=str(uuid4()),
        account=account,
        kind=kind,
        case_id=None,
        task_id=None,
        at=office.clock.now(),
        text="Tugas telah melewati tenggat; mohon segera diselesaikan.",
    )

    def work(tx):  # type: ignore[no-untyped-def]
        tx.notices.put([notice])
        tx.outbox.deliver([notice], {channel.name: channel.kinds for channel in channels})

    office.engine.context.store.execute(work)


def deliver(office: DemoOffice, *channels: Channel) -> Delivered:
    return Delivery(office.engine, {channel.name: channel for channel in channels}).run()


# --- Apprise ---


def test_apprise_takes_a_message_to_the_address_of_its_recipient(
    office: DemoOffice, receiver: Receiver, apprise: Relay
) -> None:
    receiver.status = 200
    tell(office, apprise)
    assert deliver(office, apprise) == Delivered(sent=1)
    (got,) = receiver.received
    told = json.loads(got.body)
    assert got.path.split("?")[0] == "/62812"
    assert told["title"] == "[Alur] Tugas melewati tenggat"
    assert "mohon segera diselesaikan" in told["message"]


def test_who_has_no_address_there_gets_nothing_there(
    office: DemoOffice, receiver: Receiver, apprise: Relay
) -> None:
    tell(office, apprise, account="sekdis")
    assert deliver(office, apprise) == Delivered(unwanted=1)
    assert receiver.received == []


def test_a_service_that_is_down_is_tried_again_given_up_and_told_again_by_hand(
    office: DemoOffice, receiver: Receiver, apprise: Relay
) -> None:
    receiver.status = 500
    tell(office, apprise)
    for _ in WAITS:
        assert deliver(office, apprise) == Delivered(failed=1)
        assert deliver(office, apprise) == Delivered()
        office.clock.advance(days=1)
    assert deliver(office, apprise) == Delivered(dead=1)
    (dead,) = office.engine.queries.worker_health.messages("admin")["items"]
    assert (dead["channel"], dead["account"], dead["attempts"]) == ("apprise", "kadis", len(WAITS) + 1)
    assert len(receiver.received) == len(WAITS) + 1
    receiver.status = 200
    assert deliver(office, apprise) == Delivered()
    office.engine.retry.message("admin", dead["id"])
    assert deliver(office, apprise) == Delivered(sent=1)
    assert office.engine.queries.worker_health.messages("admin")["items"] == []
    assert deliver(office, apprise) == Delivered()


# --- several webhooks ---


def test_every_endpoint_is_told_of_its_kinds_and_none_waits_for_another(office: DemoOffice) -> None:
    posted: list[tuple[str, str]] = []

    def hook(name: str, status: int, *kinds: str) -> Webhook:
        def post(url: str, body: bytes, headers: dict[str, str]) -> int:
            posted.append((name, json.loads(body)["type"]))
            return status

        chosen = frozenset(kinds) if kinds else None
        at = Endpoint(name=name, url="https://hook.example", secrets=[SECRET], kinds=chosen)
        return Webhook(at, office.clock, post)

    down, late, all_ = hook("rusak", 500), hook("dasbor", 204, "overdue", "escalation"), hook("arsip", 204)
    for kind in ("task_new", "overdue"):
        tell(office, down, late, all_, kind=kind)
    assert deliver(office, down, late, all_) == Delivered(sent=3, failed=2)
    assert sorted(item for item in posted if item[0] != "rusak") == [
        ("arsip", "notice.overdue"),
        ("arsip", "notice.task_new"),
        ("dasbor", "notice.overdue"),
    ]
    office.clock.advance(minutes=1)
    posted.clear()
    assert deliver(office, down, late, all_) == Delivered(failed=2)
    assert {name for name, _ in posted} == {"rusak"}
