"""Migrations are one named line per room, can be taken back, and are gentle to a table in use: `docs/migrations.md`."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    CreateModel,
    RemoveIndex,
    RunPython,
    RunSQL,
)
from django.db.migrations.operations.base import Operation

ROOMS = ("consents", "notify", "portal")
ROOT = Path(__file__).resolve().parents[2]
FIRST = {"consents": 2, "notify": 2, "portal": 1}
"""The last migration of each room that only builds up what the first installation begins with: its tables are empty."""
DEFAULTS = ("portal.models.user", "consents.database.clock")
"""Modules of functions that are defaults of columns."""
CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently)
FILES = sorted(path for room in ROOMS for path in (ROOT / room / "migrations").glob("0*.py"))


@pytest.fixture(scope="module")
def migrations() -> dict[tuple[str, str], Migration]:
    loader = MigrationLoader(None)
    return {key: migration for key, migration in loader.disk_migrations.items() if key[0] in ROOMS}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_one_line_of_numbers(room: str) -> None:
    numbers = [int(path.name[:4]) for path in FILES if path.parent.parent.name == room]

    assert numbers == list(range(1, len(numbers) + 1))
    assert len(MigrationLoader(None).graph.leaf_nodes(room)) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_a_migration_has_a_name_of_its_own(path: Path) -> None:
    assert not re.match(r"\d{4}_(auto_|alter_.*_and_more|.*_and_more$)", path.stem), path.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_a_migration_imports_no_code_that_will_change(path: Path) -> None:
    tree = ast.parse(path.read_text())
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]

    # A model's default function has to stay importable; that is the one kind of name which Django itself writes here.
    assert [name for name in names if name.startswith(ROOMS) and not name.startswith(DEFAULTS)] == []


def test_every_migration_can_be_taken_back(migrations: dict[tuple[str, str], Migration]) -> None:
    stuck = [
        f"{key}: {type(operation).__name__}"
        for key, migration in migrations.items()
        for operation in migration.operations
        if isinstance(operation, RunPython | RunSQL) and not operation.reversible
    ]

    assert stuck == []


def _locks(operation: Operation) -> bool:
    """Return whether the operation reads a whole table while it locks it, or refuses rows of the running code."""
    if isinstance(operation, AddField):
        field = operation.field
        return not (field.null or field.many_to_many or field.db_default is not models.NOT_PROVIDED)
    return type(operation) in (AddIndex, RemoveIndex, AddConstraint)


def _faults(migration: Migration) -> list[str]:
    """Name what the migration does to tables in use that `docs/migrations.md` asks to be done in another way."""
    operations = migration.operations
    new = {operation.name_lower for operation in operations if isinstance(operation, CreateModel)}
    faults = [
        f"{migration.name}: {type(operation).__name__} on {operation.model_name}"  # type: ignore[attr-defined]  # all three name one
        for operation in operations
        if _locks(operation) and operation.model_name.lower() not in new  # type: ignore[attr-defined]  # as above
    ]
    if any(isinstance(operation, CONCURRENT) for operation in operations) and not all(
        isinstance(operation, (*CONCURRENT, RunSQL)) for operation in operations
    ):
        faults.append(f"{migration.name}: an index made concurrently stands in a migration of its own")
    if any(isinstance(operation, RunPython) for operation in operations) and not all(
        isinstance(operation, RunPython | RunSQL) for operation in operations
    ):
        faults.append(f"{migration.name}: rows are filled in a migration of their own")
    return faults


def test_a_table_in_use_is_changed_in_short_steps(migrations: dict[tuple[str, str], Migration]) -> None:
    later = [migration for (room, name), migration in migrations.items() if int(name[:4]) > FIRST[room]]

    assert later
    assert [fault for migration in later for fault in _faults(migration)] == []


INDEX = models.Index(fields=["opened_at"], name="notify_link_opened")
GENTLE: dict[str, list[Operation]] = {
    "a nullable column": [AddField("link", "seen", models.DateTimeField(null=True))],
    "a column with a default of the database": [AddField("link", "seen", models.IntegerField(db_default=0))],
    "an index made concurrently": [AddIndexConcurrently("link", INDEX)],
    "an index of a new table": [
        CreateModel("Link", [("id", models.BigAutoField(primary_key=True))]),
        AddIndex("link", INDEX),
    ],
    "rows alone": [RunPython(RunPython.noop, RunPython.noop)],
}
ROUGH: dict[str, list[Operation]] = {
    "a column that must be set": [AddField("link", "seen", models.DateTimeField())],
    "a column with a default of Python": [AddField("link", "seen", models.IntegerField(default=0))],
    "an index": [AddIndex("link", INDEX)],
    "a constraint": [
        AddConstraint("link", models.CheckConstraint(condition=models.Q(id__gt=0), name="notify_link_id"))
    ],
    "a concurrent index among others": [AddIndexConcurrently("link", INDEX), *GENTLE["a nullable column"]],
    "rows and columns": [*GENTLE["a nullable column"], *GENTLE["rows alone"]],
}


@pytest.mark.parametrize("operations", GENTLE.values(), ids=GENTLE)
def test_a_gentle_step_passes(operations: list[Operation]) -> None:
    assert _faults(_migration(operations)) == []


@pytest.mark.parametrize("operations", ROUGH.values(), ids=ROUGH)
def test_a_rough_step_is_named(operations: list[Operation]) -> None:
    assert _faults(_migration(operations)) != []


def _migration(operations: list[Operation]) -> Any:
    migration: Any = Migration("0009_trial", "notify")
    migration.operations = operations
    return migration
