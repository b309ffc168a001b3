"""What everybody who listens compares: it differs exactly when their notices or tasks may have changed."""

from __future__ import annotations

from tests.support.small_office import SmallOffice, sop

POOL = "steps: [{id: s1, activity: Menyusun, executor: kabid, assign: pool, time: 60m}]\n"
PEOPLE = ("kabid.a", "kabid.b", "staf.a1")


def test_only_whom_an_act_concerns_sees_a_difference() -> None:
    office = SmallOffice.with_sops(sop(POOL))

    def changed() -> set[str]:
        before = dict(seen)
        seen.update(office.engine.queries.listeners.stands(PEOPLE))
        return {account for account in PEOPLE if seen[account] != before.get(account)}

    seen: dict[str, object] = {}
    assert changed() == set(PEOPLE)
    assert changed() == set()
    office.start()
    assert changed() == {"kabid.a", "kabid.b"}
    office.engine.tasks.claim("kabid.b", office.task("s1").id)
    assert changed() == {"kabid.a", "kabid.b"}
    notice = office.engine.queries.notices.list("kabid.b")["items"][0]
    office.engine.mark_read.notice("kabid.b", notice["id"])
    assert changed() == {"kabid.b"}
    assert office.engine.queries.listeners.stands(["tidak.ada"]) == {}
