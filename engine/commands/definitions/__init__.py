"""Commands on SOP versions."""
