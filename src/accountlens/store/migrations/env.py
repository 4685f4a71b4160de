"""What Alembic runs: the migrations, on the connection the store hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from accountlens.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
