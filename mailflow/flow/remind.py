"""The journey remind."""
