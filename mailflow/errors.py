"""The exceptions of mailflow, sorted by whose fault they are.

Bad mail is a value (a :class:`~mailflow.model.message.Defect`), bad luck is an exception. Every
exception here carries one plain sentence for people, with the way out; ``exit_code`` is what the
command line ends with when it reaches the top (0 done, 1 found wanting, 2 wrong use,
3 environment).

    MailflowError
    ├── UseError            the caller asked for something that cannot be          exit 2
    │   ├── ConfigFault     the settings file or the environment is wrong           exit 2
    │   ├── ProfileFault    a rule, template, policy or lookup file is wrong        exit 2
    │   └── NotFound        no case, mail or outbox row has that name               exit 2
    ├── Environment         the world around us is not as it must be               exit 3
    │   ├── KeyFault        the service key is missing, wrong or unreadable         exit 3
    │   ├── StoreFault      the database is away, locked or of another version      exit 3
    │   ├── MailboxFault    the IMAP server is away, refuses us or is not trusted   exit 3
    │   ├── CourierFault    the SMTP server is away, refuses us or is not trusted   exit 3
    │   └── CryptoFault     gpg or openssl is missing or does not answer            exit 3
    ├── LeaseLost           somebody else has taken over what we had claimed       (never shown)
    ├── StateFault          a move that is not in the table of states              exit 1
    └── ContentFault        one mail breaks us: it is set aside whole              (never shown)
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file that a person wrote.

    ``place`` is ``file:line:column`` (1-based; parts that are not known are left out),
    ``sentence`` says in words what is wrong and what would be right.
    """

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


class MailflowError(Exception):
    """Something that mailflow says of itself; the message is one plain sentence."""

    exit_code = 1


class UseError(MailflowError):
    """The caller asked for something that cannot be."""

    exit_code = 2


class FaultyFile(UseError):
    """A file that a person wrote has faults; all of them are named at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class ConfigFault(FaultyFile):
    """The settings file or the environment is wrong."""


class ProfileFault(FaultyFile):
    """A rule, template, policy or lookup file of the service's profile is wrong."""


class NotFound(UseError):
    """No case, mail, reminder or outbox row has that name."""


class Environment(MailflowError):
    """The world around us is not as it must be."""

    exit_code = 3


class KeyFault(Environment):
    """The service key is missing, unreadable, or not the one that the database was sealed with."""


class StoreFault(Environment):
    """The database is away, locked, or of another version."""


class MailboxFault(Environment):
    """The IMAP server is away, refuses us, or shows a certificate that we do not trust."""


class CourierFault(Environment):
    """The SMTP server is away, refuses us, or shows a certificate that we do not trust."""


class CryptoFault(Environment):
    """A crypto program (gpg, openssl) is missing or does not answer."""


class LeaseLost(MailflowError):
    """Somebody else has taken over what we had claimed; drop the work, it is in other hands."""


class StateFault(MailflowError):
    """A move was asked for that is not in the table of states."""


class ContentFault(MailflowError):
    """One mail breaks us; it is set aside whole, with this error, in front of a human."""
