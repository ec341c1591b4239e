"""Alembic's entry: runs the migrations over the connection that ``store.schema`` hands in."""

from __future__ import annotations

from alembic import context

from mailflow.store import tables_of_life  # noqa: F401 - its tables belong to the metadata
from mailflow.store.tables import Row

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Row.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
