"""A whole office in one file: taken while it runs, put back into an empty place, its proofs checked."""

from runtime.backup.create import Made, back_up
from runtime.backup.restore import Restored, restore

__all__ = ["Made", "Restored", "back_up", "restore"]
