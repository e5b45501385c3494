"""``kill -9`` of a real import in the middle, again and again: it ends like one that nobody disturbed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from consents.enums import ImportStatus
from consents.importing.conf import BATCH
from consents.management.commands.import_customers import REFUSED_ROWS
from consents.models import ImportJob, Stop
from tests.consents.importing.conftest import Load, base, codes, rows
from tests.fakes.workers import ROOT, worker_environ

ROWS = 10 * BATCH
KILLS = 4
PATIENCE_S = 60
SEED = 20261124
HEADER = "ID;ФИО;Телефон;Почта;Город;Отказ"


def customers(changed: bool = False) -> str:
    """Customers with everything that a batch can meet: refused, repeated, shared, changed, refusing."""
    chance = random.Random(SEED)
    lines = []
    for number in range(ROWS):
        phone = "4.479E+11" if chance.random() < 0.01 else f"8916{chance.randrange(ROWS * 20):07d}"
        identity = chance.randrange(ROWS) if chance.random() < 0.02 else number
        city = "Омск" if changed and number % 3 == 0 else "Томск"
        refusal = "да" if chance.random() < 0.02 else ""
        lines.append(f"C-{identity};Ёлкин {number};{phone};u{number}@example.ru;{city};{refusal}")
    return rows(*lines, header=HEADER)


def _run(path: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "import_customers", str(path), "--source", "killed"]
    environ = worker_environ(folder, database=connection.settings_dict, smtp_port=1, settings="tests.settings")
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True)


def _stored() -> int:
    return ImportJob.objects.filter(source="killed").order_by("-id").values_list("next_row", flat=True).first() or 0


def _wait_for_more_than(before: int, process: subprocess.Popen[bytes]) -> int:
    """Wait until the run has stored something of its own."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        if (stored := _stored()) > before:
            return stored
        time.sleep(0.01)
    raise AssertionError((process.poll(), "the run stored nothing of its own"))


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_again_and_again_ends_like_an_unbroken_one(tmp_path: Path, load: Load) -> None:
    first, then = customers(), customers(changed=True)
    for source in ("whole", "killed"):
        load(first, source=source)
    whole = load(then, source="whole")
    path = tmp_path / "customers.csv"
    path.write_text(then, encoding="utf-8", newline="")
    chance, places = random.Random(SEED), [0]
    ImportJob.objects.filter(source="killed").update(source="before")

    for _kill in range(KILLS):
        process = _run(path, tmp_path)
        _wait_for_more_than(places[-1], process)
        time.sleep(chance.random() * 0.15)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        places.append(_stored())
    process = _run(path, tmp_path)
    assert process.wait(PATIENCE_S * 2) == REFUSED_ROWS, (tmp_path / "log").read_text()

    killed = ImportJob.objects.get(source="killed")
    assert places == sorted(set(places)), "every run went on from where the one before was killed"
    assert places[-1] < ROWS, "the last kill came in the middle too"
    assert killed.status == ImportStatus.FINISHED
    assert base("killed") == base("whole")
    assert codes(killed) == codes(whole)
    for name in ("total_rows", "created_count", "updated_count", "unchanged_count", "refused_count", "doubtful_count"):
        assert getattr(killed, name) == getattr(whole, name), name
    refusals = Stop.objects.order_by("customer__external_id").values_list("customer__external_id", "scope")
    assert list(refusals.filter(customer__source="killed")) == list(refusals.filter(customer__source="whole"))
