"""Whether a definition makes sense, told as problems with their places; one module per noun."""

from engine.sop.checks.load import Loaded, check, load_definition, require_definition
from engine.sop.checks.register_file import LoadedRegister, load_register, require_register

__all__ = [
    "Loaded",
    "LoadedRegister",
    "check",
    "load_definition",
    "load_register",
    "require_definition",
    "require_register",
]
