"""``make bench`` prints what it promises: its shape, its statistics. How fast and how right is for people to read."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import pytest

from tests.bench.mails import burst, corpus, families, fresh
from tests.bench.report import Section
from tests.bench.statistics_of import Hits, median, percentile, wilson
from tests.conftest import ROOT
from tests.support.whole import fixed_environment

WITHOUT_SERVERS = ("accuracy", "parse", "classify")


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """What ``python -m tests.bench --quick --json`` prints of the sections that need no server."""
    command = [sys.executable, "-m", "tests.bench", "--quick", "--json"]
    for section in WITHOUT_SERVERS:
        command += ["--only", section]
    done = subprocess.run(
        command, cwd=ROOT, env=fixed_environment(), capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_sections_are_whole(printed: dict[str, Any]) -> None:
    assert list(printed["sections"]) == list(WITHOUT_SERVERS)
    assert printed["about"]["quick"] is True
    for section in printed["sections"].values():
        assert section["heading"] and "\n" not in section["how"] and section["how"]
        assert section["skipped"] is None and section["failed"] is None
        assert section["figures"]


def test_every_figure_is_a_number_with_unit_and_count(printed: dict[str, Any]) -> None:
    for section in printed["sections"].values():
        for key, figure in section["figures"].items():
            assert figure["says"], key
            assert isinstance(figure["unit"], str), key
            assert isinstance(figure["n"], int), key
            if figure["value"] is None:
                assert figure["n"] == 0, f"{key}: none of {figure['n']}"
            else:
                assert math.isfinite(figure["value"]) and figure["value"] >= 0, key
            if figure["unit"] == "share":
                assert 0 <= figure["low"] <= figure["high"] <= 1, key
                assert figure["value"] is None or figure["low"] <= figure["value"] <= figure["high"], key


def test_accuracy_is_called_in_sample_and_counts_the_whole_corpus(printed: dict[str, Any]) -> None:
    accuracy = printed["sections"]["accuracy"]
    labels = [json.loads(line) for line in (ROOT / "tests/testdata/corpus/labels.jsonl").read_text().splitlines()]
    assert any("in-sample" in note for note in accuracy["notes"])
    figures = accuracy["figures"]
    assert figures["corpus.kind"]["n"] == figures["corpus.alone"]["n"] == len(labels)
    assert figures["corpus.macro_f1"]["n"] == len({label["kind"] for label in labels})
    assert figures["corpus.risk.recall"]["n"] == sum("risk" in label["flags"] for label in labels)
    assert figures["corpus.flags.recall"]["n"] == sum(len(set(label["flags"]) - {"risk"}) for label in labels)
    for name in ("alone_right", "alone_silenced", "alone_risk_missed", "facts.precision", "facts.recall"):
        assert figures[f"corpus.{name}"]["n"] > 0, name


def test_parse_stands_beside_the_standard_library(printed: dict[str, Any]) -> None:
    figures = printed["sections"]["parse"]["figures"]
    for family in ("plain", "html"):
        assert figures[f"{family}.ratio"]["n"] == len(families()[family]) > 20
        ours, theirs = figures[f"{family}.mailflow"]["value"], figures[f"{family}.stdlib"]["value"]
        assert figures[f"{family}.ratio"]["value"] == pytest.approx(ours / theirs, rel=1.0), "ours ÷ theirs"


def test_classify_tells_of_five_kilobytes_and_of_growth(printed: dict[str, Any]) -> None:
    figures = printed["sections"]["classify"]["figures"]
    assert figures["5kB.size"]["value"] == pytest.approx(5, abs=0.2)
    assert figures["5kB.median"]["unit"] == "ms"
    growths = [figure["value"] for key, figure in figures.items() if key.endswith(".growth_10kB")]
    assert figures["hostile.worst_growth_10kB"]["value"] == max(growths)
    assert figures["hostile.worst_growth_10kB"]["n"] == len(growths) > 10


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        (0, 0, 0.0, 1.0),  # nothing was counted: everything is possible
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 17 (1998), table I
        (15, 148, 0.0624, 0.1605),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_is_the_published_one(right: int, total: int, low: float, high: float) -> None:
    assert wilson(right, total) == pytest.approx((low, high), abs=0.00006)


def test_wilson_interval_holds_its_share_whatever_is_counted() -> None:
    for total in range(1, 60):
        for right in range(total + 1):
            low, high = wilson(right, total)
            assert 0 <= low <= right / total <= high <= 1


def test_percentiles_lie_between_their_neighbours() -> None:
    assert median([3.0]) == 3.0
    assert median([4.0, 1.0, 3.0, 2.0]) == 2.5
    assert percentile([1.0, 2.0, 3.0, 4.0, 5.0], 0.9) == pytest.approx(4.6)
    assert (percentile([5.0, 1.0], 0), percentile([5.0, 1.0], 1)) == (1.0, 5.0)
    with pytest.raises(ValueError, match="nothing"):
        median([])


def test_precision_and_recall_of_nothing_are_none() -> None:
    assert (Hits(2, 4, 3).precision, Hits(2, 4, 3).recall) == (0.5, pytest.approx(2 / 3))
    assert (Hits(0, 0, 3).precision, Hits(0, 4, 0).recall) == (None, None)


def test_a_fresh_copy_differs_in_its_message_id_alone() -> None:
    folded = b"From: a@x.example\r\nMessage-ID:\r\n <old@x.example>\r\nSubject: S\r\n\r\nMessage-ID: in the body\r\n"
    rest = b"From: a@x.example\r\nSubject: S\r\n\r\nMessage-ID: in the body\r\n"
    assert fresh(folded, 7) == b"Message-ID: <bench-7@mailflow.example>\r\n" + rest
    assert fresh(rest, 7) == b"Message-ID: <bench-7@mailflow.example>\r\n" + rest
    assert fresh(b"Subject: S\n\nx\n", 1) == b"Message-ID: <bench-1@mailflow.example>\nSubject: S\n\nx\n"
    copies = burst(len(corpus()) + 1)
    assert copies[0].file == copies[-1].file and copies[0].raw != copies[-1].raw


def test_a_section_prints_skips_and_failures_as_such() -> None:
    section = Section("x", "A heading", "with a ruler", skipped="no ruler here")
    section.share("right", "right", 3, 4)
    section.add("hidden", "hidden", 1.0, "s", 1, detail=True)
    section.add("nothing", "nothing", None, "s", 0)
    text = "\n".join(section.lines())
    assert "SKIPPED: no ruler here" in text
    assert "75.0%" in text and "n 4" in text and "hidden" not in text and "none" in text
    assert section.to_json()["figures"]["hidden"]["value"] == 1.0
    section.failed = "ValueError: broken"
    assert "FAILED: ValueError: broken" in "\n".join(section.lines())
