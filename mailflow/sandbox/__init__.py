"""The embedded mail world of ``mailflow demo``."""
