"""What ``set`` and ``numbering`` of a definition write into a case. Pure."""

import re
from typing import Any

from engine.audit.act import Json
from engine.cases.context import DecisionContext
from engine.cases.expression_values import ExpressionValues
from engine.cases.model import Branch, CaseState
from engine.sop.exits import Numbering
from engine.sop.expressions.expression import EvaluationError, Expression, setting
from engine.sop.expressions.scope import Place, scope_for

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_PLACEHOLDER = re.compile(r"\{(n|year|month|roman)(?::0?([1-9]))?\}")


def written(
    context: DecisionContext, step_id: str, value: Any, values: ExpressionValues, flags: dict[str, Any]
) -> Json:
    """The value that ``set`` writes: a literal, or an expression's result; null, flagged, when that fails."""
    compiled = setting(value, scope_for(context.definition, step_id, Place("outcome")))
    if not isinstance(compiled, Expression):
        return compiled
    try:
        result = compiled.evaluate(values)
    except EvaluationError as error:
        flags.setdefault("set_failed", []).append({"step_id": step_id, "why": error.message.english})
        return None
    return result.isoformat() if hasattr(result, "isoformat") else result


def value_at(state: CaseState, path: str, branch: Branch | None) -> Json:
    """What stands where ``set`` writes: ``case.<key>``, or a column of the branch's row."""
    root, _, name = path.rpartition(".")
    if root == "case" or branch is None:
        return state.case.values.get(name)
    return (state.branches[branch.id].item or {}).get(name)


def numbered(numbering: Numbering, context: DecisionContext) -> tuple[str, str]:
    """Where the next number of a series goes, and the number as its format writes it."""
    day = context.local_day
    number = context.next_number(numbering.series, day.year)
    parts = {
        "n": str(number),
        "year": str(day.year),
        "month": f"{day.month:02}",
        "roman": _ROMAN[day.month - 1],
    }

    def fill(match: re.Match[str]) -> str:
        return parts[match.group(1)].zfill(int(match.group(2) or 0))

    return numbering.set or f"case.{numbering.series}", _PLACEHOLDER.sub(fill, numbering.format)
