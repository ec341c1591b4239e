"""The IMAP door: watches one mailbox of one server and hands out mails as bytes.

Purpose: to speak IMAP, and nothing else. What to fetch, when to try again and what to store is decided in
``flow/receive``; this room only carries.

In:   :class:`ImapSettings` (server, credentials, authority), UIDs, a day, seconds to wait.
Out:  ``FolderStatus``, ``MailSize``, ``FetchedMail`` of ``model/mail``; ``MailboxFault`` with one sentence
      for everything that a server can do to us. No password, token or part of a mail is ever in a
      sentence, a ``repr`` or a log.

May import ``model``, ``errors``, imapclient and the standard library. Fits ``flow.ports.MailServer`` by
shape and passes ``tests/contracts/test_mailserver_contract.py`` on real servers.

Standards:  IMAP4rev1 (RFC 3501): EXAMINE, UID SEARCH, UID FETCH BODY.PEEK[], partial fetch, BYE ·
IDLE (RFC 2177) · SPECIAL-USE (RFC 6154) · CONDSTORE, HIGHESTMODSEQ reported only (RFC 7162) · response
codes (RFC 5530) · TLS from the first byte and STARTTLS, verified (RFC 8314, RFC 6125) · SASL PLAIN
(RFC 4616), OAUTHBEARER (RFC 7628) and Microsoft's and Google's XOAUTH2.

Example::

    server = ImapServer(ImapSettings(host="imap.example.org", username="hssupport", password=SecretStr(…)))
    server.open()
    status = server.select("INBOX")
    for mail in server.fetch(server.uids_after(41)):
        …
    server.wait(20)        # IDLE; True when something happened
    server.close()         # from any thread
"""

from mailflow.mailbox.imap import ImapServer
from mailflow.mailbox.settings import ImapSettings

__all__ = ["ImapServer", "ImapSettings"]
