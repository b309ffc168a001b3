"""Who may use which verb in which state, and that everything which knows verbs knows them all."""

import inspect
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from api.schemas.tasks import BODIES
from engine.access.actor import Actor
from engine.cases.model import Task, TaskStatus
from engine.commands.cases.completion import CompleteTask
from engine.commands.cases.help import Help
from engine.commands.cases.substitution import SubstituteTask
from engine.commands.cases.tasks import Tasks
from engine.engine import Engine
from engine.permissions.rules import Permissions
from engine.permissions.verbs import OF_THE_FORM, TASK_VERBS, Rule, Verb
from tests.support.contexts import Play, shipped_definition
from tests.unit.cases.test_transition import in_branches
from web.tasks import PAGES

ROOT = Path(__file__).resolve().parents[3]
HOLDER, HELPER, OWNER = "jp.psr.1", "jp.psr.2", "kasubbag.perencanaan"
SUPERIORS = {"kasi.psr.1", "kabid.psr", "kadis"}
PEOPLE = {HOLDER, HELPER, OWNER, *SUPERIORS, "kabid.eks", "auditor", "admin"}
STATES = ("ready", "in_progress", "helped", "on_hold", "completed", "cancelled")
MAY: dict[Verb, dict[str, set[str]]] = {
    Verb.CLAIM: {"ready": {HOLDER, HELPER}},
    Verb.RELEASE: {state: {HOLDER, *SUPERIORS} for state in ("in_progress", "helped")},
    Verb.SAVE: {"in_progress": {HOLDER}, "helped": {HELPER}},
    Verb.PROGRESS: {},  # step 5 takes no reports
    Verb.DELEGATE: {"in_progress": {HOLDER, *SUPERIORS}},
    Verb.RESOLVE: {"helped": {HOLDER, HELPER, *SUPERIORS}},
    Verb.HOLD: {state: {HOLDER, *SUPERIORS} for state in ("in_progress", "helped")},
    Verb.RESUME: {"on_hold": {HOLDER, *SUPERIORS}},
    Verb.REASSIGN: {state: {OWNER, *SUPERIORS} for state in ("ready", "in_progress", "helped", "on_hold")},
    Verb.RECALL: {"completed": {HOLDER}},
    Verb.COMPLETE: {"in_progress": {HOLDER}},
    Verb.SUBSTITUTE: {},  # the holder is there
    Verb.WAIVE: {},  # no duties are kept apart
}
"""Who may use a verb on step 5, which two officials of one Bidang may claim."""


def step_five(state: str) -> tuple[Play, Task]:
    nine = Play(shipped_definition("perbaikan-data-kinerja")).start()
    in_branches(nine, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    task = nine.task("s5@bid-psr")
    if state == "ready":
        return nine, task
    if state == "completed":
        nine.finish("s5@bid-psr", HOLDER, position="jp-psr-1")
        return nine, nine.state.tasks[task.id]
    task = nine.claim("s5@bid-psr", HOLDER, "jp-psr-1")
    changes: dict[str, dict[str, Any]] = {
        "in_progress": {},
        "helped": {"helper": HELPER},
        "on_hold": {"state": TaskStatus.ON_HOLD, "resume_to": task.state, "held_at": task.claimed_at},
        "cancelled": {"state": TaskStatus.CANCELLED},
    }
    nine.state.put(replace(task, **changes[state]))
    return nine, nine.state.tasks[task.id]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", Verb)
def test_a_verb_is_for_those_whom_its_rule_names_and_for_nobody_else(verb: Verb, state: str) -> None:
    nine, task = step_five(state)
    allowed = set()
    for account in PEOPLE:
        permissions = Permissions(nine.case(), Actor(account))
        rule = permissions.outcome_rules(task)[None] if verb is Verb.COMPLETE else None
        if permissions.refusal(verb, task, rule) is None:
            allowed.add(account)
    assert allowed == MAY[verb].get(state, set())


def test_every_verb_has_a_row_and_every_rule_a_verb() -> None:
    assert set(TASK_VERBS) == set(Verb)
    assert {row.who for row in TASK_VERBS.values()} == set(Rule)


def test_every_verb_has_words_in_both_languages() -> None:
    for row in TASK_VERBS.values():
        texts = [row.offered, row.done, row.told, *([row.hint] if row.hint else [])]
        texts += [field.label for field in row.fields]
        assert row.refused
        for text in texts:
            assert "" not in (text.to("id"), text.to("en"))
            assert text.to("id") != text.to("en")


@pytest.mark.parametrize("verb", Verb)
def test_a_command_takes_what_its_verb_says(verb: Verb) -> None:
    nouns = SimpleNamespace(tasks=Tasks, help=Help, substitution=SubstituteTask, completion=CompleteTask)
    command = Engine.command(cast(Engine, nouns), verb)
    takes = set(inspect.signature(command).parameters) - {"self", "actor", "task_id", "version", "key"}
    named = {"handed_in"} if verb is Verb.COMPLETE else {field.name for field in TASK_VERBS[verb].fields}
    assert takes == named


def test_every_verb_but_completing_has_a_body_with_its_fields() -> None:
    assert set(BODIES) == set(Verb) - {Verb.COMPLETE}
    for verb, body in BODIES.items():
        fields = TASK_VERBS[verb].fields
        assert set(body.model_fields) == {"version", *(field.in_body for field in fields)}
        required = {name for name, field in body.model_fields.items() if field.is_required()}
        assert required - {"version", "data"} == {field.in_body for field in fields if field.required}


def test_every_verb_can_be_used_on_the_pages() -> None:
    posts = {path for path, _, post in PAGES if post is not None}
    beside = set(Verb) - set(OF_THE_FORM)  # these are buttons of the form itself
    assert posts == {"/tasks/{task_id}", *(f"/tasks/{{task_id}}/{verb}" for verb in beside)}


def test_the_authority_matrix_asks_for_every_verb() -> None:
    routes = yaml.safe_load((ROOT / "docs/authority.yaml").read_text("utf-8"))["routes"]
    assert {f"POST /api/v1/tasks/{{task_id}}/{verb}" for verb in Verb} <= set(routes)
