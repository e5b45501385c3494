"""How many answers a second the ledger records, against bare inserts of such a row, with as many connections."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from time import perf_counter
from typing import Any

from django.db import connection, transaction

from bench._ledger import fill, say, scratch
from consents.enums import ActorKind, DocumentKind, EventKind
from consents.ledger import append as ledger
from consents.types import Actor, Circumstances, RenderedDocument

ANSWERS = int(os.environ.get("BENCH_ANSWERS", "4000"))
WORKERS = 2
LIMIT_PER_SECOND = 200
RATIO_LIMIT = 0.2
TEXT = "Согласие на сервисные сообщения. " * 60
DOCUMENT = RenderedDocument(
    edition_id=1,
    kind=DocumentKind.PD_SERVICE,
    purpose="service",
    title="Согласие",
    number=1,
    published_on="01.11.2026",
    paragraphs=(),
    text=TEXT,
    sha256=sha256(TEXT.encode()).hexdigest(),
    checkbox="Разрешаю",
    template_sha256="ab" * 32,
    company_id=1,
)


def append_some(worker: int, customers: list[int], count: int, name: str) -> None:
    """Record answers of many people, one transaction each."""
    for number in range(count):
        how = Circumstances(
            actor=Actor(kind=ActorKind.CUSTOMER),
            level=1,
            method="link+sms_code",
            request_key=f"{name}-{worker}-{number}",
        )
        ledger.append(
            customer_id=customers[(worker + number * WORKERS) % len(customers)],
            kind=EventKind.GRANTED,
            circumstances=how,
            purpose="service",
            channel="sms",
            document=DOCUMENT,
        )


def insert_some(worker: int, _: list[int], count: int, name: str) -> None:
    """Insert a row of the same weight with nothing around it, one transaction each."""
    for number in range(count):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_plain (subject, request_key, at, body) VALUES (gen_random_uuid(), %s, now(), %s)",
                [f"{name}-{worker}-{number}", TEXT],
            )


def rate(work: Any, customers: list[int], database: dict[str, Any], name: str) -> float:
    """Run the work in all processes of the bench and return how many a second."""
    with ProcessPoolExecutor(WORKERS) as pool:
        list(pool.map(_connect, [database] * WORKERS * 4))
        started = perf_counter()
        jobs = [pool.submit(work, worker, customers, ANSWERS // WORKERS, name) for worker in range(WORKERS)]
        for job in jobs:
            job.result()
        return ANSWERS / (perf_counter() - started)


def _connect(database: dict[str, Any]) -> None:
    connection.close()
    connection.settings_dict.update(database)
    connection.ensure_connection()


def main() -> int:
    """Measure on a fresh database and print one line."""
    with scratch():
        fill(0)
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE bench_plain (id bigserial PRIMARY KEY, subject uuid, request_key text, at timestamptz, "
                "body text, UNIQUE (subject, request_key))"
            )
            cursor.execute("SELECT id FROM consents_customer ORDER BY id")
            customers = [pk for (pk,) in cursor.fetchall()]
        database = {name: connection.settings_dict[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        connection.close()
        plain, ours = [], []
        for turn in range(3):
            plain.append(rate(insert_some, customers, database, f"plain-{turn}"))
            ours.append(rate(append_some, customers, database, f"ours-{turn}"))
    best_plain, best = max(plain), max(ours)
    say(
        job="ledger_append", connections=WORKERS, per_second=round(best), limit=LIMIT_PER_SECOND,
        peer="INSERT of one row of the same weight", peer_per_second=round(best_plain),
        ratio=round(best / best_plain, 3), ratio_limit=RATIO_LIMIT,
    )  # fmt: skip
    return 0 if best >= LIMIT_PER_SECOND and best / best_plain >= RATIO_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
