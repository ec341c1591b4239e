"""Runs the loops that bootstrap hands it: start, signals, graceful stop, health."""
