"""What an earlier release has stored goes on, though today's checker would refuse it as a new text."""

from __future__ import annotations

import pytest

from engine.access.actor import HOST
from engine.commands.definitions.told import act_on
from engine.errors import DefinitionError
from engine.organisation import Organisation
from engine.organisation.binding import read_organisation
from engine.store import Store
from engine.store.audit_reader import verify_log
from tests.support.small_office import ORGANISATION, SmallOffice, errors_of, sop

BODY = """
case: {title: "Surat {case.fields.perihal}", fields: [{id: perihal, type: text, label: Perihal}]}
steps:
  - {id: s1, activity: Menulis, executor: sekretaris, time: 1h, form: isi}
  - {id: s2, activity: Menyetujui, executor: kabid, assign: pool, time: 1h}
forms: {isi: {fields: [{id: a, type: text, label: Isi}]}}
"""
VOTES = "assign: each_holder, outcomes: {ya: {label: Ya, to: end}, tidak: {label: Tidak, to: s1}}"
HIDDEN = "\N{RIGHT-TO-LEFT OVERRIDE}"
OLD = {
    "hidden letters": ("activity: Menyetujui", f'activity: "Menye{HIDDEN}tujui"'),
    "a label that shows nothing": ("label: Perihal", 'label: "\N{HANGUL FILLER}"'),
    "a key that is gone": ("label: Isi}", "label: Isi, creates: action_items}"),
    "a vote without a rule": ("assign: pool", VOTES),
}


def stored(text: str, status: str, store: Store | None = None) -> SmallOffice:
    """An office in which an earlier release has stored a version of this text."""
    office = SmallOffice.with_sops(store=store)
    put(office, text, status)
    return office


def put(office: SmallOffice, text: str, status: str) -> None:
    act = act_on("definition.store", office.clock.now(), None, "uji", "1.0.0")
    given = {"agency": "kantor", "id": "uji", "version": "1.0.0", "content_hash": "0" * 64, "act": act}
    office.engine.context.store.execute(lambda tx: tx.definitions.put(status=status, text=text, **given))


@pytest.mark.parametrize("what", sorted(OLD))
def test_a_case_of_such_a_version_goes_to_its_end(what: str, store: Store) -> None:
    text = sop(BODY.replace(*OLD[what]))
    assert len(errors_of(text)) == 1
    office = stored(text, "effective", store)
    office.start(fields={"perihal": "Cuti"}).finish("s1", "sekre.1", data={"a": "b"})
    assert office.engine.queries.inbox("kabid.a", "mine")["items"]
    for who in ("kabid.a", "kabid.b", "kabid.c") if "vote" in what else ("kabid.a",):
        office.finish("s2", who, "ya" if "vote" in what else None)
    assert (office.open(), office.state.case.title) == ([], "Surat Cuti")
    assert store.read(verify_log).faults == []


def test_what_such_a_version_says_is_shown_as_it_was() -> None:
    office = stored(sop(BODY.replace(*OLD["hidden letters"])), "effective").start(fields={})
    office.finish("s1", "sekre.1", data={"a": "b"})
    [task] = office.engine.queries.cases.get("sekre.1", office.case_id)["open_tasks"]
    assert task["label"] == f"Menye{HIDDEN}tujui"


def with_author() -> Organisation:
    """The office in which the secretary writes SOPs."""
    text = ORGANISATION.replace("holds: [sekretaris]", "holds: [sekretaris], system_roles: [author]")
    return read_organisation(text.encode(), file="org.yaml")


@pytest.mark.parametrize("status", ["draft", "in_review", "approved"])
def test_such_a_version_does_not_come_into_force_for_the_first_time(status: str) -> None:
    office = stored(sop(BODY.replace(*OLD["a key that is gone"])), status)
    verb = {"in_review": "approve", "approved": "make-effective"}.get(status, "submit")
    if status == "draft":
        office.engine.registry.put_organisation(with_author(), actor=HOST)
    who = "sekre.1" if status == "draft" else "kepala.1"
    with pytest.raises(DefinitionError, match="creates"):
        office.engine.definitions.move(who, "uji", "1.0.0", verb)
    office.engine.definitions.move("kepala.1", "uji", "1.0.0", "revoke", reason="Disusun ulang")


def test_such_a_text_is_refused_where_it_is_new() -> None:
    office = SmallOffice.with_sops()
    for was, becomes in OLD.values():
        with pytest.raises(DefinitionError):
            office.engine.definitions.store(HOST, sop(BODY.replace(was, becomes)))


def test_a_text_that_nobody_can_read_is_still_told() -> None:
    office = stored("schema: sop/v1\nsteps: [\n", "effective")
    with pytest.raises(DefinitionError):
        office.start()
