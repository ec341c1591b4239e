"""The settings: each field with its meaning, unit and default beside it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from mailflow.errors import ConfigFault, Fault

Security = Literal["tls", "starttls", "plain"]
"""How a connection is secured; ``plain`` is for loopback only, unless the server is named as trusted."""

S = TypeVar("S", bound="Section")

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Section(BaseModel):
    """A table of the file: frozen, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Secret(Section):
    """A password, given in one of three ways; the file and the environment keep it out of backups."""

    password: SecretStr | None = Field(None, description="The password itself; better one of the next two.")
    password_file: Path | None = Field(None, description="A file that holds the password and nothing else.")
    password_env: str | None = Field(None, description="The environment variable that holds the password.")

    def reveal(self, environment: Mapping[str, str]) -> str:
        """The password; empty when none is set. Raises ``ConfigFault`` when its file or variable is missing."""
        if self.password is not None:
            return self.password.get_secret_value()
        if self.password_env:
            if self.password_env not in environment:
                raise ConfigFault(
                    (
                        Fault(
                            "", f"The environment variable {self.password_env} that should hold a password is not set."
                        ),
                    )
                )
            return environment[self.password_env]
        if self.password_file:
            try:
                return self.password_file.read_text().strip("\r\n")
            except OSError as error:
                raise ConfigFault(
                    (Fault("", f"The password file {self.password_file} cannot be read: {error.strerror}."),)
                ) from None
        return ""


class ServerSettings(Secret):
    """How to reach a mail server and sign in."""

    host: str = Field(description="Host name, as it stands in the server's certificate.")
    port: int = Field(ge=1, le=65535)
    security: Security = "tls"
    username: str = ""
    ca_file: Path | None = Field(
        None, description="PEM file of the only authority that is trusted; empty: the system's."
    )
    timeout: float = Field(30.0, gt=0, le=600, description="Seconds that the server may take for one answer.")
    plain_is_safe: bool = Field(False, description="Allow an unprotected connection to a host that is not loopback.")

    @model_validator(mode="after")
    def _plain_only_where_nobody_listens(self) -> ServerSettings:
        if self.security == "plain" and self.host not in LOOPBACK and not self.plain_is_safe:
            raise ValueError(
                'security = "plain" sends passwords and families\' details unprotected; use "tls" or "starttls", '
                "or say plain_is_safe = true if the way to this host is protected otherwise"
            )
        return self


class MailboxSettings(ServerSettings):
    """One mailbox that is watched."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="Short name, used in commands.")
    address: str = Field(description="Its e-mail address; answers come from it.")
    port: int = Field(993, ge=1, le=65535)
    folders: tuple[str, ...] = Field(("INBOX", "Junk"), min_length=1, description="Folders that are watched.")
    poll_seconds: float = Field(60.0, ge=1, le=3600, description="Pause between looks where IDLE is not offered.")


class SmtpSettings(ServerSettings):
    """The server that our mail leaves by."""

    port: int = Field(587, ge=1, le=65535)
    security: Security = "starttls"
    helo: str = Field("", description="Name given in EHLO; empty: this host's, if it is a full one.")


class DatabaseSettings(Section):
    """Where everything is kept."""

    url: str = Field("sqlite:///mailflow.db", description="sqlite:///PATH or postgresql://user@host/name.")

    @field_validator("url")
    @classmethod
    def _known_engine(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url


class KeySettings(Section):
    """The service key; it stays out of backups of the database."""

    file: Path = Field(Path("service.key"), description="Made by `mailflow keys init`, mode 0600.")


class ProfileSettings(Section):
    """The service's own rules, lookups, policy and templates."""

    folder: Path | None = Field(None, description="Folder of the profile; empty for the one that mailflow brings.")


class SendingSettings(Section):
    """How our mail looks from outside."""

    bounce_address: str = Field(
        "",
        description="Envelope sender of our mail; empty for the mailbox's own address, <> for the null path.",
    )
    message_id_domain: str = Field("", description="Right side of our Message-IDs; empty for the mailbox's domain.")
    review_mailbox: str = Field("", description="Name of the mailbox that asks Chairs; empty: the first.")
    cjsm_route: bool = Field(False, description="True when the SMTP server may send to .cjsm.net addresses.")
    test_domains: bool = Field(False, description="Allow reserved domains (.example, .test): demo and tests only.")


class PeopleSettings(Section):
    """Our own people; addresses that alerts and notices go to."""

    lead: str = Field("", description="The DHR enquiries lead.")
    on_call: str = Field("", description="Gets risk alerts first.")
    deputy: str = Field("", description="Gets risk alerts when nobody has taken them.")
    desk_url: str = Field("", description="Address of the desk, for links in alerts.")


class OpenPgpSettings(Secret):
    """The OpenPGP key ring; empty home for none. The password is the passphrase of its secret keys."""

    home: Path | None = Field(None, description="GNUPGHOME; a short path (unix sockets).")
    gpg: str = "gpg"


class WorkSettings(Section):
    """How the service works; sensible as it is."""

    lease_seconds: int = Field(120, ge=10, le=3600, description="How long a claim holds without an answer.")
    pause_seconds: float = Field(1.0, gt=0, le=60, description="Pause of a worker that found nothing to do.")
    health_file: Path | None = Field(None, description="Where a running service writes its health.")
    web_host: str = Field("127.0.0.1", description="Where the desk listens.")
    web_port: int = Field(0, ge=0, le=65535, description="Port of the desk; 0 for none.")


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="MAILFLOW_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    mailbox: tuple[MailboxSettings, ...] = Field(min_length=1)
    smtp: SmtpSettings
    database: DatabaseSettings = DatabaseSettings()
    keys: KeySettings = KeySettings()
    profile: ProfileSettings = ProfileSettings()
    sending: SendingSettings = SendingSettings()
    people: PeopleSettings = PeopleSettings()
    openpgp: OpenPgpSettings = OpenPgpSettings()
    work: WorkSettings = WorkSettings()

    @field_validator("mailbox")
    @classmethod
    def _names_are_unique(cls, mailboxes: tuple[MailboxSettings, ...]) -> tuple[MailboxSettings, ...]:
        names = [mailbox.name for mailbox in mailboxes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two mailboxes have the name {', '.join(twice)}")
        return mailboxes

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment beats the file, whose content comes in as arguments."""
        return env_settings, init_settings

    @property
    def own_addresses(self) -> tuple[str, ...]:
        """Addresses that are ours: never answered (P6)."""
        return tuple(mailbox.address.lower() for mailbox in self.mailbox)


def load_settings(path: Path) -> Settings:
    """Read and validate the settings file; relative paths in it are relative to its folder.

    Raises ``ConfigFault`` with all faults at once.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigFault(
            (
                Fault(
                    str(path),
                    "There is no settings file here; `mailflow init` writes one, or name yours with --config.",
                ),
            )
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigFault((Fault(str(path), f"The settings file cannot be read: {error}."),)) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigFault((_toml_fault(str(path), str(error)),)) from None
    try:
        settings = Settings(**data)
    except ValidationError as error:
        details: list[dict[str, Any]] = [dict(detail) for detail in error.errors()]
        inner = [
            detail
            for detail in details
            if not any(other["loc"][: len(detail["loc"])] == detail["loc"] for other in details if other is not detail)
        ]  # a table that is wrong only because something in it is wrong is not said twice
        raise ConfigFault(tuple(_fault(str(path), text, detail) for detail in inner)) from None
    return _anchored(settings, path.resolve().parent)


def _anchored(settings: Settings, folder: Path) -> Settings:
    """The same settings with every relative path made absolute."""
    url = settings.database.url
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        url = f"sqlite:///{folder / url.removeprefix('sqlite:///')}"
    return settings.model_copy(
        update={
            "database": settings.database.model_copy(update={"url": url}),
            **{
                name: _with_paths(getattr(settings, name), folder)
                for name in ("keys", "profile", "openpgp", "work", "smtp")
            },
            "mailbox": tuple(_with_paths(mailbox, folder) for mailbox in settings.mailbox),
        }
    )


def _with_paths(section: S, folder: Path) -> S:
    """A section whose relative paths stand below ``folder``."""
    paths = {name: folder / value for name, value in section if isinstance(value, Path)}
    return section.model_copy(update=paths)


_TOML_PLACE = re.compile(r"^(?P<what>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)$")


def _toml_fault(name: str, message: str) -> Fault:
    """The fault of a file that is no TOML at all."""
    found = _TOML_PLACE.match(message)
    if found is None:
        return Fault(name, f"This is not valid TOML: {message}.")
    return Fault(f"{name}:{found['line']}:{found['column']}", f"This is not valid TOML: {found['what']}.")


def _fault(name: str, text: str, detail: Mapping[str, Any]) -> Fault:
    """One pydantic error as a sentence with its place in the file."""
    path = tuple(detail["loc"])
    dotted = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    place = _place(text, path)
    where = f"{name}:{place[0]}:{place[1]}" if place else name
    match detail["type"]:
        case "missing":
            return Fault(where, f"{dotted} is missing.")
        case "extra_forbidden":
            return Fault(where, f"{dotted} is not a setting that mailflow knows.")
        case _:
            return Fault(where, f"{dotted}: {str(detail['msg']).removeprefix('Value error, ')}.")


def _place(text: str, path: tuple[Any, ...]) -> tuple[int, int] | None:
    """Line and column (from 1) of the longest part of ``path`` that stands in the file.

    tomllib keeps no positions; the file is ours and flat, so that its table headers and keys are found
    by reading it line by line.
    """
    table: tuple[Any, ...] = ()
    seen: dict[str, int] = {}
    best: tuple[int, tuple[int, int]] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        column = line.find(stripped) + 1 if stripped else 1
        if stripped.startswith("[["):
            head = stripped[2:].split("]]")[0].strip()
            seen[head] = seen.get(head, -1) + 1
            table = (*head.split("."), seen[head])
            here = table
        elif stripped.startswith("["):
            table = tuple(part.strip() for part in stripped[1:].split("]")[0].split("."))
            here = table
        elif "=" in stripped and not stripped.startswith("#"):
            here = (*table, stripped.split("=")[0].strip().strip('"'))
        else:
            continue
        if path[: len(here)] == here and (best is None or len(here) > best[0]):
            best = (len(here), (number, column))
    return best[1] if best else None
