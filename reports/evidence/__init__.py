"""The evidence pack: how it is written (pack.py), and the one file that verifies it anywhere (verify.py)."""
