"""A verdict in the terminal: the mail with the places that speak, and beside it who speaks, how loudly, and who nearly.

With colour the places are coloured by what they speak for; without (a file, a pipe, NO_COLOR) they stand in «…». Each
carries the number of its observation in the list below. A mail may hold anything: each piece of it is cut out first
and made harmless then, so that the places stay where they are. Passwords and passcodes are dots, as in ``show``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from .output import plain
from .showing import dotted
from .terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailflow.classify.explain import Explained, Mark
    from mailflow.model.facts import Facts
    from mailflow.model.message import ParsedMessage
    from mailflow.model.verdict import Verdict

WIDEST = 100
"""Columns: longer lines are hard to read."""
AROUND = 3
"""Lines of history and attachments that are shown around a place that speaks."""
MOST_NEAR = 6
MOST_SPOKEN = 30
FAINT = 0.1
LONGEST = 400
"""Lines of new text that are shown of a mail that is a book."""

_OWN = frozenset({"new", "signature"})
_BY_SENDING = "sent."
"""How the rule in the evidence of a kind begins that was judged by how the mail was sent: its words weigh nothing."""


def tell(name: str, message: ParsedMessage, facts: Facts, found: Explained) -> None:
    """Print all of it."""
    message = dotted(message)
    console = Console(highlight=False, soft_wrap=False)
    console.width = min(console.width, WIDEST)
    verdict = found.verdict
    console.print(_between(Text(harmless(name), "bold"), _said(verdict), console.width))
    console.print("─" * console.width, style="dim")
    for label, lines in _head(message, facts, found):
        for number, line in enumerate(lines):
            _hanging(console, Text(f"{label if number == 0 else '':<9}", "dim"), line)
    _mail(console, message, found)
    _spoken(console, found)
    _near(console, found)


def _between(left: Text, right: Text, width: int) -> Text:
    gap = max(2, width - left.cell_len - right.cell_len)
    return Text.assemble(left, " " * gap, right)


def _said(verdict: Verdict) -> Text:
    return Text(f"{verdict.kind} {verdict.confidence:.0%}", "bold yellow" if verdict.needs_human else "bold green")


def _head(message: ParsedMessage, facts: Facts, found: Explained) -> Iterator[tuple[str, list[Text]]]:
    verdict = found.verdict
    author = message.author
    sender = harmless(f"{author.name} <{author.address}>".strip() if author else "nobody")
    yield "from", [Text(f"{sender}  ({facts.sender_type})")]
    subject = _marked(message.subject, 0, "subject", found) if message.subject else Text("none", "dim")
    yield "subject", [subject]
    yield "kind", [Text(f"{verdict.kind}: {verdict.confidence:.0%} sure, {found.threshold:.0%} is needed")]
    if found.next:
        shares = all(0 <= score <= 1 for _, score in verdict.scores)
        by_sending = any(one.rule.startswith(_BY_SENDING) for one in found.observations)
        far = ", ".join(f"{kind} {score:.0%}" if shares else f"{kind} {score:.1f}" for kind, score in found.next)
        ahead = (
            f"{found.first_score - found.next[0][1]:.0%}" if shares else f"{found.first_score - found.next[0][1]:.1f}"
        )
        beside = "by its words; how it was sent decides" if by_sending else f"the first is {ahead} ahead"
        yield "next", [Text(f"{far}  ({beside})")]
    else:
        yield "next", [Text("nothing else is likely")]
    yield "flags", [Text(", ".join(verdict.flags) or "none", "bold red" if "risk" in verdict.flags else "")]
    doubts = [Text(_short(reason), "yellow") for reason in verdict.reasons if _is_doubt(reason)]
    yield "human", doubts or [Text("not asked", "green")]
    yield "why", [Text(reason) for reason in verdict.reasons if not _is_doubt(reason)]


def _is_doubt(reason: str) -> bool:
    return reason.startswith("a human must look")


def _short(reason: str) -> str:
    return reason.replace("a human must look: ", "asked: ", 1)


# -- the mail -------------------------------------------------------------------------------------


def _mail(console: Console, message: ParsedMessage, found: Explained) -> None:
    for region in message.regions:
        if region.start >= region.end:
            continue
        own = str(region.kind) in _OWN
        lines = list(_lines(message.text, region.start, region.end))
        keep = _kept(lines, "text", found, whole=own)
        if not any(keep):
            continue
        _section(console, {"new": "the mail"}.get(str(region.kind), str(region.kind)))
        _print_lines(console, message.text, lines, keep, "text", found)
    for number, attachment in enumerate(message.attachments):
        field = f"attachment:{number}"
        if attachment.text and any(mark.field == field for mark in found.marks):
            _section(console, f"attached: {harmless(attachment.name)}")
            lines = list(_lines(attachment.text, 0, len(attachment.text)))
            _print_lines(console, attachment.text, lines, _kept(lines, field, found, whole=False), field, found)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of a stretch, as places; ends without their line break."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def _kept(lines: list[tuple[int, int]], field: str, found: Explained, *, whole: bool) -> list[bool]:
    if whole:
        return [number < LONGEST for number in range(len(lines))]
    keep = [False] * len(lines)
    for mark in found.marks:
        if mark.field != field:
            continue
        for number, (start, end) in enumerate(lines):
            if start < mark.end and mark.start <= end:
                for near in range(max(0, number - AROUND), min(len(lines), number + AROUND + 1)):
                    keep[near] = True
    return keep


def _print_lines(
    console: Console, text: str, lines: list[tuple[int, int]], keep: list[bool], field: str, found: Explained
) -> None:
    left_out = 0
    blank = True  # runs of empty lines are shown as one, and none at the beginning
    for (start, end), kept in zip(lines, keep, strict=True):
        if not kept:
            left_out += 1
            continue
        _left_out(console, left_out)
        left_out = 0
        if not text[start:end].strip() and blank:
            continue
        blank = not text[start:end].strip()
        _hanging(console, Text("  "), _marked(text[start:end], start, field, found))
    _left_out(console, left_out)


def _left_out(console: Console, count: int) -> None:
    if count:
        console.print(Text(f"  … {count} {'line' if count == 1 else 'lines'} in which nothing speaks", "dim"))


def _marked(text: str, base: int, field: str, found: Explained) -> Text:
    """A piece of the mail with the places that speak."""
    result = Text()
    at = base
    bare = not _has_colour()
    for mark in found.marks:
        if mark.field != field or mark.end <= base or mark.start >= base + len(text):
            continue
        start, end = max(mark.start, base), min(mark.end, base + len(text))
        result.append(harmless(text[at - base : start - base]))
        words = harmless(text[start - base : end - base])
        if bare:
            result.append(f"«{words}»")
        else:
            result.append(words, _style(mark, found))
        result.append(_raised(mark), "dim")
        at = end
    result.append(harmless(text[at - base :]))
    return result


_RAISED = str.maketrans("0123456789,", "⁰¹²³⁴⁵⁶⁷⁸⁹˒")


def _raised(mark: Mark) -> str:
    return ",".join(map(str, mark.numbers)).translate(_RAISED)


def _style(mark: Mark, found: Explained) -> str:
    """Red for risk, green for the kind, cyan for flags, magenta for what speaks for something else or against."""
    spoken = [pair for number in mark.numbers for pair in found.observations[number - 1].weights.items()]
    speaks_for = {target for target, weight in spoken if weight > 0}
    if "risk" in speaks_for:
        return "bold red underline"
    if found.verdict.kind in speaks_for:
        return "bold green underline"
    if speaks_for & set(found.verdict.flags):
        return "bold cyan underline"
    return "magenta underline"


def _has_colour() -> bool:
    return Console().color_system is not None


# -- who spoke ------------------------------------------------------------------------------------


def _spoken(console: Console, found: Explained) -> None:
    _section(console, "what spoke")
    if not found.observations:
        console.print("  nothing")
    for one in found.observations[:MOST_SPOKEN]:
        _hanging(console, Text(f"{one.number:>4}  ", "dim"), Text.assemble(one.says, ("  " + one.rule, "dim")))
        _hanging(console, Text(" " * 6), _weights(one.weights))
    if len(found.observations) > MOST_SPOKEN:
        console.print(Text(f"      … and {len(found.observations) - MOST_SPOKEN} more (see --json)", "dim"))


def _weights(weights: dict[str, float]) -> Text:
    """``+2.2 referral   -0.5 enquiry``; the faint ones in grey."""
    result = Text()
    for target, weight in weights.items():
        if result:
            result.append("   ")
        style = "dim" if abs(weight) < FAINT else "green" if weight > 0 else "magenta"
        result.append(f"{weight:+.1f}\N{NO-BREAK SPACE}{target}", style)
    return result


def _near(console: Console, found: Explained) -> None:
    _section(console, "what nearly spoke")
    if not found.nearly:
        console.print("  nothing")
    for near in found.nearly[:MOST_NEAR]:
        _hanging(console, Text("   ·  ", "dim"), Text.assemble(near.says, ("  " + near.rule, "dim")))
        _hanging(console, Text(" " * 6), _weights(near.weights))
        _hanging(console, Text(" " * 6), Text.assemble("missing: ", (harmless(near.missing), "yellow")))
    if len(found.nearly) > MOST_NEAR:
        console.print(Text(f"  … and {len(found.nearly) - MOST_NEAR} more (see --json)", "dim"))


def _section(console: Console, heading: str) -> None:
    console.print()
    console.print(Text(heading, "bold"))


def _hanging(console: Console, head: Text, body: Text) -> None:
    """A line whose continuation stands below its own beginning, not below the head."""
    width = max(20, console.width - head.cell_len)
    for number, line in enumerate(body.wrap(console, width) or [Text("")]):
        line.rstrip()
        console.print(Text.assemble(head if number == 0 else Text(" " * head.cell_len), line))


def as_json(name: str, found: Explained) -> dict[str, Any]:
    """All of it for programs; places are characters of the field that is named."""
    verdict = found.verdict
    return {
        "file": name,
        "kind": verdict.kind,
        "confidence": verdict.confidence,
        "threshold": found.threshold,
        "needs_human": verdict.needs_human,
        "flags": plain(verdict.flags),
        "reasons": plain(verdict.reasons),
        "runners_up": [{"kind": kind, "score": score} for kind, score in found.next],
        "scores": {str(kind): score for kind, score in verdict.scores},
        "observations": plain(found.observations),
        "marks": plain(found.marks),
        "nearly": plain(found.nearly),
        "rules_version": verdict.rules_version,
    }
