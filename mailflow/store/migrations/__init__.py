"""The migrations, oldest first under ``versions/``. Numbers are four digits and only grow; the schema is their sum.

A migration runs while the old program is still up: it adds, and only a later release takes away.
It names no table class of ours (those change), only what it itself makes.
"""
