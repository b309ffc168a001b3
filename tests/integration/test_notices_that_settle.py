"""A notice counts as read once its task asks nothing of its reader any more."""

from __future__ import annotations

from sqlalchemy import select

from engine.cases.model import Notice
from engine.cases.task_context import TaskContext
from engine.commands.cases.completion import Completion
from engine.commands.worker.tick import Sweep
from engine.reminders.settled_notices import is_settled
from engine.store import Tx
from engine.store.changed_rows import NOTICE_FIELDS
from engine.tables import NOTICE
from tests.support.small_office import SmallOffice, sop

POOL = """
steps:
  - {id: s1, activity: Menyusun, executor: kabid, assign: pool, time: 60m, informed: [sekretaris]}
  - {id: s2, activity: Mengesahkan, executor: kepala, time: 30m}
"""


def unread(office: SmallOffice, who: str) -> list[str]:
    items = office.engine.queries.notices.list(who, state="unread")["items"]
    return [notice["text"].partition(":")[0] for notice in items]


def test_of_colleagues_when_one_of_them_takes_it_and_of_its_holder_when_it_is_done() -> None:
    office = SmallOffice.with_sops(sop(POOL)).start()
    task = office.task("s1")
    office.engine.tasks.claim("kabid.b", task.id)
    assert [unread(office, who) for who in ("kabid.a", "kabid.b", "kabid.c")] == [[], ["Tugas baru"], []]
    office.complete("kabid.b", task.id)
    assert unread(office, "kabid.b") == []
    assert unread(office, "sekre.1") == ["Untuk diketahui"]  # it asked for nothing
    assert unread(office, "kepala.1") == ["Tugas baru"]


def test_of_the_old_holder_when_it_is_given_to_another_and_what_says_so_stays() -> None:
    office = SmallOffice.with_sops(sop(POOL)).start()
    task = office.task("s1")
    office.engine.tasks.claim("kabid.b", task.id)
    office.engine.tasks.reassign("kepala.1", task.id, to="kabid.c", reason="Beban kerja")
    assert unread(office, "kabid.b") == ["Tugas Anda dialihkan kepada Kepala Bidang C"]
    assert unread(office, "kabid.c") == ["Tugas dialihkan kepada Anda"]


WITHDRAWN = """
case: {results: {ditarik: Ditarik, setuju: Disetujui}}
steps: [{id: s1, activity: Menyetujui, executor: kabid, assign: pool, time: 60m, result: setuju}]
deviations:
  enabled: true
  paths: [{at: any, outcome: tarik, to: end, label: Tarik, by: [pemohon], reason: required, result: ditarik}]
"""


def test_of_everybody_asked_when_a_request_is_withdrawn_and_they_hear_who_did_it() -> None:
    office = SmallOffice.with_sops(sop(WITHDRAWN, by="pegawai")).start("staf.a1")
    withdrawn = Completion(outcome="tarik", data={}, reason="Batal pergi")
    office.engine.completion.complete("staf.a1", office.task("s1").id, withdrawn)
    for who in ("kabid.a", "kabid.b", "kabid.c"):
        assert unread(office, who) == ["Tugas ini telah diakhiri oleh Staf A1"]
    assert any("Batal pergi" in text for text in office.notices("kabid.a"))


RETURNS = POOL.replace(
    "time: 30m}",
    "time: 30m,\n     outcomes: {ok: {label: Ok, to: end},"
    " balik: {label: Balik, to: s1, return: true, reason: required}}}",
)


def letters(office: SmallOffice, who: str) -> list[str]:
    """The notices that a letter which waited until now would still be of."""

    def kept(tx: Tx) -> list[str]:
        columns = [NOTICE.c[name] for name in NOTICE_FIELDS]
        rows = tx.connection.execute(
            select(*columns, NOTICE.c.read_at).where(NOTICE.c.account == who).order_by(NOTICE.c.at)
        ).all()
        found = []
        for *values, read_at in rows:
            notice = Notice(**dict(zip(NOTICE_FIELDS, values, strict=True)))
            state = tx.cases.get(notice.case_id or "")
            assert state is not None
            case = office.engine.context.catalog.case_context(tx, state, office.clock.now())
            about = state.tasks.get(notice.task_id or "")
            if about is None or not is_settled(TaskContext(case, about), notice, read_at is not None):
                found.append(notice.text.partition(":")[0])
        return found

    return office.engine.context.store.ask(kept)


def test_of_whoever_helped_when_the_help_ends_and_when_the_case_does() -> None:
    for ends in ("help", "case"):
        office = SmallOffice.with_sops(sop(POOL)).start()
        task = office.task("s1")
        office.engine.tasks.claim("kabid.a", task.id)
        office.engine.help.delegate("kabid.a", task.id, to="staf.a1", note="Angkanya")
        assert unread(office, "staf.a1") == letters(office, "staf.a1")
        if ends == "help":
            office.engine.help.resolve("kabid.a", task.id, note="Cukup")
        else:
            office.engine.cases.cancel("kepala.1", office.case_id, reason="Salah periode")
        assert "Kepala Bidang A meminta bantuan Anda" not in unread(office, "staf.a1")
        assert len(letters(office, "staf.a1")) == 1


def test_a_letter_of_what_came_back_is_not_sent_to_whoever_has_it_no_more() -> None:
    office = SmallOffice.with_sops(sop(RETURNS)).start()
    office.finish("s1", "kabid.a").finish("s2", "kepala.1", "balik", reason="Kurang")
    assert letters(office, "kabid.a") == ["Tugas dikembalikan untuk diperbaiki"]
    office.engine.tasks.reassign("kepala.1", office.task("s1").id, to="kabid.b", reason="Beban kerja")
    office.engine.tasks.reassign("kepala.1", office.task("s1").id, to="kabid.c", reason="Beban kerja")
    assert letters(office, "kabid.a") == ["Tugas Anda dialihkan kepada Kepala Bidang B"]
    assert letters(office, "kabid.b") == ["Tugas Anda dialihkan kepada Kepala Bidang C"]


def test_that_nobody_took_it_when_somebody_does_and_an_escalation_when_it_is_done() -> None:
    office = SmallOffice.with_sops(sop(POOL).replace("pickup: 0m", "pickup: 1h")).start()
    worker = Sweep(office.engine.context)

    def pass_time(hours: int) -> None:
        for _ in range(hours * 6):
            office.clock.advance(minutes=10)
            worker.settle(office.clock.now())

    def urged(who: str) -> set[str]:
        items = office.engine.queries.notices.list(who, state="unread")["items"]
        return {item["kind"] for item in items} - {"task_new"}

    pass_time(1)
    assert urged("kabid.a") == urged("kabid.b") == {"not_picked_up"}
    office.engine.tasks.claim("kabid.a", office.task("s1").id)
    assert urged("kabid.a") == urged("kabid.b") == set()
    assert len(letters(office, "kabid.b")) == 0
    pass_time(31)
    assert "escalation" in urged("kepala.1")
    assert urged("kabid.a") >= {"reminder", "overdue"}
    office.engine.tasks.reassign("kepala.1", office.task("s1").id, to="kabid.b", reason="Terlambat")
    assert letters(office, "kabid.a") == ["Tugas Anda dialihkan kepada Kepala Bidang B"]
    assert "escalation" in urged("kepala.1")
    office.finish("s1", "kabid.b")
    assert urged("kepala.1") == set()
    assert letters(office, "kepala.1") == ["Tugas baru"]


def test_of_what_a_superior_does_with_his_task_the_holder_hears_and_candidates_of_a_release() -> None:
    office = SmallOffice.with_sops(sop(POOL)).start()
    task = office.task("s1")
    office.engine.tasks.claim("kabid.a", task.id)
    office.engine.tasks.hold("kepala.1", task.id, reason_class="menunggu_data", reason="Data BPS")
    assert "Tugas Anda ditunda oleh Kepala" in unread(office, "kabid.a")
    office.engine.tasks.resume("kepala.1", task.id)
    assert "Tugas Anda dilanjutkan oleh Kepala" in unread(office, "kabid.a")
    office.engine.tasks.release("kepala.1", task.id, reason="Rapat")
    assert unread(office, "kabid.a") == ["Tugas Anda dilepaskan oleh Kepala"]
    assert unread(office, "kabid.b") == unread(office, "kabid.c") == ["Tugas kembali menunggu diambil"]
    office.engine.tasks.claim("kabid.b", task.id)
    assert unread(office, "kabid.c") == []
    office.engine.tasks.hold("kabid.b", task.id, reason_class="menunggu_data", reason="Data")
    office.engine.tasks.resume("kabid.b", task.id)
    assert unread(office, "kabid.b") == ["Tugas kembali menunggu diambil"]
