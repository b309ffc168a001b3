"""A notice counts as read once its task asks nothing of its reader any more."""

from __future__ import annotations

from engine.commands.cases.completion import Completion
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
