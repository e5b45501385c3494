"""What each of the three roles may do, tried as that role."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from psycopg import sql
from pytest_django import Settings

from consents.ledger.append_only import TABLES
from portal.celery import BEAT
from portal.laptop.embedded.installation import free_port
from portal.operations.database_roles import (
    HIDDEN_FROM_EXPORT,
    Roles,
    acting_as_owner,
    grants_apply,
    guards_missing,
    ledger_is_owned,
)
from portal.operations.tasks import check_guards

ROOT = Path(__file__).resolve().parents[3]
APP, EXPORT = "trial_app", "trial_export"


@pytest.fixture
def roles(db: None) -> Roles:
    """Roles that live as long as the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        for role in (APP, EXPORT):
            cursor.execute(f"CREATE ROLE {role}")
    made = Roles(owner=owner, app=APP, export=EXPORT, database=connection.settings_dict["NAME"])
    grants_apply(connection, made)
    return made


def _refused(role: str, statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
            cursor.execute(statement)
            cursor.execute("RESET ROLE")
    except DatabaseError as error:
        return isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)
    return False


def _column(table: str) -> str:
    with connection.cursor() as cursor:
        return connection.introspection.get_primary_key_column(cursor, table) or "id"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_application_cannot_change_what_is_only_added(roles: Roles, table: object) -> None:
    name, may = table.name, table.app_may  # type: ignore[attr-defined]  # parametrised
    column = _column(name)

    assert not _refused(APP, f"SELECT 1 FROM {name}")
    assert _refused(APP, f"UPDATE {name} SET {column} = {column}") is ("UPDATE" not in may)
    assert _refused(APP, f"DELETE FROM {name}") is ("DELETE" not in may)
    assert _refused(APP, f"TRUNCATE {name} CASCADE")
    assert _refused(APP, f"ALTER TABLE {name} DISABLE TRIGGER USER")


def test_the_application_may_write_where_it_works(roles: Roles) -> None:
    assert not _refused(APP, "DELETE FROM django_session")
    assert not _refused(APP, "UPDATE consents_contactpoint SET is_active = is_active")


def test_the_application_can_neither_forge_migrations_nor_make_tables(roles: Roles) -> None:
    assert _refused(APP, "DELETE FROM django_migrations")
    assert _refused(APP, "CREATE TABLE trial (id int)")
    assert _refused(APP, "SET session_replication_role = replica")


def test_the_application_cannot_set_a_counter_back(roles: Roles) -> None:
    assert _refused(APP, "SELECT setval(pg_get_serial_sequence('consents_customer', 'id'), 1)")


def test_other_roles_of_the_server_may_not_connect(roles: Roles) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE trial_stranger")
        cursor.execute(
            "SELECT name, has_database_privilege(name, current_database(), 'CONNECT'),"
            " has_database_privilege(name, current_database(), 'TEMPORARY') FROM unnest(%s::text[]) name",
            [[APP, EXPORT, "trial_stranger"]],
        )
        found = {name: (connects, makes_tables) for name, connects, makes_tables in cursor.fetchall()}

    # The application compares the rows of a customer file in temporary tables.
    assert found == {APP: (True, True), EXPORT: (True, False), "trial_stranger": (False, False)}


def test_the_export_role_only_reads(roles: Roles) -> None:
    assert not _refused(EXPORT, "SELECT 1 FROM consents_consentevent")
    assert _refused(EXPORT, "DELETE FROM django_session")
    assert _refused(EXPORT, "INSERT INTO consents_messenger DEFAULT VALUES")


@pytest.mark.parametrize("table", HIDDEN_FROM_EXPORT)
def test_the_export_role_sees_no_sessions_and_no_passwords(roles: Roles, table: str) -> None:
    assert table in connection.introspection.table_names()
    assert _refused(EXPORT, f"SELECT 1 FROM {table}")


def test_granting_again_changes_nothing(roles: Roles) -> None:
    def rights() -> list[tuple[str, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
                " WHERE grantee IN (%s, %s) ORDER BY 1, 2, 3",
                [APP, EXPORT],
            )
            found: list[tuple[str, ...]] = cursor.fetchall()
        return found

    before = rights()
    grants_apply(connection, roles)

    assert rights() == before


def _faults(role: str) -> list[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        found = guards_missing(connection)
        cursor.execute("RESET ROLE")
    return found


def test_nothing_is_missing_as_migrations_and_grants_leave_it(roles: Roles) -> None:
    assert _faults(APP) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("GRANT UPDATE (key_id) ON consents_seal TO trial_app", "consents_seal: UPDATE"),
        ("GRANT TRUNCATE ON consents_leaf TO trial_app", "consents_leaf: TRUNCATE"),
        ("ALTER TABLE consents_leaf DISABLE TRIGGER refuse_change", "consents_leaf: refuse_change"),
        ("ALTER TABLE consents_leaf ENABLE TRIGGER refuse_truncate", "consents_leaf: refuse_truncate"),
        (
            "CREATE OR REPLACE FUNCTION mostik_refuse_change_of_evidence() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN OLD; END $$",
            "consents_evidence: refuse_change",
        ),
        (
            "CREATE OR REPLACE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON consents_seal FOR EACH ROW"
            " WHEN (false) EXECUTE FUNCTION mostik_refuse_change();"
            "ALTER TABLE consents_seal ENABLE ALWAYS TRIGGER refuse_change",
            "consents_seal: refuse_change",
        ),
        (
            "CREATE OR REPLACE TRIGGER refuse_change BEFORE DELETE ON consents_seal FOR EACH ROW"
            " EXECUTE FUNCTION mostik_refuse_change(); ALTER TABLE consents_seal ENABLE ALWAYS TRIGGER refuse_change",
            "consents_seal: refuse_change",
        ),
    ],
)
def test_a_guard_that_is_weakened_is_named(roles: Roles, change: str, fault: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(change)

    assert _faults(APP) == [fault]


def test_a_member_of_the_owners_role_is_named(roles: Roles) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE trial_owner; ALTER TABLE consents_seal OWNER TO trial_owner")
        cursor.execute("GRANT trial_owner TO trial_app")

    assert "consents_seal: MEMBER OF trial_owner" in _faults(APP)


def test_the_guards_are_compared_every_night(roles: Roles) -> None:
    scheduled = {entry["task"] for entry in BEAT.values()}

    assert "portal.check_guards" in scheduled
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE consents_leaf DISABLE TRIGGER refuse_change")
    assert "consents_leaf: refuse_change" in check_guards()


@pytest.fixture
def fresh() -> Iterator[dict[str, str]]:
    """Names of roles and of a database that do not exist yet, with the addresses that the project reads."""
    tag = uuid4().hex[:8]
    names = {role: f"trial_{role}_{tag}" for role in ("owner", "app", "export", "weak")}
    database = f"trial_{tag}"
    admin = _admin_address("postgres")
    yield {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.laptop.settings",
        "VAR_DIR": str(settings.VAR_DIR),
        "DATABASE_ADMIN_URL": admin,
        "DATABASE_OWNER_URL": _as(database, names["owner"]),
        "DATABASE_URL": _as(database, names["app"]),
        "DATABASE_EXPORT_URL": _as(database, names["export"]),
        "WEAK": names["weak"],
    }
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        for name in names.values():
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def _admin_address(database: str) -> str:
    entry = settings.DATABASES["default"]
    return _as(database, entry["USER"])


def _as(database: str, role: str) -> str:
    entry = settings.DATABASES["default"]
    parts = {"host": entry["HOST"], "port": entry["PORT"], "user": role, "password": "made-up-password"}
    return psycopg.conninfo.make_conninfo(dbname=database, **{name: value for name, value in parts.items() if value})


def _manage(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )


def test_an_empty_server_is_prepared_and_a_repeat_is_harmless(fresh: dict[str, str]) -> None:
    first = _manage(fresh, "database_prepare")
    second = _manage(fresh, "database_prepare")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Права розданы." in second.stdout
    assert "No migrations to apply" in second.stdout

    checked = _manage(fresh, "check", "--database", "default", "--tag", "database", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr

    with psycopg.connect(fresh["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ALTER TABLE consents_leaf DISABLE TRIGGER refuse_change")
        app = psycopg.conninfo.conninfo_to_dict(fresh["DATABASE_URL"])["user"]
        owner.execute(sql.SQL("GRANT UPDATE ON consents_seal TO {}").format(sql.Identifier(str(app))))
    checked = _manage(fresh, "check", "--database", "default", "--tag", "database", "--fail-level", "WARNING")
    assert checked.returncode == 1
    assert "consents_leaf: refuse_change" in checked.stderr
    assert "consents_seal: UPDATE" in checked.stderr


@pytest.mark.database_timers
def test_a_migration_does_not_wait_long_for_a_table_in_use(fresh: dict[str, str]) -> None:
    assert _manage(fresh, "database_prepare", "--quiet").returncode == 0
    assert _manage(fresh, "database_prepare", "--lock-timeout", "soon").returncode != 0

    with psycopg.connect(fresh["DATABASE_OWNER_URL"]) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'portal' AND name >= '0003'")
        owner.execute("DROP TABLE portal_heartbeat, portal_staffcontact, portal_staffphoneproof, portal_keptcounter")
        owner.execute("ALTER TABLE portal_sandboxmessage DROP COLUMN image")
        owner.commit()
        owner.execute("LOCK TABLE django_migrations")
        refused = _manage(fresh, "database_prepare", "--lock-timeout", "50ms")

    assert refused.returncode == 1
    assert "lock timeout" in refused.stderr
    assert "Миграция отменена" in refused.stderr
    assert _manage(fresh, "database_prepare").returncode == 0


@pytest.mark.django_db(transaction=True)
def test_the_owner_migrates_within_limits_and_leaves_none_behind(settings: Settings) -> None:
    settings.DATABASE_OWNER_URL = _admin_address(connection.settings_dict["NAME"])
    outside = _limits()

    with acting_as_owner():
        assert _limits() == ("4s", "1min")
    with acting_as_owner(lock_timeout="0", statement_timeout="30min"):
        assert _limits() == ("0", "30min")
    assert _limits() == outside


def _limits() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        found: tuple[str, str] = cursor.fetchone()
    return found


def test_who_may_not_make_roles_gets_the_lines_for_an_administrator(fresh: dict[str, str]) -> None:
    with psycopg.connect(fresh["DATABASE_ADMIN_URL"], autocommit=True) as server:
        server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(fresh["WEAK"])))

    result = _manage(fresh | {"DATABASE_ADMIN_URL": _as("postgres", fresh["WEAK"])}, "database_prepare")

    assert result.returncode == 1
    assert "CREATE ROLE" in result.stderr
    assert "CREATE DATABASE" in result.stderr
    assert "made-up-password" not in result.stderr
    assert "от имени администратора PostgreSQL" in result.stderr


def test_an_owner_who_does_not_exist_yet_gets_the_lines_too(fresh: dict[str, str]) -> None:
    """The first day without an administrator's address: nobody can log in, and what to do is still said."""
    result = _manage(fresh | {"DATABASE_ADMIN_URL": ""}, "database_prepare")

    assert result.returncode == 1
    owner = psycopg.conninfo.conninfo_to_dict(fresh["DATABASE_OWNER_URL"])["user"]
    assert f'CREATE ROLE "{owner}" LOGIN' in result.stderr
    assert "CREATE DATABASE" in result.stderr
    assert "made-up-password" not in result.stderr
    assert "от имени администратора PostgreSQL" in result.stderr


def test_a_server_that_does_not_answer_is_not_told_to_make_roles(fresh: dict[str, str]) -> None:
    nowhere = f"postgresql://somebody@127.0.0.1:{free_port()}/mostik"

    result = _manage(fresh | {"DATABASE_ADMIN_URL": nowhere}, "database_prepare")

    assert result.returncode == 1
    assert "База данных не готова" in result.stderr
    assert "CREATE ROLE" not in result.stderr


def test_an_address_without_a_role_means_the_one_that_postgresql_takes(fresh: dict[str, str]) -> None:
    """The way of peer login: `postgresql:///mostik` names the database and nothing else."""
    entry, database = settings.DATABASES["default"], psycopg.conninfo.conninfo_to_dict(fresh["DATABASE_URL"])["dbname"]
    places = {
        "PGHOST": entry["HOST"],
        "PGPORT": entry["PORT"],
        "PGUSER": entry["USER"],
        "PGPASSWORD": entry["PASSWORD"],
    }
    environ = fresh | {name: value for name, value in places.items() if value}
    environ |= {"DATABASE_URL": f"postgresql:///{database}", "DATABASE_OWNER_URL": "", "DATABASE_EXPORT_URL": ""}

    result = _manage(environ, "database_prepare")

    assert result.returncode == 0, result.stderr
    assert "Одна роль на всё" in result.stdout


def test_only_who_owns_the_ledger_could_drop_its_guards(roles: Roles) -> None:
    assert ledger_is_owned(connection)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP}")
        assert not ledger_is_owned(connection)
        cursor.execute("RESET ROLE")
        cursor.execute(f"CREATE ROLE trial_owner; ALTER TABLE consents_leaf OWNER TO trial_owner; SET LOCAL ROLE {APP}")
        assert not ledger_is_owned(connection)
        cursor.execute(f"RESET ROLE; GRANT trial_owner TO {APP}; SET LOCAL ROLE {APP}")
        assert ledger_is_owned(connection)
        cursor.execute("RESET ROLE")
