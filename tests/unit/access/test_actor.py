"""Who acts is a value; a role that sleeps gives no right, and still keeps its person out of the work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.access.actor import HOST, WORKER, Actor, AnyActor, accepts_names, account_of, require_role
from engine.errors import NotAllowed, SecondFactorNeeded
from engine.organisation import Account
from engine.text.bilingual import Text
from tests.support.stored_cases import an_organisation

PROJECT = Path(__file__).resolve().parents[3]
BOTH = frozenset({"admin", "auditor"})
SLEEPY = Actor("kadis", asleep=frozenset({"admin"}))
# Files that may look at the stored roles of an account; everybody else asks `roles_of` or `active`.
STORED_ROLES = {
    "commands/accounts/credential_notices.py",
    "commands/accounts/sessions.py",
    "commands/notices/notice.py",
    "commands/organisation/registry.py",
    "commands/set_aside.py",
    "organisation/binding.py",
    "organisation/checks.py",
    "organisation/diff.py",
    "organisation/file.py",
    "organisation/model.py",
    "organisation/serialise.py",
    "organisation/snapshot.py",
    "permissions/refusals.py",
    "permissions/rules.py",
    "store/account_guards.py",
    "store/accounts.py",
    "store/credentials.py",
    "store/organisations.py",
    "tables/organisation.py",
}
# What `active` gave counts only awake roles already.
AWAKE_ALREADY = re.compile(r"(person|active\(tx, actor\))\.system_roles")


REFUSAL = Text("Tidak.", "no")


def test_only_the_roles_that_sleep_in_the_session_do_not_count() -> None:
    assert SLEEPY.awake(BOTH) == {"auditor"}
    assert Actor("kadis").awake(BOTH) == BOTH


def test_a_role_that_sleeps_is_told_apart_from_one_that_is_missing() -> None:
    with pytest.raises(SecondFactorNeeded):
        require_role(SLEEPY, frozenset(), BOTH, REFUSAL)
    with pytest.raises(NotAllowed) as missing:
        require_role(SLEEPY, frozenset(), frozenset({"auditor"}), REFUSAL)
    assert not isinstance(missing.value, SecondFactorNeeded)
    require_role(SLEEPY, frozenset({"auditor"}), BOTH, REFUSAL)


def test_an_administrator_whose_role_sleeps_takes_no_part_in_the_work_either() -> None:
    office = an_organisation(accounts=(Account("kadis", "Kepala", frozenset({"admin"})),))
    assert office.roles_of(SLEEPY) == frozenset()
    assert office.roles_of(Actor("kadis")) == {"admin"}
    found = office.account("kadis")
    assert found is not None
    assert not found.takes_part


def test_the_same_organisation_answers_each_actor_by_his_own_session() -> None:
    office = an_organisation(accounts=(Account("kadis", "Kepala", BOTH),))
    asked = [office.roles_of(actor) for actor in (SLEEPY, Actor("kadis"), SLEEPY)]
    assert asked == [{"auditor"}, BOTH, {"auditor"}]


def test_a_program_names_an_account_where_a_door_hands_over_an_actor() -> None:
    @accepts_names
    class Verbs:
        def claim(self, actor: Actor, task: str) -> tuple[Actor, str]:
            return actor, task

        def store(self, text: str, *, by: AnyActor) -> tuple[str, AnyActor]:
            return text, by

        def __call__(self, actor: Actor) -> Actor:
            return actor

    verbs = Verbs()
    assert verbs.claim("kadis", "t") == (Actor("kadis"), "t")  # type: ignore[arg-type]
    assert verbs.claim(SLEEPY, task="t") == (SLEEPY, "t")
    assert verbs.store("x", by=HOST) == ("x", HOST)
    assert verbs.store("x", by="admin") == ("x", Actor("admin"))  # type: ignore[arg-type]
    assert verbs("kadis") == Actor("kadis")  # type: ignore[arg-type]


def test_the_system_acts_by_name_and_an_event_of_it_names_nobody() -> None:
    assert [account_of(actor) for actor in (HOST, WORKER, SLEEPY)] == [None, None, "kadis"]
    unnamed = [
        f"{path.relative_to(PROJECT)}"
        for path in sorted((PROJECT / "engine").rglob("*.py"))
        if re.search(r"\b(actor|by): Actor \| None|\bAct\([^)]*account=None", path.read_text("utf-8"))
    ]
    assert unnamed == []


def test_a_command_and_a_query_that_take_an_actor_accept_a_name() -> None:
    taking = re.compile(r"^    def (?!_(?!_call__))\w+\(\s*self,[^)]*\b(actor|by): (Any)?Actor\b", re.M)
    classes = re.compile(r"^(@accepts_names\n)?class (\w+)", re.M)
    found = []
    rooms = (PROJECT / "engine/commands", PROJECT / "engine/queries")
    for path in sorted(path for room in rooms for path in room.rglob("*.py")):
        text = path.read_text("utf-8")
        starts = [*classes.finditer(text)]
        for at, start in enumerate(starts):
            body = text[start.end() : starts[at + 1].start() if at + 1 < len(starts) else len(text)]
            if taking.search(body) and not start[1] and start[2] not in ("TaskCommands", "TaskTransaction"):
                found.append(f"{path.relative_to(PROJECT)}: {start[2]}")
    assert found == []


def test_nothing_in_the_engine_knows_who_acts_but_by_being_told() -> None:
    found = [
        f"{path.relative_to(PROJECT)}"
        for path in sorted((PROJECT / "engine").rglob("*.py"))
        if re.search(r"contextvars|threading\.local|\blocal\(\)", path.read_text("utf-8"))
    ]
    assert found == []


def test_the_engine_asks_for_the_roles_that_are_awake() -> None:
    found = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in sorted((PROJECT / "engine").rglob("*.py"))
        if path.relative_to(PROJECT / "engine").as_posix() not in STORED_ROLES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if ".system_roles" in AWAKE_ALREADY.sub("", line)
    ]
    assert found == []
