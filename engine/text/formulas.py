"""Texts that a spreadsheet would take for formulas: kept from it, and given back as they were."""

from engine.text.visible import is_blank

DANGEROUS = frozenset("=+-@＝＋－＠﹢﹣﹦﹫\t\r\n")
GUARD = "'"


def begins_formula(text: str) -> bool:
    # A spreadsheet may look behind what does not show.
    begins = next((letter for letter in text if not is_blank(letter)), "")
    return not DANGEROUS.isdisjoint((text[:1], begins))


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula; one that looks guarded is guarded once more."""
    return f"{GUARD}{text}" if begins_formula(text.lstrip(GUARD)) else text


def unguarded(text: str) -> str:
    """A text as it was before it was guarded."""
    behind = text.removeprefix(GUARD)
    return behind if behind != text and begins_formula(behind.lstrip(GUARD)) else text
