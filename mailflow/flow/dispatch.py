"""The journey dispatch."""
