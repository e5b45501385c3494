"""The limits of time hold in the processes for which they are meant, as the server itself says."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from portal.laptop.embedded.defaults import MARK

SHOW: Final = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
        " current_setting('idle_in_transaction_session_timeout'),"
        " split_part(current_setting('application_name'), ' ', 1)"
    )
    print(*cursor.fetchone())
"""
WORKER: Final = "from portal.celery import app; app.Worker(queues='{}', hostname='a@b', pool='solo')"
STARTS: Final = {
    "import portal.wsgi": "15s 4s 30s mostik-web",
    WORKER.format("send"): "5min 30s 1min mostik-worker",
    WORKER.format("reports,long"): "1h 1min 10min mostik-long",
    "import django; django.setup()": "0 0 0 mostik-command",
}


@pytest.mark.django_db
def test_each_process_has_the_limits_of_its_kind(tmp_path: Path) -> None:
    told = connection.settings_dict
    url = make_conninfo(dbname=told["NAME"], user=told["USER"] or None, password=told["PASSWORD"] or None,
                        host=told["HOST"] or None, port=told["PORT"] or None)  # fmt: skip
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environ |= {"DJANGO_SETTINGS_MODULE": "portal.laptop.settings", "DATABASE_URL": url, "VAR_DIR": str(tmp_path)}
    environ[MARK] = str(tmp_path)
    started = {
        start: subprocess.Popen([sys.executable, "-c", start + SHOW], env=environ, stdout=subprocess.PIPE, text=True)
        for start in STARTS
    }

    said = {start: process.communicate()[0].strip() for start, process in started.items()}

    assert said == STARTS
