"""Who does a step: lists of executors, holders who decide together, whoever started the case."""

from __future__ import annotations

import pytest

from engine.cases.model import CaseStatus, TaskStatus
from engine.errors import ActionNotAvailable, InvalidInput, NotAllowed, NotFound
from tests.support.small_office import ORGANISATION, SmallOffice, errors_of, sop

LISTS = """
steps:
  - {id: s1, activity: Menerima, executor: [kabid, staf], assign: pool, time: 10m}
  - {id: s2, activity: Menyetujui, executor: [kepala, sekretaris], assign: each_holder, time: 10m}
"""


def test_a_pool_of_several_roles_is_open_to_each_of_them() -> None:
    office = SmallOffice.with_sops(sop(LISTS)).start()
    task = office.task("s1")
    assert task.state is TaskStatus.READY
    assert set(task.seats) == {"kabid-a", "kabid-b", "kabid-c", "staf-a1", "staf-a2", "staf-b1"}
    office.finish("s1", "staf.b1")
    assert office.open() == ["s2", "s2"]


def test_all_holders_of_every_listed_role_must_finish() -> None:
    office = SmallOffice.with_sops(sop(LISTS)).start().finish("s1", "kabid.c")
    office.finish("s2", "kepala.1")
    assert office.open() == ["s2"]
    office.finish("s2", "sekre.1")
    assert office.state.case.state is CaseStatus.COMPLETED


def test_of_a_list_without_assign_the_first_role_leads() -> None:
    text = sop("steps: [{id: s1, activity: Menyusun, executor: [kepala, sekretaris], time: 10m}]")
    assert SmallOffice.with_sops(text).start().task("s1").seats == ("kepala",)


VOTES = """
case: {{results: {{ditolak: Ditolak, disetujui: Disetujui}}}}
steps:
  - id: s1
    activity: Menilai bersama
    executor: kabid
    assign: each_holder
    decide: {rule}
    time: 60m
    outcomes:
      setuju: {{label: Setuju, to: s2}}
      tolak: {{label: Tolak, to: end, result: ditolak}}
  - {{id: s2, activity: Mengesahkan, executor: kepala, time: 30m, when: 's1.outcome == "setuju"',
     result: disetujui}}
"""
HOLDERS = ("kabid.a", "kabid.b", "kabid.c")


@pytest.mark.parametrize(
    ("rule", "votes", "open_after"),
    [
        ("all", "setuju setuju setuju", ["s2"]),
        ("all", "tolak tolak setuju", []),
        ("all", "setuju setuju tolak", []),
        ("majority", "tolak tolak", []),
        ("majority", "setuju tolak setuju", ["s2"]),
        ("majority", "tolak setuju", ["s1"]),
        ("any", "setuju", ["s2"]),
        ("any", "tolak", []),
        ("{at_least: 2}", "setuju setuju", ["s2"]),
        ("{at_least: 3}", "setuju tolak setuju", []),
        ("{at_least: 3, otherwise: setuju}", "setuju tolak setuju", ["s2"]),
        ("{by: all, veto: tolak}", "tolak", []),
        ("{by: majority, veto: tolak}", "setuju tolak", []),
        ("{by: majority, veto: tolak}", "setuju setuju", ["s2"]),
    ],
)
def test_holders_decide_by_the_rule_of_the_author(rule: str, votes: str, open_after: list[str]) -> None:
    office = SmallOffice.with_sops(sop(VOTES.format(rule=rule))).start()
    for who, vote in zip(HOLDERS, votes.split(), strict=False):
        office.finish("s1", who, vote)
    assert office.open() == open_after
    if not open_after:
        assert office.state.case.result == "ditolak"


def test_the_order_of_votes_decides_nothing() -> None:
    for last in HOLDERS:
        office = SmallOffice.with_sops(sop(VOTES.format(rule="all"))).start()
        for who in (*(item for item in HOLDERS if item != last), last):
            office.finish("s1", who, "setuju" if who == last else "tolak")
        assert office.state.case.result == "ditolak"


@pytest.mark.parametrize(
    ("rule", "votes"),
    [("any", "setuju"), ("any", "tolak"), ("majority", "setuju setuju"), ("{by: all, veto: tolak}", "tolak")],
)
def test_no_holder_takes_back_what_several_have_decided(rule: str, votes: str) -> None:
    office = SmallOffice.with_sops(
        sop(
            VOTES.format(rule=rule).replace("tolak: {label: Tolak, to: end", "tolak: {label: Tolak, to: s3")
            + "  - {id: s3, activity: Menutup, executor: kepala, time: 30m}\n"
        )
    ).start()
    for who, vote in zip(HOLDERS, votes.split(), strict=False):
        office.finish("s1", who, vote)
    before = office.state
    for task in before.tasks.values():
        if task.step_id == "s1" and task.state is TaskStatus.COMPLETED:
            with pytest.raises(ActionNotAvailable, match="decided together"):
                office.engine.tasks.recall(task.assignee or "", task.id)
    assert office.state == before


def test_a_single_holder_takes_back_what_he_alone_has_decided() -> None:
    alone = VOTES.format(rule="any").replace("executor: kabid", "executor: sekretaris")
    office = SmallOffice.with_sops(sop(alone)).start().finish("s1", "sekre.1", "setuju")
    [sent] = [task for task in office.state.tasks.values() if task.step_id == "s1"]
    office.engine.tasks.recall("sekre.1", sent.id)
    assert office.open() == ["s1"]


def test_several_ways_forward_without_a_rule_are_refused() -> None:
    undecided = sop(VOTES.format(rule="all").replace("    decide: all\n", ""))
    [error] = errors_of(undecided)
    assert "steps[0].outcomes: The holders may choose different outcomes (setuju, tolak)" in error
    assert "write decide: all, majority, any or {at_least: n}" in error


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("{veto: tolak}", "Write exactly one"),
        ("{by: all, at_least: 2}", "Write exactly one"),
        ("{at_least: 0}", "at least 1"),
        ("{by: all, veto: tolk}", 'Did you mean "tolak"?'),
        ("{by: all, otherwise: x}", "is not known"),
        ("semua", "is not known"),
    ],
)
def test_a_rule_that_decides_nothing_is_refused_where_it_stands(rule: str, says: str) -> None:
    [error] = errors_of(sop(VOTES.format(rule=rule)))
    assert "steps[0].decide" in error
    assert says in error


def test_a_rule_for_one_person_is_refused() -> None:
    [error] = errors_of(sop(VOTES.format(rule="all").replace("each_holder", "pool")))
    assert "each_holder" in error


REQUEST = """
case: {results: {ditarik: Ditarik, setuju: Disetujui}}
steps:
  - {id: s1, activity: Mengisi permohonan, executor: pegawai, time: 30m}
  - {id: s2, activity: Menyetujui, executor: pegawai, assign: pool, not_same_person_as: [pemohon],
     time: 60m, result: setuju}
  - {id: s3, activity: Menerima hasil, executor: pemohon, time: 60m}
deviations:
  enabled: true
  paths: [{at: any, outcome: tarik, to: end, label: Tarik, by: [pemohon], reason: required, result: ditarik}]
"""


def test_the_first_step_goes_to_whoever_started_the_case() -> None:
    office = SmallOffice.with_sops(sop(REQUEST, by="pegawai")).start("staf.a1")
    task = office.task("s1")
    assert (task.state, task.assignee, task.position) == (TaskStatus.ASSIGNED, "staf.a1", "staf-a1")
    assert office.notices("staf.b1") == []


@pytest.mark.parametrize("before", ["kind: auto, time: none", "executor: kepala, when: 'false', time: 1h"])
def test_the_first_step_for_people_goes_to_whoever_started_the_case(before: str) -> None:
    mulai = REQUEST.replace("steps:\n", f"steps:\n  - {{id: s0, activity: Mulai, {before}}}\n")
    office = SmallOffice.with_sops(sop(mulai, by="pegawai")).start("staf.a1")
    assert office.task("s1").assignee == "staf.a1"
    assert office.notices("staf.b1") == []


def test_a_first_step_that_is_kept_apart_from_whoever_started_is_for_the_others() -> None:
    apart = "steps: [{id: s1, activity: Menilai, executor: pegawai, not_same_person_as: pemohon, time: 1h}]"
    office = SmallOffice.with_sops(sop(apart, by="pegawai")).start("staf.a1")
    assert office.task("s1").state is TaskStatus.READY
    assert office.finish("s1", "staf.b1").state.case.state is CaseStatus.COMPLETED


ABOVE = """
steps:
  - {id: s1, activity: Mengisi, executor: pegawai, time: 30m, form: f}
  - {id: s2, activity: Menyetujui, executor: atasan, time: 60m}
  - {id: s3, activity: Menerima hasil, executor: pemohon, time: 60m}
  - {id: s4, activity: Menyetujui, executor: atasan_pengganti, time: 60m}
forms: {f: {fields: [{id: pengganti, type: user, label: Pengganti, required: true}]}}
"""
CHIEFS = (
    "  pengganti: {label: Pengganti, from: s1.pengganti}\n"
    "  atasan: {label: Atasan, supervisor_of: pemohon}\n"
    "  atasan_pengganti: {label: Atasan pengganti, supervisor_of: pengganti}\n"
)


def test_the_superior_of_the_requester_and_of_a_chosen_person_is_asked() -> None:
    office = SmallOffice.with_sops(sop(ABOVE, by="pegawai", more_roles=CHIEFS)).start("staf.a1")
    office.finish("s1", "staf.a1", data={"pengganti": "staf.b1"})
    assert office.task("s2").seats == ("kabid-a",)
    office.finish("s2", "kabid.a")
    # What waits for a person is led by that person's superior, as what waits for a position is.
    office.engine.tasks.reassign("kabid.a", office.task("s3").id, to="staf.a1", reason="Mohon segera")
    office.finish("s3", "staf.a1")
    assert office.task("s4").seats == ("kabid-b",)


def test_a_step_of_whoever_started_is_refused_where_a_schedule_starts() -> None:
    schedule = "{type: schedule, windows: [{period: year, month: 1, week: 2}]}"
    text = sop(
        "case: {period: {type: year, required: true}}\n"
        "steps: [{id: s1, activity: Menyusun, executor: pemohon, time: 60m}]"
    ).replace("{type: manual, by: [sekretaris]}", schedule)
    [error] = errors_of(text)
    assert "roles.pemohon.from" in error
    assert "give the role" in error
    assert (
        errors_of(text.replace("from: case.started_by", "from: case.started_by, fallback: sekretaris")) == []
    )


def test_a_step_of_the_requester_comes_back_to_him_and_one_kept_apart_never_does() -> None:
    office = SmallOffice.with_sops(sop(REQUEST, by="pegawai")).start("staf.a1").finish("s1", "staf.a1")
    with pytest.raises(NotAllowed, match="started the case"):
        office.engine.tasks.claim("staf.a1", office.task("s2").id)
    office.finish("s2", "staf.b1")
    assert office.task("s3").assignee == "staf.a1"
    assert office.finish("s3", "staf.a1").state.case.result == "setuju"


def test_the_requester_alone_withdraws_his_request() -> None:
    office = SmallOffice.with_sops(sop(REQUEST, by="pegawai")).start("staf.a1").finish("s1", "staf.a1")
    task = office.task("s2")
    with pytest.raises((NotAllowed, NotFound)):
        office.complete("kabid.c", task.id, "tarik", reason="Bukan urusan saya")
    office.complete("staf.a1", task.id, "tarik", reason="Tidak jadi")
    assert (office.state.case.state, office.state.case.result) == (CaseStatus.COMPLETED, "ditarik")


def test_a_trigger_cannot_name_whoever_starts_the_case() -> None:
    [error] = errors_of(sop(REQUEST, by="pemohon"))
    assert "known inside a case only" in error


TABLES = """
steps:
  - {id: s1, activity: Mengisi, executor: kabid, assign: each_holder, time: 60m, form: isian}
  - {id: s2, activity: Merekap, executor: kepala, time: 30m, form: rekap}
forms:
  isian:
    fields:
      - {id: t, type: table, label: T, add_rows: true, columns: [{id: n, type: number, label: N}]}
  rekap: {fields: [{id: jumlah, type: number, label: Jumlah, compute: 'sum_of(s1.t, "n")'}]}
"""


def test_the_tables_of_all_holders_reach_the_next_step() -> None:
    office = SmallOffice.with_sops(sop(TABLES)).start()
    for number, who in enumerate(HOLDERS, start=1):
        office.finish("s1", who, data={"t": [{"n": number}, {"n": 10 * number}]})
    shown = office.engine.queries.tasks.get("kepala.1", office.task("s2").id)
    assert shown["form"]["initial"]["jumlah"] == 66


def test_of_the_same_row_the_last_to_finish_counts() -> None:
    office = SmallOffice.with_sops(sop(TABLES)).start()
    for number, who in enumerate(HOLDERS, start=1):
        office.finish("s1", who, data={"t": [{"row": "sama", "n": number}]})
    shown = office.engine.queries.tasks.get("kepala.1", office.task("s2").id)
    assert shown["form"]["initial"]["jumlah"] == 3


def test_of_several_positions_with_a_role_those_of_its_level_are_meant() -> None:
    def seats(level: str) -> set[str]:
        roles = f"  pejabat: {{label: Pejabat, many: true, level: {level}}}\n"
        organisation = ORGANISATION.replace("roles: [sekretaris, pegawai]", "roles: [sekretaris, pejabat]")
        organisation = organisation.replace("roles: [staf, pegawai]", "roles: [staf, pejabat]")
        organisation = organisation.replace("level: III, unit: kantor", "level: III.a, unit: kantor")
        text = sop("steps: [{id: s1, activity: A, executor: pejabat, time: 10m}]", more_roles=roles)
        return set(SmallOffice.with_sops(text, organisation=organisation).start().task("s1").seats)

    assert seats("III") == {"sekretaris"}
    assert seats("pelaksana") == {"staf-a1", "staf-a2", "staf-b1"}
    # Where nobody is of that level, whoever has the role does it.
    assert seats("I") == {"sekretaris", "staf-a1", "staf-a2", "staf-b1"}


OUTSIDE = """
steps:
  - {id: s1, activity: Menyepakati, executor: [kepala, pemohon_luar], assign: each_holder, time: 1h}
  - {id: s2, activity: Menyampaikan, executor: [pemohon_luar, staf], assign: pool, time: 1h}
"""
OUTSIDE_ROLE = "  pemohon_luar: {label: Pemohon, external: true, recorded_by: sekretaris}\n"


def test_an_outside_party_among_several_is_proven_by_who_records_it_and_by_nobody_else() -> None:
    office = SmallOffice.with_sops(sop(OUTSIDE, more_roles=OUTSIDE_ROLE)).start()
    office.finish("s1", "kepala.1")
    with pytest.raises(InvalidInput) as refused:
        office.finish("s1", "sekre.1")
    assert [fault.path for fault in refused.value.errors] == ["data.proof"]
    proof = {"done_at": "2026-01-05T07:30:00+08:00", "proof": [{"url": "https://kantor.example/surat"}]}
    office.clock.set("2026-01-07T09:00+08:00")
    office.finish("s1", "sekre.1", data=proof)
    recorded = next(task for task in office.state.tasks.values() if task.assignee == "sekre.1")
    assert recorded.finished_at is not None
    assert (recorded.finished_at.isoformat(), recorded.late_minutes) == ("2026-01-04T23:30:00+00:00", 0)
    sent = office.task("s2")
    office.engine.tasks.claim("staf.b1", sent.id)
    office.complete("staf.b1", sent.id)
    assert office.state.case.state is CaseStatus.COMPLETED


def test_an_outside_party_whom_nobody_records_is_refused_wherever_it_is_listed() -> None:
    [error] = errors_of(sop(OUTSIDE, more_roles="  pemohon_luar: {label: Pemohon, external: true}\n"))[:1]
    assert "add recorded_by to that role" in error
    listed = sop(OUTSIDE.replace("[pemohon_luar, staf]", "[staf, pemohon_luar]"), more_roles=OUTSIDE_ROLE)
    assert errors_of(listed) == []


TOGETHER = """
steps:
  - id: s1
    activity: Menilai
    executor: kabid
    assign: each_holder
    decide: {at_least: 3, otherwise: ya}
    time: 1h
    form: f
    start_sop: {sop: anak, for_each: temuan, pass: {perihal: row.apa}}
    set: {case.hasil: '(outcome)', case.jumlah: 'sum_of(temuan, "n")', case.temuan: '(temuan)'}
    outcomes: {ya: {label: Ya, to: s2}, tidak: {label: Tidak, to: end}}
  - {id: s2, activity: Merekap, executor: kepala, time: 1h}
forms:
  f:
    fields:
      - id: temuan
        type: table
        label: Temuan
        add_rows: true
        columns: [{id: apa, type: text, label: Apa}, {id: n, type: number, label: N}]
"""
OF_ONE = (
    "case: {fields: [{id: perihal, type: text, label: P}]}\n"
    "steps: [{id: a1, activity: Menindaklanjuti, executor: kepala, time: 1h}]\n"
)


def test_what_several_have_decided_follows_from_all_of_them_not_from_the_last() -> None:
    office = SmallOffice.with_sops(sop(OF_ONE, id="anak"), sop(TOGETHER)).start()
    for number, (who, vote) in enumerate(zip(HOLDERS, ("ya", "ya", "tidak"), strict=True), 1):
        office.finish("s1", who, vote, data={"temuan": [{"apa": who, "n": number}]})
    assert office.open() == ["s2"]
    values = office.state.case.values
    assert (values["hasil"], values["jumlah"]) == ("ya", 6)
    assert [row["apa"] for row in values["temuan"]] == list(HOLDERS)
    started = office.engine.queries.cases.get("kepala.1", office.case_id)["children"]
    cases = [SmallOffice(office.engine, office.clock, id).state.case for id in started]
    assert sorted(str(case.fields["perihal"]) for case in cases) == list(HOLDERS)
