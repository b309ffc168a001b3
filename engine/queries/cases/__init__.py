"""Reads of cases, tasks, inboxes, files and the timing log."""
