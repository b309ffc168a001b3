"""Who a new visit is for: pool, starter, last executor, fallback, chosen in a form. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.cases.branches import branches_to_open
from engine.cases.model import TaskStatus
from engine.errors import CannotBeStaffed, ConditionNotMet, InvalidInput
from engine.organisation import Absence
from engine.sop.model import ForEach
from tests.support.contexts import Play, definition_of, small_office

SOP = """
id: siapa
identity: {title: Siapa, approved_by: kepala_dinas}
roles:
  kepala_dinas: {label: Kepala Dinas}
  sekretaris: {label: Sekretaris}
  kasubbag_perencanaan: {label: Kasubbag}
  jabatan_pelaksana: {label: Pelaksana, many: true}
  kepala_seksi: {label: Kepala Seksi, many: true}
  tunjukan: {label: Yang ditunjuk, from: mulai.pejabat, fallback: sekretaris}
  atasan: {label: Atasan, supervisor_of: tunjukan, fallback: kepala_dinas}
  cadangan: {label: Cadangan, per: agency, fallback: sekretaris}
  penguji: {label: Penguji, team: tim, many: true}
triggers: [{type: manual, by: [jabatan_pelaksana]}]
blocks:
  per_seksi: {label: Seksi, for_each: {unit: seksi, from: pilih.unit}, steps: [periksa], next: akhir}
steps:
  - {id: mulai, activity: Memulai, executor: jabatan_pelaksana, time: 30m, form: penunjukan}
  - {id: kerja, activity: Mengerjakan, executor: tunjukan, time: 30m}
  - {id: telaah, activity: Menelaah, executor: [jabatan_pelaksana, kepala_seksi], assign: pool, time: 30m}
  - {id: pilih, activity: Memilih, executor: atasan, time: 30m, form: unit, next: per_seksi}
  - {id: periksa, activity: Memeriksa, executor: penguji, time: 30m, not_same_unit_as_branch: true}
  - id: akhir
    activity: Mengakhiri
    executor: kepala_dinas
    time: 30m
    outcomes:
      sah: {label: Sah, to: end}
      ulang: {label: Ulang, to: telaah, return: true, reason: required}
forms:
  penunjukan:
    fields:
      - {id: pejabat, type: position, label: Pejabat}
  unit:
    fields:
      - {id: unit, type: units, label: Unit, unit_type: seksi}
"""


def begun(started_by: str | None = "sekdis", **case: Any) -> Play:
    play = Play(definition_of(SOP), small_office())
    return play.start(started_by=started_by, **case)


def held_by_nobody(play: Play, *accounts: str) -> None:
    left = tuple(one for one in play.organisation.holdings if one.account not in accounts)
    play.organisation = replace(play.organisation, holdings=left)


def away(play: Play, *accounts: str) -> None:
    days = date(2026, 1, 1), date(2026, 12, 31)
    play.organisation = replace(
        play.organisation, absences=tuple(Absence(name, name, "cuti", *days, name) for name in accounts)
    )


# --- the first step ---


@pytest.mark.parametrize(
    ("started_by", "case", "step", "assignee", "position"),
    [
        ("jp.b", {}, {}, "jp.b", "jp-b-1"),
        ("sekdis", {}, {}, None, None),  # starts it, and is no candidate
        (None, {}, {}, None, None),
        ("jp.b", {"parent_id": "induk"}, {}, None, None),
        ("jp.b", {}, {"strategic": True}, None, None),
    ],
)
def test_who_starts_a_case_by_hand_and_may_do_its_first_step_is_given_it(
    started_by: str | None,
    case: dict[str, Any],
    step: dict[str, Any],
    assignee: str | None,
    position: str | None,
) -> None:
    play = Play(definition_of(SOP), small_office()).change_step("mulai", **step)
    task = play.start(started_by=started_by, **case).task("mulai")
    assert task.seats == ("jp-a-1", "jp-a-2", "jp-b-1")
    assert (task.assignee, task.position) == (assignee, position)
    assert task.state is (TaskStatus.ASSIGNED if assignee else TaskStatus.READY)


def test_later_steps_are_not_for_the_starter_alone() -> None:
    play = begun("jp.b").finish("mulai", "jp.b", data={"pejabat": "kasubbag"}).finish("kerja", "kasubbag")
    task = play.task("telaah")
    assert (task.state, task.assignee) == (TaskStatus.READY, None)
    assert task.seats == ("jp-a-1", "jp-a-2", "jp-b-1", "kasi-a1", "kasi-b1")


# --- chosen in a form, and who takes the place of nobody ---


@pytest.mark.parametrize(
    ("chosen", "seats"),
    [
        ("kasubbag", ("kasubbag",)),
        ("kasi-kosong", ("sekretaris",)),  # nobody holds it
    ],
)
def test_a_position_chosen_in_a_form_is_asked_and_its_fallback_where_nobody_holds_it(
    chosen: str, seats: tuple[str, ...]
) -> None:
    play = begun().finish("mulai", "jp.b", data={"pejabat": chosen}, position="jp-b-1")
    task = play.task("kerja")
    assert (task.seats, task.position, task.state) == (seats, seats[0], TaskStatus.ASSIGNED)


def test_beside_whoever_is_away_the_fallback_may_act() -> None:
    play = begun()
    away(play, "kasubbag")
    play.finish("mulai", "jp.b", data={"pejabat": "kasubbag"}, position="jp-b-1")
    task = play.task("kerja")
    assert (task.seats, task.state, task.position) == (("kasubbag", "sekretaris"), TaskStatus.READY, None)


@pytest.mark.parametrize(("chosen", "said"), [("kasi-kosong", "Kepala Seksi Kosong"), (None, "")])
def test_where_nobody_takes_the_place_of_who_was_chosen_the_refusal_says_why(
    chosen: str | None, said: str
) -> None:
    play = begun()
    roles = play.definition.roles
    alone = replace(roles["tunjukan"], fallback=None)
    play.definition = replace(play.definition, roles={**roles, "tunjukan": alone})
    with pytest.raises(CannotBeStaffed) as refused:
        play.finish("mulai", "jp.b", data={"pejabat": chosen}, position="jp-b-1")
    assert refused.value.current == {"step_id": "kerja", "role": "tunjukan", "branch": None}
    assert said in refused.value.message.indonesian
    if chosen:
        assert "2026-01-05" in refused.value.message.english


def test_a_fallback_that_nobody_holds_either_is_named_with_who_was_chosen() -> None:
    play = begun()
    held_by_nobody(play, "sekdis")
    with pytest.raises(CannotBeStaffed) as refused:
        play.finish("mulai", "jp.b", data={"pejabat": "kasi-kosong"}, position="jp-b-1")
    said = refused.value.message.indonesian
    assert "Kepala Seksi Kosong, Sekretaris tidak dipangku siapa pun" in said


def test_the_superior_of_who_was_chosen_is_asked() -> None:
    play = begun().finish("mulai", "jp.b", data={"pejabat": "kasubbag"}, position="jp-b-1")
    play.finish("kerja", "kasubbag").finish("telaah", "jp.b", position="jp-b-1")
    assert play.task("pilih").seats == ("sekretaris",)


# --- pools and returns ---


def at_the_end(who: str, position: str) -> Play:
    play = begun().finish("mulai", "jp.b", data={"pejabat": "kasubbag"}, position="jp-b-1")
    play.finish("kerja", "kasubbag").finish("telaah", who, position=position)
    play.finish("pilih", "sekdis", data={"unit": ["sek-a1"]})
    return play.finish("periksa@sek-a1", "kabid.b", position="kabid-b")


def test_of_a_pool_one_role_with_somebody_in_it_is_enough() -> None:
    play = begun().finish("mulai", "jp.b", data={"pejabat": "kasubbag"}, position="jp-b-1")
    play.definition = replace(
        play.definition, roles={**play.definition.roles, "kepala_seksi": play.definition.roles["cadangan"]}
    )
    play.finish("kerja", "kasubbag")
    assert set(play.task("telaah").seats) >= {"jp-a-1", "jp-b-1"}


@pytest.mark.parametrize(
    ("who", "position", "again"), [("jp.a", "jp-a-2", "jp-a-2"), ("kasi.a", "kasi-a1", "kasi-a1")]
)
def test_a_return_goes_to_whoever_did_it_last_in_the_same_position(
    who: str, position: str, again: str
) -> None:
    task = at_the_end(who, position).finish("akhir", "kadis", "ulang").task("telaah")
    assert (task.state, task.assignee, task.position) == (TaskStatus.ASSIGNED, who, position)
    assert task.visit == 2


def test_who_has_moved_to_another_of_the_seats_keeps_the_work_and_who_has_none_loses_it() -> None:
    play = at_the_end("jp.a", "jp-a-1")
    left = tuple(one for one in play.organisation.holdings if one.position != "jp-a-1")
    play.organisation = replace(play.organisation, holdings=left)
    task = play.finish("akhir", "kadis", "ulang").task("telaah")
    assert (task.assignee, task.position) == ("jp.a", "jp-a-2")
    play = at_the_end("jp.a", "jp-a-1")
    held_by_nobody(play, "jp.a")
    task = play.finish("akhir", "kadis", "ulang").task("telaah")
    assert (task.state, task.assignee) == (TaskStatus.READY, None)


# --- branches ---


def test_a_branch_is_judged_by_nobody_of_its_own_unit() -> None:
    play = begun().finish("mulai", "jp.b", data={"pejabat": "kasubbag"}, position="jp-b-1")
    play.finish("kerja", "kasubbag").finish("telaah", "jp.b", position="jp-b-1")
    play.finish("pilih", "sekdis", data={"unit": ["sek-a1", "sek-b1", "sek-a1"]})
    assert play.open() == ["periksa@sek-a1", "periksa@sek-b1"]
    assert play.task("periksa@sek-b1").seats == ("kabid-a", "kabid-b")
    assert set(play.task("periksa@sek-a1").seats) == {"kabid-a", "penguji", "kabid-b"}
    branches = {one.key: (one.unit, one.round, one.item) for one in play.state.branches.values()}
    assert branches == {"sek-a1": ("sek-a1", 1, None), "sek-b1": ("sek-b1", 1, None)}


def test_where_everybody_is_of_the_branch_s_unit_nobody_may_judge_it() -> None:
    play = begun().finish("mulai", "jp.b", data={"pejabat": "kasubbag"}, position="jp-b-1")
    play.finish("kerja", "kasubbag").finish("telaah", "jp.b", position="jp-b-1")
    moved = tuple(replace(one, unit="sek-a1") for one in play.organisation.positions)
    play.organisation = replace(play.organisation, positions=moved)
    with pytest.raises(CannotBeStaffed) as refused:
        play.finish("pilih", "sekdis", data={"unit": ["sek-a1"]})
    assert refused.value.current == {"step_id": "periksa", "role": "penguji", "branch": "sek-a1"}
    assert "every candidate is of the branch's unit" in refused.value.message.english


@pytest.mark.parametrize(
    ("each", "keys"),
    [
        (ForEach(units=("bidang", "seksi")), ["bid-a", "bid-b", "sek-a1", "sek-b1"]),
        (ForEach(unit="seksi"), ["sek-a1", "sek-b1"]),
        (ForEach(unit="seksi", from_="case.fields.satu"), ["sek-b1"]),
        (ForEach(unit="seksi", from_="case.fields.dua"), ["sek-b1", "sek-a1"]),
    ],
)
def test_a_block_opens_a_branch_for_each_unit_that_it_names(each: ForEach, keys: list[str]) -> None:
    play = begun(fields={"satu": "sek-b1", "dua": ["sek-b1", "sek-a1", "sek-b1"]})
    blocks = {"per_seksi": replace(play.definition.blocks["per_seksi"], for_each=each)}
    play.definition = replace(play.definition, blocks=blocks)
    number, specs = branches_to_open(play.case(), "per_seksi", (), None)
    assert number == 1
    assert [(one.key, one.unit, one.entry, one.item) for one in specs] == [
        (key, key, "periksa", None) for key in keys
    ]


def test_a_filter_and_a_choice_narrow_the_branches_and_say_what_there_is() -> None:
    play = begun(fields={"dua": ["sek-b1", "sek-a1"]})
    each = ForEach(unit="seksi", from_="case.fields.dua")
    blocks = {"per_seksi": replace(play.definition.blocks["per_seksi"], for_each=each)}
    play.definition = replace(play.definition, blocks=blocks)

    def opened(chosen: tuple[str, ...], filter_: str | None) -> list[str]:
        return [one.key for one in branches_to_open(play.case(), "per_seksi", chosen, filter_)[1]]

    assert opened((), 'branch.unit == "sek-a1"') == ["sek-a1"]
    assert opened((), 'branch.id != "x"') == ["sek-b1", "sek-a1"]
    assert opened(("sek-a1", "sek-b1"), None) == ["sek-a1", "sek-b1"]
    with pytest.raises(ConditionNotMet) as refused:
        opened((), "end_of(branch.id) == today")
    assert refused.value.current == {"block": "per_seksi", "branches": ["sek-b1", "sek-a1"]}
    assert '"Seksi"' in refused.value.message.indonesian
    assert "sek-b1, sek-a1" in refused.value.message.indonesian
    with pytest.raises(InvalidInput) as unknown:
        opened(("sek-b1", "x", "y"), None)
    assert "x, y" in unknown.value.message.indonesian
    assert "sek-b1, sek-a1" in unknown.value.message.indonesian
    with pytest.raises(InvalidInput):
        opened(("sek-b1",), 'branch.unit == "sek-a1"')
    play.state.case = replace(play.state.case, fields={"dua": []})
    with pytest.raises(ConditionNotMet) as empty:
        opened((), None)
    assert empty.value.current == {"block": "per_seksi"}
    assert '"Seksi"' in empty.value.message.indonesian
