"""The examples of the book use every key and field type of the language and can be staffed."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from engine.organisation import Organisation, read_organisation, staffing_gaps
from engine.sop import exits, model
from engine.sop.checks import Loaded, load_definition, load_register
from engine.sop.model import Definition
from engine.sop.vocabulary import FieldType

FOLDER = Path(__file__).parents[3] / "docs" / "language" / "examples"
NAMES = (
    "rekomendasi-usaha",
    "peninjauan-lapangan",
    "penetapan-penerima-bulanan",
    "pendataan-usaha",
    "gangguan-layanan",
    "keputusan-panel",
    "izin-penelitian",
)

MODULES = {model.__name__, exits.__name__}

NOT_SEEN = {("Block", "join")}  # it can only repeat its default

REGISTER = load_register((FOLDER / "register-usaha.yaml").read_bytes(), registers={}, known_sops=NAMES)

# The only advice that these files should earn; anything else is a slip in them or in the checker.
WARNINGS = {
    "rekomendasi-usaha": {"total_time", "total_time_differs", "long_step", "signer_without_return"},
    "peninjauan-lapangan": {"total_time", "only_takes_part"},
    "penetapan-penerima-bulanan": {"total_time", "signer_without_return"},
    "pendataan-usaha": {"total_time", "signer_without_return"},
    "gangguan-layanan": {"total_time", "long_step"},
    "keputusan-panel": {"total_time"},
    "izin-penelitian": {"total_time"},
}


@pytest.fixture(scope="module")
def loaded() -> dict[str, Loaded]:
    return {
        name: load_definition(
            (FOLDER / f"{name}.yaml").read_bytes(),
            file=f"{name}.yaml",
            known_sops=NAMES,
            known_calendars=("asn-5hk", "jaga-24"),
            known_policies=("standar",),
            registers={"usaha": REGISTER.register},
        )
        for name in NAMES
    }


@pytest.fixture(scope="module")
def definitions(loaded: dict[str, Loaded]) -> list[Definition]:
    return [item.as_written for item in loaded.values()]


@pytest.fixture(scope="module")
def office() -> Organisation:
    return read_organisation((FOLDER / "org.yaml").read_bytes(), file="org.yaml")


def nouns(part: Any) -> Iterator[Any]:
    """Every object of the model inside a definition."""
    if dataclasses.is_dataclass(part) and type(part).__module__ in MODULES:
        yield part
        for item in dataclasses.fields(part):
            yield from nouns(getattr(part, item.name))
    elif isinstance(part, dict | tuple):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from nouns(inner)


def written(noun: Any) -> Iterator[str]:
    """The fields of an object that say something else than their default."""
    for item in dataclasses.fields(noun):
        factory = item.default_factory
        default = factory() if factory is not dataclasses.MISSING else item.default
        if getattr(noun, item.name) != default:
            yield item.name


def test_their_register_loads_without_a_problem() -> None:
    assert [problem.render("usaha") for problem in REGISTER.problems] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_loads_without_an_error(loaded: dict[str, Loaded], name: str) -> None:
    assert [problem.render(name) for problem in loaded[name].errors] == []
    assert {problem.code for problem in loaded[name].warnings} == WARNINGS[name]


def test_together_they_write_every_key_of_the_language(definitions: list[Definition]) -> None:
    used: dict[str, set[str]] = defaultdict(set)
    for noun in (noun for definition in definitions for noun in nouns(definition)):
        used[type(noun).__name__].update(written(noun))
    classes = [cls for cls in vars(model).values() if isinstance(cls, type) and dataclasses.is_dataclass(cls)]
    keys = {
        (cls.__name__, item.name)
        for cls in classes
        if cls.__module__ in MODULES
        for item in dataclasses.fields(cls)
    }
    assert keys - {(name, key) for name, found in used.items() for key in found} == NOT_SEEN


def test_together_they_use_every_field_type(definitions: list[Definition]) -> None:
    fields = [
        noun for definition in definitions for noun in nouns(definition) if isinstance(noun, model.Field)
    ]
    assert {field.type for field in fields} == set(get_args(FieldType))


@pytest.mark.parametrize("name", NAMES)
def test_each_can_be_staffed_by_the_office_of_the_tests(
    definitions: list[Definition], office: Organisation, name: str
) -> None:
    definition = next(definition for definition in definitions if definition.id == name)
    assert staffing_gaps(definition, office, date(2026, 1, 20)) == []


def test_a_disabled_or_former_holder_is_not_counted(office: Organisation) -> None:
    assert office.accounts_of("loket-1", date(2026, 1, 20)) == ("loket.1",)
    assert [holding.kind for holding in office.holders("kabid-ruang", date(2025, 12, 31))] == [
        "definitive",
        "plt",
    ]
    assert [holding.kind for holding in office.holders("kepala-kantor", date(2026, 2, 4))] == [
        "definitive",
        "plh",
    ]
