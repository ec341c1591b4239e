"""Log, redaction, health."""
