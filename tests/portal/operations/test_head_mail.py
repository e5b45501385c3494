"""The DPO gets the newest head by mail, as a file that the check takes."""

from pathlib import Path

import pytest
from django.core import mail
from pytest_django import Settings

from consents.enums import CheckOutcome
from consents.ledger.checking.checking import ledger_check
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import key_create
from consents.models import Company
from portal.celery import BEAT
from portal.operations.tasks import mail_head
from tests.consents.ledger_cases import answers
from tests.consents.tampering import forget_from

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_state(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.SEAL_KEY_FILE = tmp_path / "secrets" / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)


def test_the_letter_holds_what_finds_a_database_set_back(tmp_path: Path) -> None:
    Company.objects.create(name="АО «Пример»", short_name="П", inn="7700000000", dpo_email="dpo@example.ru")
    answers(2)
    ledger_seal()

    assert mail_head() == 3, "two answers, and one event that records the company"

    letter = mail.outbox[0]
    assert letter.to == ["dpo@example.ru"]
    kept = tmp_path / "kept.jsonl"
    kept.write_text(str(letter.attachments[0][1]))
    assert ledger_check(against=kept).outcome == CheckOutcome.OK
    forget_from(1)
    assert ledger_check(against=kept).outcome == CheckOutcome.MISMATCH


def test_without_a_head_or_an_address_nothing_is_sent() -> None:
    assert mail_head() == 0
    answers(1)
    ledger_seal()
    assert mail_head() == 0

    assert mail.outbox == []


def test_the_letter_goes_out_every_day() -> None:
    assert "portal.mail_head" in {entry["task"] for entry in BEAT.values()}
