"""Thresholds stand in two files: ``kinds/weighing.yaml`` says how sure a verdict must be, ``policy.yaml`` again.

The higher one counts. Where they differ, whoever lowers the other sees no effect; ``rules check`` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import RootModel

from mailflow.classify.language import Weighing
from mailflow.errors import Fault
from mailflow.model.words import Kind
from mailflow.syntax.documents import open_document

WEIGHING, POLICY = "kinds/weighing.yaml", "policy.yaml"


class _Any(RootModel[dict[str, Any]]):
    """A file whose form somebody else checks."""


def thresholds_twice(files: Mapping[str, str]) -> tuple[Fault, ...]:
    """Thresholds of the policy that have no effect, or take it from the weighing; nothing for files with faults."""
    weighing = open_document(WEIGHING, files.get(WEIGHING, "{}"), Weighing, [])
    policy = open_document(POLICY, files.get(POLICY, "{}"), _Any, [])
    if weighing is None or policy is None:
        return ()
    lines = policy.value.root.get("kinds")
    found = []
    lower: list[str] = []
    for kind in Kind:
        line = lines.get(str(kind)) if isinstance(lines, dict) else None
        wanted = line.get("threshold") if isinstance(line, dict) else None
        if not isinstance(wanted, (int, float)):
            continue
        ours = weighing.value.thresholds.get(kind, weighing.value.threshold)
        if wanted > ours:
            place = policy.place("kinds", str(kind), "threshold")
            sentence = f"the threshold of {kind} is {wanted} here and {ours} in {WEIGHING}: the higher counts"
            found.append(Fault(place, f"{sentence}; write it in one place"))
        elif wanted < ours:
            lower.append(f"{kind} {wanted}")
    if lower:
        place = policy.place("kinds")
        sentence = f"these thresholds are below those of {WEIGHING}, so they have no effect: {', '.join(lower)}"
        found.append(Fault(place, sentence))
    return tuple(found)
