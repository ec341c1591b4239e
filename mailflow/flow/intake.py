"""The journey intake."""
