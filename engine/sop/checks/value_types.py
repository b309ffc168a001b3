"""Checks that what is computed, preset or written suits its type, as far as the text says so."""

from typing import Any

from engine.sop.checks.findings import Findings
from engine.sop.expressions.expression import compile_expression, setting
from engine.sop.expressions.scope import Scope
from engine.sop.expressions.tree import ExpressionError
from engine.sop.expressions.value_kinds import never_fits, value_kind
from engine.sop.field_types import FIELD_TYPES
from engine.sop.locations import Path
from engine.sop.vocabulary import FieldType
from engine.text.bilingual import Text


def check_value(findings: Findings, path: Path, value: Any, type: FieldType | None, scope: Scope) -> None:
    """Of a ``default`` or ``set``; what does not compile is told by another check."""
    try:
        _check(findings, path, setting(value, scope), type, scope)
    except ExpressionError:
        return


def check_computed(
    findings: Findings, path: Path, text: str | None, type: FieldType | None, scope: Scope
) -> None:
    """Of a ``compute``; what does not compile is told by another check."""
    try:
        if text:
            _check(findings, path, compile_expression(text, scope), type, scope)
    except ExpressionError:
        return


def _check(findings: Findings, path: Path, found: Any, type: FieldType | None, scope: Scope) -> None:
    kind = value_kind(found, scope)
    if type is not None and never_fits(kind, FIELD_TYPES[type].holds):
        findings.error(
            path,
            "type_does_not_suit",
            Text(f"Nilainya {kind}, padahal jenisnya {type}.", f"The value is {kind}, the type {type}."),
        )
