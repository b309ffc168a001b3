"""Commands on calendars, holiday lists and schedules."""
