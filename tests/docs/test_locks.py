"""The locks hold every requirement in the very form in which a package asks for it, with its extras."""

from __future__ import annotations

import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("requirements.lock", "requirements-server.lock", "requirements-build.lock")


def held(lock: Path) -> dict[str, set[str]]:
    """{package: extras} as the lines of a lock name them, of those that this machine installs."""
    lines = [line.rstrip("\\ ") for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line]
    wanted = [line for line in map(Requirement, lines) if line.marker is None or line.marker.evaluate()]
    return {canonicalize_name(line.name): line.extras for line in wanted}


def asked_by(package: str, extras: set[str]) -> list[Requirement]:
    """What an installed package asks for, its own extras included."""
    asked = map(Requirement, distribution(package).requires or [])
    return [
        one
        for one in asked
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def own_requirements(project: Path) -> dict[str, list[Requirement]]:
    """{lock: what pyproject.toml asks to be in it}."""
    described = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    server = described["project"]["dependencies"]
    written = {
        "requirements.lock": [*server, *described["project"]["optional-dependencies"]["dev"]],
        "requirements-server.lock": server,
        "requirements-build.lock": described["build-system"]["requires"],
    }
    return {lock: list(map(Requirement, lines)) for lock, lines in written.items()}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_every_requirement_with_its_extras(lock: str, project: Path) -> None:
    locked = held(project / lock)
    asked = {"alur": own_requirements(project)[lock]}
    asked |= {package: asked_by(package, extras) for package, extras in locked.items()}
    missing = [
        f"{package} asks for {one}"
        for package, requirements in asked.items()
        for one in requirements
        if not one.extras <= locked.get(canonicalize_name(one.name), set())
        or canonicalize_name(one.name) not in locked
    ]
    assert not missing, f"{lock} does not hold what {'; '.join(missing)}: run `make lock`"


def test_a_lock_names_no_package_index(project: Path) -> None:
    for lock in LOCKS:
        assert "://" not in (project / lock).read_text(encoding="utf-8"), lock
