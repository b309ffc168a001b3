"""Numbers and amounts as both languages write them. Pure."""

from decimal import Decimal

from engine.text.bilingual import Text

LARGEST_WHOLE = 2**53 - 1
"""Beyond it a number of JSON, a browser or a spreadsheet no longer holds every whole number."""
LARGEST_WITH_FRACTION = 2**46
"""Beyond it such a number no longer holds every hundredth."""
_LOST = Decimal("0.001")
TO_INDONESIAN = str.maketrans(",.", ".,")


def is_kept(number: int | float) -> bool:
    """Whether a number is held exactly, or to the hundredth where it has a fraction."""
    size = abs(number)
    return size < LARGEST_WITH_FRACTION or (size <= LARGEST_WHOLE and number == int(number))


def loses_digits(text: str) -> bool:
    """Whether the number of a decimal text would be held as another one."""
    written = Decimal(text)
    if written == written.to_integral_value():
        return abs(written) > LARGEST_WHOLE
    return abs(written) >= LARGEST_WITH_FRACTION or abs(written - Decimal(repr(float(text)))) >= _LOST


def not_kept() -> Text:
    """What is said of a number with more digits than are held."""
    whole, fraction = number_text(LARGEST_WHOLE), number_text(LARGEST_WITH_FRACTION - 1)
    return Text(
        f"Bilangan di luar jangkauan: yang disimpan tepat paling besar {whole.indonesian},"
        f" dengan desimal {fraction.indonesian}.",
        f"The number is out of range: kept exactly are at most {whole.english},"
        f" with decimals {fraction.english}.",
    )


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
