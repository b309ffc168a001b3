"""Roles that sleep give no right, and still keep their person out of the work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.access.step_up import asleep, awake, require_awake
from engine.errors import SecondFactorNeeded
from engine.organisation import Account
from tests.support.stored_cases import an_organisation

PROJECT = Path(__file__).resolve().parents[3]
BOTH = frozenset({"admin", "auditor"})
# Files that may look at the stored roles of an account; everybody else asks `roles_of` or `tx.account`.
STORED_ROLES = {
    "commands/accounts/sessions.py",
    "commands/organisation/appointment.py",
    "commands/organisation/registry.py",
    "organisation/binding.py",
    "organisation/checks.py",
    "organisation/diff.py",
    "organisation/file.py",
    "organisation/model.py",
    "organisation/serialise.py",
    "organisation/snapshot.py",
    "permissions/refusals.py",
    "permissions/rules.py",
    "store/accounts.py",
    "store/credentials.py",
    "store/organisations.py",
    "tables/organisation.py",
}
# What `tx.account` gave is awake already.
AWAKE_ALREADY = re.compile(r"(person|active\(tx, account\))\.system_roles")


def test_only_the_roles_of_the_account_that_asks_sleep() -> None:
    with asleep("kadis", frozenset({"admin"})):
        assert awake("kadis", BOTH) == {"auditor"}
        assert awake("sekdis", BOTH) == BOTH
    assert awake("kadis", BOTH) == BOTH


def test_a_role_that_sleeps_is_told_apart_from_one_that_is_missing() -> None:
    with asleep("kadis", frozenset({"admin"})), pytest.raises(SecondFactorNeeded):
        require_awake("kadis", BOTH)
    with asleep("kadis", frozenset({"admin"})):
        require_awake("sekdis", BOTH)
        require_awake("kadis", frozenset({"auditor"}))


def test_an_administrator_whose_role_sleeps_takes_no_part_in_the_work_either() -> None:
    office = an_organisation(accounts=(Account("kadis", "Kepala", frozenset({"admin"})),))
    with asleep("kadis", frozenset({"admin"})):
        assert office.roles_of("kadis") == frozenset()
        found = office.account("kadis")
        assert found is not None
        assert not found.takes_part


def test_the_engine_asks_for_the_roles_that_are_awake() -> None:
    found = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in sorted((PROJECT / "engine").rglob("*.py"))
        if path.relative_to(PROJECT / "engine").as_posix() not in STORED_ROLES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if ".system_roles" in AWAKE_ALREADY.sub("", line)
    ]
    assert found == []
