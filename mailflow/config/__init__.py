"""File and environment to one validated, frozen tree.

In: ``mailflow.toml`` (TOML 1.0) and variables ``MAILFLOW_SECTION__KEY`` (the environment wins).
Out: :class:`Settings`, or :class:`~mailflow.errors.ConfigFault` with every fault at once, each as
``file:line:column: sentence``. The service's profile (rules, lookups, policy, templates) is loaded by
:func:`load_profile` from its folder in the same manner.

May import the core's loaders, ``model`` and ``errors``; only ``bootstrap`` and ``cli`` import it.

    >>> settings = load_settings(Path("mailflow.toml"))        # doctest: +SKIP
    >>> settings.database.url                                              # doctest: +SKIP
    'sqlite:////var/lib/mailflow/mailflow.db'
"""

from __future__ import annotations

from .profile import Profile, load_profile
from .settings import (
    MailboxSettings,
    Security,
    Settings,
    SmtpSettings,
    load_settings,
)
from .template import ANNOTATED_TEMPLATE

__all__ = [
    "ANNOTATED_TEMPLATE",
    "MailboxSettings",
    "Profile",
    "Security",
    "Settings",
    "SmtpSettings",
    "load_profile",
    "load_settings",
]
