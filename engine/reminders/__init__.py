"""Reminders and escalation, decided without a database: when, to whom, and what is left out. Pure."""
