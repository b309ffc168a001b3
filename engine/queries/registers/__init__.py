"""Reads of registers and their rows."""
