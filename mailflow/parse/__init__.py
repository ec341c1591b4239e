"""Bytes to ParsedMessage: MIME, the one text and its regions, attachments, threads, automatic mail."""
