"""Whoever is only informed of a step sees the case's head, its timeline, that step and what it handed in."""

from __future__ import annotations

import json

import pytest

from engine.errors import NotAllowed, NotFound
from tests.support.form_filling import PDF
from tests.support.small_office import SmallOffice, sop

TWO_FILES = """
documents: {bukti: {label: Bukti}}
forms:
  isian:
    fields:
      - {id: bukti, type: file, label: Bukti, required: true, document: bukti}
      - {id: kata, type: text, label: Kata}
steps:
  - {id: s1, activity: Mengumpulkan, executor: staf, assign: pool, time: 30m, form: isian, informed: [kabid]}
  - {id: s2, activity: Memeriksa, executor: sekretaris, time: 30m, form: isian}
  - {id: s3, activity: Menetapkan, executor: kepala, time: 30m}
"""


def test_they_see_that_step_and_its_files_and_nothing_else_of_what_was_handed_in() -> None:
    office = SmallOffice.with_sops(sop(TWO_FILES)).start()
    queries, files = office.engine.queries, {}
    for step, who in (("s1", "staf.b1"), ("s2", "sekre.1")):
        files[step] = office.engine.uploads.put(who, PDF + step.encode(), f"{step}.pdf")["id"]
        office.finish(step, who, data={"bukti": files[step], "kata": f"rahasia {step}"})
    tasks = {task.step_id: task.id for task in office.state.tasks.values()}
    assert queries.cases.get("kabid.c", office.case_id)["id"] == office.case_id
    assert len(queries.cases.timeline("kabid.c", office.case_id)) > 0
    assert queries.tasks.get("kabid.c", tasks["s1"])["step_id"] == "s1"
    assert queries.files.get("kabid.c", files["s1"]).name == "s1.pdf"
    for shown in (queries.tasks.get("kabid.c", tasks["s1"]), queries.papers.of_task("kabid.c", tasks["s1"])):
        assert files["s2"] not in json.dumps(shown)
        assert "rahasia s2" not in json.dumps(shown)
    assert "rahasia s2" in json.dumps(queries.tasks.get("sekre.1", tasks["s1"]))
    assert files["s2"] in json.dumps(queries.papers.of_task("sekre.1", tasks["s1"]))
    with pytest.raises(NotFound):
        queries.tasks.get("kabid.c", tasks["s2"])
    with pytest.raises(NotFound):
        queries.files.get("kabid.c", files["s2"])
    with pytest.raises(NotAllowed):
        queries.audit.of_case("kabid.c", office.case_id)
    assert queries.files.get("kabid.b", files["s2"]).name == "s2.pdf"  # his own staff did s1: he leads a part
