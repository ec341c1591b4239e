"""Short invented mails in many voices: is danger seen, and is what is no danger left alone?"""

from __future__ import annotations

from functools import lru_cache

import pytest
import yaml

from mailflow.model.words import Flag
from tests.support.classify import DATA, verdict


@lru_cache(maxsize=1)
def judged() -> list[tuple[str, bool, bool]]:
    """Text, whether a reader of the desk sees danger, whether the rules do."""
    found = []
    for entry in yaml.safe_load((DATA / "risk_voices.yaml").read_text("utf-8")):
        mail = {key: value for key, value in entry.items() if key != "risk"}
        found.append((entry["text"], entry["risk"], Flag.RISK in verdict(**mail).flags))
    return found


@pytest.mark.promise("P7")
def test_nine_in_ten_dangers_are_seen_in_any_voice() -> None:
    danger = [(text, seen) for text, meant, seen in judged() if meant]
    missed = [text for text, seen in danger if not seen]
    assert len(danger) >= 30
    assert len(missed) <= 0.1 * len(danger), missed


def test_history_topics_and_grief_are_no_danger() -> None:
    safe = [(text, seen) for text, meant, seen in judged() if not meant]
    false = [text for text, seen in safe if seen]
    assert len(safe) >= 30
    assert len(false) <= 0.1 * len(safe), false
