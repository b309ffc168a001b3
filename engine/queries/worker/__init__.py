"""Reads of how time works and what waits to go out."""
