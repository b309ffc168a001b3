"""What a case is told at its start: the fields of its SOP and those of its outside parties. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.audit.act import Json
from engine.cases.context import DecisionContext
from engine.errors import FieldError, InvalidInput
from engine.sop import forms
from engine.sop.forms import FormDefinition, Lookup
from engine.sop.model import Definition
from engine.text.bilingual import Text

Given = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Entered:
    """The values that a case begins with, defaults included."""

    fields: Mapping[str, Json]
    parties: Mapping[str, Json]


def entered(
    context: DecisionContext,
    directory: Lookup,
    fields: Given,
    parties: Mapping[str, Given],
    *,
    period: str | None,
    started_by: str | None,
) -> Entered:
    """The start form as it is filled in. `InvalidInput` with every fault of every part of it."""
    values = _values(context, period, started_by)
    definition = context.definition
    unknown = [role for role in parties if role not in definition.case.parties]
    if unknown:
        raise _unknown_party(definition, unknown[0])
    faults: list[InvalidInput] = []
    strange = [role for role, given in parties.items() if not isinstance(given, Mapping)]
    if strange:
        raise InvalidInput.at(f"parties.{strange[0]}", Text("Harus berupa objek.", "Must be an object."))
    record = _checked(forms.start_sheet(definition), fields, "fields", values, directory, faults)
    people: dict[str, Json] = {
        role: _checked(
            forms.party_sheet(definition, role),
            parties.get(role) or {},
            f"parties.{role}",
            values,
            directory,
            faults,
        )
        for role in definition.case.parties
    }
    if faults:
        errors = [error for fault in faults for error in fault.errors]
        raise InvalidInput(
            Text(
                f"Isian awal belum benar: {len(errors)} kesalahan.",
                f"The start form has {len(errors)} faults.",
            ),
            errors=errors,
        )
    return Entered(record, people)


def missing(context: DecisionContext, directory: Lookup, period: str | None) -> list[FieldError]:
    """What somebody has to enter because a start without anybody would lack it."""
    try:
        entered(context, directory, {}, {}, period=period, started_by=None)
    except InvalidInput as error:
        return list(error.errors)
    return []


def label_of(definition: Definition, path: str) -> str:
    """What a person knows the field of a fault by; the path itself where it names none."""
    part, *names = path.partition("[")[0].split(".")
    fields = definition.case.fields
    if part == "parties" and len(names) > 1:
        fields = definition.case.parties.get(names.pop(0), ())
    labels = [field.label or field.id for field in fields if names and field.id == names[0]]
    return labels[0] if labels else path


def _values(context: DecisionContext, period: str | None, started_by: str | None) -> dict[str, Any]:
    """What the start form may read: the moment and the period of the case that is about to start."""
    case = {"period": period, "started": context.now, "received": context.now, "started_by": started_by}
    return {"case": case, "today": context.today, "now": context.now, "@calendar": context.calendar}


def _checked(
    sheet: FormDefinition,
    given: Given,
    path: str,
    values: Mapping[str, Any],
    directory: Lookup,
    faults: list[InvalidInput],
) -> dict[str, Json]:
    try:
        return forms.validated(sheet, dict(given), values, directory)
    except InvalidInput as error:
        moved = [
            FieldError(f"{path}{fault.path.removeprefix('data')}", fault.message) for fault in error.errors
        ]
        faults.append(InvalidInput(error.message, errors=moved))
        return {}


def _unknown_party(definition: Definition, role: str) -> InvalidInput:
    known = ", ".join(definition.case.parties) or "-"
    said, english = f"Pihak tidak dikenal. Yang ada: {known}.", f"Unknown party; known: {known}."
    return InvalidInput.at(f"parties.{role}", Text(said, english))
