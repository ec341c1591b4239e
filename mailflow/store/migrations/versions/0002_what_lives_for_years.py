"""What lives for years: family groups, reviews and their people, holds, proposals, history, days, absences, relations.

Older tables only gain columns, all of them NULL in rows of before.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=null)


def yes_or_no(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def day(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=null)


def sealed(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=True)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", deferrable=True, initially="DEFERRED"
    )


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def index(table: str, *columns: str, name: str = "") -> None:
    op.create_index(name or f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def upgrade() -> None:
    columns()
    groups_and_reviews()
    holds_and_history()
    mails()


def columns() -> None:
    added = {
        "case_file": (
            moment("closed_at", null=True),
            text("outcome", null=True),
            text("merged_into", null=True),
            moment("last_contact_at", null=True),
            day("retain_until", null=True),
        ),
        "person": (
            text("group_id", null=True),
            text("language", null=True),
            sealed("contact"),
            moment("left_at", null=True),
        ),
        "consent": (
            sealed("given_to"),
            day("given_on", null=True),
            sealed("scope"),
            sealed("condition"),
            day("review_on", null=True),
            day("ends_on", null=True),
            text("withdrawn_by", null=True),
            sealed("withdrawn_how"),
            text("event_id", null=True),
            yes_or_no("read_by_machine", null=True),
        ),
        "reminder": (text("review_id", null=True), text("person_id", null=True), text("gate", null=True)),
        "outbox": (text("review_id", null=True), text("person_id", null=True)),
    }
    for table, new in added.items():
        for column in new:
            op.add_column(table, column)
    for table, name in (
        ("person", "group_id"),
        ("consent", "event_id"),
        ("reminder", "review_id"),
        ("outbox", "review_id"),
        ("outbox", "person_id"),
    ):
        index(table, name)


def groups_and_reviews() -> None:
    op.create_table(
        "family_group",
        text("id"),
        text("case_id"),
        sealed("name"),
        moment("created_at"),
        key("family_group", "id"),
        points("family_group", "case_id", "case_file"),
    )
    index("family_group", "case_id")
    op.create_table(
        "review",
        text("id"),
        text("reference"),
        text("form"),
        text("state"),
        text("stage"),
        moment("stage_since"),
        moment("opened_at"),
        day("decided_on", null=True),
        number("months"),
        sealed("partnership"),
        sealed("their_reference"),
        day("next_on", null=True),
        sealed("next_what"),
        sealed("delay_reason"),
        moment("closed_at", null=True),
        number("version"),
        key("review", "id"),
        sa.UniqueConstraint("reference", name="uq_review_reference"),
    )
    index("review", "state")
    op.create_table(
        "review_case",
        text("review_id"),
        text("case_id"),
        moment("linked_at"),
        key("review_case", "review_id", "case_id"),
        points("review_case", "review_id", "review"),
        points("review_case", "case_id", "case_file"),
    )
    index("review_case", "case_id")
    op.create_table(
        "review_person",
        text("id"),
        text("review_id"),
        text("role"),
        moment("since"),
        sealed("name"),
        sealed("organisation"),
        sealed("email"),
        text("email_hash"),
        sealed("phone"),
        text("language"),
        text("address_confirmed_by"),
        moment("address_confirmed_at", null=True),
        moment("until", null=True),
        key("review_person", "id"),
        points("review_person", "review_id", "review"),
    )
    index("review_person", "review_id")
    index("review_person", "email_hash")


def holds_and_history() -> None:
    op.create_table(
        "hold",
        text("id"),
        text("sort"),
        moment("since"),
        text("made_by"),
        text("case_id", null=True),
        text("review_id", null=True),
        text("person_id"),
        sealed("why"),
        moment("until", null=True),
        moment("ended_at", null=True),
        text("ended_by"),
        text("event_id", null=True),
        key("hold", "id"),
        points("hold", "case_id", "case_file"),
        points("hold", "review_id", "review"),
        points("hold", "event_id", "event"),
    )
    op.create_table(
        "proposal",
        text("id"),
        text("review_id"),
        text("event_id"),
        moment("made_at"),
        text("state"),
        text("stage"),
        day("next_on", null=True),
        sealed("said"),
        yes_or_no("chair_changes"),
        text("settled_by"),
        moment("settled_at", null=True),
        key("proposal", "id"),
        points("proposal", "review_id", "review"),
        points("proposal", "event_id", "event"),
    )
    op.create_table(
        "change",
        text("id"),
        text("subject"),
        moment("at"),
        text("actor"),
        text("act"),
        text("before"),
        text("after"),
        sealed("why"),
        text("case_id", null=True),
        text("review_id", null=True),
        key("change", "id"),
        points("change", "case_id", "case_file"),
        points("change", "review_id", "review"),
    )
    index("change", "subject", "at", name="ix_change_subject")
    op.create_table(
        "sensitive_day",
        text("id"),
        day("day"),
        day("until"),
        text("sort"),
        text("made_by"),
        text("case_id", null=True),
        text("review_id", null=True),
        yes_or_no("yearly"),
        sealed("note"),
        key("sensitive_day", "id"),
        points("sensitive_day", "case_id", "case_file"),
        points("sensitive_day", "review_id", "review"),
    )
    for table, column in (
        *((table, "case_id") for table in ("hold", "change", "sensitive_day")),
        *((table, "review_id") for table in ("hold", "proposal", "change", "sensitive_day")),
        *((table, "event_id") for table in ("hold", "proposal")),
    ):
        index(table, column)


def mails() -> None:
    op.create_table(
        "absence",
        text("address_hash"),
        moment("until", null=True),
        yes_or_no("gone"),
        text("event_id", null=True),
        moment("since"),
        key("absence", "address_hash"),
        points("absence", "event_id", "event"),
    )
    index("absence", "event_id")
    op.create_table(
        "event_relation",
        text("event_id"),
        text("other_id"),
        text("sort"),
        key("event_relation", "event_id", "other_id", "sort"),
        points("event_relation", "event_id", "event"),
        points("event_relation", "other_id", "event"),
    )
    index("event_relation", "other_id")


def downgrade() -> None:
    raise NotImplementedError("mailflow only goes forward: restore the backup that was made before the upgrade")
