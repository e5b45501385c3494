"""Every no is a line outside the database at its commit, and its person is not readable there."""

import pytest
from django.db import transaction
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from consents.answers.withdrawing import consent_withdraw_all
from consents.enums import ContactKind, StopReason
from consents.outside.files import line_files, lines_read
from consents.outside.noes import NO, personal_of
from consents.reach.stopping import address_stop
from tests.consents.ledger_cases import circumstances, customer_with_phone

pytestmark = pytest.mark.django_db


def noes() -> list[dict[str, str]]:
    return [no for line in lines_read() if line and line["kind"] == NO for no in line["noes"]]


def test_a_refusal_of_everything_is_two_lines_at_most_and_names_nobody(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    customer, contact = customer_with_phone()

    with django_capture_on_commit_callbacks(execute=True):
        consent_withdraw_all(customer_id=customer.pk, circumstances=circumstances("k"))

    lines = [line for line in lines_read() if line and line["kind"] == NO]
    assert 1 <= len(lines) <= 2
    assert {no["kind"] for no in noes()} == {"refused", "stop_set"}
    assert {personal_of(no)["external_id"] for no in noes()} == {customer.external_id}
    content = line_files()[-1].read_text()
    for secret in (contact.value, customer.external_id, "Ёлкина"):
        assert secret not in content
    assert line_files()[-1].stat().st_mode & 0o777 == 0o600


def test_what_is_rolled_back_is_no_line(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    customer, _ = customer_with_phone()

    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            consent_withdraw_all(customer_id=customer.pk, circumstances=circumstances("k"))
            transaction.set_rollback(True)
        address_stop(
            kind=ContactKind.EMAIL,
            value="nobody@bank.example",
            reason=StopReason.BOUNCED,
            circumstances=circumstances("b"),
        )

    (only,) = noes()
    assert personal_of(only) == {"contact_kind": "email", "contact": "nobody@bank.example"}


def test_a_disk_that_takes_nothing_makes_no_refusal_fail(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    customer, _ = customer_with_phone()

    def full(_lines: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("consents.outside.noes.lines_add", full)
    with django_capture_on_commit_callbacks(execute=True):
        assert consent_withdraw_all(customer_id=customer.pk, circumstances=circumstances("k"))

    assert "refusals cannot be written outside the database: No space left" in caplog.text
