"""Alembic's entry point; the connection comes from ``migrate``, which holds the lock and the transaction."""

from alembic import context
from sqlalchemy import Connection

from engine.tables import METADATA

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
