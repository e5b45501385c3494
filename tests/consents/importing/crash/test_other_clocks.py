"""An import on a machine whose clock is wrong keeps its lease and loses it when it is over: by the database's clock."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, transaction

from consents.enums import ImportStatus
from consents.importing.conf import BATCH
from consents.importing.listing import imports_due
from consents.models import ImportJob
from tests.consents.importing.conftest import rows
from tests.fakes.workers import ROOT, worker_environ
from tests.support.other_clock import environ_with
from tests.support.patience import wait_until

DUE = """
import django
django.setup()
from consents.enums import ImportStatus
from consents.importing.listing import imports_due
print(imports_due(ImportStatus.RUNNING))
"""
HEADER = "ID;ФИО;Телефон;Почта;Город;Отказ"


def environ(folder: Path, *, days: float) -> dict[str, str]:
    """Return the environment of a machine that is off."""
    there = worker_environ(folder, database=connection.settings_dict, smtp_port=1, settings="tests.settings")
    return environ_with(there, days=days)


def due_by(folder: Path, *, days: float) -> str:
    """Return which runs a machine that is off takes for given up."""
    found = subprocess.run(
        [sys.executable, "-c", DUE], cwd=ROOT, env=environ(folder, days=days), check=True, capture_output=True
    )
    return found.stdout.decode().strip()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("days", [1.0, -1.0], ids=["ahead", "behind"])
def test_no_machine_takes_over_a_run_that_lives(tmp_path: Path, days: float) -> None:
    path = tmp_path / "customers.csv"
    lines = (f"C-{n};Ёлкин {n};8916{n:07d};u{n}@example.ru;Томск;" for n in range(2 * BATCH))
    path.write_text(rows(*lines, header=HEADER), encoding="utf-8", newline="")
    command = [sys.executable, "manage.py", "import_customers", str(path), "--source", "lives"]
    with transaction.atomic(), connection.cursor() as cursor:
        # It cannot store a row before this transaction ends.
        cursor.execute("LOCK TABLE consents_customer IN EXCLUSIVE MODE")
        with (tmp_path / "log").open("ab") as log:
            run = subprocess.Popen(
                command, cwd=ROOT, env=environ(tmp_path, days=days), stdout=log, stderr=log, start_new_session=True
            )
        try:
            wait_until(
                lambda: ImportJob.objects.filter(status=ImportStatus.RUNNING, leased_until__isnull=False).exists(),
                "the run does not begin",
            )
            assert due_by(tmp_path, days=-days) == "[]"
            assert imports_due(ImportStatus.RUNNING) == []
        finally:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
    job = ImportJob.objects.get(source="lives")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consents_importjob SET leased_until = now() - interval '1 second'")

    # A lease that is over by the database's clock is over for every machine.
    assert due_by(tmp_path, days=-1.0) == due_by(tmp_path, days=1.0) == f"[{job.pk}]"
