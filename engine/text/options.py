"""What an option of a list is called on pages: those that are written as codes, in words."""

import re

CODE = re.compile(r"[a-z]{4,}|[a-z][a-z0-9]*(_[a-z0-9]+)+")


def option_text(option: str) -> str:
    """``belum_ditindaklanjuti`` is read as *Belum ditindaklanjuti*; what is written in words stays."""
    return option.replace("_", " ").capitalize() if CODE.fullmatch(option) else option
