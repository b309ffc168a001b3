"""What a check answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from engine.errors import SopError
from engine.office import Office

Status = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of a check, in Indonesian for people and in English for the log."""

    check: str
    status: Status
    message_id: str
    message_en: str


Findings = Iterator[Finding]


def reading(office: Office, check: str, ask: Callable[[Connection], list[Finding]]) -> Findings:
    """What a check reads from the database; a refusal of the store is a finding too."""
    try:
        yield from office.store.read(ask)
    except SopError as error:
        yield Finding(check, "error", error.message_id, error.message_en)
