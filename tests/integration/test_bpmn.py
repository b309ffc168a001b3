"""BPMN of an SOP: valid by the schema of the OMG, drawn, and executed by an engine of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from reports.processes.bpmn import as_bpmn
from runtime.shipped import FOLDER
from tests.support.bpmn import bpmn_faults, executed
from tests.support.small_office import sop
from tests.unit.reports.test_process_nets import FILES, TWO_BLOCKS, definition_in

DI, DC = "{http://www.omg.org/spec/BPMN/20100524/DI}", "{http://www.omg.org/spec/DD/20100524/DC}"
NINE = FOLDER / "perbaikan-data-kinerja.yaml"


def bpmn_of(text: bytes | str) -> str:
    return "".join(as_bpmn(definition_in(text)))


def answers(chosen: Mapping[tuple[str, int], str], otherwise: str) -> Callable[[str, int], dict[str, Any]]:
    """What each visit of a step is answered with."""
    return lambda step, visit: {"outcome": chosen.get((step, visit), otherwise)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_sop_is_valid_and_drawn_without_overlaps(path: Path) -> None:
    bpmn = bpmn_of(path.read_bytes())
    assert bpmn_faults(bpmn) == []
    assert bpmn == bpmn_of(path.read_bytes())
    require_drawn(ElementTree.fromstring(bpmn))


def require_drawn(root: ElementTree.Element) -> None:
    """Every symbol and arrow has its place; nothing lies on anything but the sub-process that holds it."""
    model = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
    flows = {flow.attrib["id"] for flow in root.iter(f"{model}sequenceFlow")}
    assert flows == {edge.attrib["bpmnElement"] for edge in root.iter(f"{DI}BPMNEdge")}
    holders = {sub.attrib["id"] for sub in root.iter(f"{model}subProcess")}
    places = {}
    for shape in root.iter(f"{DI}BPMNShape"):
        bounds = shape.find(f"{DC}Bounds")
        assert bounds is not None
        x, y, width, height = (float(bounds.attrib[name]) for name in ("x", "y", "width", "height"))
        places[shape.attrib["bpmnElement"]] = (x, y, x + width, y + height)
    for (one, a), (other, b) in combinations(places.items(), 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart or {one, other} & holders, (one, other)


@pytest.mark.parametrize(("branches", "visits"), [(1, 13), (2, 16), (3, 19)])
def test_the_nine_steps_run_once_per_branch_and_again_where_they_are_returned(
    branches: int, visits: int
) -> None:
    definition = definition_in(NINE.read_bytes())
    returned = {("s6", 1): "tidak_sesuai", ("s8", 1): "belum_sesuai"}
    gone = executed(
        bpmn_of(NINE.read_bytes()),
        f"process_{definition.id}",
        answers(returned, "sesuai"),
        branches=branches,
        skip=[],
    )
    assert len(gone) == visits
    assert gone[:3] == ["s1", "s2", "s3"]
    assert (gone.count("s4"), gone.count("s5"), gone.count("s7")) == (branches, branches + 1, 2)


@pytest.mark.parametrize(
    ("chosen", "skip", "branches", "expected"),
    [
        ({}, [], 1, "s1 s2 s3 s4 s5 s6 s7 s8 s9"),
        ({}, ["s2"], 1, "s1 s3 s4 s5 s6 s7 s8 s9"),
        ({("s3", 1): "ulang", ("s5", 1): "ulang"}, [], 1, "s1 s2 s3 s2 s3 s4 s5 s2 s3 s4 s5 s6 s7 s8 s9"),
        ({("s3", 1): "henti"}, [], 2, "s1 s2 s3"),
        ({("s3", 1): "awal"}, [], 1, "s1 s2 s3 s1 s2 s3 s4 s5 s6 s7 s8 s9"),
        ({("s3", 2): "awal"}, [], 2, "s1 s2 s3 s4 s2 s3 s1 s2 s3 s4 s2 s3 s4 s5 s6 s7 s8 s9"),
        ({("s8", 1): "henti"}, [], 1, "s1 s2 s3 s4 s5 s6 s7 s8"),
    ],
)
def test_returns_skips_and_branches_that_leave_their_block_run_as_the_sop_says(
    chosen: dict[tuple[str, int], str], skip: list[str], branches: int, expected: str
) -> None:
    text = sop(TWO_BLOCKS)
    gone = executed(bpmn_of(text), "process_uji", answers(chosen, "ya"), branches=branches, skip=skip)
    assert gone == expected.split()


def test_a_label_of_any_letters_stays_what_it_is() -> None:
    text = sop("steps: [{id: s1, activity: '<a & \"b\">', executor: sekretaris, time: 1h}]")
    root = ElementTree.fromstring(bpmn_of(text))
    assert '1. <a & "b">' in {element.attrib.get("name") for element in root.iter()}
