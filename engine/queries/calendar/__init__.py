"""Reads of calendars and schedules."""
