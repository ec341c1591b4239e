"""The journey receive."""
