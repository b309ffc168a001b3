"""`alur doctor` walks every step of every effective SOP in every unit, and looks who may read the files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.organisation import Holding
from tests.support.cli import said, settings_of
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("sqlite")

AGENCY = "disdag-banggai"


@pytest.fixture
def env(office: DemoOffice) -> dict[str, str]:
    return settings_of(office.urls, office.files)


def examined(env: dict[str, str], *more: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(said("doctor", "--json", *more, env=env).stdout)
    return shown


def found(shown: dict[str, Any], check: str) -> list[dict[str, Any]]:
    return [item for item in shown["checks"] if item["check"] == check]


def test_the_demonstration_office_is_walked_without_a_dead_end(env: dict[str, str]) -> None:
    shown = examined(env)
    assert [item["status"] for item in found(shown, "walk")] == ["ok"]
    assert "walk" not in shown


def test_the_walk_lists_every_step_in_every_unit(env: dict[str, str]) -> None:
    walked = examined(env, "--walk")["walk"]
    units = {
        stop["unit"] for stop in walked if stop["sop"] == "perbaikan-data-kinerja" and stop["step"] == "s6"
    }
    assert units == {"bid-pdn", "bid-eks", "bid-psr", "bid-pkm"}
    last = next(stop for stop in walked if (stop["step"], stop["unit"]) == ("s9", None))
    assert (last["executors"], last["if_away"]) == (["kadis"], [])
    assert last["stages"][-1]["recipients"] == ["sekdis", "kadis"]
    shown = said("doctor", "--walk", env=env).stdout
    assert "  s9  Menandatangani" in shown
    assert "      Bidang Pengelolaan Pasar: JP 1 Bidang Pengelolaan Pasar, JP 2" in shown
    assert "bila tidak hadir: tidak ada; eskalasi: " in shown
    assert "ditentukan dalam formulir" in shown


def test_a_gap_that_a_change_leaves_is_found(office: DemoOffice, env: dict[str, str]) -> None:
    engine = office.engine
    engine.holdings.give_mandate(
        HOST, substitute="sekdis", position="kepala-dinas", kind="plh", standing=True, agency=AGENCY
    )
    assert found(examined(env), "mandate_without_order")[0]["status"] == "warning"
    engine.structure.put_position(
        HOST, "kabid-psr", label="Kabid Pasar", unit="bid-psr", roles=["kepala_bidang"], agency=AGENCY
    )
    shown = examined(env)
    assert "Kabid Pasar tidak memiliki atasan" in found(shown, "no_superior")[0]["message_id"]
    assert shown["ok"]


def test_every_kind_of_dead_end_of_an_office_is_told_with_its_sop_and_unit(
    office: DemoOffice, env: dict[str, str]
) -> None:
    """No holder, no superior, two superiors, all absent, and duties that nobody can keep apart."""
    there = office.organisation()
    second = Holding("kasi.pkm.1/9", "kasi.pkm.1", "kabid-pkm")
    office.put_organisation(
        holdings=(*(holding for holding in there.holdings if holding.position != "kabid-psr"), second),
        positions=tuple(
            replace(position, reports_to=None) if position.id == "kabid-eks" else position
            for position in there.positions
        ),
    )
    today = office.clock.now().date().isoformat()
    for who in ("kadis", "jp.pdn.1", "jp.pdn.2"):
        office.away(who, today, "2030-12-31")
    office.engine.holdings.give_mandate(
        HOST,
        substitute="sekdis",
        position="kepala-dinas",
        kind="plh",
        order_number="800/1",
        standing=True,
        agency=AGENCY,
    )
    shown = examined(env)
    sop = "Mekanisme Perbaikan Data Kinerja (perbaikan-data-kinerja"
    for check, named in (
        ("staffing", "Bidang Pengelolaan Pasar"),
        ("no_superior", "Kepala Bidang Pengembangan Ekspor"),
        ("two_superiors", "Kepala Bidang Perlindungan Konsumen"),
        ("all_absent", "Bidang Perdagangan Dalam Negeri"),
        ("duties_apart", "Sekretaris Dinas"),
    ):
        told = [item["message_id"] for item in found(shown, check)]
        assert any(named in notice for notice in told), (check, told)
        assert check.endswith(("_superior", "_superiors")) or all(sop in notice for notice in told[:1])
    statuses = [check["status"] for check in shown["checks"]]
    assert statuses == sorted(statuses, key=["error", "warning", "ok"].index)
    assert found(shown, "walk") == []


def test_files_that_others_can_read_are_a_warning(
    env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = tmp_path / "alur.env"
    settings.write_text("ALUR_LOG_LEVEL=info\n", "utf-8")
    settings.chmod(0o644)
    told = found(examined(env), "exposure")
    assert any("alur.env dapat dibaca akun lain" in notice["message_id"] for notice in told)
    settings.chmod(0o600)
    assert not any("alur.env" in item["message_id"] for item in found(examined(env), "exposure"))


def test_a_mail_server_elsewhere_without_tls_is_a_warning(env: dict[str, str]) -> None:
    mail = {"ALUR_MAIL_FROM": "alur@disdag.example", "ALUR_MAIL_SECURITY": "none"}
    for host, told in (("surel.example", True), ("127.0.0.1", False)):
        shown = examined({**env, **mail, "ALUR_MAIL_HOST": host})
        assert any("tanpa TLS" in item["message_id"] for item in found(shown, "exposure")) is told
