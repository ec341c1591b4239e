"""Hangs the doors: settings to adapters, policies, clock; the only place where all meet."""
