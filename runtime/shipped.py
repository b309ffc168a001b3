"""The files that ship with the product: definitions, the demonstration organisation, agency and holidays."""

from pathlib import Path
from typing import Any

from engine.calendar.agency import calendars_of
from engine.calendar.calendar import Calendar
from engine.errors import DefinitionError
from engine.organisation import Organisation
from engine.organisation.binding import read_organisation
from engine.sop.checks.register_file import load_register
from engine.sop.source import read_source
from engine.text.bilingual import Text
from runtime.sibling_files import first_bytes

FOLDER = Path(__file__).resolve().parent.parent / "sop_definitions"
ORGANISATION = FOLDER / "org-demo.yaml"
SECOND_ORGANISATION = FOLDER / "instansi-kedua" / "org-demo-dagkop.yaml"
SOURCES = FOLDER / "data"
AGENCY = FOLDER / "instansi.yaml"
HOLIDAYS = FOLDER / "hari_libur.yaml"


def plain_data(path: Path) -> Any:
    """What a YAML file says as plain data; DefinitionError when it cannot be read."""
    source = read_source(first_bytes(path), file=path.name)
    if not source.readable or source.problems:
        raise DefinitionError(
            Text(f"Berkas {path.name} tidak dapat dibaca.", f"{path.name} cannot be read"),
            problems=source.problems,
        )
    return source.data


def definition_files(folder: Path = FOLDER) -> list[Path]:
    """The definitions of a folder."""
    return _of_schema(folder, "sop/v1")


def register_files(folder: Path = FOLDER) -> list[Path]:
    """The registers of a folder, each behind those whose rows it names."""
    texts = {path: path.read_text(encoding="utf-8") for path in _of_schema(folder, "register/v1")}
    waiting = {path: load_register(text, file=path.name).register for path, text in texts.items()}
    ordered: list[Path] = []
    while waiting:
        ids = {register.id for register in waiting.values()}
        ready = [
            path
            for path, register in waiting.items()
            if not ({column.register for column in register.columns} - {register.id}) & ids
        ]
        for path in ready or [*waiting]:
            ordered.append(path)
            del waiting[path]
    return ordered


def _of_schema(folder: Path, schema: str) -> list[Path]:
    """The files of a folder that say which schema they have."""
    files = sorted(folder.glob("*.yaml"))
    return [path for path in files if f"\nschema: {schema}" in f"\n{path.read_text(encoding='utf-8')}"]


def demonstration_organisation() -> Organisation:
    return _organisation(ORGANISATION)


def organisations(folder: Path = FOLDER) -> list[Organisation]:
    """Every agency of the folder, the demonstration first."""
    files = sorted(_of_schema(folder, "org/v1"), key=lambda path: path.name != ORGANISATION.name)
    return [_organisation(path) for path in files]


def second_organisation() -> Organisation:
    """The agency whose units answer for the hundred indicators, for the office to look around in."""
    return _organisation(SECOND_ORGANISATION)


def _organisation(path: Path) -> Organisation:
    return read_organisation(path.read_bytes(), file=path.name)


def shipped_calendars() -> dict[str, Calendar]:
    return calendars_of(plain_data(AGENCY), plain_data(HOLIDAYS))
