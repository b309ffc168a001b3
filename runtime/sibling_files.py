"""What stands beside a definition in its folder, found by a look at each file's first keys."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_SCHEMA = re.compile(r"""^schema:[ \t]*["']?([a-z]+/v[0-9]+)""", re.MULTILINE)
_ID = re.compile(r"""^id:[ \t]*["']?([A-Za-z0-9][\w-]*)""", re.MULTILINE)
# Four times what any reader accepts: enough to be told that a file is too large.
_LOOK = 1_048_576


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The YAML files of one folder by kind; definitions and registers by their id."""

    definitions: Mapping[str, Path] = field(default_factory=dict)
    registers: Mapping[str, Path] = field(default_factory=dict)
    organisations: tuple[Path, ...] = ()
    agencies: tuple[Path, ...] = ()

    @classmethod
    def of(cls, folder: Path) -> Self:
        definitions: dict[str, Path] = {}
        registers: dict[str, Path] = {}
        others: dict[str, list[Path]] = {"org/v1": [], "agency/v1": []}
        for path in yaml_files(folder):
            text = _beginning(path)
            kind = _SCHEMA.search(text)
            if kind is None:
                continue
            name = _ID.search(text)
            if kind[1] == "sop/v1" and name is not None:
                definitions.setdefault(name[1], path)
            elif kind[1] == "register/v1" and name is not None:
                registers.setdefault(name[1], path)
            elif kind[1] in others:
                others[kind[1]].append(path)
        return cls(definitions, registers, tuple(others["org/v1"]), tuple(others["agency/v1"]))

    @property
    def organisation(self) -> Path | None:
        """The organisation file, if there is exactly one."""
        return self.organisations[0] if len(self.organisations) == 1 else None

    @property
    def agency(self) -> Path | None:
        return self.agencies[0] if len(self.agencies) == 1 else None


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files right in a folder, by name."""
    return sorted({*folder.glob("*.yaml"), *folder.glob("*.yml")})


def first_bytes(path: Path, most: int = _LOOK) -> bytes:
    """The file, or as much of it as shows that it is too large. Raises OSError."""
    with path.open("rb") as file:
        return file.read(most)


def _beginning(path: Path) -> str:
    try:
        return first_bytes(path).decode("utf-8", "replace")
    except OSError:
        return ""
