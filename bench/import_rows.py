"""Rows a second and memory of an import, from the bytes of a file to committed rows, for every kind of file.

The peer is a bare COPY of the very rows into the very tables with their keys, indexes and constraints, without reading
and checking, measured in the same run. Each import is a process of its own, so that its peak of memory is its own.
"""

import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from bench._customers import KINDS, customers, file_write
from bench._ledger import say, scratch
from consents.importing import running as import_running
from consents.importing.batches import batches_store
from consents.importing.files.cells import phone_read, value_read
from consents.importing.running import import_examine, import_run
from consents.importing.runs import import_receive
from consents.importing.storing.staging import duplicates_find
from consents.models import Customer, ImportJob
from consents.normalise import email_normalise, name_key

ROWS: Final = int(os.environ.get("BENCH_ROWS", "100000"))
MANY: Final = int(os.environ.get("BENCH_MANY_ROWS", str(10 * ROWS)))
RATE_LIMIT: Final = 10_000
MEMORY_LIMIT_MB: Final = 300
FLAT_LIMIT: Final = 1.2
"""Peak for ten times the rows, against the peak for once."""
CHOSEN: Final = os.environ.get("BENCH_KINDS", " ".join(KINDS)).split()
MEMORY_KINDS: Final = tuple(kind for kind in ("csv_cp1251", "xlsx") if kind in CHOSEN)
MANY_LIMITS: Final = {"csv_cp1251": 1_000_000 / 60, "xlsx": 1_000_000 / 120}
"""A million rows of CSV in a minute, a workbook at half of that rate."""
PARTS: Final = ("receive", "examine", "read", "twins", "store")
"""Where the seconds of an import go: bytes kept, shape found and rows counted, rows staged, compared, stored."""

MISSED: Final[list[str]] = []
"""Figures of this run that missed their limit."""

_COPY_CUSTOMERS: Final = (
    "COPY consents_customer (id, subject, source, external_id, name, name_key, city, time_zone, segment, messenger, "
    "is_active, created_at, updated_at) FROM STDIN"
)
_COPY_CONTACTS: Final = (
    "COPY consents_contactpoint (uuid, customer_id, kind, value, origin, line_type, country, is_current, created_at) "
    "FROM STDIN"
)


def main() -> int:
    """Measure all kinds, each with people of its own. Return 1 when a limit is missed.

    Besides them a second load of a file, which changes nothing, and a load of the same people under another source,
    which declares every contact.
    """
    with scratch() as folder:
        peer = _bare_copy()
        _say("bare_copy", peer, "rows/s", limit=None, peer=None)
        peaks = {}
        places = {kind: ROWS * number for number, kind in enumerate(KINDS, start=1) if kind in CHOSEN}
        for kind, first in places.items():
            measured = _import(folder, kind, ROWS, first, source=kind)
            limit = RATE_LIMIT if kind != "xlsx" else None
            _say(kind, measured["rate"], "rows/s", limit=limit, peer=peer)
            _say(f"{kind}_peak", measured["peak_mb"], "MB", limit=MEMORY_LIMIT_MB, peer=None)
            peaks[kind] = measured["peak_mb"]
            if kind == "xlsx":
                _say("xlsx_unpacking_peak", measured["unpacking_mb"], "MB", limit=None, peer=None)
            for part in PARTS:
                _say(f"{kind}_{part}", measured["spent"][part], "s", limit=None, peer=ROWS / peer)
        if "csv_cp1251" in CHOSEN:
            again = _import(folder, "csv_cp1251", ROWS, places["csv_cp1251"], source="csv_cp1251")
            _say("csv_cp1251_again", again["rate"], "rows/s", limit=RATE_LIMIT, peer=peer)
            shared = _import(folder, "csv_cp1251", ROWS, places["csv_cp1251"], source="another")
            _say("csv_cp1251_shared", shared["rate"], "rows/s", limit=None, peer=peer)
        for number, kind in enumerate(MEMORY_KINDS):
            measured = _import(folder, kind, MANY, ROWS * (len(KINDS) + 1) + MANY * number, source=f"{kind} many")
            _say(f"{kind}_{MANY}", measured["rate"], "rows/s", limit=MANY_LIMITS[kind], peer=peer)
            for part in PARTS:
                _say(f"{kind}_{MANY}_{part}", measured["spent"][part], "s", limit=None, peer=MANY / peer)
            _say("load", os.getloadavg()[0], "", limit=None, peer=None)
            _say(f"{kind}_{MANY}_peak", measured["peak_mb"], "MB", limit=MEMORY_LIMIT_MB, peer=peaks[kind])
            _say(f"{kind}_{MANY}_children_peak", measured["judging_mb"], "MB", limit=None, peer=None)
            if kind == "xlsx":
                _say(f"xlsx_{MANY}_unpacking_peak", measured["unpacking_mb"], "MB", limit=None, peer=None)
            _say(f"{kind}_flat", measured["peak_mb"] / peaks[kind], "ratio", limit=FLAT_LIMIT, peer=None)
    return int(bool(MISSED))


def _say(figure: str, value: float, unit: str, *, limit: float | None, peer: float | None) -> None:
    """Print one figure and record a missed limit: a rate may not be lower, any other figure not higher."""
    shown = None if peer is None else round(peer, 1)
    say(job="import_rows", figure=figure, value=round(value, 2), unit=unit, limit=limit, peer=shown)
    if limit is not None and (value < limit if unit == "rows/s" else value > limit):
        MISSED.append(figure)


def _import(folder: Path, kind: str, count: int, first: int, *, source: str) -> dict[str, Any]:
    """Load a file in a process of its own; return its rate and its peak of memory."""
    path = folder / f"{kind}-{count}"
    file_write(path, kind, count, first)
    command = [sys.executable, "-m", "bench.import_rows", str(path), source]
    environ = os.environ | {"BENCH_DATABASE": json.dumps({k: connection.settings_dict[k] for k in _PLACE})}
    done = subprocess.run(command, env=environ | {"BENCH_VAR": str(folder)}, check=True, stdout=subprocess.PIPE)
    path.unlink()
    measured: dict[str, Any] = json.loads(done.stdout)
    if measured["stored"] != count:
        raise AssertionError((kind, measured))
    return measured


_PLACE: Final = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


def child(path: Path, source: str) -> None:
    """Load one file and print its figures."""
    connection.settings_dict.update(json.loads(os.environ["BENCH_DATABASE"]))
    settings.VAR_DIR = Path(os.environ["BENCH_VAR"])
    spent: dict[str, float] = dict.fromkeys(PARTS, 0.0)
    running: Any = import_running
    running.duplicates_find = _timed(duplicates_find, spent, "twins")
    running.batches_store = _timed(batches_store, spent, "store")
    started = time.perf_counter()
    with path.open("rb") as stream:
        job_id = _timed(import_receive, spent, "receive")(file_name=path.name, stream=stream, source=source)
    _timed(import_examine, spent, "examine")(job_id=job_id)
    unpacking = _children_mb()
    import_run(job_id=job_id)
    seconds = time.perf_counter() - started
    spent["read"] = seconds - sum(spent.values())
    job = ImportJob.objects.get(pk=job_id)
    stored = job.created_count + job.unchanged_count
    measured = {"rate": job.total_rows / seconds, "peak_mb": _peak_mb(), "stored": stored, "spent": spent}
    measured["unpacking_mb"], measured["judging_mb"] = unpacking, _children_mb()
    print(json.dumps(measured))


def _timed(act: Callable[..., Any], spent: dict[str, float], part: str) -> Callable[..., Any]:
    """Return the function wrapped so that the seconds of every call are added to its part, by the main thread alone."""

    def timed(*args: Any, **kwargs: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            return act(*args, **kwargs)
        started = time.perf_counter()
        try:
            return act(*args, **kwargs)
        finally:
            spent[part] += time.perf_counter() - started

    return timed


def _peak_mb() -> float:
    """Return the peak of memory of this process without its children. Not `ru_maxrss`: that remembers the parent's."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


def _children_mb() -> float:
    """Return the peak of memory of the largest process that this one has started: it unpacks a workbook or judges rows.

    At least the peak that this process had when it started them.
    """
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _bare_copy() -> float:
    """Copy ready rows into the two tables in one transaction; only the copying is timed."""
    first = 10_000_000
    people = [_ready(first + number, row) for number, row in enumerate(customers(ROWS))]
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, rows in ((_COPY_CUSTOMERS, "customer"), (_COPY_CONTACTS, "contacts")):
            with cursor.copy(statement) as copy:
                for person in people:
                    copy.write(person[rows])
    rate = ROWS / (time.perf_counter() - started)
    if Customer.objects.filter(source="bare").count() != ROWS:
        raise AssertionError("bare copy")
    return rate


def _ready(number: int, row: tuple[str, ...]) -> dict[str, bytes]:
    """Return the lines of one customer for COPY, by table."""
    external_id, name, phone, email, city, zone, messenger, segment = row
    now, moment = "2026-11-24 12:00:00+03", "true\t2026-11-24 12:00:00+03"
    subject = f"{number:032x}"
    customer = [subject, "bare", external_id, name, name_key(name), city, zone, segment, messenger.lower()]
    lines = [(phone_read(phone)[0].e164, "phone", "mobile", "RU")]  # type: ignore[union-attr]  # ready-made rows are clean
    address = value_read(email, email_normalise)[0]
    lines += [(address, "email", "", "")] if address else []
    contacts = "".join(
        f"{2 * number + (kind == 'email'):032x}\t{number}\t{kind}\t{value}\tfile\t{line}\t{country}\t{moment}\n"
        for value, kind, line, country in lines
    )
    return {
        "customer": ("\t".join([str(number), *customer, "true", now, now]) + "\n").encode(),
        "contacts": contacts.encode(),
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(Path(sys.argv[1]), sys.argv[2])
    else:
        sys.exit(main())
