"""What a step costs the client, in the words of the definition and the amount of this case. Pure."""

from collections.abc import Mapping
from typing import Any

from engine.sop.expressions.expression import EvaluationError, expression
from engine.sop.expressions.values import decimal_of, rounded
from engine.sop.model import Definition, Fee, Step
from engine.text.numbers import rupiah


def fee_text(definition: Definition, step: Step, values: Mapping[str, Any]) -> str | None:
    """The fee's label with its amount, ``Retribusi: Rp150.000``; its text where there is no amount."""
    fee = definition.fees.get(step.fee or "")
    if fee is None:
        return None
    amount = _amount(fee, values)
    told = rupiah(rounded(decimal_of(amount), 2)) if amount is not None else fee.text
    return f"{fee.label}: {told}" if told else fee.label


def _amount(fee: Fee, values: Mapping[str, Any]) -> float | None:
    """The amount; None where the file names none or what it depends on is not known yet."""
    if not isinstance(fee.amount, str):
        return fee.amount
    try:
        amount = expression(fee.amount).evaluate(values)
    except EvaluationError:
        return None
    return float(amount) if isinstance(amount, int | float) and not isinstance(amount, bool) else None
