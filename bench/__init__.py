"""Measures the engine against its limits and its peers: ``python -m bench``. Nothing here ships."""
