"""Three roles: the owner migrates, the application serves, the export role reads.

Only the owner may UPDATE, DELETE or TRUNCATE the append-only tables.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from consents.ledger.append_only import (
    BODIES,
    FUNCTIONS,
    ROW_TRIGGER,
    ROW_TRIGGER_TYPE,
    TABLES,
    TRUNCATE_TRIGGER,
    TRUNCATE_TRIGGER_TYPE,
    AppendOnlyTable,
    Guard,
)
from portal.settings import urls

ALL: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
HIDDEN_FROM_EXPORT: Final = (
    "account_emailaddress",
    "account_emailconfirmation",
    "django_session",
    "mfa_authenticator",
    "portal_staffcontact",
    "portal_staffphoneproof",
    "portal_user",
    "usersessions_usersession",
)
"""Sessions, second factors, password hashes, phones of staff: no business of exports."""
OF_MIGRATIONS: Final = ("django_migrations", "consents_channelfacts")
"""Written by the owner when it migrates, read by the application."""
LOCK_TIMEOUT: Final = "4s"
"""How long a migration waits for a table; meanwhile every later statement on that table waits behind it."""
STATEMENT_TIMEOUT: Final = "60s"
"""How long one statement of a migration may hold what it has locked: `docs/migrations.md`."""

_TRIGGERS: Final = """
SELECT t.tgname, t.tgtype, f.proname, encode(sha256(convert_to(f.prosrc, 'UTF8')), 'hex')
FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
WHERE t.tgrelid = to_regclass(%s) AND t.tgenabled = 'A' AND t.tgqual IS NULL AND t.tgattr = ''
"""
_RIGHTS: Final = """
SELECT array_remove(ARRAY[
    CASE WHEN has_any_column_privilege(current_user, c.oid, 'UPDATE') THEN 'UPDATE' END,
    CASE WHEN has_table_privilege(current_user, c.oid, 'DELETE') THEN 'DELETE' END,
    CASE WHEN has_table_privilege(current_user, c.oid, 'TRUNCATE') THEN 'TRUNCATE' END
], NULL), CASE WHEN pg_has_role(current_user, c.relowner, 'MEMBER') THEN c.relowner::regrole::text END
FROM pg_class c WHERE c.oid = to_regclass(%s)
"""


class RolesMissing(Exception):
    """Roles or the database are missing and may not be made: an administrator runs `statements_for_administrator`."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the three roles and of the database; an installation with one role has thrice the same."""

    owner: str
    app: str
    export: str
    database: str

    @property
    def are_separate(self) -> bool:
        """Return whether the application's role is another than the owner's."""
        return self.owner != self.app


def roles_configured() -> Roles:
    """Return the names from the addresses in the settings; without a role in them, the one that PostgreSQL assumes."""
    owner = _owner()
    return Roles(
        owner=_role_of(owner),
        app=_role_of(settings.DATABASES["default"]),
        export=_role_of(settings.DATABASES["export"]),
        database=owner["NAME"],
    )


def roles_prepare() -> None:
    """Make the roles and the database that are missing. A repeat changes nothing.

    Raises `RolesMissing` where the administrator's role may not make them or cannot log in.
    """
    wanted = _role_statements()
    try:
        with _administrator() as connection:
            for name, statement in wanted.items():
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
                    connection.execute(statement)
            roles = roles_configured()
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [roles.database]).fetchone():
                connection.execute(_database_statement(roles))
    except psycopg.errors.InsufficientPrivilege as error:
        raise RolesMissing from error


def _administrator() -> psycopg.Connection:
    try:
        return psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True)
    except psycopg.OperationalError as error:
        if psycopg.pq.PGconn.ping(settings.DATABASE_ADMIN_URL.encode()) != psycopg.pq.Ping.OK:
            raise
        # The server answers and refuses this role: before the first setup it does not exist.
        raise RolesMissing from error


def statements_for_administrator() -> list[str]:
    """Return the SQL that makes roles and database, with a placeholder for each password."""
    roles = roles_configured()
    names = dict.fromkeys((roles.owner, roles.app, roles.export))
    lines = [f"CREATE ROLE {_quoted(name)} LOGIN PASSWORD 'ПАРОЛЬ';" for name in names]
    database, owner = _quoted(roles.database), _quoted(roles.owner)
    return [*lines, f"CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8';"]


@contextmanager
def acting_as_owner(
    *, lock_timeout: str = LOCK_TIMEOUT, statement_timeout: str = STATEMENT_TIMEOUT
) -> Iterator[BaseDatabaseWrapper]:
    """Run the block with the owner's role on the default connection, for migrations, and restore it afterwards.

    The default connection, so that a migration which uses a model without naming a connection works too.
    Times are as PostgreSQL writes them, ``0`` for none. They travel as startup options: a migration may set others for
    itself, and ``RESET`` brings these back.
    """
    owner = _owner(statement_timeout=statement_timeout, lock_timeout=lock_timeout)
    connection = connections["default"]
    app = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(owner)
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict.update(app)


def grants_apply(connection: BaseDatabaseWrapper, roles: Roles) -> None:
    """Grant the application and export roles what they need and revoke the rest; the connection is the owner's."""
    with connection.cursor() as cursor:
        for statement in grant_statements(roles, connection.introspection.table_names(cursor)):
            cursor.execute(statement)


def grant_statements(roles: Roles, tables: list[str]) -> list[str]:
    """Return the SQL that the owner runs, in its order."""
    app, export = _quoted(roles.app), _quoted(roles.export)
    database = _quoted(roles.database)
    statements = [
        # Other roles of the same server have no business here.
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {app}",
        f"GRANT {', '.join(ALL)} ON ALL TABLES IN SCHEMA public TO {app}",
        # Not UPDATE: with it the application could set a counter back.
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
        *(f"REVOKE INSERT, UPDATE, DELETE ON {name} FROM {app}" for name in OF_MIGRATIONS if name in tables),
    ]
    for table in TABLES:
        statements += [
            f"REVOKE ALL ON {table.name} FROM {app}",
            f"GRANT {', '.join(table.app_may)} ON {table.name} TO {app}",
        ]
    if roles.export not in {roles.app, roles.owner}:
        statements += [
            f"GRANT CONNECT ON DATABASE {database} TO {export}",
            f"GRANT USAGE ON SCHEMA public TO {export}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {export}",
            *(f"REVOKE ALL ON {name} FROM {export}" for name in HIDDEN_FROM_EXPORT if name in tables),
        ]
    return statements


def guards_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Compare rights of the current role, triggers and their functions with the expected list; return what differs.

    Each line is `table: fault`. A right on a single column counts, and so does membership in the owner's role.
    """
    with connection.cursor() as cursor:
        return [fault for table in TABLES for fault in (*_triggers(cursor, table), *_rights(cursor, table))]


def _triggers(cursor: CursorWrapper, table: AppendOnlyTable) -> list[str]:
    """Return a line for each trigger that is missing, off, narrowed, or calls another function than the migrations'."""
    cursor.execute(_TRIGGERS, [table.name])
    found = {row[0]: row[1:] for row in cursor.fetchall()}
    row_function, frozen_function = FUNCTIONS[table.guard], FUNCTIONS[Guard.FROZEN]
    wanted = {
        ROW_TRIGGER: (ROW_TRIGGER_TYPE, row_function, BODIES[row_function]),
        TRUNCATE_TRIGGER: (TRUNCATE_TRIGGER_TYPE, frozen_function, BODIES[frozen_function]),
    }
    return [f"{table.name}: {name}" for name, made in wanted.items() if found.get(name) != made]


def _rights(cursor: CursorWrapper, table: AppendOnlyTable) -> list[str]:
    cursor.execute(_RIGHTS, [table.name])
    changes, owner = cursor.fetchone() or ((), None)  # no such table before the migrations
    faults = [f"{table.name}: {right}" for right in changes if right not in table.app_may]
    return [*faults, f"{table.name}: MEMBER OF {owner}"] if owner else faults


def ledger_is_owned(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the current role could drop the guards of a table: it owns one, or is a member of the owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(bool_or(pg_has_role(current_user, relowner, 'USAGE')), false) FROM pg_class"
            " WHERE oid = ANY(SELECT to_regclass(name) FROM unnest(%s::text[]) name)",
            [[table.name for table in TABLES]],
        )
        return bool(cursor.fetchone()[0])


def _role_statements() -> dict[str, sql.Composed]:
    statements: dict[str, sql.Composed] = {}
    for entry in (_owner(), settings.DATABASES["default"], settings.DATABASES["export"]):
        name = _role_of(entry)
        login = sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name))
        secret = sql.SQL(" PASSWORD {}").format(sql.Literal(entry["PASSWORD"]))
        statements.setdefault(name, login + secret if entry["PASSWORD"] else login)
    return statements


def _owner(**limits: str) -> dict[str, Any]:
    return urls.database(settings.DATABASE_OWNER_URL, name="DATABASE_OWNER_URL", **limits)


def _role_of(entry: Mapping[str, Any]) -> str:
    """Return the role that an address logs in as: without one, as in `postgresql:///mostik`, the system's user."""
    if entry["USER"]:
        return str(entry["USER"])
    values = {option.keyword: option.val or b"" for option in psycopg.pq.Conninfo.get_defaults()}
    return values[b"user"].decode()


def _database_statement(roles: Roles) -> sql.Composed:
    return sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
        sql.Identifier(roles.database), sql.Identifier(roles.owner)
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
