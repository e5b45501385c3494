"""Whatever goes through many rows goes on after one that breaks: the others get what is theirs."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from unittest.mock import DEFAULT, Mock
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from consents.importing import runs
from consents.models import ImportJob, Stop
from consents.outside.files import outside_folder
from consents.outside.requests import KeptRequest, request_keep, requests_waiting
from notify.dialogues import cabinets
from notify.enums import BrakeReason
from notify.inbound import mailboxes, webhook_keeping
from notify.inbound.payloads import payload_store
from notify.models import CampaignBrake, Dialogue, InboundPayload, Message, ProviderState
from notify.outbox import address_faults, settling
from notify.outbox.brake import campaign_brake
from notify.provider_setups import setup_create
from notify.providers import checks
from portal.exports.jobs import exports_folder, exports_sweep
from portal.exports.kinds import ExportKind
from portal.flows.restoring import kept_refusals
from portal.flows.sending import brakes
from portal.flows.sending.brakes import tell_of_brakes
from portal.laptop.fakes.imap import ImapFake
from portal.models import ExportJob, StaffAction
from portal.models.export import ExportState
from portal.models.user import Role
from tests.factories.consents import ContactPointFactory
from tests.factories.dialogues import customer_writes
from tests.factories.notify import campaign_running, people_make
from tests.factories.providers import defaults
from tests.factories.staff import user_make
from tests.fakes.loft_kind import LoftFake, kinds_declare, loft_fields

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def lofts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Two set-ups of one made-up provider."""
    kinds_declare(monkeypatch)
    with LoftFake() as fake:
        yield [setup_create(kind="loft", title="", fields=loft_fields(fake.url)) for _ in range(2)]


def first_breaks(act: Callable[..., Any]) -> Mock:
    """The act, broken at its first call."""
    return Mock(wraps=act, side_effect=chain([ZeroDivisionError], repeat(DEFAULT)))


def _refusals_keep(count: int) -> None:
    for number in range(count):
        request_keep(KeptRequest(way="one_click", link_hash=bytes([number]) * 32, asked_at="2026-11-01", facts={}))


def test_kept_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    _refusals_keep(3)
    monkeypatch.setattr(kept_refusals, "_carry_out_one", first_breaks(lambda _request: True))

    assert kept_refusals.carry_out_kept_refusals() == 2


def test_files_of_kept_refusals(caplog: pytest.LogCaptureFixture) -> None:
    _refusals_keep(2)
    folder = outside_folder() / "asked"
    for number, content in enumerate(("{}", "[]", '{"link": "no hex"}', '{"link": null}', "\x00", "{")):
        (folder / f"0{number}.json").write_text(content)

    assert len(list(requests_waiting())) == 2
    assert caplog.text.count("a kept refusal cannot be read") == 6


def test_exports() -> None:
    user, past = user_make(Role.DPO), timezone.now() - timedelta(days=2)
    paths = [exports_folder() / f"{number}.csv" for number in range(2)]
    paths[0].mkdir()
    paths[1].write_text("Иванов")
    for path in paths:
        job = {"kind": ExportKind.PERIOD, "filters": {}, "reason": "проверка", "created_by": user}
        ExportJob.objects.create(state=ExportState.READY, path=str(path), expires_at=past, **job)

    exports_sweep()

    assert [path.exists() for path in paths] == [True, False]
    assert sorted(ExportJob.objects.values_list("state", flat=True)) == [ExportState.EXPIRED, ExportState.READY]


def test_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    old = timezone.now() - timedelta(days=9)
    for _ in range(2):
        ImportJob.objects.create(status="uploaded", uuid=uuid4())
    ImportJob.objects.update(created_at=old)
    monkeypatch.setattr(runs, "import_discard", first_breaks(runs.import_discard))

    runs.uploads_clean()

    assert sorted(ImportJob.objects.values_list("status", flat=True)) == ["uploaded"]


def test_brakes(monkeypatch: pytest.MonkeyPatch) -> None:
    for campaign in (campaign_running(people_make(1)), campaign_running(people_make(1))):
        CampaignBrake.objects.create(campaign=campaign, refused=20)
        campaign_brake(campaign_id=campaign.pk, reason=BrakeReason.REFUSED, provider="smtp", error_code="x")
    monkeypatch.setattr(brakes, "_tell", first_breaks(brakes._tell))

    assert (tell_of_brakes(), tell_of_brakes(), tell_of_brakes()) == (1, 1, 0)
    assert StaffAction.objects.filter(action="campaign.braked").count() == 2


def test_letters_and_mailboxes(monkeypatch: pytest.MonkeyPatch) -> None:
    with ImapFake() as fake:
        fields = {"host": "127.0.0.1", "port": str(fake.port), "security": "none", "user": fake.user}
        for _ in range(2):
            setup_create(kind="mailbox", title="", fields={**defaults("mailbox"), **fields, "password": fake.password})
        for number in range(3):
            fake.deliver(f"From: a@bank.example\r\nSubject: {number}\r\n\r\nСпасибо\r\n".encode())
        monkeypatch.setattr(mailboxes, "payload_store", first_breaks(payload_store))
        assert mailboxes.mailboxes_read() == 3
        assert InboundPayload.objects.count() == 3

        fake.deliver(b"From: a@bank.example\r\nSubject: 4\r\n\r\nBye\r\n")
        monkeypatch.setattr(mailboxes, "_read", first_breaks(mailboxes._read))
        assert mailboxes.mailboxes_read() == 1


def test_addresses_that_do_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign_running(people_make(2))
    monkeypatch.setattr(address_faults, "address_fault_apply", first_breaks(address_faults.address_fault_apply))

    address_faults.address_faults_apply((pk, "dead", "smtp_550") for pk in Message.objects.values_list("pk", flat=True))

    assert Stop.objects.count() == 1


def test_webhooks(monkeypatch: pytest.MonkeyPatch, lofts: list[str]) -> None:
    keep = Mock(side_effect=[ZeroDivisionError, True])
    monkeypatch.setattr(webhook_keeping, "webhook_keep", keep)

    assert webhook_keeping.webhooks_keep() == 1
    assert [call.kwargs["name"] for call in keep.call_args_list] == lofts


def test_checks_of_providers(monkeypatch: pytest.MonkeyPatch, lofts: list[str]) -> None:
    monkeypatch.setattr(checks, "check_store", first_breaks(checks.check_store))

    checks.providers_check()

    assert [*ProviderState.objects.values_list("name", flat=True)] == [lofts[1]]


def test_questions_about_messages(monkeypatch: pytest.MonkeyPatch, lofts: list[str]) -> None:
    settle = Mock(side_effect=[ZeroDivisionError, 1, 1, 1, 1, 1])
    monkeypatch.setattr(settling, "_settle", settle)

    assert settling.messages_settle() == settle.call_count - 1 > 0


def test_dialogues_in_cabinets(monkeypatch: pytest.MonkeyPatch) -> None:
    for contact in ContactPointFactory.create_batch(2):
        customer_writes(contact.value)
    Dialogue.objects.update(cabinet="gone", cabinet_since=timezone.now())
    monkeypatch.setattr(cabinets, "cabinet_end", first_breaks(cabinets.cabinet_end))

    assert (cabinets.cabinets_return(), cabinets.cabinets_return()) == (1, 1)
