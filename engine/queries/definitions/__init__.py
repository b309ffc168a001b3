"""Reads of SOP versions."""
