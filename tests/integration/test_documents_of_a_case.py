"""What `versioned` and `evidence` of a document mean: which files count, and how they are called."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from tests.support.form_filling import PDF
from tests.support.small_office import PASSWORD, SmallOffice, sop

STEPS = """
documents:
  naskah: {{label: Naskah, versioned: {versioned}}}
  bukti: {{label: Bukti, evidence: true}}
forms:
  f: {{fields: [
    {{id: depan, type: file, label: Depan, document: naskah, required: true}},
    {{id: belakang, type: file, label: Belakang, document: naskah}},
    {{id: bukti, type: evidence, label: Bukti, document: bukti}}]}}
steps:
  - {{id: s1, activity: Menyusun, executor: staf, assign: pool, time: 60m, form: f}}
  - id: s2
    activity: Menandatangani
    executor: kepala
    time: 60m
    outcomes:
      ok: {{label: Tandatangani, to: end, sign: {{kind: signature, documents: [naskah, bukti]}}}}
      kembali: {{label: Kembalikan, to: s1, return: true, reason: required}}
"""


def handed_in_twice(versioned: str) -> tuple[SmallOffice, dict[str, str]]:
    """A first hand-in of two sheets, returned, and a second one; the name of each file by its id."""
    office = SmallOffice.with_sops(sop(STEPS.format(versioned=versioned))).start()
    names: dict[str, str] = {}

    def file(name: str) -> str:
        id = str(office.engine.uploads.put("staf.a1", PDF + name.encode(), f"{name}.pdf")["id"])
        names[id] = name
        return id

    for round in (1, 2):
        data: dict[str, Any] = {"depan": file(f"depan-{round}"), "belakang": file(f"belakang-{round}")}
        data["bukti"] = [{"file": file(f"bukti-{round}a")}, {"file": file(f"bukti-{round}b")}]
        office.finish("s1", "staf.a1", data=data)
        if round == 1:
            office.finish("s2", "kepala.1", "kembali", reason="Perbaiki")
    return office, names


@pytest.mark.parametrize(
    ("versioned", "counts", "versions"),
    [
        ("true", {"belakang-2"}, {"depan-1": 1, "belakang-1": 2, "depan-2": 3, "belakang-2": 4}),
        ("false", {"depan-2", "belakang-2"}, {}),
    ],
)
def test_a_version_replaces_the_one_before_and_other_files_stand_side_by_side(
    versioned: str, counts: set[str], versions: dict[str, int]
) -> None:
    office, names = handed_in_twice(versioned)
    papers = office.engine.queries.papers.of_task("kepala.1", office.task("s2").id)["own"]
    drafts = [paper for paper in papers if paper["document"] == "naskah"]
    assert {names[paper["file"]] for paper in drafts if paper["newest"]} == counts
    assert {names[one["file"]]: one["version"] for one in drafts if one["version"]} == versions
    proofs = [paper for paper in papers if paper["document"] == "bukti"]
    assert {names[paper["file"]] for paper in proofs if paper["newest"]} == {"bukti-2a", "bukti-2b"}
    assert {(paper["evidence"], paper["version"]) for paper in proofs} == {(True, None)}
    assert not any(paper["evidence"] for paper in drafts)
    office.finish("s2", "kepala.1", "ok", password=PASSWORD)
    *_, event = office.engine.queries.audit.of_case("kepala.1", office.case_id)["items"]
    signed = json.loads(json.dumps(event))["facts"]["signature"]["documents"]
    hashes = {name: sha256(PDF + name.encode()).hexdigest() for name in names.values()}
    assert set(signed["naskah"]) == {hashes[name] for name in counts}
    assert set(signed["bukti"]) == {hashes["bukti-2a"], hashes["bukti-2b"]}
