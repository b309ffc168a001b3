"""A paraf confirmed by a fresh sign-in at the provider: the whole way, and every way to get round it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from engine.access.actor import HOST
from engine.clock import FakeClock
from engine.store.audit_reader import read_events
from tests.e2e.web.at_provider import COOKIE, back_from, state_of, way_back
from tests.e2e.web.visiting import Html, Visitor, landed
from tests.support.offices import DemoOffice
from tests.support.openid_provider import RunningProvider, query_of

SEKDIS, SUBJECT = "sekdis", "s-2"
NOT_CONFIRMED = "Masukkan kata sandi Anda sekali lagi, atau konfirmasikan di penyedia akun"


@dataclass
class Desk:
    """The Sekretaris at his paraf, signed in at the provider and without a password of Alur's own."""

    office: DemoOffice
    running: RunningProvider
    visitor: Visitor
    task_id: str

    @property
    def path(self) -> str:
        return f"/tasks/{self.task_id}"

    @property
    def ticks(self) -> list[str]:
        return [requirement["id"] for requirement in self.office.shown(SEKDIS, self.task_id)["requirements"]]

    def leave(self, **typed: Any) -> str:
        """Press the button; the provider's address that the page leads on to."""
        answer = self.visitor.send(self.visitor.form(self.path), do="confirm", **typed)
        assert answer.status_code == 200, answer.text
        [meta] = [given for tag, given in Html(answer.text).tags if given.get("http-equiv") == "refresh"]
        url = str(meta["content"]).removeprefix("0; url=")
        assert any(given.get("href") == url for tag, given in Html(answer.text).tags if tag == "a")
        return url

    def come_back(self, url: str, subject: str = SUBJECT) -> Response:
        return self.visitor.get(back_from(self.running, url, subject))

    def confirm(self, **typed: Any) -> None:
        answer = self.come_back(self.leave(**typed))
        assert (answer.status_code, landed(answer)) == (303, f"{self.path}?said=confirmed")

    def sign(self, **typed: Any) -> Response:
        typed = {"requirements": self.ticks, **typed}
        sent = self.visitor.send(self.visitor.form(self.path), do="complete:sesuai", **typed)
        return self.visitor.refused(sent) if sent.headers["location"] == self.path else sent

    def events(self, stream: str) -> list[dict[str, Any]]:
        found = self.office.engine.context.store.read(lambda item: list(read_events(item, [stream])))
        return [json.loads(event.body) for event in found]


@pytest.fixture
def desk(linked: DemoOffice, running: RunningProvider) -> Desk:
    case_id = linked.at_paraf()
    linked.engine.identities.leave_password(SEKDIS, by=HOST)
    running.put_person(SUBJECT, email="sekdis@disdag.example", email_verified=True)
    return Desk(linked, running, signed_in(linked, running), linked.open_task(case_id, "s8").id)


def signed_in(office: DemoOffice, running: RunningProvider, subject: str = SUBJECT) -> Visitor:
    visitor = Visitor(office)
    assert visitor.get(way_back(visitor, running, subject)).headers["location"] == "/"
    return visitor


def is_signed(desk: Desk) -> bool:
    return desk.office.task(desk.task_id).outcome == "sesuai"


def test_whoever_has_no_password_signs_after_a_fresh_sign_in_and_loses_nothing(desk: Desk) -> None:
    shown = desk.visitor.get(desk.path).text
    assert 'name="password"' not in shown
    assert "Konfirmasi lewat Akun Banggai" in shown
    ticked = desk.ticks
    assert ticked
    desk.confirm(reason="Sudah saya periksa", requirements=ticked)
    form = desk.visitor.form(desk.path)
    assert (form.value("reason"), form.values("requirements")) == ("Sudah saya periksa", ticked)
    assert "Sudah dikonfirmasi lewat Akun Banggai" in desk.visitor.get(desk.path).text
    completed = desk.visitor.send(desk.visitor.form(desk.path), do="complete:sesuai")
    assert landed(completed).startswith("/inbox?said=complete")
    task = desk.office.task(desk.task_id)
    assert task.outcome == "sesuai"
    signature = next(
        event["facts"]["signature"]
        for event in reversed(desk.events(f"case:{task.case_id}"))
        if event["act"] == "task.complete"
    )
    assert (signature["kind"], signature["way"]) == ("initial", "oidc")
    [confirmed] = [
        event for event in desk.events("organisation:disdag-banggai") if event["act"] == "account.confirm"
    ]
    issuer = desk.running.issuer
    assert confirmed["facts"] == {"task": desk.task_id, "way": "oidc", "issuer": issuer}
    assert desk.office.rows()["confirmation"] == []


def test_the_provider_is_told_to_prove_the_person_anew(desk: Desk) -> None:
    asked = query_of(desk.leave())
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "https://testserver/sign-in/oidc/callback"


@pytest.mark.parametrize(
    "auth_time",
    [lambda now: now - 90, lambda _: None, lambda _: "kini", lambda _: True],
    ids=["before", "none", "word", "bool"],
)
def test_a_provider_that_did_not_ask_anew_confirms_nothing(
    desk: Desk, machine: FakeClock, auth_time: Any
) -> None:
    url = desk.leave(reason="Alasan saya")
    desk.running.put_person(SUBJECT, auth_time=auth_time(int(machine.now().timestamp())))
    refused = desk.come_back(url)
    assert refused.status_code == 403
    assert "Alasan saya" in refused.text
    assert NOT_CONFIRMED in desk.sign().text
    assert not is_signed(desk)


def test_another_person_of_the_provider_confirms_nothing_and_is_linked_to_nobody(desk: Desk) -> None:
    desk.running.put_person("s-9", email="sekdis@disdag.example", email_verified=True)
    for subject in ("s-9", "s-1"):
        refused = desk.come_back(desk.leave(), subject)
        assert refused.status_code == 403
        assert "masuk sebagai orang lain" in refused.text
    desk.sign()
    assert not is_signed(desk)
    assert len(desk.office.engine.identities.links(SEKDIS, by=HOST)) == 1
    assert desk.office.engine.identities.links("kadis", by=HOST) == []


def test_an_answer_counts_once_and_in_the_session_that_asked(desk: Desk) -> None:
    answer = back_from(desk.running, desk.leave(), SUBJECT)
    cookie = desk.visitor.client.cookies[COOKIE]
    other = signed_in(desk.office, desk.running)
    other.client.cookies.set(COOKIE, cookie)
    refused = other.get(answer)
    assert (refused.status_code, "sudah dipakai" in refused.text) == (409, True)
    thief = Visitor(desk.office)
    thief.client.cookies.set(COOKIE, cookie)
    assert thief.get(answer).headers["location"].startswith("/sign-in?")
    desk.confirm()
    desk.visitor.client.cookies.set(COOKIE, cookie)
    assert desk.visitor.get(answer).status_code in (403, 409)
    elsewhere = other.send(other.form(desk.path), do="complete:sesuai", requirements=desk.ticks)
    assert NOT_CONFIRMED in other.refused(elsewhere).text
    assert not is_signed(desk)


def test_the_answer_to_an_earlier_attempt_is_replaced_by_the_later_one(desk: Desk) -> None:
    first = back_from(desk.running, desk.leave(), SUBJECT)
    cookie = desk.visitor.client.cookies[COOKIE]
    desk.leave()
    desk.visitor.client.cookies.delete(COOKIE)
    desk.visitor.client.cookies.set(COOKIE, cookie)
    assert desk.visitor.get(first).status_code == 409


def test_what_was_confirmed_is_this_task_as_it_was_for_five_minutes(desk: Desk, machine: FakeClock) -> None:
    desk.confirm()
    take, store = desk.office.engine.confirmation.take, desk.office.engine.context.store
    session = desk.office.rows()["confirmation"][0].split("'")[1]
    others = desk.office.state(desk.office.task(desk.task_id).case_id).tasks.values()
    for task in others:
        if task.id != desk.task_id:
            assert not store.execute(lambda tx, task=task: take(tx, session, task))  # type: ignore[misc]
    desk.visitor.send(desk.visitor.form(desk.path), do="save")
    assert NOT_CONFIRMED in desk.sign().text
    desk.confirm()
    machine.advance(timedelta(minutes=5))
    assert "Sudah dikonfirmasi lewat" not in desk.visitor.get(desk.path).text
    assert NOT_CONFIRMED in desk.sign().text
    machine.advance(timedelta(seconds=-1))
    assert desk.sign().status_code == 303


def test_a_sign_in_is_no_confirmation_and_a_confirmation_no_sign_in(desk: Desk) -> None:
    desk.leave()
    desk.visitor.client.cookies.delete("__Host-alur_session")
    came_in = desk.visitor.get(way_back(desk.visitor, desk.running, SUBJECT))
    assert came_in.headers["location"] == "/"
    assert NOT_CONFIRMED in desk.sign().text
    url = desk.leave()
    desk.visitor.client.cookies.delete("__Host-alur_session")
    back = desk.come_back(url)
    assert back.headers["location"].startswith("/sign-in?")
    assert "__Host-alur_session" not in desk.visitor.client.cookies


def test_whoever_cancels_or_meets_no_provider_has_the_draft_and_the_way_on(desk: Desk) -> None:
    url = desk.leave(reason="Masih di sini")
    denied = f"{desk.running.denied(url)}&state={state_of(url)}"
    refused = desk.visitor.get(denied.removeprefix("https://testserver"))
    assert (refused.status_code, "dibatalkan" in refused.text, "Masih di sini" in refused.text) == (
        403,
        True,
        True,
    )
    desk.running.stop()
    provider = desk.office.system.provider
    assert provider is not None
    provider._described = None
    away = desk.visitor.send(desk.visitor.form(desk.path), do="confirm", reason="Tetap di sini")
    shown = desk.visitor.refused(away).text
    assert "tidak dapat dihubungi" in shown
    assert "Tetap di sini" in shown
    desk.running.restart()


def test_a_program_with_the_session_needs_the_same_and_a_token_a_password(desk: Desk) -> None:
    desk.confirm()
    task = desk.office.shown(SEKDIS, desk.task_id)
    handed_in = desk.office.filled(SEKDIS, desk.task_id)
    body = {
        "outcome": "sesuai",
        "data": dict(handed_in.data),
        "requirements": list(handed_in.requirements or ()),
        "version": task["version"],
    }
    client = desk.visitor.client
    csrf = client.get("/api/v1/me").json()["csrf_token"]
    token = client.post(
        "/api/v1/tokens",
        json={"name": "program", "scope": "write", "expires_in_days": 1},
        headers={"X-CSRF-Token": csrf},
    ).json()
    path = f"/api/v1/tasks/{desk.task_id}/complete"
    bare = Visitor(desk.office).client
    by_token = bare.post(path, json=body, headers={"Authorization": f"Bearer {token['token']}"})
    assert (by_token.status_code, by_token.json()["errors"][0]["path"]) == (422, "password")
    assert client.post(path, json=body, headers={"X-CSRF-Token": csrf}).status_code == 200
    assert is_signed(desk)


def test_whoever_has_both_may_use_either(linked: DemoOffice, running: RunningProvider) -> None:
    case_id = linked.at_paraf()
    running.put_person(SUBJECT, email="sekdis@disdag.example", email_verified=True)
    desk = Desk(linked, running, signed_in(linked, running), linked.open_task(case_id, "s8").id)
    shown = desk.visitor.get(desk.path).text
    assert 'name="password"' in shown
    assert "Konfirmasi lewat" in shown
    assert "Kata sandi tidak sesuai" in desk.sign(password="bukan ini").text
    assert desk.sign(password=linked.passwords[SEKDIS]).status_code == 303
    [signed] = [event for event in desk.events(f"case:{case_id}") if "signature" in event.get("facts", {})]
    assert signed["facts"]["signature"]["way"] == "password"
