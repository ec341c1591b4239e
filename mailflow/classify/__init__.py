"""The rules engine: load, match, weigh, explain."""
