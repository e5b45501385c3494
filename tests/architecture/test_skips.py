"""Where the gate asks for it, what is left out is a failure: tried in runs of pytest of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPS = "import pytest\n\ndef test_nothing():\n    pytest.skip('why not')\n"


def _pytest(*arguments: str, path: str = os.environ["PATH"], **environ: str) -> subprocess.CompletedProcess[str]:
    """Run pytest beside this one, on no database: none of these tests touches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "FAIL_ON_SKIP"))}
    kept |= {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "PATH": path}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT), *arguments]
    return subprocess.run(command, cwd=ROOT, env=kept | environ, capture_output=True, text=True, check=False)


@pytest.fixture
def skipping(tmp_path: Path) -> str:
    """A test that skips itself, under the conftest of this project."""
    (tmp_path / "test_skipping.py").write_text(SKIPS)
    return str(tmp_path / "test_skipping.py")


@pytest.fixture
def browsers(tmp_path: Path) -> str:
    """A search path with something that looks like a browser."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "chromium").write_text("#!/bin/sh\n")
    (folder / "chromium").chmod(0o755)
    return str(folder)


def test_a_skip_fails_the_gate_and_nobody_else(skipping: str, browsers: str) -> None:
    assert _pytest("-p", "tests.conftest", skipping, path=browsers).returncode == 0

    gate = _pytest("-p", "tests.conftest", skipping, path=browsers, FAIL_ON_SKIP="1")

    assert gate.returncode == 1
    assert "A test was skipped where none may be." in gate.stdout


def test_a_machine_without_a_browser_fails_the_gate_and_nobody_else(tmp_path: Path) -> None:
    assert _pytest("--collect-only", "tests/e2e", path=str(tmp_path)).returncode == pytest.ExitCode.NO_TESTS_COLLECTED

    gate = _pytest("--collect-only", "tests/e2e", path=str(tmp_path), FAIL_ON_SKIP="1")

    assert gate.returncode == pytest.ExitCode.USAGE_ERROR
    assert "no Chromium is found" in gate.stderr
