"""The description of the interface is true: schemathesis plays every call against it, in all its phases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
import schemathesis
from pydantic import TypeAdapter, ValidationError
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from starlette.testclient import TestClient
from typing_extensions import is_typeddict

import api.schemas
import engine.views
from api.auth import CSRF_HEADER
from api.schemas.parts import Shape
from runtime.testing import ADDRESS
from tests.e2e.api.conftest import SignedIn
from tests.support.offices import SOP, DemoOffice

REFUSALS = ["401", "403", "404", "405", "409", "413", "422", "429"]
PHASES = {"EXAMPLES", "COVERAGE", "FUZZING", "STATEFUL_TESTING"}
ADMINISTRATION = "/(calendars|operation|escalation|schedules|preferences|organisation|absences)"


def played(
    office: DemoOffice,
    headers: dict[str, str],
    *,
    only: str | None = None,
    but: str | None = None,
    examples: int = 5,
    phases: Mapping[str, object] | None = None,
) -> Iterator[events.EngineEvent]:
    """Everything that happens in one run of all phases; ``only`` and ``but`` are patterns of paths."""
    config = SchemathesisConfig.from_dict(
        {
            "base-url": ADDRESS,
            "headers": headers,
            "seed": 1,
            "generation": {
                "max-examples": examples,
                "deterministic": True,
                # Who is asking is decided here, not by chance.
                "with-security-parameters": False,
            },
            "checks": {
                # What no schema can say (an unknown period, a cursor of another list) is refused as 422.
                "positive_data_acceptance": {"expected-statuses": ["2xx", *REFUSALS]},
                "negative_data_rejection": {"expected-statuses": REFUSALS},
            },
            "phases": phases or {},
        }
    )
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", office.system.app, config=config)
    schema.config.base_url = ADDRESS
    # Signing out would leave the rest of the run at the gate.
    chosen = schema.exclude(method="DELETE", path="/api/v1/session")
    chosen = chosen.include(path_regex=only) if only else chosen
    yield from from_schema(chosen.exclude(path_regex=but) if but else chosen).execute()


def faults(run: Iterator[events.EngineEvent]) -> tuple[list[str], set[str], set[int]]:
    """What was wrong, the phases that sent something, and the statuses that came back."""
    wrong: list[str] = []
    phases: set[str] = set()
    statuses: set[int] = set()
    for event in run:
        if isinstance(event, (events.NonFatalError, events.FatalError)):
            wrong.append(str(event))
        if not isinstance(event, events.ScenarioFinished):
            continue
        for interaction in event.recorder.interactions.values():
            phases.add(event.phase.name)
            statuses.add(interaction.response.status_code if interaction.response else 0)
        for checks in event.recorder.checks.values():
            wrong += [
                f"{event.label}: {check.failure_info.failure.message}\n{check.failure_info.code_sample}"
                for check in checks
                if check.status is Status.FAILURE and check.failure_info
            ]
    return wrong, phases, statuses


def credentials(client: TestClient) -> dict[str, str]:
    """The headers by which a signed-in client is known."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return {"Cookie": cookie, CSRF_HEADER: client.headers[CSRF_HEADER]}


def test_who_is_signed_in_gets_what_is_described(office: DemoOffice, signed_in: SignedIn) -> None:
    client = signed_in("kadis")
    client.post("/api/v1/cases", json={"sop": SOP, "period": "2025-Q4"})
    wrong, phases, statuses = faults(played(office, credentials(client), but=ADMINISTRATION))
    assert wrong == []
    assert phases == PHASES
    assert {200, 201, 404, 409, 422} <= statuses
    assert max(statuses) < 500


@pytest.mark.on("sqlite")  # of text and numbers that PostgreSQL alone refuses, the run above tells
def test_an_administrator_gets_what_is_described(office: DemoOffice, signed_in: SignedIn) -> None:
    run = played(office, credentials(signed_in("admin")), only=ADMINISTRATION)
    wrong, _, statuses = faults(run)
    assert wrong == []
    assert {200, 201, 404, 422} <= statuses
    assert max(statuses) < 500


@pytest.mark.on("sqlite")
def test_who_is_not_gets_401_as_described(office: DemoOffice) -> None:
    """A look at each call is enough: the gate stands before all of them and reads nothing."""
    glance = {"coverage": {"enabled": False}, "stateful": {"enabled": False}}
    wrong, phases, statuses = faults(played(office, {}, examples=1, phases=glance))
    assert wrong == []
    assert phases == {"EXAMPLES", "FUZZING"}
    assert statuses <= {401, 404, 422, 429}  # 404: a link that nobody was given


def test_every_call_says_what_it_does_and_which_problems_it_has(office: DemoOffice) -> None:
    schema = office.system.app.openapi()
    assert schema["openapi"].startswith("3.1")
    for path, calls in schema["paths"].items():
        for method, call in calls.items():
            described = {code: item.get("content", {}) for code, item in call["responses"].items()}
            for code in set(described) - {"200", "201", "204"}:
                assert list(described[code]) == ["application/problem+json"], (method, path, code)
            assert {"401", "422", "503"} <= set(described), (method, path)
            assert call["summary"], (method, path)
            assert call["description"], (method, path)


def test_no_two_shapes_have_one_name(office: DemoOffice) -> None:
    """The description would name both by their modules, and programs made from it with them."""
    shapes = office.system.app.openapi()["components"]["schemas"]
    assert [name for name in shapes if "__" in name] == []


def kinds(kind: type[Shape] = Shape) -> Iterator[type[Shape]]:
    for item in kind.__subclasses__():
        yield item
        yield from kinds(item)


def bodies() -> Iterator[type[Shape]]:
    for module in iter_modules(api.schemas.__path__, "api.schemas."):
        import_module(module.name)
    yield from kinds()


def views() -> Iterator[Any]:
    for module in iter_modules(engine.views.__path__, "engine.views."):
        for thing in vars(import_module(module.name)).values():
            if is_typeddict(thing) and thing.__module__ == module.name and not thing.__name__.startswith("_"):
                yield thing


def test_every_example_is_one_of_what_it_stands_beside() -> None:
    wrong, tried = [], 0
    for kind in {*bodies(), *views()}:
        config = getattr(kind, "__pydantic_config__", {}) if is_typeddict(kind) else kind.model_config
        extra: Any = config.get("json_schema_extra") or {"examples": []}
        for example in extra["examples"]:
            tried += 1
            try:
                TypeAdapter(kind).validate_python(example)
            except ValidationError as error:
                wrong.append((kind.__name__, error.errors()))
    assert wrong == []
    assert tried >= 30


def test_every_body_has_an_example(office: DemoOffice) -> None:
    schema = office.system.app.openapi()
    bodies = {
        (method, path, kind): content
        for path, calls in schema["paths"].items()
        for method, call in calls.items()
        for kind, content in call.get("requestBody", {}).get("content", {}).items()
    }
    assert len(bodies) > 15
    for where, content in bodies.items():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        assert "examples" in {**content, **schema["components"]["schemas"].get(name, {})}, where
