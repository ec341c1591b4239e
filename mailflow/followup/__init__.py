"""Reminders and deadlines: working calendar, due times. Dates in, dates out."""
