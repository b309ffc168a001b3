"""Reads of the organisation and its people."""
