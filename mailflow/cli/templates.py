"""``templates check`` and ``preview``: is what we write sound, and how does it look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailflow.errors import Environment, Fault, ProfileFault, UseError

from .app import app, config_path
from .output import print_json

if TYPE_CHECKING:
    from mailflow.compose import TemplateSet
    from mailflow.compose.samples import Readings, Sample
    from mailflow.model.outgoing import OutgoingMail
    from mailflow.model.policy import Policy

templates_app = typer.Typer(no_args_is_help=True, help="The letters that mailflow writes: check them, look at them.")
app.add_typer(templates_app, name="templates")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Profile = Annotated[
    Path | None, typer.Option("--rules", metavar="FOLDER", help="The profile; else the one that the settings name.")
]
Here = Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="The profile; else that of the settings.")]
WIDEST = 92
"""Columns of a letter on a terminal: its own 72 and a frame, also on a wide screen."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it would leave, and what it shows."""

    name: str
    language: str
    shows: str
    says: str
    sender: str
    mail: OutgoingMail


@templates_app.command()
def check(context: typer.Context, folder: Here = None, as_json: AsJson = False) -> int:
    """Read service.yaml, policy and every template and say all that is wrong at once, with its place; exit 1 then."""
    from mailflow.compose import check_policy, load_templates
    from mailflow.config.profile import profile_files
    from mailflow.decide import load_policy

    where = _profile(context, folder)
    faults: list[Fault] = []
    templates: TemplateSet | None = None
    files: dict[str, str] = {}
    try:
        files = dict(profile_files(where))
        templates = load_templates(files)
    except ProfileFault as error:
        faults += error.faults
    try:
        policy = load_policy("policy.yaml", files.get("policy.yaml", ""))
        if templates is not None:
            faults += check_policy(policy, templates)
    except ProfileFault as error:
        faults += error.faults
    names = templates.names if templates is not None else ()
    spoken = sorted({language for name in names for language in _set(templates).templates[name].languages})
    if as_json:
        listed = [{"place": f"{where}/{fault.place}", "sentence": fault.sentence} for fault in faults]
        print_json({"good": not faults, "faults": listed, "templates": names, "languages": spoken})
    elif faults:
        for fault in faults:
            typer.echo(f"{where}/{fault}")
        typer.echo(f"{len(faults)} {'thing is' if len(faults) == 1 else 'things are'} wrong.")
    else:
        typer.echo(f"All is well: {len(names)} templates in {len(spoken)} languages ({', '.join(spoken)}).")
    return 1 if faults else 0


@templates_app.command()
def preview(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="One template, in all its forms; else all, in their ordinary one.")
    ] = "",
    language: Annotated[str, typer.Option("--language", metavar="CODE", help="Only this language: en, cy.")] = "",
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FOLDER", help="Write pages and an index to look at in a browser.")
    ] = None,
    rules: Profile = None,
    as_json: AsJson = False,
) -> int:
    """Show letters as they would leave, filled with invented data. Sends nothing."""
    every = bool(name or html or as_json)
    letters = written(_profile(context, rules), name, language, every)
    if html is not None:
        index = write_pages(html, letters)
        typer.echo(f"Look at {index}: {len(letters)} letters.")
    elif as_json:
        print_json([_as_json(one) for one in letters])
    else:
        _tell(letters)
    return 0


def written(profile: Path, name: str = "", language: str = "", every: bool = True) -> tuple[Written, ...]:
    """The letters of a profile, filled with invented data, in every form or in the ordinary one.

    Raises ``ProfileFault`` for a profile with faults, ``UseError`` for a template or language that is not there.
    """
    from mailflow.compose import compose, load_templates
    from mailflow.compose.samples import samples
    from mailflow.config.profile import profile_files
    from mailflow.decide import load_policy

    files = profile_files(profile)
    templates = load_templates(files)
    readings = readings_of(load_policy("policy.yaml", files.get("policy.yaml", "")))
    if name and name not in templates.templates:
        raise UseError(f"There is no template {name}; there are {', '.join(templates.names)}.")
    if language and language not in readings:
        raise UseError(f"There are no letters in {language}; there are {', '.join(readings)}.")
    found = []
    for one in [name] if name else templates.names:
        template = templates.templates[one]
        for spoken in [language] if language else readings:
            forms = samples(template, spoken, readings)[: None if every else 1]
            found += [_written(templates, template.says, form, compose(form.letter, templates)) for form in forms]
    return tuple(found)


def readings_of(policy: Policy) -> dict[str, Readings]:
    """The reading sentence in each language of the policy, on an open day and over Christmas."""
    from mailflow.compose.samples import CLOSED, OPEN, Readings
    from mailflow.followup import calendar_for, reading_sentence

    found = {}
    for language in policy.languages:
        said = []
        for now in (OPEN, CLOSED):
            calendar = calendar_for(policy.clock, now)
            said.append(reading_sentence(calendar.add_working_hours(now, 4), now, calendar, language))
        found[language] = Readings(*said)
    return found


def _written(templates: TemplateSet, says: str, form: Sample, mail: OutgoingMail) -> Written:
    from mailflow.compose import sender_name

    return Written(mail.template, mail.language, form.shows, says, sender_name(form.letter, templates), mail)


def _profile(context: typer.Context, folder: Path | None) -> Path:
    """The folder named, that of the settings, or the one that mailflow brings."""
    from mailflow.config import load_settings
    from mailflow.config.profile import profile_folder

    if folder is not None:
        return folder
    config = config_path(context)
    if not config.is_file():
        return profile_folder()
    named = load_settings(config).profile.folder
    return Path(named) if named else profile_folder()


def _set(templates: TemplateSet | None) -> TemplateSet:
    assert templates is not None
    return templates


def _as_json(one: Written) -> dict[str, object]:
    mail = one.mail
    return {
        "template": one.name,
        "language": one.language,
        "shows": one.shows,
        "says": one.says,
        "class": mail.mail_class,
        "audience": mail.audience,
        "from": one.sender,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
    }


def _tell(letters: Iterable[Written]) -> None:
    """Letters for the terminal, each in a frame under what it is for."""
    from rich.box import ROUNDED
    from rich.console import Console, Group
    from rich.panel import Panel
    from rich.text import Text

    console = Console(highlight=False)
    width = min(console.width, WIDEST)
    last = ""
    for one in letters:
        if one.name != last:
            console.print()
            sort = one.mail.mail_class.value.replace("_", "-")
            console.print(Text.assemble((one.name, "bold"), (f"  a {sort}", "dim")))
            console.print(Text(one.says, style="italic"), width=width)
            last = one.name
        head = Text.assemble(("From     ", "dim"), one.sender, "\n", ("Subject  ", "dim"), (one.mail.subject, "bold"))
        body = Text(one.mail.text.rstrip())
        title = Text(f" {one.language} · to: {one.mail.audience.value.replace('_', ' ')} · {one.shows} ")
        console.print(
            Panel(
                Group(head, Text(""), body), box=ROUNDED, title=title, title_align="left", padding=(1, 2), width=width
            )
        )


def write_pages(folder: Path, letters: tuple[Written, ...]) -> Path:
    """One page a letter, exactly as it would leave, and ``index.html`` that shows them side by side."""
    from .letter_pages import index_page

    try:
        folder.mkdir(parents=True, exist_ok=True)
        pages = []
        for number, one in enumerate(letters):
            earlier = sum(1 for other in letters[:number] if (other.name, other.language) == (one.name, one.language))
            page = f"{one.name}.{one.language}{f'-{earlier + 1}' if earlier else ''}.html"
            (folder / page).write_text(one.mail.html, encoding="utf-8")
            pages.append((page, one))
        index = folder / "index.html"
        index.write_text(index_page(pages), encoding="utf-8")
    except OSError as error:
        raise Environment(f"{folder} cannot be written: {error.strerror}.") from error
    return index
