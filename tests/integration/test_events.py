"""Server-sent events of a served office: who is told what, what a break loses, and whom a stream leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from engine.access.actor import HOST
from tests.support.cli import settings_of
from tests.support.event_stream import PATH, Listener
from tests.support.offices import SOP, DemoOffice, findings, with_demonstration
from tests.support.postgres import PostgresServer
from tests.support.served_office import Person, Served, served

pytestmark = pytest.mark.on("postgres")

# A stream that nobody ends lasts for a minute.
SOON = 20.0


@pytest.fixture
def server(office: DemoOffice, tmp_path: Path) -> Iterator[Served]:
    with serving(office, tmp_path) as one:
        yield one


@pytest.fixture
def person(office: DemoOffice, server: Served) -> Callable[[str], Person]:
    return lambda who: Person(server.address, who, office.passwords[who])


def serving(office: DemoOffice, folder: Path) -> AbstractContextManager[Served]:
    return served(settings_of(office.urls, office.files), cwd=folder)


def assigned(kadis: Person) -> str:
    """A new case whose first task is done, so that the next is assigned to the Sekretaris; gives its id."""
    case = kadis.post("/cases", json={"sop": SOP, "period": "2025-Q4"}).json()
    (task,) = case["open_tasks"]
    path = f"/tasks/{task['id']}"
    claimed = kadis.post(f"{path}/claim", json={"version": task["version"]}).json()
    shown = kadis.get(path).json()
    done = kadis.post(
        f"{path}/complete",
        json={
            "version": claimed["version"],
            "data": findings(),
            "requirements": [requirement["id"] for requirement in shown["requirements"]],
        },
    )
    assert done.status_code == 200, done.text
    return str(case["id"])


def test_a_task_is_told_to_whom_it_is_assigned_and_to_nobody_else(
    server: Served, person: Callable[[str], Person]
) -> None:
    kadis, sekdis, kabid = person("kadis"), person("sekdis"), person("kabid.psr")
    with Listener(server, sekdis) as hers, Listener(server, kabid) as his, Listener(server, kadis) as own:
        assert hers.counts == his.counts == {"inbox": 0, "unread": 0}
        case_id = assigned(kadis)
        hers.until(lambda: hers.counts == {"inbox": 1, "unread": 1})
        (notice,) = hers.notices
        assert (notice["kind"], notice["case_id"]) == ("task_new", case_id)
        assert notice == sekdis.get("/notifications").json()["items"][0]
        assert sekdis.post(f"/notifications/{notice['id']}/read").status_code == 200
        hers.until(lambda: hers.counts == {"inbox": 1, "unread": 0})
        assert len(hers.notices) == 1
        assert his.notices == []
        assert notice["task_id"] not in {notice["task_id"] for notice in own.notices}
        assert his.counts == {"inbox": 0, "unread": 0}


def test_who_comes_back_is_told_exactly_what_came_meanwhile(
    server: Served, person: Callable[[str], Person]
) -> None:
    kadis, sekdis = person("kadis"), person("sekdis")
    before = assigned(kadis)
    with Listener(server, sekdis) as first:
        assert first.notices == []  # what was there before is in the list
        during = assigned(kadis)
        first.until(lambda: bool(first.notices))
    missed = {assigned(kadis), assigned(kadis)}  # of one second, so told in any order
    with Listener(server, sekdis, last_id=first.last_id) as again:
        assert {notice["case_id"] for notice in again.notices} == missed
        assert again.counts == {"inbox": 4, "unread": 4}
        later = assigned(kadis)
        again.until(lambda: len(again.notices) == 3)
    with Listener(server, sekdis, last_id=again.last_id) as once_more:
        assert once_more.notices == []
    told = [item["case_id"] for item in (*first.notices, *again.notices)]
    assert sorted(told) == sorted([during, *missed, later])
    assert before not in told


def test_a_server_that_is_killed_costs_nobody_a_notice(office: DemoOffice, tmp_path: Path) -> None:
    with serving(office, tmp_path) as one:
        kadis, sekdis = (Person(one.address, who, office.passwords[who]) for who in ("kadis", "sekdis"))
        with Listener(one, sekdis) as listener:
            told = assigned(kadis)
            listener.until(lambda: bool(listener.notices))
            one.kill()
            assert listener.ended.wait(SOON)
    with serving(office, tmp_path) as another:
        missed = assigned(Person(another.address, "kadis", office.passwords["kadis"]))
        back = Person(another.address, "sekdis", office.passwords["sekdis"])
        with Listener(another, back, last_id=listener.last_id) as again:
            assert [notice["case_id"] for notice in again.notices] == [missed]
    assert [notice["case_id"] for notice in listener.notices] == [told]


def test_a_stream_leaves_whoever_may_not_listen_any_more_and_nobody_else(
    office: DemoOffice, server: Served, person: Callable[[str], Person]
) -> None:
    """Signed out, revoked from elsewhere, disabled, or with a token that was taken back."""
    leaving, revoked, gone = person("sekdis"), person("kabid.psr"), person("kabid.pkm")
    elsewhere, kadis = person("kabid.psr"), person("kadis")
    (session,) = [item for item in elsewhere.get("/me/sessions").json()["items"] if not item["current"]]
    token: dict[str, Any] = kadis.post(
        "/tokens", json={"name": "layar", "scope": "read", "expires_in_days": 1}
    ).json()
    with (
        Listener(server, leaving) as left,
        Listener(server, revoked) as ended,
        Listener(server, gone) as dark,
        Listener(server, token=token["token"]) as screen,
        Listener(server, elsewhere) as other,
    ):
        assigned(kadis)
        screen.until(lambda: bool(screen.notices))
        assert leaving.delete("/session").status_code == 204
        assert elsewhere.delete(f"/me/sessions/{session['id']}").status_code == 204
        assert kadis.delete(f"/tokens/{token['id']}").status_code == 204
        office.engine.accounts.disable(gone.username, by=HOST)
        assert all(item.ended.wait(SOON) for item in (left, ended, dark, screen))
        assert not other.ended.is_set()
    for who in (leaving, revoked, gone):
        cookies, _ = who.credentials
        assert httpx2.get(f"{server.address}{PATH}", cookies=cookies).status_code == 401


def test_what_one_process_does_is_told_by_another(postgres_server: PostgresServer, tmp_path: Path) -> None:
    office = DemoOffice.on(postgres_server.create_database(with_demonstration), tmp_path / "files")
    with serving(office, tmp_path) as one, serving(office, tmp_path) as other:
        sekdis = Person(other.address, "sekdis", office.passwords["sekdis"])
        kadis = Person(one.address, "kadis", office.passwords["kadis"])
        with Listener(other, sekdis) as listener:
            told = assigned(kadis)
            listener.until(lambda: listener.counts == {"inbox": 1, "unread": 1})
        missed = assigned(kadis)
        with Listener(one, sekdis, last_id=listener.last_id) as elsewhere:
            assert [notice["case_id"] for notice in elsewhere.notices] == [missed]
    assert [notice["case_id"] for notice in listener.notices] == [told]
    office.system.close()
