"""The lead's desk on loopback."""
