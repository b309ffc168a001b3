"""Numbers and amounts as both languages write them. Pure."""

from decimal import Decimal

from engine.text.bilingual import Text

TO_INDONESIAN = str.maketrans(",.", ".,")


def number_text(value: int | float | Decimal, places: int = 10) -> Text:
    """``1.110,5`` and ``1,110.5``; zeros after the point are left out, a minus is no hyphen."""
    whole = value == int(value)
    text = f"{int(value):,}" if whole else f"{value:,.{places}f}".rstrip("0").rstrip(".")
    english = text.replace("-", "−")
    return Text(english.translate(TO_INDONESIAN), english)


def percent_text(share: float) -> Text:
    """``87,5 %`` of a share between 0 and 1, to one place."""
    return number_text(round(share * 100, 1), 1) + Text(" %", "%")


def rupiah(amount: Decimal) -> str:
    """``Rp1.500.000`` or ``Rp1.500,50``."""
    text = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    return "Rp" + text.translate(TO_INDONESIAN)
