"""The laptop's mode: what it brings itself, and what it says of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.laptop.embedded.defaults import mailbox_file

ROOT = Path(__file__).resolve().parents[3]
ASK = "from django.conf import settings; print(settings.MAIL_LEAVES)"


def _leaves(var_dir: Path, **environ: str) -> str:
    values = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "portal.laptop.settings", "VAR_DIR": str(var_dir)}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=values | environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("own", ["", "smtp://127.0.0.1:40123"])
def test_letters_leave_only_when_another_mail_server_is_named(tmp_path: Path, own: str) -> None:
    if own:
        mailbox_file(tmp_path).write_text(own)

    assert _leaves(tmp_path) == "False"
    assert _leaves(tmp_path, EMAIL_URL=own or "smtp://127.0.0.1:2525") == "False"
    assert _leaves(tmp_path, EMAIL_URL="smtp://mail.bank.example") == "True"
