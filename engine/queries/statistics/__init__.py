"""Figures over many finished visits and cases."""
