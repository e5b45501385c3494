"""The hooks before a commit are the checks of `make lint`, by the same tools."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOOKS = (ROOT / ".pre-commit-config.yaml").read_text()


def _made() -> list[str]:
    """Commands of the target `lint`, in its order, as a shell would see them."""
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe
    lines = recipe.group(1).replace("$(VENV)", ".venv").replace("$(PY)", ".venv/bin/python").splitlines()
    return [line.strip().removeprefix("find templates -name '*.html' | xargs ") for line in lines]


def test_the_hooks_run_what_make_lint_runs() -> None:
    entries = re.findall(r"^ +entry: (?:env )?(.+)$", HOOKS, re.MULTILINE)

    assert entries == _made()


def test_the_hooks_fetch_nothing() -> None:
    assert re.findall(r"repo: (.+)", HOOKS) == ["local"]
    assert set(re.findall(r"language: (.+)", HOOKS)) == {"system"}


def test_commits_that_blame_looks_through_are_named_by_whole_hashes() -> None:
    lines = (ROOT / ".git-blame-ignore-revs").read_text().splitlines()

    assert [line for line in lines if not re.fullmatch(r"#.*|[0-9a-f]{40}|", line)] == []
