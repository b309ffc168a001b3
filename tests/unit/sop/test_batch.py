"""An outcome for several tasks at once asks nothing of one task alone: the check says what it asks."""

from __future__ import annotations

import pytest

from engine.sop.checks import load_definition
from runtime.shipped import FOLDER
from tests.unit.sop.planting import planted, problems

TEMPLATE = (FOLDER / "templates" / "persetujuan-berjenjang.yaml").read_text(encoding="utf-8")
HERE = "setuju: {label: Disetujui, to: s3, result: disetujui, batch: true}"
FIRST = "    executor: kepala_bidang\n    requirements: [usulan]\n    time: 1wd\n"


def test_what_a_definition_says_stands_in_the_rule_of_its_machine() -> None:
    compiled = load_definition(TEMPLATE)
    assert compiled.definition is not None
    batch = {name for name, outcome in compiled.definition.step("s2").outcomes.items() if outcome.batch}
    assert batch == {"setuju"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (HERE, HERE.replace("batch", "reason: required, batch"), "alasan"),
        (HERE, HERE.replace("to: s3", "to: s1, return: true"), "alasan"),
        (FIRST, f"{FIRST}    form: usulan\n", "meminta"),
        (FIRST, f"{FIRST}    assign: each_holder\n    decide: all\n", "beberapa orang"),
    ],
)
def test_what_an_outcome_asks_of_its_own_is_told_at_the_key(old: str, new: str, words: str) -> None:
    found = [one for one in problems(planted(old, new, TEMPLATE)) if one.code == "batch_asks"]
    assert [words in one.message.indonesian for one in found] == [True]
