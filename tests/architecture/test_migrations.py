"""Migrations are one named line per room, and each can be taken back."""

import ast
import re
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations import RunPython, RunSQL

ROOMS = ("consents", "notify", "portal")
ROOT = Path(__file__).resolve().parents[2]
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
    assert [name for name in names if name.startswith(ROOMS) and not name.startswith("portal.models.user")] == []


def test_every_migration_can_be_taken_back(migrations: dict[tuple[str, str], Migration]) -> None:
    stuck = [
        f"{key}: {type(operation).__name__}"
        for key, migration in migrations.items()
        for operation in migration.operations
        if isinstance(operation, RunPython | RunSQL) and not operation.reversible
    ]

    assert stuck == []
