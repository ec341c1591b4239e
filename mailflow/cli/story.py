"""What the demonstration tells on the terminal: what arrived, what it is, why, what was done, what was sent.

Only words: it is handed what happened and prints it. Where the terminal is none (a pipe, a file) there are
no colours and no bar, and the same sentences.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn
from rich.rule import Rule
from rich.text import Text

from mailflow.flow.settle import Settled
from mailflow.model.decision import Answer, AttachToCase, CancelQueued, Decision, OpenCase, ProposeLink, Suppress
from mailflow.model.records import EventRecord, OutboxRecord
from mailflow.model.verdict import Evidence
from mailflow.model.words import Flag
from mailflow.web.words import said

INDENT = 7
LONGEST_QUOTE = 60
"""Characters of evidence that are quoted on the terminal; the desk shows it whole."""
MOST_REASONS = 2
FLAG_STYLES = {Flag.RISK: "bold #ffffff on #a3151a", Flag.IDENTITY_DOUBT: "yellow"}


@dataclass
class Tally:
    """What happened in all."""

    mails: int = 0
    events: int = 0
    stuck: int = 0
    doubts: int = 0
    answers: list[float] = field(default_factory=list)
    """Seconds from arrival to answer."""
    alerts: int = 0
    unanswered: int = 0


class Story:
    """Prints; safe to call from every thread of the service."""

    def __init__(self, console: Console, total: int, gone: Callable[[], None] = lambda: None) -> None:
        """``total`` mails will come; ``gone`` is called when nobody reads the output any more."""
        self.tally = Tally()
        self._console = console
        self._lock = threading.Lock()
        self._gone = gone
        self._total = total
        self._bar: Progress | None = None
        if console.is_terminal and not console.record:
            self._bar = Progress(
                TextColumn("{task.description}", style="dim"),
                BarColumn(bar_width=24, complete_style="cyan", finished_style="green"),
                console=console,
                transient=True,
            )

    # -- before and after -----------------------------------------------------------------------
    def greet(self, remarks: Iterable[str]) -> None:
        """Say what this is."""
        self._print(
            Text(),
            Rule(Text("mailflow: a demonstration", style="bold"), style="cyan"),
            Text(
                "Two mailboxes of a charity that supports families bereaved by homicide.\n"
                "Every person and every mail is invented. A mail server runs inside this\n"
                "program, and nothing leaves this machine."
            ),
            *(Text(remark, style="yellow") for remark in remarks),
        )

    def invite(self, desk: str) -> None:
        """Say where to look, now that there is something to look at."""
        self._print(
            Text(),
            _pair("The desk", f"[bold cyan underline]{desk}[/]  (open it in a browser)"),
            _pair("Write one", f"[cyan]{desk}/write[/]  and watch it being understood"),
            _pair("Stop", "Ctrl-C"),
            Text(),
        )
        if self._bar is not None:
            self._bar.start()
            self._bar.add_task("waiting for the first mail", total=self._total)

    def end(self) -> None:
        """Take the bar away; the terminal is as it was."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def farewell(self, left: str) -> None:
        """Say what happened in all, and what is left of it."""
        self.end()
        tally = self.tally
        lines: list[RenderableType] = [Text(), Rule(style="cyan")]
        if not tally.mails:
            lines.append(Text("No mail had arrived yet."))
        else:
            lines.append(
                Text.from_markup(
                    f"[bold]{tally.mails}[/] mails became [bold]{tally.events}[/] events: "
                    f"[bold]{len(tally.answers)}[/] answers and [bold]{tally.alerts}[/] "
                    f"{'alert' if tally.alerts == 1 else 'alerts'} left, {tally.unanswered} events got no answer "
                    f"by machine, {tally.doubts} wait for a human's judgement, {tally.stuck} mails were set aside."
                )
            )
        if tally.answers:
            lines.append(
                Text(
                    f"From arrival to answer: {median(tally.answers):.1f} s in the middle, "
                    f"{max(tally.answers):.1f} s at most."
                )
            )
        lines.append(Text(left, style="dim"))
        self._print(*lines)

    # -- what happens ---------------------------------------------------------------------------
    def stuck(self, at: timedelta) -> None:
        """A mail was set aside."""
        self.tally.mails += 1
        self.tally.stuck += 1
        self._print(
            _line(at, "[yellow]set aside whole[/]: it could not be read; a human sees it under `mailflow stuck`")
        )

    def taken(
        self, at: timedelta, mailbox: str, says: str, subject: str, settled: Settled, evidence: Sequence[Evidence]
    ) -> None:
        """A mail was understood."""
        event = settled.event
        self.tally.mails += 1
        head = Text()
        head.append(event.sender_name or event.sender_address or "no sender", style="bold")
        head.append(f" → {mailbox}  ", style="dim")
        head.append(" ".join(subject.split()) or "(no subject)")
        lines: list[RenderableType] = [_beside(_time(at), head)]
        if says:
            lines.append(_under(Text(says, style="italic dim")))
        if settled.copy:
            lines.append(
                _under(
                    Text.from_markup(f"[green]the same mail again[/]: one event, one answer  [dim]{event.reference}[/]")
                )
            )
        else:
            self._count(event, settled.decision)
            lines.append(_under(_verdict(event)))
            lines.extend(_under(line, 8) for line in _because(event, evidence))
            if settled.decision is not None:
                lines.extend(_under(line, 8) for line in _so(settled.decision))
        self._print(*lines)

    def sent(self, at: timedelta, row: OutboxRecord, reference: str, seconds: float | None) -> None:
        """A mail of ours has left, so many seconds after the mail that it answers had arrived."""
        alert = row.mail_class == "alert"
        line = Text()
        line.append("⚑ alert  " if alert else "↩ answer  ", style="bold red" if alert else "green")
        line.append(f"{said(row.template)} to {row.recipient}")
        line.append(f"  {reference}" if reference else "", style="dim")
        line.append(f"  after {seconds:.1f} s" if seconds is not None else "", style="dim")
        if alert:
            self.tally.alerts += 1
        elif seconds is not None:
            self.tally.answers.append(seconds)
        self._print(_beside(_time(at), line))

    def remark(self, at: timedelta, sentence: str) -> None:
        """Something about the demonstration itself."""
        self._print(_beside(_time(at), Text(sentence, style="yellow")))

    def _count(self, event: EventRecord, decision: Decision | None) -> None:
        self.tally.events += 1
        self.tally.doubts += event.needs_human
        if decision is not None and not any(isinstance(intent, Answer) for intent in decision.intents):
            self.tally.unanswered += 1

    def _print(self, *lines: RenderableType) -> None:
        with self._lock:
            try:
                self._console.print(Group(*lines), highlight=False)
            except (BrokenPipeError, SystemExit):  # nobody reads any more; rich makes a SystemExit of it
                self._gone()
            if self._bar is not None and self._bar.task_ids:
                tally = self.tally
                alerts = f"{tally.alerts} {'alert' if tally.alerts == 1 else 'alerts'}"
                says = f"{tally.mails} of {self._total} mails, {len(tally.answers)} answered, {alerts}"
                self._bar.update(self._bar.task_ids[0], completed=min(tally.mails, self._total), description=says)


def _time(at: timedelta) -> str:
    seconds = int(at.total_seconds())
    return f"{seconds // 60}:{seconds % 60:02d}"


def _pair(name: str, value: str) -> RenderableType:
    return Text.from_markup(f"  {name + ':':<11}{value}", overflow="fold")


def _line(at: timedelta, markup: str) -> RenderableType:
    return _beside(_time(at), Text.from_markup(markup))


def _beside(time: str, text: Text) -> RenderableType:
    """A line with the time in front; where it wraps, its further lines stay behind the time."""
    return _Hanging(Text(f"{time:>5}  ", style="dim").append_text(_upright(text)), INDENT)


def _under(text: Text, further: int = 0) -> RenderableType:
    """A line below such a one; its further lines are indented by so many columns more."""
    return Padding(_Hanging(text, further), (0, 0, 0, INDENT), expand=False)


def _upright(text: Text) -> Text:
    """The text without the style that ``dim`` would give to all of it."""
    plain = Text(style="not dim")
    plain.append_text(text)
    return plain


class _Hanging:
    """Text whose further lines are indented."""

    def __init__(self, text: Text, indent: int) -> None:
        self._text = text
        self._indent = indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[RenderableType]:
        first, *rest = self._text.wrap(console, options.max_width)
        yield _trimmed(first)
        if rest:
            lines = Text(" ").join(map(_trimmed, rest)).wrap(console, max(options.max_width - self._indent, 20))
            for line in lines:
                yield Text(" " * self._indent).append_text(_trimmed(line))


def _trimmed(line: Text) -> Text:
    """A line without blanks at its end: nobody sees them, and who copies it gets them."""
    line.rstrip()
    return line


def _verdict(event: EventRecord) -> Text:
    line = Text()
    line.append(said(event.kind), style="bold cyan")
    line.append(f" {event.confidence:.0%}")
    if event.needs_human:
        line.append("  not sure: a human decides", style="yellow")
    for flag in event.flags:
        line.append(" ")
        line.append(f"[{said(flag).upper() if flag is Flag.RISK else said(flag)}]", style=FLAG_STYLES.get(flag, ""))
    line.append(f"  {event.reference}", style="dim")
    return line


def _because(event: EventRecord, evidence: Sequence[Evidence]) -> Iterable[Text]:
    """The weightiest reasons: for the risk first, then for the kind."""
    wanted = ["risk"] if Flag.RISK in event.flags else []
    for target in [*wanted, str(event.kind)]:
        speaking = sorted((e for e in evidence if e.target == target and e.weight > 0), key=lambda e: -e.weight)
        names: set[str] = set()
        for one in speaking:
            if one.says in names or len(names) == MOST_REASONS:
                continue
            names.add(one.says)
            quote = " ".join(one.text.split())
            quote = quote if len(quote) <= LONGEST_QUOTE else f"{quote[:LONGEST_QUOTE]}…"
            line = Text()
            line.append("because ", style="red" if target == "risk" else "dim")
            line.append(one.says)
            line.append(f": “{quote}”" if quote else "", style="dim")
            yield line


def _so(decision: Decision) -> Iterable[Text]:
    """What is done about it, in few words."""
    done = [words for words in map(_in_words, decision.intents) if words]
    if not any(isinstance(intent, Answer) for intent in decision.intents):
        done += [f"n{reason[1:].rstrip('.')}" for reason in decision.reasons if reason.startswith("No answer")]
    if done:
        line = Text()
        line.append("so      ", style="dim")
        line.append("; ".join(done))
        yield line


def _in_words(intent: object) -> str:
    match intent:
        case OpenCase():
            return f"a new file is opened ({said(intent.record).lower()})"
        case AttachToCase():
            return "it joins the file that we have"
        case ProposeLink():
            return "it may belong to a file that we have: a human links it"
        case CancelQueued():
            return "whatever was queued for them stops"
        case Suppress():
            return "that address is not written to any more"
    return ""
