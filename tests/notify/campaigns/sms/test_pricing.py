"""What a campaign would cost: asked once for a revision, of a provider that tells prices, about nobody real."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from notify.campaigns.sms.pricing import SAMPLE, UNTOLD, price_forget, step_price, step_price_ask
from notify.models import Campaign, CampaignPrice, Message, ProviderState
from notify.provider_setups import setup_create
from portal.laptop.fakes.smsc import PRICE, SmscFake
from portal.laptop.fakes.smsru import SmsruFake
from tests.factories.notify import CampaignFactory, people_make, step_of
from tests.factories.providers import defaults, smsc_set_up, smsru_set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake() -> Iterator[SmscFake]:
    """SMSC.ru, set up as the first provider of SMS."""
    with SmscFake() as smsc:
        smsc_set_up(smsc)
        yield smsc


@pytest.fixture
def campaign() -> Campaign:
    """A draft of two parts."""
    return CampaignFactory(channel="sms", text="Здравствуйте! Проверьте контакты на странице: ((ссылка))")


def test_the_price_is_that_of_one_message_and_nothing_is_sent(fake: SmscFake, campaign: Campaign) -> None:
    assert step_price(step_id=step_of(campaign).pk).is_asking

    assert step_price_ask(step_id=step_of(campaign).pk)

    found = step_price(step_id=step_of(campaign).pk)
    parts = CampaignPrice.objects.get().parts
    assert (found.is_asking, found.each, found.trouble) == (False, PRICE * parts, "")
    assert parts > 0
    assert fake.taken == []
    assert not Message.objects.exists()


def test_the_question_is_about_made_up_people_of_every_operator(fake: SmscFake, campaign: Campaign) -> None:
    people_make(1, channel="sms", name="Настоящий Клиент")
    step_price_ask(step_id=step_of(campaign).pk)

    (call,) = [call for call in fake.calls if call.path == "/sys/send.php"]
    lines = call.form()["list"].splitlines()

    assert len(lines) == SAMPLE
    assert {line[:5] for line in lines} == {"+7916", "+7926", "+7903", "+7952", "+7999"}
    assert call.form()["cost"] == "1"
    assert "Настоящий" not in call.form()["list"]


def test_an_answer_is_asked_for_once_for_a_revision(fake: SmscFake, campaign: Campaign) -> None:
    assert step_price_ask(step_id=step_of(campaign).pk)
    assert not step_price_ask(step_id=step_of(campaign).pk)

    Campaign.objects.filter(pk=campaign.pk).update(revision=2)
    assert step_price(step_id=step_of(campaign).pk).is_asking
    assert step_price_ask(step_id=step_of(campaign).pk)
    assert not step_price(step_id=step_of(campaign).pk).is_asking


def test_a_question_that_was_lost_is_asked_again_after_a_while(fake: SmscFake, campaign: Campaign) -> None:
    row = CampaignPrice.objects.create(step=step_of(campaign), revision=1, asked_at=timezone.now())
    assert not step_price_ask(step_id=step_of(campaign).pk)

    CampaignPrice.objects.filter(pk=row.pk).update(asked_at=timezone.now() - timedelta(minutes=5))
    assert step_price_ask(step_id=step_of(campaign).pk)


def test_an_answer_of_a_minute_ago_is_asked_for_anew(fake: SmscFake, campaign: Campaign) -> None:
    step_price_ask(step_id=step_of(campaign).pk)
    assert not price_forget(step_id=step_of(campaign).pk)
    assert not step_price(step_id=step_of(campaign).pk).is_asking

    CampaignPrice.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    assert price_forget(step_id=step_of(campaign).pk)

    assert step_price(step_id=step_of(campaign).pk).is_asking
    assert price_forget(step_id=step_of(campaign).pk)
    assert step_price_ask(step_id=step_of(campaign).pk)


def test_sms_ru_tells_its_price_too(campaign: Campaign) -> None:
    with SmsruFake() as fake:
        smsru_set_up(fake)
        step_price_ask(step_id=step_of(campaign).pk)

    found = step_price(step_id=step_of(campaign).pk)
    assert found.each is not None
    assert found.each > 0


def test_a_failure_is_kept_with_its_reason(fake: SmscFake, campaign: Campaign) -> None:
    fake.is_ip_blocked = True

    step_price_ask(step_id=step_of(campaign).pk)

    found = step_price(step_id=step_of(campaign).pk)
    assert (found.is_asking, found.each) == (False, None)
    assert found.trouble


@pytest.mark.parametrize("kind", ["smpp", "exolve"])
def test_a_provider_that_tells_no_price_is_not_asked(campaign: Campaign, kind: str) -> None:
    fields = {
        "smpp": {"host": "127.0.0.1", "port": "9", "system_id": "x", "password": "y", "source": "MOSTIK"},
        "exolve": {"api_key": "key", "sender": "Mostik"},
    }[kind]
    setup_create(kind=kind, title="", fields={**defaults(kind), **fields})

    step_price_ask(step_id=step_of(campaign).pk)

    assert step_price(step_id=step_of(campaign).pk).trouble == UNTOLD


def test_a_channel_that_is_not_paid_by_parts_has_no_price() -> None:
    assert not step_price_ask(step_id=step_of(CampaignFactory()).pk)
    assert not step_price_ask(step_id=0)


def test_the_balance_is_that_of_the_last_look_at_the_account(fake: SmscFake, campaign: Campaign) -> None:
    step_price_ask(step_id=step_of(campaign).pk)
    assert step_price(step_id=step_of(campaign).pk).balance is None

    account = {"name": "x", "balance": "12.30", "currency": "RUB"}
    ProviderState.objects.update_or_create(name="smsc", defaults={"account": account, "account_at": timezone.now()})

    found = step_price(step_id=step_of(campaign).pk)
    assert (found.balance, found.currency) == (Decimal("12.30"), "RUB")
