"""Short invented mails in many voices: is danger seen, and is what is no danger left alone?"""

from __future__ import annotations

from functools import lru_cache

import pytest
import yaml

from mailflow.model.words import Flag
from tests.support.classify import DATA, verdict


@lru_cache(maxsize=2)
def judged(name: str = "risk_voices.yaml") -> list[tuple[str, bool, bool]]:
    """Text, whether a reader of the desk sees danger, whether the rules do."""
    found = []
    for entry in yaml.safe_load((DATA / name).read_text("utf-8")):
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


def test_oblique_danger_is_seen_in_half_of_the_mails_without_false_alarms() -> None:
    """Words alone reach no further here; the floor keeps what is reached, and shows what is not."""
    seen = [seen for _, meant, seen in judged("risk_oblique.yaml") if meant]
    false = [text for text, meant, found in judged("risk_oblique.yaml") if found and not meant]
    assert sum(seen) >= 0.5 * len(seen)
    assert len(false) <= 2, false
