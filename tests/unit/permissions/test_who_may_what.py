"""Everybody of the office at some moments of the nine steps: what each sees and may do, and why not.

Verb by verb in `tests/golden/who-may-what.txt`; a rule that says yes to one person more shows there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from engine.access.actor import Actor
from engine.cases.model import CaseStatus, Task, TaskStatus
from engine.organisation import Absence, Holding
from engine.permissions.refusals import Refusal
from engine.permissions.rules import CASE_VERBS, Permissions
from engine.permissions.verbs import Verb
from tests.support import golden
from tests.support.contexts import Play, organisation, place, shipped_definition
from tests.unit.cases.test_transition import in_branches

NINE = shipped_definition("perbaikan-data-kinerja")
WRONG_STATE = re.compile(r"^\(action_not_available\) Tugas ini (.+), sehingga tidak dapat .*")


def moments() -> Iterator[tuple[str, Play]]:
    """Name and case; each is made from the beginning, so that none depends on another."""
    yield "assigned to one", Play(NINE).start()

    claimed = Play(NINE).start()
    claimed.claim("s1", "kadis")
    yield "claimed", claimed

    branches = in_branches(Play(NINE).start(), ["bid-psr", "bid-pkm"])
    branches.finish("s4@bid-psr", "kabid.psr")
    yield "a pool in one branch, sent on from another step", branches

    helped = in_branches(Play(NINE).start(), ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    task = helped.claim("s5@bid-psr", "jp.psr.1", "jp-psr-1")
    helped.act(lambda moved: moved.change(task, helper="jp.psr.2"))
    yield "helped by a colleague", helped

    held = in_branches(Play(NINE).start(), ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    task = held.claim("s5@bid-psr", "jp.psr.1", "jp-psr-1")
    held.act(lambda moved: moved.change(task, state=TaskStatus.ON_HOLD, resume_to=TaskStatus.IN_PROGRESS))
    yield "on hold", held

    checked = in_branches(Play(NINE).start(), ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    checked.finish("s5@bid-psr", "jp.psr.1", position="jp-psr-1")
    more = Holding("h1", "jp.psr.1", "kabid-psr", "plh"), Holding("h2", "jp.psr.2", "kabid-psr", "plt")
    checked.organisation = replace(organisation(), holdings=(*organisation().holdings, *more))
    yield "who did the work stands in for who checks it", checked

    away = Play(NINE).start()
    standing_in = Holding("h3", "sekdis", "kepala-dinas", "plh")
    absence = Absence("a1", "kadis", "cuti", date(2026, 1, 5), date(2026, 1, 9), "kadis")
    away.organisation = replace(
        organisation(), holdings=(*organisation().holdings, standing_in), absences=(absence,)
    )
    away.claim("s1", "kadis", "kepala-dinas")
    yield "the holder is away", away

    gone = Play(NINE).start()
    gone.claim("s1", "kadis", "kepala-dinas")
    left = tuple(one for one in organisation().holdings if one.account != "kadis")
    gone.organisation = replace(organisation(), holdings=(*left, standing_in))
    yield "the holder has left the position", gone

    suspended = Play(NINE).start()
    suspended.act(lambda moved: moved.state.put(replace(moved.state.case, state=CaseStatus.SUSPENDED)))
    yield "suspended", suspended

    early = Play(NINE).start()
    early.claim("s1", "kadis")
    task = early.task("s1")
    early.act(lambda moved: moved.change(task, not_before=early.clock.now().replace(year=2027)))
    yield "before its date", early

    strategic = Play(NINE).change_step("s1", strategic=True, allow_progress=True).start()
    strategic.organisation = replace(organisation(), holdings=(*organisation().holdings, standing_in))
    strategic.claim("s1", "kadis", "kepala-dinas")
    yield "a strategic step that takes reports", strategic

    secret = replace(NINE, case=replace(NINE.case, confidential="restricted"))
    yield "restricted", in_branches(Play(secret).start(), ["bid-psr"])


def told(play: Play, account: str) -> Iterator[str]:
    """What one person sees and may do, line by line."""
    may = Permissions(play.case(), Actor(account))
    seen = [name for name in ("sees_case", "sees_content", "is_owner", "is_head") if getattr(may, name)()]
    yield f"case: {' '.join(seen) or 'sees nothing'}"
    yield from grouped((verb, may.case_refusal(verb)) for verb in CASE_VERBS)
    for task in shown(play):
        sees = "sees" if may.sees_task(task) else "does not see"
        yield f"{place(task)} {task.state}: {sees}{' and opens' if may.opens_task(task) else ''}"
        yield from grouped((verb, may.refusal(verb, task)) for verb in Verb)
        named = [rule for rule in may.outcome_rules(task).values() if rule.by]
        yield from grouped((f"{rule.outcome}", may.refusal(Verb.COMPLETE, task, rule)) for rule in named)
        ways = [f"{way.holding.position} {way.holding.kind}" for way in may.ways(task) if way.holding]
        if ways:
            yield f"  ways: {', '.join(ways)}; acts as {may.acts_as(task, task).position}"


def grouped(verbs: Iterable[tuple[str, Refusal | None]]) -> Iterator[str]:
    """The verbs that are allowed, then the others by what is against them."""
    found: dict[str, list[str]] = {}
    for verb, against in verbs:
        told = f"({against.error.code}) {against.message.indonesian}" if against else "yes"
        told = WRONG_STATE.sub("(action_not_available) not while \\1", told)  # in one line for all verbs
        found.setdefault(told, []).append(verb)
    for words, names in sorted(found.items(), key=lambda item: item[0] != "yes"):
        yield f"  {', '.join(names)}: {words}"


def shown(play: Play) -> list[Task]:
    """The open tasks and what was sent last."""
    return [*play.state.open_tasks(), *[t for t in play.state.tasks.values() if not t.is_open][-1:]]


def test_everybody_sees_and_may_do_what_the_table_says() -> None:
    lines: list[str] = []
    for name, play in moments():
        lines.append(f"== {name}")
        groups: dict[str, list[str]] = {}
        for account in play.organisation.accounts:
            groups.setdefault("\n".join(told(play, account.username)), []).append(account.username)
        for text, people in groups.items():
            lines += [f"-- {', '.join(people)}", *text.splitlines()]
        lines.append("")
    golden.holds("who-may-what.txt", lines)
