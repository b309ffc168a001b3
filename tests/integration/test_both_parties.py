"""Who has signed for a unit does not sign for the head whose place he takes, whatever branch ends last."""

from __future__ import annotations

import pytest

from engine.errors import NotAllowed
from engine.sop.checks import require_definition
from runtime.shipped import FOLDER
from tests.support.small_office import ORGANISATION, SmallOffice, sop

DEPUTY = ORGANISATION.replace(
    "{username: kabid.a, label: Kepala Bidang A, holds: [kabid-a]}",
    "{username: kabid.a, label: Kepala Bidang A, holds: [kabid-a,"
    ' {position: kepala, kind: KIND, from: "2026-01-05", to: "2026-01-09", order_number: "1"}]}',
)
AGREEMENT = """
blocks:
  pihak: {{label: Pihak pertama, for_each: {{units: [bidang]}}, steps: [s1], next: s2}}
steps:
  - id: s1
    activity: Menandatangani sebagai pihak pertama
    executor: kabid_unit
    time: 60m
    outcomes: {{ok: {{label: Tandatangani, to: join, sign: {{kind: signature, document: pk}}}}}}
  - id: s2
    activity: Menandatangani sebagai pihak kedua
    executor: kepala
    {apart}
    time: 60m
    outcomes: {{ok: {{label: Tandatangani, to: end, sign: {{kind: signature, document: pk}}}}}}
documents: {{pk: {{label: PK}}}}
"""
OF_UNITS = "  kabid_unit: {label: Kepala Bidang, per: bidang}\n"


def signed_for_the_units(order: str, kind: str, apart: str = "") -> SmallOffice:
    text = sop(AGREEMENT.format(apart=apart), more_roles=OF_UNITS).replace("kabid_unit", "kabid")
    text = text.replace("  kabid: {label: Kepala Bidang, many: true}\n", "", 1)
    office = SmallOffice.with_sops(text, organisation=DEPUTY.replace("KIND", kind)).start()
    for unit in order:
        office.finish(f"s1@bid-{unit}", f"kabid.{unit}", "ok", password="kata sandi")
    return office


@pytest.mark.parametrize("kind", ["plh"])
@pytest.mark.parametrize("order", ["abc", "bca", "cab"])
def test_an_acting_head_who_signed_for_a_unit_is_refused(order: str, kind: str) -> None:
    office = signed_for_the_units(order, kind)
    [task] = office.state.open_tasks()
    with pytest.raises(NotAllowed, match="acting official"):
        office.engine.tasks.claim("kabid.a", task.id)
    office.finish("s2", "kepala.1", "ok", password="kata sandi")


def test_what_the_sop_keeps_apart_is_kept_apart_in_any_capacity() -> None:
    """The head who signed for a unit in the place of its head does not sign as the other party."""
    organisation = ORGANISATION.replace("holds: [kepala]", "holds: [kepala, kabid-a]").replace(
        "Kepala Bidang A, holds: [kabid-a]", "Kepala Bidang A, holds: []"
    )
    text = sop(AGREEMENT.format(apart="not_same_person_as: [s1]"), more_roles=OF_UNITS)
    text = text.replace("kabid_unit", "kabid").replace("  kabid: {label: Kepala Bidang, many: true}\n", "", 1)
    office = SmallOffice.with_sops(text, organisation=organisation).start()
    for unit, who in (("a", "kepala.1"), ("b", "kabid.b"), ("c", "kabid.c")):
        [task] = [one for one in office.state.open_tasks() if one.branch == f"bid-{unit}"]
        office.engine.tasks.claim(who, task.id)
        office.complete(who, task.id, "ok", password="kata sandi")
    [task] = office.state.open_tasks()
    with pytest.raises(NotAllowed, match="separation of duties"):
        office.engine.tasks.claim("kepala.1", task.id)


def test_no_shipped_agreement_is_signed_by_one_person_for_both_parties() -> None:
    text = (FOLDER / "penyusunan-tapkin.yaml").read_text(encoding="utf-8")
    definition = require_definition(text).definition
    assert "p5" in definition.step("p6").not_same_person_as
