"""What a definition means where its file is silent."""

import pytest

from engine.calendar.durations import Duration
from engine.sop.checks import load_definition, require_definition
from engine.sop.defaults import resolved, row_leader
from engine.sop.model import Definition, Step
from tests.unit.sop.planting import BASE, planted

SHORT = """
schema: sop/v1
id: pendek
version: 1.0.0
identity: {title: Pendek}
roles:
  a: {label: A}
  b: {label: B, many: true}
  luar: {label: Luar, external: true, recorded_by: a}
  sistem: {label: Sistem, system: true}
documents:
  d: {label: D}
blocks:
  blok: {for_each: {units: [bidang]}, steps: [p2, p3]}
  sisi: {branches: [[q1], [q2]]}
steps:
  - {id: p1, activity: Satu, executor: a, time: 1h, next: p2}
  - {id: p2, activity: Dua, executor: b, time: 1h}
  - id: p3
    activity: Tiga
    executor: [a, b]
    time: 1h
    outcomes:
      ya: {label: Ya, to: join}
      tidak: {label: Tidak, to: p2, return: true, reason: required}
  - {id: q1, activity: Empat, executor: luar, time: 1h}
  - {id: q2, activity: Lima, executor: a, time: 1h, sign: {kind: initial, document: d}, pickup: 2h}
  - {id: r1, row: r, activity: Enam, executor: a, time: 1h, remarks: Catatan}
  - {id: r2, row: r, executor: b, when: visits > 1, outcomes: {ya: {label: Ya, to: z}}}
  - {id: z, kind: auto, activity: Akhir, executor: sistem, time: none, numbering: surat}
"""


@pytest.fixture(scope="module")
def short() -> Definition:
    return require_definition(SHORT).definition


def steps(definition: Definition, *names: str) -> list[Step]:
    return [definition.step(name) for name in names]


def test_numbers_follow_the_list(short: Definition) -> None:
    assert [step.number for step in short.steps] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_the_first_step_starts_and_the_last_ends(short: Definition) -> None:
    assert [step.stage for step in short.steps] == ["start", *["main"] * 6, "end"]


def test_the_kind_follows_outcomes_and_signature(short: Definition) -> None:
    kinds = {step.id: step.kind for step in short.steps}
    assert (kinds["p1"], kinds["p3"], kinds["q2"], kinds["z"]) == ("task", "decision", "sign", "auto")


def test_the_label_is_the_activity(short: Definition) -> None:
    assert short.step("p1").label == "Satu"


def test_everything_is_taken_from_the_source_unless_said_otherwise(short: Definition) -> None:
    assert {step.basis for step in short.steps} == {"source"}
    assert {block.basis for block in short.blocks.values()} == {"source"}


def test_next_is_the_following_step_and_enters_and_leaves_blocks(short: Definition) -> None:
    assert [step.next for step in short.steps] == ["blok", "p3", None, "join", "join", "r2", "z", "end"]
    assert {name: block.next for name, block in short.blocks.items()} == {"blok": "sisi", "sisi": "r1"}


def test_assignment_follows_the_roles(short: Definition) -> None:
    assert [step.assign for step in steps(short, "p1", "p2", "p3")] == ["single", "pool", "lead"]


def test_the_clock_of_an_external_role_is_external(short: Definition) -> None:
    assert [step.clock for step in steps(short, "p1", "q1")] == ["internal", "external"]


def test_the_start_allowance_is_a_working_day_unless_a_step_says_otherwise(short: Definition) -> None:
    assert short.sla.pickup == Duration.parse("1wd")
    assert [step.pickup for step in steps(short, "p1", "q2")] == [Duration.parse("1wd"), Duration.parse("2h")]


def test_the_start_allowance_of_the_definition_reaches_its_steps() -> None:
    definition = require_definition(SHORT + "sla: {pickup: 3h}\n").definition
    assert definition.step("p1").pickup == Duration.parse("3h")
    assert definition.step("q2").pickup == Duration.parse("2h")


def test_the_calendar_of_the_agency_is_not_guessed(short: Definition) -> None:
    assert short.sla.calendar is None


def test_a_return_goes_to_the_last_executor(short: Definition) -> None:
    outcomes = short.step("p3").outcomes
    assert (outcomes["tidak"].assign_to, outcomes["tidak"].reason) == ("last_executor", "required")
    assert (outcomes["ya"].assign_to, outcomes["ya"].reason) == (None, "none")


def test_later_steps_of_a_row_take_its_activity_but_not_its_time(short: Definition) -> None:
    first, second = steps(short, "r1", "r2")
    assert second.activity == "Enam"
    assert (second.time, second.remarks) == (None, None)
    assert row_leader(short, second) is first
    assert row_leader(short, first) is first


def test_a_number_goes_into_the_case_under_the_name_of_its_series(short: Definition) -> None:
    numbering = short.step("z").numbering
    assert numbering is not None
    assert numbering.set == "case.surat"


def test_a_role_that_says_nothing_is_looked_for_in_the_agency(short: Definition) -> None:
    assert {name: role.per for name, role in short.roles.items()} == {
        "a": "agency",
        "b": "agency",
        "luar": None,
        "sistem": None,
    }


@pytest.mark.parametrize("text", [SHORT, BASE])
def test_resolving_twice_changes_nothing(text: str) -> None:
    loaded = require_definition(text)
    assert resolved(loaded.as_written) == loaded.definition
    assert resolved(loaded.definition) == loaded.definition


def test_the_content_hash_sees_every_change_but_the_status() -> None:
    base = load_definition(BASE).content_hash
    assert load_definition(planted("status: draft", "status: effective")).content_hash == base
    assert load_definition(f"# a comment\n{BASE}").content_hash == base
    assert load_definition(planted("    time: 4h\n", "    time: 5h\n")).content_hash != base
    swapped = planted(
        "{terbit: Izin terbit, ditolak: Permohonan ditolak,",
        "{ditolak: Permohonan ditolak, terbit: Izin terbit,",
    )
    assert load_definition(swapped).content_hash != base


OUTSIDE = """
schema: sop/v1
id: luar
version: 1.0.0
identity: {title: Luar}
roles:
  a: {label: A}
  luar: {label: Luar, external: true, recorded_by: a}
steps:
  - {id: l1, activity: Satu, executor: luar, time: 1h}
  - {id: l2, activity: Dua, executor: luar, time: 1h, form: bersama}
  - {id: l3, activity: Tiga, executor: a, time: 1h, form: bersama, due: {after: [l1.done_at, 1wd]}}
  - id: l4
    activity: Empat
    executor: luar
    time: 1h
    form: lengkap
    when: 'l1.done_at < now && l4.done_at == null'
forms:
  bersama:
    fields: [{id: catatan, type: text, label: Catatan}]
    rules: [{require: 'catatan != null'}]
  lengkap:
    fields:
      - {id: kapan, type: datetime, label: Kapan, role: done_at}
      - {id: foto, type: file, label: Foto, required: true}
"""


def test_a_step_of_an_outside_party_asks_when_it_was_done_and_for_the_proof() -> None:
    definition = require_definition(OUTSIDE).definition
    asked = {
        step.id: [field.id for field in definition.forms[step.form or ""].fields] for step in definition.steps
    }
    assert asked == {
        "l1": ["done_at", "proof"],
        "l2": ["catatan", "done_at", "proof"],
        "l3": ["catatan"],
        "l4": ["kapan", "foto"],
    }
    assert definition.forms["l2__record"].rules == definition.forms["bersama"].rules
    assert resolved(definition) == definition


def test_only_outside_parties_have_a_time_that_was_recorded() -> None:
    wrong = OUTSIDE.replace("l1.done_at, 1wd", "l2.catatan, 1wd").replace("l4.done_at == null", "l3.done_at")
    places = [problem.path for problem in load_definition(wrong).errors]
    assert places == ["steps[2].due.after[0]", "steps[3].when"]


def test_a_service_begins_at_once_unless_its_author_allows_for_a_start() -> None:
    service = SHORT.replace("{title: Pendek}", "{title: Pendek, kind: service}")
    allowing = service.replace("documents:", "sla: {pickup: 2h}\ndocuments:")
    found = [resolved(load_definition(text).as_written) for text in (SHORT, service, allowing)]
    assert [str(definition.sla.pickup) for definition in found] == ["1wd", "0m", "2h"]
    assert {str(step.pickup) for step in found[1].steps} == {"0m", "2h"}  # one says so itself
