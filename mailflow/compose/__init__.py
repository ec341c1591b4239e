"""Templates to OutgoingMail."""
