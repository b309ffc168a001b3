"""Commands on notices and how people are told."""
