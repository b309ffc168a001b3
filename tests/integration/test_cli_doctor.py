"""`alur doctor`: what is in order, what is broken, and what only needs attention."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from sqlalchemy import update

from engine.access.actor import HOST
from engine.clock import SystemClock
from engine.organisation import Holding
from engine.store import Tx
from engine.tables import MESSAGE, SCHEDULED_START, TIMER
from runtime.demo.worked_run import DEFINITION
from runtime.doctor import disk
from runtime.shipped import FOLDER
from tests.support.calendar_files import shipped_files
from tests.support.cli import said, settings_of
from tests.support.escalations import scheduled_definition
from tests.support.offices import DemoOffice
from tests.support.postgres import DatabaseUrls

pytestmark = pytest.mark.on("sqlite")


def examined(env: dict[str, str]) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """Exit code, and the findings by their check."""
    result = said("doctor", "--json", env=env)
    shown = json.loads(result.stdout)
    found: dict[str, list[dict[str, Any]]] = {}
    for check in shown["checks"]:
        found.setdefault(check["check"], []).append(check)
    assert shown["ok"] is (result.exit_code == 0)
    return result.exit_code, found


def as_owner(urls: DatabaseUrls, statement: str) -> None:
    if urls.migration_url.startswith("sqlite"):
        file = sqlite3.connect(urls.migration_url.removeprefix("sqlite:///"))
        file.execute(statement)
        file.commit()
        file.close()
        return
    with psycopg.connect(urls.migration_url.replace("+psycopg", "")) as server:
        server.execute(statement.encode())


def tick(env: dict[str, str]) -> None:
    assert said("sweep", env=env).exit_code == 0


@pytest.fixture
def env(office: DemoOffice) -> dict[str, str]:
    office.start()
    return settings_of(office.urls, office.files)


def test_the_demonstration_office_is_in_order(env: dict[str, str]) -> None:
    code, found = examined(env)
    assert code == 0
    for check in ("database", "schema", "disk", "files", "triggers", "audit_log"):
        assert [item["status"] for item in found[check]] == ["ok"], found[check]


def test_a_blank_number_of_an_effective_definition_is_a_warning(env: dict[str, str]) -> None:
    _, found = examined(env)
    assert {item["status"] for item in found["identity"]} == {"warning"}
    assert "number, created_on, effective_on" in found["identity"][0]["message_id"]


def test_a_role_without_a_holder_is_a_warning(office: DemoOffice, env: dict[str, str]) -> None:
    assert "staffing" not in examined(env)[1]
    kept: tuple[Holding, ...] = tuple(
        holding for holding in office.organisation().holdings if holding.position != "kasubbag-perencanaan"
    )
    office.put_organisation(holdings=kept)
    code, found = examined(env)
    assert code == 0
    assert any("tidak dipangku siapa pun" in item["message_id"] for item in found["staffing"])


def test_a_calendar_that_the_organisation_names_and_nobody_stored_is_broken(
    office: DemoOffice, env: dict[str, str]
) -> None:
    organisation = office.organisation()
    office.put_organisation(agency=replace(organisation.agency, calendar="enam-hari"))
    code, found = examined(env)
    assert code == 1
    assert ["enam-hari" in item["message_id"] for item in found["calendar"]] == [True]


def test_an_auditor_or_administrator_with_a_position_is_a_warning(
    office: DemoOffice, env: dict[str, str]
) -> None:
    assert "roles" not in examined(env)[1]
    office.put_organisation(
        accounts=tuple(
            replace(one, system_roles=frozenset({"admin"})) if one.username == "jp.umum" else one
            for one in office.organisation().accounts
        ),
    )
    code, found = examined(env)
    assert code == 0
    assert [role["status"] for role in found["roles"]] == ["warning"]
    assert "jp.umum" in found["roles"][0]["message_id"]


def test_time_that_stands_still_is_a_warning(office: DemoOffice, env: dict[str, str]) -> None:
    code, found = examined(env)
    assert code == 0
    assert "alur worker" in found["workers"][0]["message_id"]
    assert {found[check][0]["status"] for check in ("workers", "overdue")} == {"warning"}
    assert {found[check][0]["status"] for check in ("timers", "outbox", "schedule")} == {"ok"}
    tick(env)
    assert {examined(env)[1][check][0]["status"] for check in ("workers", "overdue")} == {"ok"}


def test_what_was_set_aside_given_up_or_missed_is_a_warning(office: DemoOffice, env: dict[str, str]) -> None:
    now = office.clock.now()
    dead = {"id": "m1", "channel": "mail", "account": "kadis", "created_at": now, "next_try_at": now}
    start = {"agency": "disdag-banggai", "sop": "laporan", "period": "2026-Q1", "state": "missed"}

    def work(tx: Tx) -> None:
        tx.connection.execute(update(TIMER).values(state="broken", attempts=11))
        tx.connection.execute(MESSAGE.insert().values(**dead, state="dead", attempts=10))
        tx.connection.execute(
            SCHEDULED_START.insert().values(**start, opens_at=now, due_at=now, noted_at=now)
        )

    office.engine.context.store.execute(work)
    code, found = examined(env)
    assert code == 0
    for check in ("timers", "outbox", "schedule"):
        assert found[check][0]["status"] == "warning"
        assert found[check][0]["message_id"][0] != "0"


def test_a_year_whose_ramadan_is_not_entered_is_a_warning(office: DemoOffice, env: dict[str, str]) -> None:
    agency, holidays = shipped_files()
    periods = agency["calendars"]["asn-5hk"]["ramadan_periods"]
    this = SystemClock().now().year  # the doctor looks at the clock of the host
    told = examined(env)[1]["ramadan"]
    assert f"masa Ramadan {this + 1} belum diisi" in told[-1]["message_id"]
    listed = {int(str(period["from"])[:4]) for period in periods}
    periods += [{"from": f"{year}-02-08", "to": f"{year}-03-09"} for year in {this, this + 1} - listed]
    office.engine.calendars.store("disdag-banggai", agency, holidays, actor=HOST)
    assert "ramadan" not in examined(env)[1]


def test_scheduled_dates_that_nobody_confirmed_are_a_warning(office: DemoOffice, env: dict[str, str]) -> None:
    assert "dates" not in examined(env)[1]
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    code, found = examined(env)
    assert code == 0
    (finding,) = found["dates"]
    assert finding["status"] == "warning"
    assert "8 tanggal terjadwal" in finding["message_id"]


def test_a_policy_that_the_agency_lacks_is_a_warning(office: DemoOffice, env: dict[str, str]) -> None:
    assert "policy" not in examined(env)[1]
    text = DEFINITION.read_text(encoding="utf-8").replace("escalation: standar ", "escalation: cepat ")
    text = text.replace("id: perbaikan-data-kinerja\n", "id: lain\n", 1)
    office.engine.definitions.store(HOST, text, as_demonstration=True)
    (finding,) = examined(env)[1]["policy"]
    assert finding["status"] == "warning"
    assert "cepat" in finding["message_id"]
    assert "standar" in finding["message_id"]


def test_a_policy_that_tells_a_role_which_no_position_has_is_a_warning(
    office: DemoOffice, env: dict[str, str]
) -> None:
    agency, holidays = (
        yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
        for name in ("instansi.yaml", "hari_libur.yaml")
    )
    agency["escalation_policies"]["standar"]["stages"][3]["to"] = ["supervisor", "sekertaris"]
    office.engine.calendars.store("disdag-banggai", agency, holidays, actor=HOST)
    (finding,) = examined(env)[1]["policy"]
    assert finding["status"] == "warning"
    assert "sekertaris" in finding["message_id"]


def test_a_missing_trigger_is_broken_and_migrating_mends_it(office: DemoOffice, env: dict[str, str]) -> None:
    on = "" if office.urls.database_url.startswith("sqlite") else " ON audit_event"
    as_owner(office.urls, f"DROP TRIGGER guard_audit_event_update{on}")
    code, found = examined(env)
    assert code == 1
    assert "guard_audit_event_update" in found["triggers"][0]["message_id"]
    assert said("migrate", env=env).exit_code == 0
    assert examined(env)[0] == 0


def test_a_head_that_was_moved_is_broken(office: DemoOffice, env: dict[str, str]) -> None:
    stream = "organisation:disdag-banggai"
    if office.urls.database_url.startswith("sqlite"):
        as_owner(office.urls, "DROP TRIGGER guard_audit_head_update")
    else:
        as_owner(office.urls, "ALTER TABLE audit_head DISABLE TRIGGER USER")
    as_owner(office.urls, f"UPDATE audit_head SET hash = 'x' WHERE stream = '{stream}'")
    code, found = examined(env)
    assert code == 1
    assert stream in found["audit_log"][0]["message_id"]


def test_an_old_schema_is_broken_and_nothing_that_needs_it_is_asked(database: DatabaseUrls) -> None:
    if database.database_url.startswith("sqlite"):
        Path(database.database_url.removeprefix("sqlite:///")).touch()
    code, found = examined({"ALUR_DATABASE_URL": database.database_url})
    assert code == 1
    assert "alur migrate" in found["schema"][0]["message_id"]
    assert "triggers" not in found


def test_an_absent_database_is_broken_and_not_made(tmp_path: Path) -> None:
    file = tmp_path / "absent.db"
    code, found = examined({"ALUR_DATABASE_URL": f"sqlite:///{file}"})
    assert code == 1
    assert found["database"][0]["status"] == "error"
    assert not file.exists()


def test_a_server_that_is_away_is_broken() -> None:
    code, found = examined({"ALUR_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert code == 1
    assert found["database"][0]["status"] == "error"
    assert set(found) == {"database", "disk", "files", "python", "exposure", "key_file"}


def test_an_old_sqlite_is_a_warning_and_a_newer_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = {"ALUR_DATABASE_URL": f"sqlite:///{tmp_path / 'office.db'}"}
    said("migrate", env=env)
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 2))
    assert examined(env)[1]["sqlite_version"][0]["status"] == "warning"
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 3))
    assert examined(env)[1]["sqlite_version"][0]["status"] == "ok"
    assert examined(env)[1]["sqlite_durability"][0]["status"] == "ok"


def test_a_nearly_full_disk_is_a_warning_and_a_full_one_is_broken(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "SCARCE_BYTES", 1 << 62)
    assert examined(env)[1]["disk"][0]["status"] == "warning"
    monkeypatch.setattr(disk, "FULL_BYTES", 1 << 62)
    code, found = examined(env)
    assert (code, found["disk"][0]["status"]) == (1, "error")


def test_a_files_folder_that_is_a_file_is_broken(env: dict[str, str], tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("not a folder")
    code, found = examined({**env, "ALUR_FILES_DIR": str(blocked)})
    assert code == 1
    assert "tidak dapat ditulis" in found["files"][0]["message_id"]


def test_people_read_what_needs_them_first_and_the_rest_in_one_line(
    office: DemoOffice, env: dict[str, str], tmp_path: Path
) -> None:
    office.put_organisation(
        holdings=tuple(
            holding for holding in office.organisation().holdings if holding.position != "kabid-psr"
        ),
    )
    blocked = tmp_path / "blocked"
    blocked.write_text("not a folder")
    lines = said("doctor", env={**env, "ALUR_FILES_DIR": str(blocked)}).stdout.splitlines()
    assert lines[0].split() == ["Hasil", "Pemeriksaan", "Keterangan"]
    verdicts = [line.split()[0] for line in lines[2 : lines.index("")]]
    assert verdicts == sorted(verdicts, reverse=True)
    assert verdicts[0] == "RUSAK"
    checks = [line.split()[1] for line in lines[2 : lines.index("")]]
    assert checks.index("staffing") < checks.index("identity")
    [fine] = [line for line in lines if line.startswith("Baik: ")]
    assert "schema" in fine
    assert lines[-1].startswith("1 rusak, ")
