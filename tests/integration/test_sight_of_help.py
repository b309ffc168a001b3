"""What somebody sees of a case for helping with one of its tasks: that task, and only while helping."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.cases.model import Task
from engine.errors import InvalidInput, NotFound
from tests.support.offices import DemoOffice, findings

pytestmark = pytest.mark.on("postgres")

HOLDER, HELPER, HEAD = "kasubbag.perencanaan", "jp.umum", "kadis"


@pytest.fixture
def asked(office: DemoOffice) -> Task:
    """Step 3 is held by a Kasubbag, who has asked somebody of his division without a part in the case."""
    case_id = office.start()
    office.do("kadis", case_id, "s1", data=findings(("bid-psr",)))
    office.do("sekdis", case_id, "s2")
    task = office.open_task(case_id, "s3")
    office.engine.tasks.claim(HOLDER, task.id)
    office.engine.help.delegate(HOLDER, task.id, to=HELPER)
    return office.task(task.id)


def ways_to_see(office: DemoOffice, who: str, task: Task) -> Iterator[tuple[str, Callable[[], object]]]:
    """Every read that names the case, another task of it, or a file of it."""
    queries = office.engine.queries
    for look in (queries.cases.get, queries.cases.timing, queries.cases.timeline, queries.audit.of_case):
        yield look.__name__, lambda look=look: look(who, task.case_id)  # type: ignore[misc]
    for other in office.state(task.case_id).tasks.values():
        if other.id != task.id:
            yield other.step_id, lambda other=other: queries.tasks.get(who, other.id)  # type: ignore[misc]


def test_while_helping_one_sees_the_task_and_not_the_case(office: DemoOffice, asked: Task) -> None:
    queries = office.engine.queries
    shown = queries.tasks.get(HELPER, asked.id)
    assert [visit["step_id"] for visit in shown["history"]] == ["s1", "s2"]
    assert [item["id"] for item in queries.inbox(HELPER)["items"]] == [asked.id]
    assert [item["id"] for item in queries.inbox(HELPER, q=shown["case_number"])["items"]] == [asked.id]
    assert queries.inbox.count(HELPER) == 1
    assert queries.cases.list(HELPER)["items"] == []
    for _, look in ways_to_see(office, HELPER, asked):
        with pytest.raises(NotFound):
            look()


def test_afterwards_everything_is_as_if_one_had_never_been_asked(office: DemoOffice, asked: Task) -> None:
    office.engine.help.resolve(HELPER, asked.id)
    queries = office.engine.queries
    with pytest.raises(NotFound):
        queries.tasks.get(HELPER, asked.id)
    assert [queries.inbox(HELPER, view)["items"] for view in ("mine", "unit", "done")] == [[], [], []]
    assert queries.inbox.count(HELPER) == 0
    assert queries.cases.list(HELPER)["items"] == []
    for _, look in ways_to_see(office, HELPER, asked):
        with pytest.raises(NotFound):
            look()


def test_files_of_the_step_are_readable_while_helping_and_the_own_ones_for_ever(
    office: DemoOffice, asked: Task
) -> None:
    office.engine.help.resolve(HELPER, asked.id)
    office.complete(HOLDER, asked.id)
    case_id = asked.case_id
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    work = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", work.id)
    office.complete("jp.psr.1", work.id)
    check = office.open_task(case_id, "s6", "bid-psr")
    office.engine.tasks.claim("kabid.psr", check.id)
    theirs = str((office.task(work.id).data or {})["dokumen"])
    files = office.engine.queries.files
    with pytest.raises(NotFound):
        files.get("jp.pkm.1", theirs)
    office.engine.help.delegate(HEAD, check.id, to="jp.pkm.1")
    assert files.get("jp.pkm.1", theirs).id == theirs
    own = office.upload("jp.pkm.1")
    office.engine.help.resolve("jp.pkm.1", check.id)
    with pytest.raises(NotFound):
        files.get("jp.pkm.1", theirs)
    assert files.get("jp.pkm.1", own).id == own


def test_of_another_division_only_a_superior_of_both_names_somebody(office: DemoOffice, asked: Task) -> None:
    office.engine.help.resolve(HOLDER, asked.id)
    listed = {
        who: [colleague["account"] for colleague in office.engine.queries.screens.colleagues(who, asked.id)]
        for who in (HOLDER, HEAD)
    }
    assert "jp.eks.1" not in listed[HOLDER]
    assert {"sekdis", "jp.perencanaan", "jp.umum", "kadis"} <= set(listed[HOLDER])
    assert "jp.eks.1" in listed[HEAD]
    with pytest.raises(InvalidInput, match="superior of both"):
        office.engine.help.delegate(HOLDER, asked.id, to="jp.eks.1")
    office.engine.help.delegate(HEAD, asked.id, to="jp.eks.1", note="Lintas bidang")
    for who, said in ((HOLDER, "Kepala Dinas menunjuk"), ("jp.eks.1", "Kepala Dinas meminta Anda membantu")):
        assert said in str(office.engine.queries.notices.list(who)["items"])
    office.engine.help.resolve(HEAD, asked.id)
    assert office.task(asked.id).helper is None


def test_a_participant_of_the_case_may_be_asked_from_any_division(office: DemoOffice, asked: Task) -> None:
    office.engine.help.resolve(HOLDER, asked.id)
    office.complete(HOLDER, asked.id)
    office.do("kabid.psr", asked.case_id, "s4", "bid-psr")
    work = office.open_task(asked.case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", work.id)
    office.engine.help.delegate("jp.psr.1", work.id, to=HOLDER)
    office.engine.help.resolve("jp.psr.1", work.id)
    with pytest.raises(InvalidInput, match="participant"):
        office.engine.help.delegate("jp.psr.1", work.id, to="jp.umum")
