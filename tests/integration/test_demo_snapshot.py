"""The demonstration office is played once a day: a copy is the same office, and time has gone on in it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.clock import FakeClock
from engine.organisation import SYSTEM_ROLES
from engine.store.audit_reader import verify_log
from runtime.bootstrap import System, bootstrap
from runtime.demo import snapshot
from runtime.demo.history import end_of_history, make_history
from runtime.demo.office import AUTHOR, show
from runtime.demo.sign_ins import others, sign_ins
from runtime.demo.snapshot import cache_folder, history_in, keep_history, open_office
from runtime.settings import Settings
from runtime.shipped import FOLDER, demonstration_organisation, second_organisation

NOON = FakeClock("2026-03-25T12:00+08:00").now()
RANDOM = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def settings_in(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'peragaan.db'}", second_factor_roles=frozenset())


def office_in(folder: Path, now: datetime = NOON) -> System:
    return bootstrap(settings_in(folder), FakeClock(now))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the office that was played at noon; nobody changes it."""
    cache = tmp_path_factory.mktemp("cache") / "demo"
    folder = tmp_path_factory.mktemp("first") / "kantor"
    open_office(folder, settings_in(folder), NOON, cache)
    return cache


@pytest.fixture
def cache(played: Path, tmp_path: Path) -> Path:
    return shutil.copytree(played, tmp_path / "cache")


@pytest.fixture
def no_play(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever plays now has not found the kept office."""

    def refuse(*_: object) -> str:
        raise AssertionError("played again")

    monkeypatch.setattr(snapshot, "show", refuse)


def log_of(system: System) -> list[tuple[str, str, bytes]]:
    """(hash, act, body) of every event of the audit log in its order."""
    query = "SELECT hash, act, body FROM audit_event ORDER BY entry"
    return system.engine.context.store.read(
        lambda connection: [tuple(row) for row in connection.exec_driver_sql(query)]
    )


def told(log: list[tuple[str, str, bytes]]) -> list[str]:
    """What events say without its order and the random parts: ids, salts and hashes."""
    return sorted(f"{act} {unordered(json.loads(body))}" for _, act, body in log)


def unordered(value: Any) -> str:
    if isinstance(value, dict):
        return (
            f"{{{', '.join(sorted(f'{unordered(key)}: {unordered(held)}' for key, held in value.items()))}}}"
        )
    if isinstance(value, list):
        return f"[{', '.join(sorted(map(unordered, value)))}]"
    return RANDOM.sub("#", json.dumps(value))


def cases_of(system: System) -> list[tuple[Any, ...]]:
    cases = system.engine.queries.cases
    found = [cases.get("auditor", item["id"]) for item in cases.list("auditor")["items"]]
    return sorted(
        (
            case["number"],
            case["title"],
            case["state"],
            sorted((task["step_id"], task["branch"] or "", task["state"]) for task in case["open_tasks"]),
        )
        for case in found
    )


@pytest.mark.usefixtures("no_play")
def test_a_copy_is_the_office_that_was_played_and_equals_one_played_afresh(
    cache: Path, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("one", "two", "fresh")]
    passwords = [open_office(folder, settings_in(folder), NOON, cache) for folder in folders[:2]]
    assert passwords[0] == passwords[1]
    folders[2].mkdir()
    show(settings_in(folders[2]), NOON)
    one, two, fresh = (office_in(folder) for folder in folders)
    assert log_of(one) == log_of(two)
    assert told(log_of(one)) == told(log_of(fresh))
    assert len(log_of(fresh)) > 200
    assert cases_of(one) == cases_of(fresh)
    assert len(cases_of(fresh)) == 5
    for system in (one, two, fresh):
        assert system.engine.context.store.read(verify_log).ok
        system.close()


@pytest.mark.usefixtures("no_play")
def test_the_office_of_today_goes_on_top_of_its_history(tmp_path: Path) -> None:
    cache, folder = tmp_path / "cache", tmp_path / "kantor"
    assert history_in(cache, NOON) is None
    keep_history(settings_in(tmp_path / "made"), tmp_path / "made", NOON, cache, weeks=2)
    kept = history_in(cache, NOON)
    assert kept is not None
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    make_history(settings_in(fresh), end_of_history(NOON), weeks=2)
    made, again = office_in(kept), office_in(fresh)
    assert told(log_of(made)) == told(log_of(again))
    open_office(folder, settings_in(folder), NOON, cache)
    today = office_in(folder)
    states = [case[2] for case in cases_of(today)]
    assert states.count("completed") > 3
    assert states.count("running") >= 4
    assert len(log_of(today)) > len(log_of(made))
    for system in (made, again, today):
        assert system.engine.context.store.read(verify_log).ok
        system.close()


@pytest.mark.usefixtures("no_play")
def test_what_is_done_in_a_copy_stays_in_it(cache: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    open_office(first, settings_in(first), NOON, cache)
    system = office_in(first)
    task = system.engine.queries.inbox("kabid.pkm")["items"][0]
    system.engine.tasks.claim("kabid.pkm", task["id"], version=task["version"])
    system.close()
    open_office(second, settings_in(second), NOON, cache)
    again = office_in(second)
    assert again.engine.queries.tasks.get("kabid.pkm", task["id"])["claimed_at"] is None
    again.close()


@pytest.mark.usefixtures("no_play")
def test_time_goes_on_in_a_copy_without_an_outage(cache: Path, tmp_path: Path) -> None:
    folder, later = tmp_path / "kantor", NOON + timedelta(hours=4)
    open_office(folder, settings_in(folder), later, cache)
    earlier = office_in(next(cache.iterdir()))
    kept = log_of(earlier)
    earlier.close()
    system = office_in(folder, later)
    system.sweep()
    assert system.engine.queries.outages.outages("auditor")["items"] == []
    acts = [act for _, act, _ in log_of(system)]
    assert len(acts) > len(kept)
    assert set(acts[len(kept) :]) == {"timer.fire"}
    assert system.engine.context.store.read(verify_log).ok
    system.close()


@pytest.fixture
def plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When an office was played, where playing costs nothing and the code is one file."""
    made: list[datetime] = []

    def play(_: Settings, now: datetime) -> str:
        made.append(now)
        return "rahasia"

    monkeypatch.setattr(snapshot, "show", play)
    monkeypatch.setattr(snapshot, "catch_up", lambda *_: None)
    monkeypatch.setattr(snapshot, "FOLDER", shutil.copytree(FOLDER, tmp_path / "root" / FOLDER.name))
    (tmp_path / "root" / "engine").mkdir()
    (tmp_path / "root" / "engine" / "clock.py").write_text("NOW = 1")
    return made


def test_it_is_played_again_on_another_day_and_after_every_change_and_one_play_is_kept(
    plays: list[datetime], tmp_path: Path
) -> None:
    kept = tmp_path / "cache" / "alur"

    def plays_at(now: datetime) -> int:
        folder = tmp_path / f"kantor-{len(list(tmp_path.iterdir()))}"
        assert open_office(folder, settings_in(folder), now, kept) == "rahasia"
        assert len(list(kept.iterdir())) == 1
        return len(plays)

    assert plays_at(NOON) == 1
    assert plays_at(NOON + timedelta(hours=6)) == 1
    definition = snapshot.FOLDER / "perbaikan-data-kinerja.yaml"
    definition.write_text(definition.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert plays_at(NOON) == 2
    (snapshot.FOLDER.parent / "engine" / "clock.py").write_text("NOW = 2")
    assert plays_at(NOON) == 3
    assert plays_at(NOON) == 3
    assert plays_at(NOON + timedelta(days=1)) == 4


def test_an_office_that_cannot_be_kept_is_shown_all_the_same(plays: list[datetime], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for number, cache in enumerate((None, tmp_path / "file" / "cache")):
        folder = tmp_path / f"kantor-{number}"
        assert open_office(folder, settings_in(folder), NOON, cache) == "rahasia"
    assert len(plays) == 2


def test_only_its_owner_can_look_into_the_cache(played: Path) -> None:
    assert played.stat().st_mode & 0o077 == 0


def test_the_cache_is_where_the_programs_of_a_person_have_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "alur" / "demo"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "rumah"))
    assert cache_folder() == tmp_path / "rumah" / ".cache" / "alur" / "demo"


@pytest.mark.usefixtures("no_play")
def test_the_sign_ins_show_every_kind_of_account_and_everybody_with_a_task(
    cache: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "kantor"
    open_office(folder, settings_in(folder), NOON, cache)
    system = office_in(folder)
    shown = {one.username: one for one in sign_ins(system.engine)}
    assert all(system.engine.queries.inbox(username)["items"] == [] for username in others())
    assert next(iter(shown.values())).waiting
    offices = (demonstration_organisation(), second_organisation())
    roles = {account.username: account.system_roles for office in offices for account in office.accounts}
    roles[AUTHOR] = frozenset({"author"})
    assert {role for username in shown for role in roles[username]} == set(SYSTEM_ROLES)
    assert {"staf", "atasan", "pimpinan"} <= {one.kind for one in shown.values()}
    assert {*shown, *others()} == set(roles)
    system.close()
