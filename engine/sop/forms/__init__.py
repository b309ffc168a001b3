"""Forms: their JSON Schema, what is prefilled, what may be sent. All pure; lookups come in as `Directory`."""

from engine.sop.forms.context import Lookup, seen_by_expressions
from engine.sop.forms.definition import FormDefinition, party_sheet, sheet_for, start_sheet
from engine.sop.forms.deviation import for_deviation
from engine.sop.forms.initial import initial_data
from engine.sop.forms.schema import form_schema
from engine.sop.forms.validation import checked_draft, readable_draft, validated

__all__ = [
    "FormDefinition",
    "Lookup",
    "checked_draft",
    "for_deviation",
    "form_schema",
    "initial_data",
    "party_sheet",
    "readable_draft",
    "seen_by_expressions",
    "sheet_for",
    "start_sheet",
    "validated",
]
