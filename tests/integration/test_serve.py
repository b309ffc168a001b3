"""Setting an office up and serving it: the first administrator, refusals, the showcase, stopping in order."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import datetime
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from engine.clock import FakeClock, SystemClock
from engine.store.audit_reader import verify_log
from runtime.bootstrap import bootstrap
from runtime.demo.office import show
from runtime.settings import Settings
from tests.support.cli import PROJECT, alur, said, settings_of
from tests.support.offices import MONDAY, DemoOffice
from tests.support.postgres import DatabaseUrls, PostgresServer
from tests.support.served_office import Person, served

SHIPPED = PROJECT / "sop_definitions"
LATER = "2026-03-25T10:00+08:00"


@pytest.fixture
def env(database: DatabaseUrls, tmp_path: Path) -> dict[str, str]:
    """The settings of an office that does not exist yet."""
    return settings_of(database, tmp_path / "files")


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where programs of a person without a past keep what they can make again."""
    return tmp_path_factory.mktemp("cache")


def password_in(output: str) -> str:
    return next(line.split()[-1] for line in output.splitlines() if line.startswith("Kata sandi"))


def signs_in(env: dict[str, str], username: str, password: str) -> bool:
    """Whether an office lets this person in."""
    given = {name.removeprefix("ALUR_").lower(): value for name, value in env.items()}
    system = bootstrap(Settings(**given))  # type: ignore[arg-type]
    client = TestClient(system.app, base_url="https://testserver")
    answer = client.post("/api/v1/session", json={"username": username, "password": password})
    system.close()
    return answer.status_code == 200


def test_a_new_office_gets_one_administrator_with_a_password_shown_once(env: dict[str, str]) -> None:
    made = said("init", env=env)
    assert made.exit_code == 0, made.stderr
    assert "Administrator: admin" in made.stdout
    assert signs_in(env, "admin", password_in(made.stdout))
    assert not signs_in(env, "admin", "admin")
    again = said("init", env=env)
    assert (again.exit_code, "sudah ada: admin" in again.stderr) == (1, True)
    assert "Kata sandi:" not in again.stdout
    assert signs_in(env, "admin", password_in(made.stdout))
    assert said("audit", "verify", env=env).exit_code == 0


def test_an_office_is_set_up_from_its_organisation_file(env: dict[str, str]) -> None:
    made = said("init", "--organisation", SHIPPED / "org-demo.yaml", env=env)
    assert made.exit_code == 0, made.stderr
    given = said("account", "password", "--missing", env=env)
    passwords = {line.split()[0]: line.split()[1] for line in given.stdout.splitlines()[2:]}
    assert "kadis" in passwords
    assert "admin" not in passwords
    assert signs_in(env, "kadis", passwords["kadis"])
    assert said("calendar", "explain", "--from", "2026-01-05", "--minutes", "60", env=env).exit_code == 0
    new = said("account", "password", "kadis", env=env)
    assert not signs_in(env, "kadis", passwords["kadis"])
    assert signs_in(env, "kadis", new.stdout.split()[-1])
    assert said("account", "password", "--missing", env=env).stdout == ""
    assert said("account", "password", "entah.siapa", env=env).exit_code == 1
    assert said("account", "password", env=env).exit_code == 2


@pytest.mark.on("sqlite")
def test_an_organisation_without_an_administrator_is_told_so(env: dict[str, str], tmp_path: Path) -> None:
    text = (SHIPPED / "org-demo.yaml").read_text(encoding="utf-8")
    file = tmp_path / "org.yaml"
    file.write_text("\n".join(line for line in text.splitlines() if "system_roles: [admin]" not in line))
    result = said("init", "--organisation", file, env=env)
    assert (result.exit_code, "system_roles: [admin]" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"ALUR_HOST": "0.0.0.0"}, "ALUR_TRUSTED_PROXIES"),
        ({"ALUR_HOST": "alur.example"}, "ALUR_TRUSTED_PROXIES"),
        ({"ALUR_TRUSTED_PROXIES": "*"}, "bukan alamat"),
        ({"ALUR_TRUSTED_PROXIES": "0.0.0.0/0"}, "setiap alamat dipercaya"),
        ({"ALUR_WORKERS": "2"}, "PostgreSQL"),
        ({"ALUR_METRICS_TOKEN": "pendek"}, "terlalu pendek"),
        ({"ALUR_PORT": "70000"}, "port"),
        ({"ALUR_LOG_LEVEL": "berisik"}, "log_level"),
    ],
)
def test_unsafe_settings_are_refused_with_the_reason(
    settings: dict[str, str], reason: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    assert said("migrate", env={"ALUR_DATABASE_URL": url}).exit_code == 0
    result = said("serve", env={"ALUR_DATABASE_URL": url, **settings})
    assert result.exit_code == 2
    assert reason in result.stderr
    assert "pendek" not in result.stderr or "terlalu" in result.stderr


def test_settings_are_read_from_a_file_and_unknown_names_in_it_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "alur.env"
    file.write_text(f"ALUR_DATABASE_URL=sqlite:///{tmp_path / 'kantor.db'}\nALUR_PORT=8123\n")
    assert alur("migrate", cwd=tmp_path).returncode == 0
    assert (tmp_path / "kantor.db").exists()
    file.write_text("ALUR_DATABASE=sqlite:///kantor.db\n")
    result = alur("doctor", cwd=tmp_path)
    assert (result.returncode, "alur_database" in result.stderr) == (2, True)


def test_a_database_without_a_schema_is_not_served(env: dict[str, str]) -> None:
    result = said("serve", env=env)
    assert result.exit_code == 1
    assert "alur init" in result.stderr
    assert "alur migrate" in result.stderr


def test_a_schema_of_another_release_is_not_served(office: DemoOffice) -> None:
    owner = bootstrap(Settings(database_url=office.urls.migration_url, files_dir=office.files))
    owner.engine.context.store.execute(
        lambda tx: tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    )
    owner.close()
    result = said("serve", env=settings_of(office.urls, office.files))
    assert result.exit_code == 1
    assert "alur migrate" in result.stderr


@pytest.mark.on("sqlite")
def test_an_address_that_is_taken_is_told(office: DemoOffice) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = said("serve", "--port", str(port), env=settings_of(office.urls, office.files))
    assert result.exit_code == 1
    assert str(port) in result.stderr


def test_a_served_office_answers_people_and_stops_in_order(office: DemoOffice, tmp_path: Path) -> None:
    with served(settings_of(office.urls, office.files), cwd=tmp_path) as server:
        assert server.address.startswith("http://127.0.0.1:")
        person = Person(server.address, "kadis", office.passwords["kadis"])
        answers: list[httpx2.Response] = []

        def act() -> None:
            body = {"sop": "perbaikan-data-kinerja", "period": "2025-Q4"}
            while not answers or answers[-1].status_code == 201:
                try:
                    answers.append(person.post("/cases", json=body))
                except httpx2.TransportError:
                    return

        worker = threading.Thread(target=act)
        worker.start()
        while len(answers) < 5:
            time.sleep(0.01)
        assert server.stop() == 0
        worker.join()
    acknowledged = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert len(acknowledged) >= 5
    assert [office.state(id).case.id for id in acknowledged] == acknowledged
    lines = [json.loads(line) for line in server.lines if line.startswith("{")]
    told = [line for line in lines if line["message"] == "POST /api/v1/cases 201"]
    assert len(told) >= len(acknowledged)
    assert all(line["request_id"] for line in told)


@pytest.mark.on("sqlite")
def test_only_a_trusted_proxy_may_say_that_a_request_came_over_https(
    office: DemoOffice, tmp_path: Path
) -> None:
    env = settings_of(office.urls, office.files)
    through = {"Host": "alur.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    with served(env | {"ALUR_TRUSTED_PROXIES": "127.0.0.1"}, cwd=tmp_path) as server:
        answer = httpx2.get(f"{server.address}/api/v1/me", headers=through)
        assert (answer.status_code, "strict-transport-security" in answer.headers) == (401, True)
        plain = httpx2.get(f"{server.address}/api/v1/me", headers={"Host": "alur.example"})
        assert (plain.status_code, plain.json()["code"]) == (403, "https_required")
    with served(env, cwd=tmp_path) as server:
        assert httpx2.get(f"{server.address}/api/v1/me", headers=through).status_code == 403


def test_several_processes_serve_one_postgresql_and_count_together(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    urls = postgres_server.create_database()
    env = settings_of(urls, tmp_path / "files")
    password = password_in(said("init", env=env).stdout)
    with served(env, "--workers", "2", cwd=tmp_path) as server:
        people = [Person(server.address, "admin", password) for _ in range(6)]
        assert {person.get("/me").status_code for person in people} == {200}
        metrics = httpx2.get(f"{server.address}/metrics").text
        assert 'alur_http_request_seconds_count{method="GET",route="/api/v1/me",status="200"} 6.0' in metrics
        assert "alur_tasks_open 0.0" in metrics
        assert server.stop() == 0


def test_the_showcase_has_the_cases_it_promises_and_a_whole_log(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'peragaan.db'}")
    now = SystemClock().now()
    password = show(settings, now)
    system = bootstrap(settings, FakeClock(now))
    queries = system.engine.queries
    cases = [queries.cases.get("auditor", item["id"]) for item in queries.cases.list("auditor")["items"]]
    assert len(cases) == 5
    (done,) = [case for case in cases if case["state"] == "completed"]
    totals = queries.cases.timing("auditor", done["id"])["totals"]
    assert (totals["visits"], totals["late_visits"], totals["case_minutes"]) == (16, 2, 3015)
    places = {
        case["number"]: {(t["step_id"], t["branch"], t["visit"]): t for t in case["open_tasks"]}
        for case in cases
        if case is not done
    }
    by_steps = {frozenset((step, branch) for step, branch, _ in tasks): tasks for tasks in places.values()}
    two_branches = by_steps[frozenset({("s5", "bid-psr"), ("s6", "bid-pkm")})]
    assert two_branches["s5", "bid-psr", 2]["state"] == "in_progress"
    assert two_branches["s6", "bid-pkm", 1]["claimed_at"] is None
    unclaimed = by_steps[frozenset({("s2", None)})]["s2", None, 1]
    assert unclaimed["claimed_at"] is None
    assert unclaimed["sla"] == "overdue"
    shown = queries.tasks.get("sekdis", unclaimed["id"])
    assert "fired" in {stage["state"] for stage in shown["escalation"]}
    assert ("s8", None, 2) in by_steps[frozenset({("s8", None)})]
    deviating = next(case for case in cases if ("s8", None, 2) in places.get(case["number"], {}))
    assert "deviation" in deviating["flags"]
    assert any(case["sop"] == "tindak-lanjut-evaluasi" for case in cases)
    assert all(datetime.fromisoformat(case["started_at"]) <= now for case in cases)
    assert system.engine.context.store.read(verify_log).ok
    system.close()
    assert signs_in({"ALUR_DATABASE_URL": settings.database_url}, "kadis", password)


def test_nobody_watched_the_past_of_the_showcase_so_it_has_no_outage_until_one_happens(
    tmp_path: Path,
) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'peragaan.db'}")
    show(settings, FakeClock(LATER).now())
    clock = FakeClock(LATER)
    system = bootstrap(settings, clock)
    interruptions = system.engine.queries.outages
    for ahead in (0, 5):
        clock.advance(minutes=ahead)
        system.sweep()
        assert interruptions.outages("auditor")["items"] == []
    clock.advance(minutes=45)
    system.sweep()
    assert [item["working_minutes"] for item in interruptions.outages("auditor")["items"]] == [45]
    system.close()


def test_the_reminders_of_the_showcase_came_when_they_were_due(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'peragaan.db'}")
    show(settings, FakeClock(LATER).now())
    system = bootstrap(settings, FakeClock(LATER))
    notices = system.engine.queries.notices.list("sekdis", limit=100)["items"]
    told = [(notice["kind"], notice["at"]) for notice in notices]
    assert ("reminder", "2026-01-12T16:00:00+08:00") in told
    assert ("not_picked_up", "2026-01-13T09:00:00+08:00") in told
    assert ("overdue", "2026-01-13T09:30:00+08:00") in told
    assert "digest" not in {kind for kind, _ in told}
    system.close()


def test_the_showcase_can_be_served_with_one_command_and_says_when_its_work_is_gone(
    tmp_path: Path, cache: Path
) -> None:
    env = {
        "ALUR_MAIL_HOST": "mail.example",
        "ALUR_DATABASE_URL": "sqlite:///mine.db",
        "XDG_CACHE_HOME": str(cache),
    }
    with served(env, "--demo", cwd=tmp_path) as server:
        password = password_in("\n".join(server.lines))
        for username in ("kadis", "jp.eks.2", "penyusun"):
            person = Person(server.address, username, password)
            assert person.get("/me").json()["username"] == username
        person = Person(server.address, "kadis", password)
        assert person.get("/inbox?view=unit").json()["items"]
        assert server.stop() == 0
    assert list(tmp_path.iterdir()) == []
    assert server.lines[-1] == "Kantor peragaan ditutup; yang dikerjakan di dalamnya dihapus."


def test_an_office_that_starts_late_at_night_still_has_a_showcase(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'malam.db'}")
    show(settings, FakeClock("2026-03-22T23:59+08:00").now())
    system = bootstrap(settings, FakeClock(MONDAY))
    assert len(system.engine.queries.cases.list("auditor")["items"]) == 5
    assert system.engine.context.store.read(verify_log).ok
    system.close()
