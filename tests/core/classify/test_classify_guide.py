"""The lead's guide: every condition of the language stands in it with an example that loads, and its rule works."""

from __future__ import annotations

import re

import pytest

from mailflow.classify import load
from mailflow.classify.care import failing_examples
from mailflow.classify.language import _SORTS
from mailflow.classify.program import FACT_PATHS
from tests.support.classify import ROOT, one_rule, rule_files

GUIDE = (ROOT / "docs" / "rules.md").read_text("utf-8")
TABLE = {
    row[0]: row[2]
    for line in GUIDE.partition("### Conditions")[2].partition("Facts that can be asked for")[0].splitlines()
    if line.startswith("| `") and len(row := [cell.strip().strip("`") for cell in line.strip("| ").split(" | ")]) == 3
}
EXAMPLES = {name: example for names, example in TABLE.items() for name in re.findall(r"[a-z]+", names)}


@pytest.mark.parametrize("condition", sorted(_SORTS))
def test_every_condition_has_an_example_that_loads(condition: str) -> None:
    others = "- {id: who.bereaved, says: another, when: {all: [{text: [x]}]}, weigh: {media: 1}, " + (
        "examples: {match: [a], no_match: [b]}}\n"
    )
    ruleset = load(one_rule(f"{{all: [{EXAMPLES[condition]}]}}", others))
    assert len(ruleset.kind_rules) == 2
    if condition not in ("any", "all", "none"):
        assert re.search(rf"\b{condition}:", EXAMPLES[condition])


def test_every_fact_that_can_be_asked_for_is_named() -> None:
    named = GUIDE.partition("Facts that can be asked for")[2].partition("\n\n")[0]
    for path in FACT_PATHS:
        head, _, rest = path.partition(".")
        assert f"`{head}`" in named and (not rest or f"`.{rest}`" in named), path


def test_the_rule_of_the_guide_does_what_the_guide_says() -> None:
    block = next(one for one in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if "corporate.invoices" in one)
    silence = next(one for one in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if one.startswith("    none:"))
    files = rule_files()
    first = {**files, "kinds/others.yaml": files["kinds/others.yaml"] + "\n" + block}
    _, (failed,) = failing_examples(first, load(first))
    assert (failed.rule, failed.must_fire) == ("corporate.invoices", False)
    mended = {
        **files,
        "kinds/others.yaml": first["kinds/others.yaml"].replace(block, block.replace("  weigh:", silence + "  weigh:")),
    }
    assert failing_examples(mended, load(mended))[1] == ()
