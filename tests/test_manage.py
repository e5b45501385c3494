"""`ledger_verify` as a process: whatever breaks on the way, its code never says "whole" nor "differs"."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CANNOT_DECIDE = 2


def environment(**changes: str) -> dict[str, str]:
    """Nothing of this installation but the way to Python; a database that does not answer."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    base = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    return kept | base | changes


def verify(env: dict[str, str], redirect: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in a shell, so that its output can be closed."""
    command = f"{sys.executable} manage.py ledger_verify {redirect}"
    return subprocess.run(["sh", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_settings_that_do_not_load_decide_nothing() -> None:
    env = environment(DJANGO_SETTINGS_MODULE="portal.settings.production")
    del env["DATABASE_URL"]

    ended = verify(env)

    assert ended.returncode == CANNOT_DECIDE
    assert ended.stderr.startswith("Проверить не удалось: ")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("redirect", [">&-", ">/dev/full"])
def test_an_output_that_takes_nothing_decides_nothing(redirect: str) -> None:
    ended = verify(environment(), redirect)

    assert ended.returncode == CANNOT_DECIDE
    assert "Traceback" not in ended.stderr


def test_a_reader_that_has_gone_decides_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)

    ended = subprocess.run(
        [sys.executable, "manage.py", "ledger_verify"],
        cwd=ROOT, env=environment(), stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(writing)

    assert ended.returncode == CANNOT_DECIDE
    assert ended.stderr == ""


def test_a_database_that_does_not_answer_decides_nothing() -> None:
    ended = verify(environment())

    assert ended.returncode == CANNOT_DECIDE
    assert ended.stdout.startswith("Проверить не удалось: ")


def test_other_commands_still_show_where_they_broke() -> None:
    env = environment(DJANGO_SETTINGS_MODULE="portal.settings.nowhere")

    ended = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
