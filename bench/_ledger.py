"""A database of its own, filled with as many events as a figure needs."""

import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402 - Django must be set up first

from consents.ledger.canonical import commitment  # noqa: E402 - Django must be set up first
from consents.ledger.event import EVENT_COLUMNS, event_leaf  # noqa: E402 - Django must be set up first
from consents.ledger.tree.signing import key_create  # noqa: E402 - Django must be set up first
from consents.ledger.vouching import event_mac  # noqa: E402 - Django must be set up first
from portal.laptop.embedded.postgres import embedded_postgres  # noqa: E402 - Django must be set up first
from portal.settings import urls  # noqa: E402 - Django must be set up first

WORDS = ["согласие", "данные", "клиент", "сообщения", "оператор", "отзыв", "срок", "цель", "обработка", "договор"]
COLUMNS = (*EVENT_COLUMNS, "leaf_hash")
CUSTOMER_ROWS = """
INSERT INTO consents_customer (subject, source, external_id, name, name_key, city, time_zone, segment, messenger,
    is_active, created_at, updated_at)
SELECT gen_random_uuid(), 'bench', 'К-' || n, 'Петрова Анна ' || n, 'петрова анна ' || n, '', 'Europe/Moscow', '', '',
    true, now(), now()
FROM generate_series(1, %(rows)s) n
"""
"""Makes so many customers as ``rows`` says."""


@contextmanager
def scratch() -> Iterator[Path]:
    """Run the block with a migrated empty database (on `DATABASE_URL`'s server, else its own), a key and a folder."""
    folder = Path(tempfile.mkdtemp(prefix="mostik-bench-"))
    server = None
    if not os.environ.get("DATABASE_URL"):
        server = embedded_postgres(folder / "postgres")
        settings.DATABASES["default"].update(urls.database(server.url("postgres")))
    connection.settings_dict.setdefault("TEST", {})["NAME"] = f"mostik_bench_{os.getpid()}"
    settings.VAR_DIR = folder
    settings.SEAL_KEY_FILE = folder / "secrets" / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)
    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield folder
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def fill(count: int, *, first: int = 0, customers: int = 1000) -> None:
    """Add `count` events that wait for sealing, with evidence as long as a real text (about 3 kB), by COPY."""
    rng = random.Random(first)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consents_customer (subject, source, external_id, name, name_key, city, time_zone, segment, "
            "messenger, is_active, created_at, updated_at) SELECT gen_random_uuid(), 'bench', n::text, 'Имя', 'имя', "
            "'', 'Europe/Moscow', '', '', true, now(), now() FROM generate_series(1, %s) n ON CONFLICT DO NOTHING",
            [customers],
        )
        cursor.execute("SELECT id, subject FROM consents_customer ORDER BY id")
        people = cursor.fetchall()
        for start in range(0, count, 5000):
            numbers = range(first + start, first + min(start + 5000, count))
            rows = [_row(rng, number, people[number % len(people)]) for number in numbers]
            _copy(cursor, rows)
        cursor.execute("SELECT setval(pg_get_serial_sequence('consents_consentevent', 'id'), %s)", [first + count + 1])


def texts_of(count: int) -> list[bytes]:
    """Return the bytes that the check hashes for `count` events, made in advance, for the peer."""
    rng = random.Random(0)
    made = []
    for number in range(count):
        event, _, _, personal = _row(rng, number, (1, UUID(int=1)))
        made.append(json.dumps({name: str(event[name]) for name in COLUMNS}, ensure_ascii=False).encode())
        made.append(json.dumps(personal, ensure_ascii=False).encode())
    return made


def say(**figure: Any) -> None:
    """Print one figure as a JSON line."""
    print(json.dumps(figure, ensure_ascii=False), flush=True)


def _row(
    rng: random.Random, number: int, person: tuple[int, UUID]
) -> tuple[dict[str, Any], int, bytes, dict[str, str]]:
    personal = _personal(rng, number)
    salt = rng.randbytes(32)
    event: dict[str, Any] = {
        "uuid": UUID(int=rng.getrandbits(128)),
        "subject": person[1],
        "kind": "shown",
        "purpose": "service",
        "channel": "sms",
        "contact": UUID(int=rng.getrandbits(128)),
        "document": "pd_service",
        "document_version": 1,
        "document_sha256": "ab" * 32,
        "operator_profile": 1,
        "level": 1,
        "method": "link+sms_code",
        "actor_kind": "customer",
        "actor": "",
        "touchpoint": "campaign:1/email",
        "answers": None,
        "request_key": f"bench-{number}",
        "occurred_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number),
        "format": 1,
        "commitment": commitment(salt, personal),
    }
    event["leaf_hash"] = event_leaf(event)
    return event | {"id": number + 1}, person[0], salt, personal


def _personal(rng: random.Random, number: int) -> dict[str, str]:
    text = " ".join(rng.choices(WORDS, k=220))
    return {
        "name": f"Клиент {number}",
        "external_id": str(number),
        "contact_kind": "phone",
        "contact": f"+7916{number:07d}",
        "text": text,
        "text_sha256": sha256(text.encode()).hexdigest(),
        "title": "Согласие на сервисные сообщения",
        "ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile",
        "zone": "Europe/Moscow",
        "offset": "+03:00",
    }


def _copy(cursor: Any, rows: list[tuple[dict[str, Any], int, bytes, dict[str, str]]]) -> None:
    with cursor.copy(f"COPY consents_consentevent (id, {', '.join(COLUMNS)}) FROM STDIN") as copy:
        for event, _, _, _ in rows:
            copy.write_row([event["id"], *(event[name] for name in COLUMNS)])
    with cursor.copy("COPY consents_evidence (event_id, customer_id, salt, personal) FROM STDIN") as copy:
        for event, customer_id, salt, personal in rows:
            copy.write_row([event["id"], customer_id, salt, json.dumps(personal, ensure_ascii=False)])
    with cursor.copy("COPY consents_unsealedevent (event_id, mac) FROM STDIN") as copy:
        for event, _, _, _ in rows:
            copy.write_row([event["id"], event_mac(event["leaf_hash"])])
