"""The term of a team that a signed outcome begins: whom it names, and until when. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.errors import FieldError, InvalidInput
from engine.organisation.model import Decree, Term
from engine.sop.exits import Appoint
from engine.sop.expressions.expression import EvaluationError, expression
from engine.sop.forms.context import as_data
from engine.text.bilingual import Text


@dataclass(frozen=True, slots=True)
class PlannedTerm:
    team: str
    term: Term


def planned_term(appoint: Appoint, values: Mapping[str, Any], today: date) -> PlannedTerm:
    """What an outcome appoints, as of what was handed in. Raises `InvalidInput` for what is no day."""
    given = _Values(appoint.team, values)
    number, signed = given.text(appoint.decree.number), given.day(appoint.decree.date)
    members = given.at(appoint.members)
    return PlannedTerm(
        appoint.team,
        Term(
            decree=Decree(number, signed) if number or signed else None,
            chair=given.text(appoint.chair),
            members=tuple(dict.fromkeys(str(member) for member in _listed(members) if member)),
            valid_from=given.day(appoint.from_) or today,
            valid_to=given.day(appoint.to),
        ),
    )


def cannot_appoint(team: str, why: Text) -> InvalidInput:
    """The refusal of an appointment: at ``data``, with the team."""
    told = Text(f"Tim {team}: ", f"Team {team}: ") + why
    return InvalidInput(told, errors=[FieldError("data", told)])


@dataclass(frozen=True, slots=True)
class _Values:
    team: str
    values: Mapping[str, Any]

    def at(self, text: str | None) -> Any:
        if text is None:
            return None
        try:
            return as_data(expression(text).evaluate(self.values))
        except EvaluationError as error:
            raise cannot_appoint(self.team, error.message) from error

    def text(self, text: str | None) -> str | None:
        value = self.at(text)
        return None if value is None or value == "" else str(value)

    def day(self, text: str | None) -> date | None:
        day = self.text(text)
        try:
            return date.fromisoformat(day[:10]) if day else None
        except ValueError:
            raise cannot_appoint(self.team, Text(f"{day} bukan tanggal.", f"{day} is no day.")) from None


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
