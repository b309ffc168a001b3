"""Random walks: anybody does anything to a case of some definition, on an office in memory.

What the walk may do is read from ``actions``; where it may lead is read from the definition.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import Phase, settings
from hypothesis import strategies as st

from engine.cases.model import Task
from engine.commands.worker.tick import Sweep
from engine.errors import InvalidInput, NotAllowed
from engine.sop.machine import END, OutcomeRule
from tests.support.acts import Hands, forbidden_by_a_rule
from tests.support.declared_edges import joined, onward

SEEDS = st.integers(0, 2**32)
# A seed has no smaller form; the path tells what happened.
WITHOUT_SHRINKING = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])


class Walk(Hands):
    """A case to which anybody does anything, and whatever befalls it."""

    def wait(self) -> None:
        """Up to half a working day, or until something can be finished again."""
        self.ground.clock.advance(minutes=self.chance.randrange(0, 240))
        starts = [task.starts_at for task in self.state.open_tasks()]
        if starts and min(starts) > self.ground.clock.now() and self.chance.random() < 0.5:
            self.ground.clock.set(min(starts))

    def step(self) -> None:
        """One random thing: what ``actions`` offers on some open task, or what befalls the case."""
        opened = self.state.open_tasks()
        if not opened or self.chance.random() < 0.05:
            self.befall() if opened else self._end_children()
            return
        task = self.chance.choice(opened)
        who = self.somebody(task)
        allowed = self.usual(task, [action for action in self.offered(who, task) if action["allowed"]])
        if not allowed:
            return
        forward = [action for action in allowed if action["verb"] in ("claim", "complete")]
        chosen = self.chance.choice(forward if forward and self.chance.random() < 0.7 else allowed)
        try:
            self.act(who, task, chosen["verb"], chosen.get("outcome"))
        except InvalidInput as error:
            if not forbidden_by_a_rule(error):
                raise

    def usual(self, task: Task, offered: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Nine times in ten what the SOP has printed, and rather what goes on than what ends the case."""
        if self.chance.random() < 0.1:
            return offered
        printed = [action for action in offered if not self._deviates(task, action)]
        return [item for item in printed if not self._ends(task, item)] or printed

    def befall(self) -> None:
        """Something that happens around the case: it rests for a while, the system ticks, days go by."""
        match self.chance.randrange(3):
            case 0:
                self._rest()
            case 1:
                assert Sweep(self.engine.context).tick().problems == []
            case _:
                self.ground.clock.advance(days=self.chance.randrange(8))

    def _rest(self) -> None:
        """The head suspends the case and lets it go on; nothing can be done to it in between."""
        organisation = self.ground.organisation
        day = self.ground.clock.now().astimezone(ZoneInfo(organisation.agency.timezone)).date()
        head = organisation.accounts_of(organisation.head() or "", day)[0]
        self.engine.cases.suspend(head, self.case_id, reason="alasan")
        self.path.append(f"suspend by {head}")
        self.wait()
        for task in self.state.open_tasks():
            assert not any(action["allowed"] for action in self.offered(self.somebody(task), task)), self.path
        self.engine.cases.resume(head, self.case_id, reason="alasan")

    def _deviates(self, task: Task, offered: dict[str, Any]) -> bool:
        rule = self._exit(task, offered)
        return rule is not None and rule.deviation

    def _ends(self, task: Task, offered: dict[str, Any]) -> bool:
        rule = self._exit(task, offered)
        return rule is not None and rule.to == END

    def _exit(self, task: Task, offered: dict[str, Any]) -> OutcomeRule | None:
        outcome_rules = self.ground.compiled(self.sop).machine.outcome_rules[task.step_id]
        return outcome_rules.get(offered.get("outcome")) if offered["verb"] == "complete" else None

    # --- to the end ---

    def lead_to_the_end(self, most: int = 200) -> None:
        """The shortest way on from wherever the case stands; fails when it does not end."""
        for _ in range(most):
            if not self.runs:
                return
            self.lead_one_step_on()
        raise AssertionError(f"does not end: {self.path[-20:]}")

    def lead_one_step_on(self) -> None:
        opened = self.state.open_tasks()
        if not opened:
            self._end_children()
            return
        task = opened[0]
        if task.not_before is not None and task.not_before > self.ground.clock.now():
            self.ground.clock.set(task.not_before)
        for who in self.candidates(task):
            offered = self.offered(who, task)
            verbs = {action["verb"]: action for action in offered if action["allowed"]}
            first = next((verb for verb in ("resolve", "resume", "claim") if verb in verbs), None)
            if first is not None:
                self.act(who, task, first)
                return
            ways = [
                action.get("outcome")
                for action in offered
                if action["verb"] == "complete" and action["allowed"]
            ]
            if ways:
                self.act(who, task, "complete", min(ways, key=lambda way: self._way_left(task, way)))
                return
        # Held by somebody who may not act any more, or by nobody who may: a superior hands it on, and where
        # everybody has done what is kept apart from it, the head waives that.
        for verb in ("reassign", "waive"):
            for who in self._accounts():
                if any(action["verb"] == verb and action["allowed"] for action in self.offered(who, task)):
                    with suppress(NotAllowed):
                        self.act(who, task, verb)
                        return
        raise AssertionError(f"nobody can go on with {task.step_id}: {self.path}")

    def _end_children(self) -> None:
        for child in self.engine.queries.cases.get(self.reader(), self.case_id)["children"]:
            sop = self.engine.queries.cases.get(self.reader(), child)["sop"]
            Walk(self.ground, sop, self.chance, child, self.path).lead_to_the_end()

    def reader(self) -> str:
        accounts = self.ground.organisation.accounts
        return next(account.username for account in accounts if "auditor" in account.system_roles)

    def _way_left(self, task: Task, outcome: str | None) -> tuple[bool, int, str]:
        if task.approval_of is not None:
            return (outcome != "setuju", 0, "")
        rule = self.ground.compiled(self.sop).machine.outcome_rules[task.step_id][outcome]
        [target] = joined(self.definition, task.step_id, rule.to)
        # A result that the parent does not accept only makes it ask again.
        asks_again = outcome == "tidak_sah" or rule.result == "tidak_layak"
        return (rule.deviation or asks_again, self._distance(target), str(outcome))

    def _distance(self, target: str) -> int:
        definition, compiled = self.definition, self.ground.compiled(self.sop)
        seen, here, far = set[str](), {target}, 0
        while here and END not in here:
            seen |= here
            steps = [item for place in here for item in onward(definition, compiled, place, printed=True)]
            here = set(steps) - seen
            far += 1
        return far if here else 1000
