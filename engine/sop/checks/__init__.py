"""Whether a definition makes sense, told as problems with their places; one module per noun."""

from engine.sop.checks.load import Loaded, check, load_definition, require_definition
from engine.sop.checks.warnings import total_time

__all__ = ["Loaded", "check", "load_definition", "require_definition", "total_time"]
