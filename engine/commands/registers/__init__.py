"""The verbs of registers: storing their files, changing their rows, importing."""
