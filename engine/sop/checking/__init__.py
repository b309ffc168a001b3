"""Whether a definition makes sense, told as problems with their places; one module per noun."""

from engine.sop.checking.advice import total_time
from engine.sop.checking.loading import Loaded, check, load_definition, require_definition

__all__ = ["Loaded", "check", "load_definition", "require_definition", "total_time"]
