"""`alur schedule`: what is to come, what was missed, and starting it late with what its form asks for."""

from __future__ import annotations

import json

import pytest

from tests.support.cli import said, settings_of
from tests.support.escalations import SCHEDULED_SOP as SOP
from tests.support.offices import DemoOffice
from tests.support.scheduled_sop import asking, opened

pytestmark = pytest.mark.on("sqlite")

LATE = ("schedule", "late", SOP, "2026-Q1", "--as", "kasubbag.perencanaan")


def test_a_refused_start_is_listed_with_its_reason_and_made_late_with_what_it_lacked(
    office: DemoOffice,
) -> None:
    opened(office, asking())
    env = settings_of(office.urls, office.files)
    listed = said("schedule", "starts", env=env).stdout
    assert "Uraian laporan wajib diisi." in listed
    refused = said(*LATE, env=env)
    assert refused.exit_code == 1
    assert "fields.uraian" in refused.stderr
    given = ("--fields", json.dumps({"uraian": "Laporan"}), "--parties", '{"penyusun": {"nama": "Penyusun"}}')
    done = said(*LATE, *given, env=env)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("Dimulai: LB-")
    (start,) = json.loads(said("schedule", "starts", "--json", env=env).stdout)
    assert (start["state"], start["error"]) == ("started", None)


@pytest.mark.parametrize("text", ["uraian=x", "[1]", "1", '{"a": '])
def test_fields_that_are_no_object_end_with_2(office: DemoOffice, text: str) -> None:
    env = settings_of(office.urls, office.files)
    refused = said(*LATE, "--fields", text, env=env)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--fields: bukan objek JSON" in refused.stderr
