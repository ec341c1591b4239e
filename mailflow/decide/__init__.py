"""Verdict, context, policy and now in; intents with reasons out."""
