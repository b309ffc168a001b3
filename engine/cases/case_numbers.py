"""The order that the numbers of cases come in. Pure."""

DIGITS = 4
"""What a number counts with at least: ``PDK-2026-0001``."""


def in_order(number: str) -> str:
    """A case's number as it sorts as text: what has counted past 9999 comes after it.

    Each further digit of the count gets a sign before it that comes after every digit.
    """
    series, dash, count = number.rpartition("-")
    return f"{series}{dash}{':' * (len(count) - DIGITS)}{count}" if count.isdecimal() else number
