"""Expressions: text to tree, names against a scope, and their evaluation. Pure."""
