"""One module a command; ``main`` is the program."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
