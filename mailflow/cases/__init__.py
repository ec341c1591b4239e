"""The life of a case: references, tables of states."""
