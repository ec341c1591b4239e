"""Mailing lists on which people write, apart from those by which machines send (RFC 2369, RFC 2919).

Reasoning. A list header says by which way a mail came, not who wrote it: a plea that a colleague posts to
a Google group is a plea. A list takes posts when it names an address for them, or when its program is one
for discussions. Newsletters go the same way at times; they say so in their subject or by their sender, or
carry the marks of a campaign. Whoever is on such a list gets no answer from a machine all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_POSTING = frozenset({"x-google-group-id", "x-mailman-version", "x-beenthere", "x-mlserver", "x-groupsio-msgnum"})
_CAMPAIGN = frozenset(
    {
        "x-campaign-id",
        "x-campaignid",
        "x-mailchimp-campaign",
        "x-csa-complaints",
        "x-mc-user",
        "x-list-administrivia",
    }
)
_PERIODICAL = re.compile(
    r"\b(?:newsletter|bulletin|digest|announce(?:ment)?s?|press release|weekly|monthly|round-?up|issue \d|"
    r"vol(?:ume)?\.? \d)",
    re.IGNORECASE,
)
_SENDS_ONLY = re.compile(
    r"(?:.{0,40}[-_.])?(?:no|not|do[-_.]?not|dont)[-_.]?reply|^(?:news|newsletters?|bulletin|announce|notifications?|"
    r"alerts?|system|robot|automated|listserv|majordomo|marketing|info-?mail)(?:$|[-_.+0-9])|-(?:bounces|request|"
    r"admin)$",
    re.IGNORECASE,
)


def is_discussion(headers: Mapping[str, tuple[str, ...]], subject: str, *, answers: bool, local: str) -> bool:
    """Whether a person posted it to a list of people. ``headers`` by lower-case name; ``local`` of the author.

    >>> is_discussion({"list-id": ("<talk.x.org>",), "list-post": ("<mailto:talk@x.org>",)}, "Re: Tea", answers=True,
    ...               local="ann")
    True
    """
    if not _CAMPAIGN.isdisjoint(headers):
        return False
    post = headers.get("list-post", ("",))[0].strip().lower()
    takes_posts = (bool(post) and not post.startswith("no")) or not _POSTING.isdisjoint(headers)
    takes_posts = takes_posts or headers.get("mailing-list", ("",))[0].strip().lower().startswith("list ")
    if not takes_posts or _SENDS_ONLY.match(local):
        return False
    return answers or not _PERIODICAL.search(subject)
