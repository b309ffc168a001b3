"""Registers: tables of an agency that outlive its cases; their files, rows and readers. Pure."""
