"""The page of settings is true, and modules ask the environment for nothing else."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from portal.settings.env import TABLE
from portal.settings.table import document

ROOT = Path(__file__).resolve().parents[2]
MAY_READ = {"portal/settings", "portal/laptop", "portal/celery.py", "portal/wsgi.py"}


def test_the_page_of_settings_is_what_the_table_says() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == document()


def test_every_variable_is_asked_for_somewhere() -> None:
    code = "".join(path.read_text() for path in (ROOT / "portal").rglob("*.py") if path.name != "env.py")

    assert [variable.name for variable in TABLE if f'"{variable.name}"' not in code] == []


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for room in ("consents", "notify", "portal")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text())
    ]

    assert [reader for reader in readers if not any(reader.startswith(place) for place in MAY_READ)] == []


def test_no_secret_has_a_default() -> None:
    assert [variable.name for variable in TABLE if variable.secret and variable.default] == []


@pytest.mark.parametrize("path", sorted((ROOT / "portal" / "settings").glob("*.py")), ids=lambda path: path.name)
def test_no_module_assigns_a_setting_twice(path: Path) -> None:
    """The second would undo the first without a word."""
    tree = ast.parse(path.read_text())
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    names = Counter(target.id for target in targets if isinstance(target, ast.Name))

    assert [name for name, count in names.items() if count > 1] == []
