"""The evidence of one customer on paper: every event in order, in words, with its text, proof and receipts."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from consents.enums import EventKind, Purpose
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import key_create
from consents.receipts.issuing import receipt_issue
from portal.exports.jobs import export_fetch, export_make
from portal.models import ExportJob, StaffAction
from portal.models.user import Role
from tests.factories.consents import ContactPointFactory, CustomerFactory, answer_make, company_make
from tests.factories.staff import client_of, user_make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_key(own_files: None, settings: Settings, tmp_path: Path) -> None:
    settings.SEAL_KEY_FILE = tmp_path / "secrets" / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)


def _words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_it_holds_one_person_whole_and_in_words_and_nobody_else() -> None:
    company_make()
    phone = ContactPointFactory(confirmed=True, customer__name="Ёлкина Маргарита", value="+79161234567")
    stranger = ContactPointFactory(customer=CustomerFactory(name="Чужой Человек"))
    answer_make(stranger)
    first = answer_make(phone, Purpose.SERVICE)
    second = answer_make(phone, Purpose.ADVERTISING, kind=EventKind.REFUSED)
    receipt = receipt_issue(customer_id=phone.customer_id, event_ids=[first.id, second.id], request_key="once")
    ledger_seal()
    unsealed = answer_make(phone, Purpose.PROMOTION)
    dpo = user_make(Role.DPO)
    client = client_of(dpo)

    client.post(
        f"/staff/register/{phone.customer_id}/export/", {"kind": "person_paper", "reason": "запрос № 12 от проверки"}
    )
    job = ExportJob.objects.latest("id")
    export_make(job_id=job.pk)

    file = export_fetch(job_uuid=job.uuid, user_id=dpo.pk)
    words = _words(file.path.read_bytes())
    assert (file.path.suffix, file.content_type) == (".pdf", "application/pdf")
    assert "Чужой" not in words
    for said in ("Ёлкина Маргарита", "+79161234567", dpo.name, "запрос № 12 от проверки", str(job.uuid)[:8]):
        assert said in words
    assert words.count(receipt.number) == 3
    assert words.index(str(first.uuid)) < words.index(str(second.uuid)) < words.index(str(unsealed.uuid))
    assert "Нажатая кнопка" in words
    assert "контрольная сумма совпадает" in words
    assert "подписано вместе с" in words
    assert "ждёт подписи" in words
    assert "Текст 1." in words
    made = StaffAction.objects.get(action="export.made")
    assert (made.reason, made.details["kind"], made.details["rows"]) == ("запрос № 12 от проверки", "person_paper", 3)


def test_it_is_fetched_only_after_confirming_the_login_and_by_nobody_else() -> None:
    company_make()
    phone = ContactPointFactory(confirmed=True)
    answer_make(phone)
    dpo, other = user_make(Role.DPO), user_make(Role.DPO)
    data = {"kind": "person_paper", "reason": "запрос проверки"}
    client_of(dpo).post(f"/staff/register/{phone.customer_id}/export/", data)
    job = ExportJob.objects.latest("id")
    export_make(job_id=job.pk)
    url = f"/staff/exports/{job.uuid}/download/"

    assert client_of(dpo, confirmed=False).post(url)["Location"].startswith("/accounts/reauthenticate/")
    assert client_of(other).post(url).status_code == 404
    fetched = client_of(dpo).post(url)
    assert b"".join(fetched)[:5] == b"%PDF-"
