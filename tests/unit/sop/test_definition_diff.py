"""What changed between two versions of an SOP, and of what kind each change is."""

from pathlib import Path

import pytest

from engine.sop.checks import load_definition
from engine.sop.diff import DefinitionDiff, definition_diff

TEXT = (Path(__file__).parents[3] / "sop_definitions" / "perbaikan-data-kinerja.yaml").read_text(
    encoding="utf-8"
)


def diff(*swaps: tuple[str, str]) -> DefinitionDiff:
    changed = TEXT
    for old, new in swaps:
        assert old in changed
        changed = changed.replace(old, new, 1)
    old, new = (load_definition(text, file="sop.yaml").as_written for text in (TEXT, changed))
    return definition_diff(old, new)


def test_the_same_text_has_no_difference_and_a_new_version_number_is_none() -> None:
    assert diff().is_empty
    assert diff(("version: 1.0.0", "version: 1.1.0"), ("status: effective", "status: draft")).is_empty


@pytest.mark.parametrize(
    ("swap", "path", "kind"),
    [
        (("time: 120m", "time: 90m"), "steps.s1.time", "time"),
        (("executor: sekretaris", "executor: kepala_dinas"), "steps.s2.executor", "executor"),
        (("to: s9", "to: end"), "steps.s8.outcomes.sesuai.to", "flow"),
        (
            ("label: Nilai perbaikan", "label: Nilai baru"),
            "forms.perbaikan_data.fields.perbaikan.columns.nilai_baru.label",
            "form",
        ),
        (("title: Mekanisme", "title: Tata Cara"), "identity.title", "identity"),
        (("label: Dokumen Format Data", "label: Format Data"), "documents.dok_format_data.label", "text"),
    ],
)
def test_a_change_is_told_at_its_place_with_its_kind(swap: tuple[str, str], path: str, kind: str) -> None:
    found = diff(swap)
    assert [(change["path"], change["kind"]) for change in found.changed] == [(path, kind)]
    assert (found.added, found.removed) == ((), ())


def test_what_came_and_what_went_are_told_by_their_ids() -> None:
    found = diff(("  data_kinerja:      {label: Data Kinerja}\n", "  data_lain: {label: Data Lain}\n"))
    assert "documents.data_lain" in found.added
    assert "documents.data_kinerja" in found.removed


def test_the_steps_that_changed_are_those_to_be_marked() -> None:
    assert diff(("time: 120m", "time: 90m")).steps() == {"s1"}
