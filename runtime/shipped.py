"""The files that ship with the product: definitions, the demonstration organisation, agency and holidays."""

from pathlib import Path
from typing import Any

from engine.calendar.agency import calendars_of
from engine.calendar.calendar import Calendar
from engine.errors import DefinitionError
from engine.organisation import Organisation
from engine.organisation.binding import read_organisation
from engine.sop.source import read_source
from engine.text.bilingual import Text

FOLDER = Path(__file__).resolve().parent.parent / "sop_definitions"
ORGANISATION = FOLDER / "org-demo.yaml"
AGENCY = FOLDER / "instansi.yaml"
HOLIDAYS = FOLDER / "hari_libur.yaml"


def plain_data(path: Path) -> Any:
    """What a YAML file says as plain data; DefinitionError when it cannot be read."""
    source = read_source(path.read_bytes(), file=path.name)
    if not source.readable or source.problems:
        raise DefinitionError(
            Text(f"Berkas {path.name} tidak dapat dibaca.", f"{path.name} cannot be read"),
            problems=source.problems,
        )
    return source.data


def definition_files(folder: Path = FOLDER) -> list[Path]:
    """The definitions of a folder: files that say ``schema: sop/v1``."""
    files = sorted(folder.glob("*.yaml"))
    return [path for path in files if "\nschema: sop/v1" in f"\n{path.read_text(encoding='utf-8')}"]


def demonstration_organisation() -> Organisation:
    return read_organisation(ORGANISATION.read_bytes(), file=ORGANISATION.name)


def shipped_calendars() -> dict[str, Calendar]:
    return calendars_of(plain_data(AGENCY), plain_data(HOLIDAYS))
