"""The first tables: mails, events, cases, people, promises, the way out, and the audit chain.

``sealed(...)`` columns hold AES-256-GCM values under the data key of their owner; columns that end in
``hash`` hold keyed hashes. Times are UTC. Foreign keys are checked when a transaction ends.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def large(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def yes_or_no(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def words(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def sealed(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def link(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=null)


def points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", deferrable=True, initially="DEFERRED"
    )


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def index(table: str, *columns: str, name: str = "") -> None:
    op.create_index(name or f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def lease() -> tuple[sa.Column[Any], ...]:
    return (text("lease_owner"), text("lease_token"), moment("lease_until", null=True))


def upgrade() -> None:
    house()
    cases_and_events()
    receiving()
    people()
    promises()
    audit()


def house() -> None:
    op.create_table("meta", text("name"), sealed("value", null=False), key("meta", "name"))
    op.create_table(
        "data_key",
        text("owner_table"),
        text("owner_id"),
        text("key_id"),
        sealed("wrapped"),
        moment("made_at"),
        moment("destroyed_at", null=True),
        key("data_key", "owner_table", "owner_id"),
    )
    index("data_key", "key_id")
    op.create_table(
        "suppression", text("address_hash"), sealed("why"), moment("since"), key("suppression", "address_hash")
    )
    op.create_table("switch", text("name"), text("why"), moment("since"), text("turned_by"), key("switch", "name"))


def cases_and_events() -> None:
    op.create_table(
        "case_file",
        text("id"),
        text("reference"),
        text("record"),
        text("state"),
        moment("opened_at"),
        text("assigned_to"),
        sealed("summary"),
        words("missing"),
        number("version"),
        key("case_file", "id"),
        once("case_file", "reference"),
    )
    index("case_file", "state")
    op.create_table(
        "event",
        text("id"),
        text("key"),
        text("request_key"),
        text("reference"),
        moment("created_at"),
        text("mailbox"),
        text("kind"),
        sa.Column("confidence", sa.Float(), nullable=False),
        yes_or_no("needs_human"),
        words("flags"),
        text("urgency"),
        number("urgency_rank"),
        text("state"),
        text("task"),
        link("case_id"),
        text("assigned_to"),
        text("taken_by"),
        moment("taken_at", null=True),
        moment("triage_due", null=True),
        text("rules_version"),
        sealed("subject"),
        sealed("sender_name"),
        sealed("sender_address"),
        sealed("verdict"),
        number("version"),
        key("event", "id"),
        once("event", "key"),
        once("event", "reference"),
        points("event", "case_id", "case_file"),
    )
    index("event", "request_key")
    index("event", "case_id")
    index("event", "state", "urgency_rank", "triage_due", name="ix_event_queue")
    for table, column, target in (
        ("match_key_event", "event_id", "event"),
        ("match_key_case", "case_id", "case_file"),
    ):
        op.create_table(
            table,
            text("sort"),
            text("hash"),
            text(column),
            key(table, "sort", "hash", column),
            points(table, column, target),
        )
        index(table, column)
    op.create_table(
        "link_proposal",
        text("event_id"),
        text("case_id"),
        sealed("why"),
        moment("proposed_at"),
        key("link_proposal", "event_id", "case_id"),
        points("link_proposal", "event_id", "event"),
        points("link_proposal", "case_id", "case_file"),
    )
    index("link_proposal", "case_id")
    op.create_table(
        "correction",
        text("id"),
        text("event_id"),
        text("made_by"),
        moment("made_at"),
        text("kind_was"),
        text("kind_now"),
        words("flags", null=True),
        sealed("note"),
        key("correction", "id"),
        points("correction", "event_id", "event"),
    )
    index("correction", "event_id")


def receiving() -> None:
    op.create_table(
        "mailbox", text("name"), text("owner"), text("token"), moment("lease_until", null=True), key("mailbox", "name")
    )
    op.create_table(
        "cursor",
        text("mailbox"),
        text("folder"),
        large("uid_validity"),
        large("last_uid"),
        moment("moved_at"),
        key("cursor", "mailbox", "folder"),
    )
    op.create_table(
        "mail",
        text("id"),
        text("mailbox"),
        text("folder"),
        large("uid_validity"),
        large("uid"),
        moment("internal_date"),
        moment("received_at"),
        sealed("raw"),
        text("origin"),
        text("state"),
        number("rank"),
        number("turn"),
        text("sender_hash"),
        number("attempts"),
        sealed("error"),
        link("event_id"),
        moment("not_before", null=True),
        *lease(),
        moment("settled_at", null=True),
        key("mail", "id"),
        once("mail", "mailbox", "folder", "uid_validity", "uid"),
        points("mail", "event_id", "event"),
    )
    index("mail", "event_id")
    index("mail", "state", "rank", "turn", "received_at", "id", name="ix_mail_claim")
    index("mail", "sender_hash", "state", name="ix_mail_sender")


def people() -> None:
    op.create_table(
        "person",
        text("id"),
        link("case_id", null=False),
        number("place"),
        text("role"),
        sealed("name"),
        sealed("relationship"),
        sealed("organisation"),
        sealed("email"),
        text("email_hash"),
        sealed("phone"),
        sealed("postcode"),
        sealed("age"),
        text("address_confirmed_by"),
        moment("address_confirmed_at", null=True),
        key("person", "id"),
        points("person", "case_id", "case_file"),
    )
    index("person", "case_id")
    index("person", "email_hash")
    op.create_table(
        "consent",
        text("id"),
        link("case_id", null=False),
        link("person_id"),
        text("purpose"),
        yes_or_no("given"),
        text("recorded_by"),
        moment("recorded_at"),
        sealed("how"),
        moment("withdrawn_at", null=True),
        key("consent", "id"),
        points("consent", "case_id", "case_file"),
        points("consent", "person_id", "person"),
    )
    index("consent", "case_id")
    index("consent", "person_id")


def promises() -> None:
    op.create_table(
        "reminder",
        text("id"),
        text("kind"),
        link("event_id"),
        link("case_id"),
        text("key"),
        moment("due"),
        text("state"),
        text("why"),
        number("rung"),
        moment("last_rung_at", null=True),
        *lease(),
        key("reminder", "id"),
        once("reminder", "key"),
        points("reminder", "event_id", "event"),
        points("reminder", "case_id", "case_file"),
    )
    index("reminder", "event_id")
    index("reminder", "case_id")
    index("reminder", "state", "due", name="ix_reminder_claim")
    op.create_table(
        "outbox",
        text("id"),
        text("key"),
        link("event_id"),
        link("case_id"),
        text("mail_class"),
        number("rank"),
        text("audience"),
        text("template"),
        text("language"),
        text("state"),
        moment("created_at"),
        moment("due"),
        sealed("message_id"),
        text("message_id_hash"),
        sealed("recipient"),
        text("recipient_hash"),
        sealed("envelope_from"),
        sealed("subject"),
        sealed("text"),
        sealed("html"),
        sealed("raw"),
        number("attempts"),
        moment("data_started_at", null=True),
        moment("settled_at", null=True),
        sealed("answer"),
        *lease(),
        key("outbox", "id"),
        once("outbox", "key"),
        points("outbox", "event_id", "event"),
        points("outbox", "case_id", "case_file"),
    )
    for column in ("event_id", "case_id", "created_at", "settled_at", "message_id_hash"):
        index("outbox", column)
    index("outbox", "state", "rank", "due", name="ix_outbox_claim")
    index("outbox", "recipient_hash", "created_at", name="ix_outbox_recipient")


def audit() -> None:
    op.create_table(
        "audit",
        text("writer"),
        large("sequence"),
        moment("at"),
        text("actor"),
        text("act"),
        text("subject"),
        text("detail"),
        text("mac"),
        key("audit", "writer", "sequence"),
    )
    index("audit", "at")
    index("audit", "subject")
    op.create_table(
        "audit_head", text("writer"), large("sequence"), text("mac"), text("proof"), key("audit_head", "writer")
    )


def downgrade() -> None:
    raise NotImplementedError("mailflow only goes forward: restore the backup that was made before the upgrade")
