"""File and environment to one validated frozen tree."""
