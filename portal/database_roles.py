"""Three roles: the owner migrates, the application serves, the export role reads.

The rights that matter are those missing: nobody but the owner may UPDATE, DELETE or TRUNCATE what is only added.
"""

import os
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from consents.append_only import ROW_TRIGGER, TABLES, TRUNCATE_TRIGGER
from portal.settings import urls

ALL: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")


def owner_settings(app: dict[str, Any]) -> dict[str, Any]:
    """Give the connection of the owner; without one of its own it is the application's."""
    return urls.database(settings.DATABASE_OWNER_URL, name="DATABASE_OWNER_URL")


def admin_prepare() -> None:
    """Make roles and database where an administrator's address is given (the embedded server's always is)."""
    admin_url = settings.DATABASE_ADMIN_URL
    if not admin_url:
        return
    app = settings.DATABASES["default"]
    owner = owner_settings(app)["USER"]
    export = settings.DATABASES["export"]["USER"]
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role in filter(None, (owner, app["USER"], export)):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [app["NAME"]]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(app["NAME"]), sql.Identifier(owner)
                )
            )


def grants_apply(connection: BaseDatabaseWrapper, app_role: str) -> bool:
    """Give the application and export roles what they need and take the rest; False when there is one role only."""
    export = settings.DATABASES["export"]["USER"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        if owner == app_role:
            return False
        for statement in grant_statements(app_role, export):
            cursor.execute(statement)
    return True


def grant_statements(app_role: str, export_role: str) -> list[str]:
    """Give the SQL for the owner to run, for those who make roles by hand."""
    app, export = f'"{app_role}"', f'"{export_role}"'
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {app}",
        f"GRANT {', '.join(ALL)} ON ALL TABLES IN SCHEMA public TO {app}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {app}",
    ]
    for table in TABLES:
        statements += [f"REVOKE ALL ON {table.name} FROM {app}", f"GRANT {', '.join(table.app_may)} ON {table.name} TO {app}"]
    if export_role:
        statements += [f"GRANT USAGE ON SCHEMA public TO {export}", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {export}"]
    return statements


def guards_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Compare grants of the current role and triggers with the expected list; give what differs, as table: fault."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled = 'A'", [table.name]
            )
            names = {row[0] for row in cursor.fetchall()}
            found += [f"{table.name}: {name}" for name in (ROW_TRIGGER, TRUNCATE_TRIGGER) if name not in names]
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute("SELECT has_table_privilege(current_user, to_regclass(%s)::oid, %s)", [table.name, right])
                if cursor.fetchone()[0] and right not in table.app_may:
                    found.append(f"{table.name}: {right}")
    return found
