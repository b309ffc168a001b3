"""Filling an empty database with the demonstration: its organisation, calendars, definitions and accounts."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.access.actor import HOST
from engine.engine import Engine
from engine.organisation import Organisation
from runtime.shipped import (
    AGENCY,
    HOLIDAYS,
    SOURCES,
    definition_files,
    organisations,
    plain_data,
    register_files,
)

PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the source documents, the register that it belongs to, and what is set for every line."""

    name: str
    register: str
    profile: str
    given: Mapping[str, Any] = field(default_factory=dict)


RECOMMENDATIONS = (
    SourceFile("recommendations_000.csv", "tindak_lanjut", "sumber-000", {"asal": "LHE-2018", "tahun": 2018}),
    SourceFile("recommendations_001.csv", "tindak_lanjut", "sumber-001", {"asal": "LHE-2023", "tahun": 2023}),
)


def indicators(year: int) -> SourceFile:
    """The hundred indicators of a year."""
    return SourceFile("indicators_002.csv", "indikator", "sumber-002", {"tahun": year})


def trade_indicators(year: int) -> SourceFile:
    """Those of them that the first agency can answer for, each given to one of its units as an example."""
    return SourceFile("indicators_disdag_contoh.csv", "indikator", "sumber-002", {"tahun": year})


def load_demonstration(
    engine: Engine,
    password: str | None = None,
    agencies: Sequence[Organisation] | None = None,
    sops: Collection[str] | None = None,
) -> dict[str, str]:
    """Store the shipped files for each agency, by default for every one of the folder.

    Each account gets a password, random or this one; {username: password}. ``sops`` are the definitions to
    store; all, where none are named.
    """
    passwords: dict[str, str] = {}
    for organisation in organisations() if agencies is None else agencies:
        _load_agency(engine, organisation, sops)
        accounts = (account.username for account in organisation.accounts)
        passwords |= {username: password or random_password() for username in accounts}
    engine.registry.set_passwords(passwords, actor=HOST)
    return passwords


def load_sources(engine: Engine, agency: str, files: Sequence[SourceFile]) -> None:
    """Import files of the source documents into the registers of an agency."""
    imports = engine.register_imports
    for file in files:
        content = (SOURCES / file.name).read_bytes()
        report = imports.read(
            HOST, file.register, content, profile=file.profile, given=dict(file.given), agency=agency
        )
        imports.confirm(HOST, file.register, report["id"], agency=agency)


def _load_agency(engine: Engine, organisation: Organisation, sops: Collection[str] | None) -> None:
    home = organisation.agency.id
    engine.registry.put_organisation(organisation, actor=HOST)
    engine.registry.put_calendars(home, plain_data(AGENCY), plain_data(HOLIDAYS), actor=HOST)
    for path in register_files():
        text = path.read_text(encoding="utf-8")
        engine.register_files.store(HOST, text, agency=home, as_demonstration=True)
    store_definitions(engine, home, [path.stem for path in definition_files()] if sops is None else sops)


def store_definitions(engine: Engine, agency: str, sops: Collection[str]) -> None:
    """Store these of the shipped definitions, as the demonstration has them."""
    for path in definition_files():
        if path.stem in sops:
            text = path.read_text(encoding="utf-8")
            engine.definitions.store(HOST, text, agency=agency, as_demonstration=True)


def random_password() -> str:
    """A password that nobody guesses."""
    return secrets.token_urlsafe(PASSWORD_BYTES)
