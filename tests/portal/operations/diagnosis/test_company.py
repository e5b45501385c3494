"""The doctor knows whether the company can ask for a consent and launch a campaign."""

import pytest
from django.db import OperationalError
from pytest_django import Settings

from consents.documents.publishing import sender_save
from consents.enums import Channel, DocumentKind, SignatureRules
from consents.models import Edition
from portal.models import User
from portal.models.user import Role
from portal.operations.diagnosis import company
from tests.factories.consents import CompanyFactory, SenderFactory, company_make, edition_of
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db


def _withdraw(kind: DocumentKind) -> None:
    Edition.objects.filter(pk=edition_of(kind).pk).update(status="retired")


def test_requisites_that_nobody_has_entered_are_missing() -> None:
    assert not company._requisites().good

    CompanyFactory()

    assert company._requisites().good


def test_without_published_texts_nobody_can_be_asked() -> None:
    CompanyFactory()

    finding = company._texts()

    assert not finding.good
    assert finding.sentence.startswith(
        "Спросить согласие нельзя, не опубликовано: "
        "«Согласие на сервисные сообщения», «Политика обработки персональных данных». "
    )


def test_all_texts_in_force_are_in_order() -> None:
    company_make()

    finding = company._texts()

    assert (finding.good, finding.is_note) == (True, False)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (DocumentKind.PD_SERVICE, "«Согласие на сервисные сообщения»."),
        (DocumentKind.POLICY, "«Политика обработки персональных данных»."),
    ],
)
def test_the_one_text_that_is_missing_is_named(kind: DocumentKind, words: str) -> None:
    company_make()
    _withdraw(kind)

    finding = company._texts()

    assert not finding.good
    assert f"не опубликовано: {words}" in finding.sentence


def test_the_texts_are_needed_whatever_channels_have_a_provider(settings: Settings) -> None:
    company_make()
    settings.SANDBOX = False
    assert company._texts().good

    _withdraw(DocumentKind.PD_SERVICE)

    assert not company._texts().good


@pytest.mark.parametrize("rules", SignatureRules.values)
def test_rules_of_the_signature_that_are_not_published_stop_nobody(rules: str) -> None:
    company_make(signature_rules=rules)
    _withdraw(DocumentKind.PEP_RULES)

    finding = company._texts()

    assert (finding.good, finding.is_note) == (True, False)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (DocumentKind.PD_PROMO, "«Согласие на обработку данных для подбора предложений»."),
        (DocumentKind.ADS, "«Согласие на получение рекламы»."),
    ],
)
def test_a_company_without_advertising_is_told_and_not_stopped(kind: DocumentKind, words: str) -> None:
    company_make()
    _withdraw(kind)

    finding = company._texts()

    assert (finding.good, finding.mark) == (True, "·")
    assert f"О рекламе спросить нельзя, не опубликовано: {words}" in finding.sentence


def test_texts_that_name_the_senders_of_before_are_noticed() -> None:
    company_make()
    sender_save(channel=Channel.SMS, name="АО «Другой путь»", address="Тверь", contract="№ 2")

    finding = company._texts()

    assert finding.is_note
    assert "прежние реквизиты или отправителей" in finding.sentence


def test_who_sends_is_said_channel_by_channel() -> None:
    SenderFactory(channel=Channel.SMS)

    finding = company._senders()

    assert finding.is_note
    assert "MAX — сама компания, СМС — АО «Связной путь», Электронная почта — сама компания." in finding.sentence

    for channel in Channel:
        SenderFactory(channel=channel)
    assert not company._senders().is_note


def test_an_installation_without_an_administrator_says_how_to_make_one() -> None:
    StaffFactory(role=Role.ADMINISTRATOR, is_active=False)
    assert "manage.py staff_create" in company._administrator().sentence
    assert not company._administrator().good

    StaffFactory(role=Role.ADMINISTRATOR)
    assert company._administrator().good


@pytest.mark.parametrize(
    ("roles", "is_enough"),
    [
        ([], False),
        ([Role.MARKETING], False),
        ([Role.MARKETING, Role.ADMINISTRATOR, Role.OPERATOR], False),
        ([Role.DPO, Role.DPO], False),
        ([Role.MARKETING, Role.DPO], True),
        ([Role.MARKETING, Role.MARKETING], True),
    ],
)
def test_a_campaign_needs_an_author_and_somebody_else(roles: list[Role], is_enough: bool) -> None:
    for role in roles:
        StaffFactory(role=role)

    assert company._launchers().good is is_enough


def test_whoever_has_left_launches_nothing() -> None:
    StaffFactory(role=Role.MARKETING)
    second = StaffFactory(role=Role.DPO)
    User.objects.filter(pk=second.pk).update(is_active=False)

    assert not company._launchers().good


def test_a_database_that_does_not_answer_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise OperationalError

    monkeypatch.setattr(company, "company_current", silent)

    assert company._requisites().sentence == "Заполнены ли реквизиты, неизвестно: база данных не отвечает."
