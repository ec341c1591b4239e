"""``docs/cases.md`` from the tables: each state with its sentence, each table with a Mermaid state diagram.

python -c "from mailflow.cases import state_document; print(state_document(), end='')" > docs/cases.md
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from .lives import CONSENT_STATES, HOLD_STATES, PROPOSAL_STATES, REVIEW_STAGES, REVIEW_STATES
from .states import CASE_STATES, EVENT_STATES, MAIL_STATES, OUTBOX_STATES, REMINDER_STATES, StateTable

TABLES: tuple[tuple[str, StateTable[Any], str], ...] = (
    ("Case", CASE_STATES, "It cannot be closed while a review that it waits for is open."),
    ("Review", REVIEW_STATES, "Only a human closes it, and only when it is published or not held."),
    (
        "Stage of a review",
        REVIEW_STAGES,
        "What the outside world reports, so steps may be skipped. Out of a pause a review returns to where it was or "
        "goes on from there. A wrong entry is corrected by a human, with a reason; that is no move of the table.",
    ),
    ("Proposal", PROPOSAL_STATES, "What a Chair's reply says of the progress, until a human has accepted it."),
    ("Hold", HOLD_STATES, "Nothing automatic leaves while it is live. A machine may hold, never grant."),
    (
        "Permission",
        CONSENT_STATES,
        "The word of one person for one purpose. Only `given` permits anything; nothing overrides a withdrawal but a "
        "later giving that a human records.",
    ),
    ("Reminder", REMINDER_STATES, "A promise with a due time."),
    ("Event", EVENT_STATES, "What a sender did once, however many copies came."),
    ("Mail", MAIL_STATES, "A mail as it came."),
    ("Mail of ours", OUTBOX_STATES, "A row of the outbox."),
)
"""Title, table, and what a reader should know beside it."""

_HEAD = """# The states of things

Written from the tables in `mailflow/cases` and held to them by a test; change the tables, then renew this page:

```sh
.venv/bin/python -c "from mailflow.cases import state_document; print(state_document(), end='')" > docs/cases.md
```

A move that is not in a table cannot happen.
"""


def state_diagram(table: StateTable[Any]) -> str:
    """A Mermaid ``stateDiagram-v2`` of one table, in the order of its states."""
    order = list(table.states)
    lines = ["stateDiagram-v2", f"    [*] --> {table.first}"]
    for state in order:
        after: Iterable[StrEnum] = sorted(table.states[state].after, key=order.index)
        lines += [f"    {state} --> {then}" for then in after]
        if not table.states[state].after:
            lines.append(f"    {state} --> [*]")
    return "\n".join(lines)


def state_document() -> str:
    """The whole page, ending in a line feed."""
    parts = [_HEAD]
    for title, table, remark in TABLES:
        rows = "\n".join(f"| `{state}` | {row.sentence} |" for state, row in table.states.items())
        parts.append(
            f"## {title}\n\n{remark}\n\n| state | it means that |\n|---|---|\n{rows}\n\n"
            f"```mermaid\n{state_diagram(table)}\n```\n"
        )
    return "\n".join(parts)
