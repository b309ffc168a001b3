"""Commands on cases and tasks."""
