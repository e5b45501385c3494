"""A broker that is away costs no page: what was asked for stands in the table, and the clock nudges again."""

from collections.abc import Callable

import pytest
from celery import Task
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from consents.enums import ImportStatus
from consents.importing.running import import_examine
from consents.models import ImportJob
from portal.audit.acts import AuditedAction
from portal.models import ExportJob, StaffAction
from portal.models.user import Role
from tests.portal.staff.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)


def export(client: Client) -> bool:
    """Ask for a period."""
    fields = {"since": "2026-11-01", "until": "2026-11-02", "reason": "Запрос Роскомнадзора 12/34"}
    assert client.post(reverse("staff:exports"), fields).status_code == 302
    return ExportJob.objects.count() == 1


def check(client: Client) -> bool:
    """Have the ledger checked."""
    assert client.post(reverse("staff:ledger_check")).status_code == 302
    return StaffAction.objects.filter(action=AuditedAction.LEDGER_CHECKED).exists()


def file(client: Client) -> bool:
    """Upload a file and start it."""
    rows = SimpleUploadedFile("a.csv", "Код;Имя;Телефон\n1;Ёлкин;8 916 123-45-67\n".encode())
    client.post(reverse("staff:imports"), {"file": rows, "source": "1С"})
    job = ImportJob.objects.get()
    import_examine(job_id=job.pk)
    assert client.post(reverse("staff:import_start", args=[job.uuid])).status_code == 302
    return ImportJob.objects.get().status == ImportStatus.QUEUED


@pytest.mark.parametrize(("act", "role"), [(export, Role.DPO), (check, Role.DPO), (file, Role.MARKETING)])
def test_the_page_answers_and_the_work_waits(
    login: Login, monkeypatch: pytest.MonkeyPatch, act: Callable[[Client], bool], role: Role
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(Task, "apply_async", refuse)

    assert act(login(role))
