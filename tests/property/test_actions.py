"""``actions`` tells the truth: what it does not offer is refused, what it offers works."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from engine.cases.model import Task
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, SopError
from engine.permissions.verbs import Verb
from tests.support.acts import forbidden_by_a_rule
from tests.support.office_in_memory import DEFINITIONS
from tests.support.random_walks import SEEDS, WITHOUT_SHRINKING, Walk

STEPS = 20


@pytest.mark.parametrize("sop", DEFINITIONS)
@settings(WITHOUT_SHRINKING, max_examples=5)
@given(seed=SEEDS)
def test_what_is_offered_works_and_what_is_not_is_refused(sop: str, seed: int) -> None:
    walk = Walk.begun(sop, seed)
    for _ in range(STEPS):
        if not walk.runs:
            return
        if not walk.state.open_tasks():
            walk.step()
            continue
        walk.wait()
        task = walk.chance.choice(list(walk.state.tasks.values()))
        who = walk.somebody(task)
        offered = walk.offered(who, task)
        require_the_rest_is_refused(walk, who, task, offered)
        allowed = walk.usual(task, [action for action in offered if action["allowed"]])
        if allowed:
            before = walk.state.case.version
            done = do(walk, who, task, walk.chance.choice(allowed))
            assert (walk.state.case.version > before) == done, walk.path
        else:
            walk.step()


def do(walk: Walk, who: str, task: Task, chosen: dict[str, object]) -> bool:
    """Do what was offered; False where nothing that could be entered or chosen makes it possible."""
    try:
        walk.act(who, task, str(chosen["verb"]), chosen.get("outcome"))  # type: ignore[arg-type]
    except InvalidInput as error:
        if forbidden_by_a_rule(error):
            return False
        raise AssertionError(
            [(fault.path, fault.message.english) for fault in error.errors], walk.path
        ) from error
    except SopError as error:
        if chosen["verb"] == "reassign":
            return False  # there may be nobody left who is fit for it; each candidate was told why
        raise AssertionError(str(error), walk.path) from error
    return True


def require_the_rest_is_refused(walk: Walk, who: str, task: Task, offered: list[dict[str, object]]) -> None:
    before = walk.state
    if not offered:
        for verb in (item for item in Verb if item is not Verb.COMPLETE):
            with pytest.raises((NotFound, NotAllowed, Conflict)):
                walk.act(who, task, verb)
    refused = [action for action in offered if not action["allowed"]]
    for action in walk.chance.sample(refused, min(4, len(refused))):
        with pytest.raises(SopError) as told:
            walk.act(who, task, str(action["verb"]), action.get("outcome"))  # type: ignore[arg-type]
        assert told.value.message.indonesian == action["why_not"], walk.path
    assert walk.state == before, walk.path
