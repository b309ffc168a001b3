"""One branch line of an SOP as a net: sound, and exactly what the SOP prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.sop.checks import load_definition
from engine.sop.model import Definition
from reports.processes.pnml import as_pnml
from runtime.shipped import FOLDER
from tests.support.office_in_memory import SECOND_KIND
from tests.support.processes import ReadNet, read_net
from tests.support.small_office import sop

FILES = sorted(
    path
    for folder in (FOLDER, SECOND_KIND)
    for path in folder.glob("*.yaml")
    if b"schema: sop/v1" in path.read_bytes()
)
TWO_BLOCKS = """
blocks:
  bidang: {for_each: {units: [bidang]}, steps: [s2, s3, s4], next: s5}
  jalur: {branches: [[s6, s7], [s8]], next: s9}
steps:
  - {id: s1, activity: Satu, executor: sekretaris, time: 1h}
  - {id: s2, activity: Dua, executor: kabid, time: 1h, when: "case.period == null"}
  - id: s3
    activity: Tiga
    executor: kabid
    time: 1h
    outcomes:
      ya: {label: Ya, to: s4}
      ulang: {label: Ulang, to: s2, return: true, reason: required}
      awal: {label: Ke awal, to: s1, return: true, reason: required}
      henti: {label: Berhenti, to: end}
  - {id: s4, activity: Empat, executor: kabid, time: 1h}
  - id: s5
    activity: Lima
    executor: sekretaris
    time: 1h
    outcomes: {ya: {label: Ya, to: jalur}, ulang: {label: Ulang, to: bidang, return: true, reason: required}}
  - {id: s6, activity: Enam, executor: kabid, time: 1h}
  - {id: s7, activity: Tujuh, executor: kabid, time: 1h}
  - id: s8
    activity: Delapan
    executor: staf
    time: 1h
    outcomes: {ya: {label: Ya, to: join}, henti: {label: Henti, to: end}}
  - {id: s9, activity: Sembilan, executor: [kepala, sekretaris], time: 1h, assign: each_holder}
"""


def definition_in(text: bytes | str) -> Definition:
    return load_definition(text, file="sop.yaml").definition


def words(text: str) -> list[str]:
    return text.split()


def net_of_text(text: bytes | str) -> ReadNet:
    return read_net("".join(as_pnml(definition_in(text))))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_net_of_every_shipped_sop_is_sound_and_has_every_step(path: Path) -> None:
    definition, net = definition_in(path.read_bytes()), net_of_text(path.read_bytes())
    assert net.is_sound()
    labels = {label for label, *_ in net.transitions.values()}
    assert {step.label or step.activity for step in definition.steps} <= labels


def test_a_line_goes_through_each_block_by_one_of_its_branches() -> None:
    net = net_of_text(sop(TWO_BLOCKS))
    assert net.is_sound()
    assert net.replays(words("Satu Dua Tiga Empat Lima Enam Tujuh Sembilan"))
    assert net.replays(words("Satu Tiga Empat Lima Delapan Sembilan Sembilan"))
    assert not net.replays(words("Satu Dua Tiga Empat Lima Enam Delapan Sembilan"))


def test_a_return_goes_back_and_a_branch_that_is_cut_off_stops_where_it_is() -> None:
    net = net_of_text(sop(TWO_BLOCKS))
    assert net.replays(words("Satu Dua Tiga Dua Tiga Empat Lima Dua Tiga Empat Lima Delapan Sembilan"))
    assert net.replays(words("Satu Dua Satu Dua Tiga Empat Lima Delapan Sembilan"))
    assert net.replays(words("Satu Dua Tiga"))
    assert net.replays(words("Satu"))


def test_a_step_left_out_or_swapped_with_another_does_not_fit() -> None:
    net = net_of_text(sop(TWO_BLOCKS))
    assert not net.replays(words("Satu Dua Tiga Lima Delapan Sembilan"))
    assert not net.replays(words("Dua Satu Tiga Empat Lima Delapan Sembilan"))
    assert not net.replays(words("Satu Dua Tiga Empat Lima Enam Sembilan"))
