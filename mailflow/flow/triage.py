"""The journey triage."""
