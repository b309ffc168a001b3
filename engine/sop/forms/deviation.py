"""The sheet of a step that is left by a deviation: what the printed path needs is not asked for."""

import re
from dataclasses import replace

from engine.sop.forms.definition import FormDefinition
from engine.sop.model import Field

_OF_OUTCOME = re.compile(r"(?<![.\w])outcome\b")


def for_deviation(sheet: FormDefinition) -> FormDefinition:
    """Nothing is required but what ``required_if`` and rules ask of this very outcome."""
    rules = tuple(rule for rule in sheet.rules if _names_outcome(rule.when))
    return replace(sheet, fields=tuple(_relaxed(field) for field in sheet.fields), rules=rules)


def _relaxed(field: Field) -> Field:
    return replace(
        field,
        required=False,
        required_if=field.required_if if _names_outcome(field.required_if) else None,
        min=None if field.type == "table" else field.min,
        columns=tuple(_relaxed(column) for column in field.columns),
    )


def _names_outcome(text: str | None) -> bool:
    return text is not None and _OF_OUTCOME.search(text) is not None
