"""Runs the numbered steps on the connection that core.store.migrate hands over.

The transaction is the caller's: all steps are kept, or none.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
