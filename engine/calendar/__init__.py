"""Working time: durations, calendars, deadlines, reporting windows and periods. Pure; no YAML, no clock."""
