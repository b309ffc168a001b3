"""Changing the text of a definition in place: what is not changed keeps its bytes and its comments."""
