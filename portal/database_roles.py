"""Three roles: the owner migrates, the application serves, the export role reads.

The rights that matter are those missing: nobody but the owner may UPDATE, DELETE or TRUNCATE what is only added.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from consents.append_only import ROW_TRIGGER, TABLES, TRUNCATE_TRIGGER
from portal.settings import urls

ALL: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
CHANGES: Final = ("UPDATE", "DELETE", "TRUNCATE")
HIDDEN_FROM_EXPORT: Final = (
    "account_emailaddress",
    "account_emailconfirmation",
    "django_session",
    "mfa_authenticator",
    "portal_user",
    "usersessions_usersession",
)
"""Sessions, second factors and password hashes: no business of exports."""


class RolesMissing(Exception):
    """Roles or the database are missing and may not be made; ``statements`` are for an administrator to run."""

    def __init__(self, statements: list[str]) -> None:
        super().__init__(*statements)
        self.statements = statements


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the three roles and of the database; an installation with one role has thrice the same."""

    owner: str
    app: str
    export: str
    database: str

    @property
    def are_separate(self) -> bool:
        """Tell whether the application's role is another than the owner's."""
        return self.owner != self.app


def roles_configured() -> Roles:
    """Read the names from the addresses in the settings."""
    owner = urls.database(settings.DATABASE_OWNER_URL, name="DATABASE_OWNER_URL")
    return Roles(
        owner=owner["USER"],
        app=settings.DATABASES["default"]["USER"],
        export=settings.DATABASES["export"]["USER"],
        database=owner["NAME"],
    )


def roles_prepare() -> None:
    """Make the roles and the database that are missing. A repeat changes nothing.

    Raises `RolesMissing` where the administrator's role may not make them or cannot log in.
    """
    wanted = _role_statements()
    try:
        with psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as connection:
            for name, statement in wanted.items():
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
                    connection.execute(statement)
            roles = roles_configured()
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [roles.database]).fetchone():
                connection.execute(_database_statement(roles))
    except psycopg.errors.InsufficientPrivilege as error:
        raise RolesMissing(statements_for_administrator()) from error


def statements_for_administrator() -> list[str]:
    """Give the SQL that makes roles and database, with a word in place of each password."""
    roles = roles_configured()
    names = dict.fromkeys(name for name in (roles.owner, roles.app, roles.export) if name)
    lines = [f"CREATE ROLE {_quoted(name)} LOGIN PASSWORD 'ПАРОЛЬ';" for name in names]
    return [*lines, f"CREATE DATABASE {_quoted(roles.database)} OWNER {_quoted(roles.owner)} ENCODING 'UTF8';"]


@contextmanager
def acting_as_owner() -> Iterator[BaseDatabaseWrapper]:
    """Make the default connection that of the owner, for migrations, and give it back afterwards.

    The default and not one of its own, so that a migration which asks a model without naming a connection works too.
    """
    connection = connections["default"]
    app = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(urls.database(settings.DATABASE_OWNER_URL, name="DATABASE_OWNER_URL"))
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict.update(app)


def grants_apply(connection: BaseDatabaseWrapper, roles: Roles) -> None:
    """Give the application and export roles what they need and take the rest; the connection is the owner's."""
    with connection.cursor() as cursor:
        for statement in grant_statements(roles, connection.introspection.table_names(cursor)):
            cursor.execute(statement)


def grant_statements(roles: Roles, tables: list[str]) -> list[str]:
    """Give the SQL for the owner to run, in the order in which to run it."""
    app, export = _quoted(roles.app), _quoted(roles.export)
    statements = [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {app}",
        f"GRANT {', '.join(ALL)} ON ALL TABLES IN SCHEMA public TO {app}",
        # Not UPDATE: with it the application could set a counter back.
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {app}",
    ]
    for table in TABLES:
        statements += [
            f"REVOKE ALL ON {table.name} FROM {app}",
            f"GRANT {', '.join(table.app_may)} ON {table.name} TO {app}",
        ]
    if roles.export not in {roles.app, roles.owner}:
        statements += [
            f"GRANT USAGE ON SCHEMA public TO {export}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {export}",
            *(f"REVOKE ALL ON {name} FROM {export}" for name in HIDDEN_FROM_EXPORT if name in tables),
        ]
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
            for right in CHANGES:
                cursor.execute(
                    "SELECT has_table_privilege(current_user, to_regclass(%s)::oid, %s)", [table.name, right]
                )
                if cursor.fetchone()[0] and right not in table.app_may:
                    found.append(f"{table.name}: {right}")
    return found


def _role_statements() -> dict[str, sql.Composed]:
    owner = urls.database(settings.DATABASE_OWNER_URL, name="DATABASE_OWNER_URL")
    statements: dict[str, sql.Composed] = {}
    for entry in (owner, settings.DATABASES["default"], settings.DATABASES["export"]):
        login = sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(entry["USER"]))
        secret = sql.SQL(" PASSWORD {}").format(sql.Literal(entry["PASSWORD"]))
        statements.setdefault(entry["USER"], login + secret if entry["PASSWORD"] else login)
    return statements


def _database_statement(roles: Roles) -> sql.Composed:
    return sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
        sql.Identifier(roles.database), sql.Identifier(roles.owner)
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
