"""A form schema as controls of a page, and posted controls as form data again."""

from web.forms.binding import Reader, no_file
from web.forms.controls import Control, Drawing, controls_of

__all__ = ["Control", "Drawing", "Reader", "controls_of", "no_file"]
