"""Ways to load a file and to look at what came of it."""

import json
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from consents.importing.running import import_examine, import_run
from consents.importing.runs import import_receive
from consents.models import ContactPoint, Customer, ImportIssue, ImportJob

SAMPLES = Path(__file__).parents[2] / "data" / "customers"
HEADER = "ID клиента;ФИО;Телефон;Электронная почта;Город;Часовой пояс;Мессенджер;Сегмент"

Load = Callable[..., ImportJob]
Base = list[dict[str, Any]]


def sample(name: str) -> bytes:
    """Bytes of a sample file."""
    return (SAMPLES / name).read_bytes()


def expected() -> dict[int, str]:
    """What the client says that each line of the broken file deserves."""
    return {int(line): words for line, words in json.loads(sample("broken_cp1251.expected.json")).items()}


@pytest.fixture(autouse=True)
def _messengers(request: pytest.FixtureRequest) -> None:
    """A test that commits is cleaned by a flush, which takes the reference data of the migrations too."""
    if {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("db")
        import_module("consents.migrations.0005_messengers").add(apps, SimpleNamespace(connection=connection))


@pytest.fixture
def load(db: None) -> Load:
    """Receive bytes or text and run them to the end."""

    def run(content: bytes | str, *, source: str = "crm", name: str = "customers.csv") -> ImportJob:
        data = content.encode() if isinstance(content, str) else content
        job_id = import_receive(file_name=name, stream=BytesIO(data), source=source)
        import_examine(job_id=job_id)
        import_run(job_id=job_id)
        return ImportJob.objects.get(pk=job_id)

    return run


def rows(*lines: str, header: str = HEADER) -> str:
    """A CSV file of these lines."""
    return "\r\n".join((header, *lines)) + "\r\n"


def codes(job: ImportJob) -> dict[int, list[str]]:
    """Codes of issues by line."""
    found: dict[int, list[str]] = {}
    for line, code in ImportIssue.objects.filter(job=job).order_by("line", "code").values_list("line", "code"):
        found.setdefault(line, []).append(code)
    return found


def base(source: str = "crm") -> Base:
    """Everything about the customers of a source that a file decides, in the order of their numbers."""
    fields = ("external_id", "name", "name_key", "city", "time_zone", "segment", "messenger")
    customers = list(Customer.objects.filter(source=source).order_by("external_id").values("id", *fields))
    contacts: dict[int, list[tuple[Any, ...]]] = {}
    points = ContactPoint.objects.filter(customer__source=source).order_by("kind", "value")
    for point in points:
        contacts.setdefault(point.customer_id, []).append(
            (point.kind, point.value, point.origin, point.line_type, point.country, point.is_current)
        )
    return [
        {"contacts": contacts.get(customer["id"], [])} | {name: customer[name] for name in fields}
        for customer in customers
    ]


def contacts_of(external_id: str, *, source: str = "crm") -> dict[str, str]:
    """Current contacts of one customer by kind."""
    points = ContactPoint.objects.filter(customer__source=source, customer__external_id=external_id, is_current=True)
    return dict(points.values_list("kind", "value"))
