"""The family of a case and the catalogue of SOPs: what starts what, as far as somebody may see it."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.views.cases import FamilyMember
from tests.support.small_office import SmallOffice, sop

pytestmark = pytest.mark.on("sqlite")

PARENT = sop(
    """
steps:
  - {id: bagi, activity: Membagi, executor: sekretaris, time: 30m, form: bagi,
     remarks: {text: Lihat SOP lain, sop: lain},
     start_sop: {sop: anak, for_each: bagi.daftar, pass: {}}}
  - {id: tunggu, activity: Menunggu, executor: sekretaris, time: 30m, start_sop: {sop: rahasia, wait: true}}
forms:
  bagi:
    fields:
      - {id: daftar, type: table, label: Daftar, columns: [{id: nama, type: text, label: Nama}]}
"""
)
CHILD = sop("steps: [{id: kerja, activity: Mengerjakan, executor: kepala, time: 30m}]", id="anak")
SECRET = sop(
    """
case: {confidential: restricted}
steps: [{id: kerja, activity: Mengerjakan, executor: kepala, time: 30m}]
""",
    id="rahasia",
)


@pytest.fixture
def office() -> SmallOffice:
    found = SmallOffice.with_sops(CHILD, SECRET, PARENT).start()
    return found.finish("bagi", "sekre.1", data={"daftar": [{"nama": "a"}, {"nama": "b"}]})


def told(member: FamilyMember) -> tuple[str, str | None, str | None, list[object]]:
    return member["sop"], member["step_id"], member["row"], [told(child) for child in member["children"]]


def test_a_family_is_the_tree_from_the_topmost_parent(office: SmallOffice) -> None:
    rows = [row["row"] for row in next(iter(office.state.tasks.values())).data["daftar"]]  # type: ignore[index]
    tree = office.engine.queries.family("sekre.1", office.case_id)
    expected = ("uji", None, None, [("anak", "bagi", row, []) for row in rows])
    assert told(tree) == expected
    assert (tree["number"], tree["state"]) == (office.state.case.number, "running")
    child = tree["children"][0]["id"]
    assert told(office.engine.queries.family("sekre.1", child)) == expected
    assert told(office.engine.queries.family("kepala.1", child)) == expected


def test_a_family_shows_nothing_that_is_hidden(office: SmallOffice) -> None:
    office.finish("tunggu", "sekre.1")
    assert len(office.engine.queries.family("kepala.1", office.case_id)["children"]) == 3
    with pytest.raises(NotFound):
        office.engine.queries.family("staf.b1", office.case_id)


def test_a_family_tells_how_each_case_ended() -> None:
    child = CHILD.replace("steps: [{", "case: {results: {layak: Layak huni}}\nsteps: [{result: layak, ")
    office = SmallOffice.with_sops(child, SECRET, PARENT).start()
    office.finish("bagi", "sekre.1", data={"daftar": [{"nama": "a"}]})
    [member] = office.engine.queries.family("sekre.1", office.case_id)["children"]
    SmallOffice(office.engine, office.clock, member["id"]).finish("kerja", "kepala.1")
    tree = office.engine.queries.family("sekre.1", office.case_id)
    ends = [(one["state"], one["result"], one["result_label"]) for one in (tree, *tree["children"])]
    assert ends == [("running", None, None), ("completed", "layak", "Layak huni")]


def test_the_catalogue_tells_what_starts_what(office: SmallOffice) -> None:
    found = office.engine.queries.catalogue("staf.a1")
    assert {(node["sop"], node["status"]) for node in found["nodes"]} == {
        ("anak", "effective"),
        ("lain", "named"),
        ("rahasia", "effective"),
        ("uji", "effective"),
    }
    assert {(edge["from"], edge["to"], edge["kind"]) for edge in found["edges"]} == {
        ("uji", "anak", "starts"),
        ("uji", "lain", "remark"),
        ("uji", "rahasia", "waits"),
    }
    assert found["registers"] == []
