"""What the owner of the database does for the service, outside of serving."""

import sqlalchemy as sa

from core.errors import BookError
from core.words import translate as _
from sync.server import schema
from sync.server.database import open_database, writing


def prepare(url: str, role: str = "") -> int:
    """Make or raise the tables, and let a role of PostgreSQL serve; may be repeated. Answers the schema's number.

    Raises `BookError` where this role may not do that, or there is no such role.
    """
    engine = open_database(url, to_serve=False)
    try:
        if role and engine.dialect.name == "postgresql":
            with writing(engine) as connection:
                schema.grant(connection, role)
    except sa.exc.ProgrammingError as error:
        raise BookError(
            _("The role {role} cannot be let in.").format(role=role),
            remedy=_("Create it first (CREATE ROLE … LOGIN), and call this as the owner of the tables."),
        ) from error
    finally:
        engine.dispose()
    return schema.SCHEMA
