"""The annotated settings file that ``mailflow init`` writes."""

from __future__ import annotations

ANNOTATED_TEMPLATE = """\
# Settings of mailflow (TOML). Every value can also come from the environment, which wins:
#   MAILFLOW_DATABASE__URL=postgresql://mailflow@db/mailflow
# Relative paths are relative to this file. `mailflow check` tries everything that is set here
# and says all that is wrong.

# -- The mailboxes that are watched -------------------------------------------------------------
# One table a mailbox. mailflow reads them (read-only: nobody's unread marks change) and answers
# from their address. At the first start it takes mail from now on; `mailflow backfill` imports
# what is older, as records, without answering it.

[[mailbox]]
name = "hssupport"                          # short name, used in commands
address = "hssupport@example.org"           # its e-mail address
host = "imap.example.org"                   # as it stands in the server's certificate
port = 993
security = "tls"                            # "tls" or "starttls"; "plain" only to this machine
username = "hssupport@example.org"
password_env = "MAILFLOW_HSSUPPORT_PASSWORD"  # or password_file = "hssupport.password"
# ca_file = "private-ca.pem"                # when the server's certificate is of your own authority
# folders = ["INBOX", "Junk"]               # Junk is read too: referrals end there

[[mailbox]]
name = "DHRenquiries"
address = "DHRenquiries@example.org"
host = "imap.example.org"
port = 993
security = "tls"
username = "DHRenquiries@example.org"
password_env = "MAILFLOW_DHRENQUIRIES_PASSWORD"

# -- The server that answers leave by -----------------------------------------------------------
[smtp]
host = "smtp.example.org"
port = 587
security = "starttls"                       # "tls" is port 465
username = "hssupport@example.org"
password_env = "MAILFLOW_SMTP_PASSWORD"

# -- Where everything is kept -------------------------------------------------------------------
[database]
url = "sqlite:///mailflow.db"               # or postgresql://mailflow@localhost/mailflow
[keys]
file = "service.key"                        # made by `mailflow keys init`; back it up apart from the database

# -- Our own people -----------------------------------------------------------------------------
[people]
lead = ""                                   # gets untriaged items and refused mail
on_call = ""                                # gets risk alerts, every ten minutes until somebody takes them
deputy = ""                                 # gets them too when nobody has
desk_url = ""                               # address of the desk, for links in alerts

# -- How our mail looks from outside ------------------------------------------------------------
[sending]
# bounce_address = ""                       # envelope sender; empty: the mailbox's own address
# cjsm_route = false                        # true when the SMTP server may send to .cjsm.net

# -- The service's own rules, policy and templates ----------------------------------------------
[profile]
# folder = "rules"                          # empty: the profile that mailflow brings
#                                           # `mailflow rules` and `mailflow templates` check it and show it

# -- OpenPGP, where a key ring is kept ----------------------------------------------------------
[openpgp]
# home = "gnupg"                            # a short path: gpg's sockets stand in it

[work]
# health_file = "health.json"
# web_port = 8025                           # the desk, on 127.0.0.1; 0 for none
"""
