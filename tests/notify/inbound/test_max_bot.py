"""A person and the company's bot, over MAX's own contract on a socket: updates in, answers out."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from consents.enums import Channel, ContactKind, ProofMethod
from consents.models import ConsentEvent, ContactPoint, Stop
from notify.channels.max import dialogues
from notify.dialogues.replying import reply_send
from notify.inbound.handling import payload_handle
from notify.inbound.payloads import payload_store
from notify.inbound.polling import updates_poll
from notify.inbound.webhook_keeping import webhook_keep, webhooks_keep
from notify.kept_secrets.secrets import webhook_secret_rotate
from notify.links.account_tokens import account_token_issue
from notify.messages.transactional import notice_send
from notify.models import Dialogue, InboundMessage, InboundPayload, Message
from notify.outbox.loops import transactional_messages_send
from notify.provider_setups import setup_values
from notify.scenarios.answering import new_messages_answer
from portal.laptop.fakes.max import FakeMax
from tests.factories.consents import ContactPointFactory, CustomerFactory
from tests.factories.providers import max_set_up
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db

ANNA = 212_000_001


@pytest.fixture
def bot(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeMax]:
    """The company's bot, set up as on a server; nobody is left alone between two messages."""
    monkeypatch.setattr(dialogues, "GAP_SECONDS", 0.0)
    settings.SANDBOX, settings.MAX_WEBHOOK_SECRET = False, ""
    with FakeMax() as fake:
        fake.has_rates = False
        max_set_up(fake)
        yield fake


def go_round(bot: FakeMax) -> None:
    """Everything that people did reaches the site, and every answer reaches them."""
    rounds = iter([True, False])

    def keep(body: bytes) -> None:
        payload_store(provider="max", headers={}, body=body)

    updates_poll(name="max", keep=keep, goes_on=lambda: next(rounds))
    for number in InboundPayload.objects.filter(handled_at=None).order_by("id").values_list("id", flat=True):
        payload_handle(payload_id=number)
    new_messages_answer()
    transactional_messages_send()


def said(bot: FakeMax) -> list[str]:
    """The first lines of what Anna's screen shows."""
    return [shown.text.splitlines()[0] for shown in bot.person(ANNA).screen]


def test_a_start_with_the_token_links_the_account_and_is_answered_there(bot: FakeMax) -> None:
    customer = CustomerFactory()
    payload = account_token_issue(channel=Channel.MAX, customer_id=customer.pk, link_id=None, session_key="s").payload

    bot.person(ANNA).start(payload)
    go_round(bot)

    assert ContactPoint.objects.get(kind=ContactKind.MAX).customer == customer
    assert said(bot) == ["MAX подключён к вашей личной странице."]


def test_the_token_typed_as_text_links_it_too(bot: FakeMax) -> None:
    customer = CustomerFactory()
    payload = account_token_issue(channel=Channel.MAX, customer_id=customer.pk, link_id=None, session_key="s").payload
    anna = bot.person(ANNA)
    anna.start()
    anna.write(f"/start {payload}")

    go_round(bot)

    assert ContactPoint.objects.get(kind=ContactKind.MAX, is_current=True).customer == customer


def test_a_number_that_max_vouches_for_links_the_account_without_an_sms(bot: FakeMax) -> None:
    phone = ContactPointFactory(value="+79161234512")
    anna = bot.person(ANNA)
    anna.start()
    anna.share_contact("+79161234512")

    go_round(bot)

    account = ContactPoint.objects.get(kind=ContactKind.MAX)
    assert account.customer == phone.customer
    assert ConsentEvent.objects.get(kind="max_linked").method == ProofMethod.MAX_PHONE
    assert said(bot) == ["MAX подключён к вашей личной странице."]


@pytest.mark.parametrize("how", [{"forged": True}, {"is_signed": False}])
def test_a_card_that_max_does_not_vouch_for_ties_nothing(bot: FakeMax, how: dict[str, bool]) -> None:
    ContactPointFactory(value="+79161234512")
    anna = bot.person(ANNA)
    anna.start()
    anna.share_contact("+79161234512", **how)

    go_round(bot)

    assert not ContactPoint.objects.filter(kind=ContactKind.MAX).exists()
    assert InboundMessage.objects.get().attachments == ["contact"]


@pytest.mark.parametrize("owners", [0, 2])
def test_a_number_of_nobody_or_of_several_ties_nothing_and_is_answered(bot: FakeMax, owners: int) -> None:
    for _ in range(owners):
        ContactPointFactory(value="+79161234512")
    anna = bot.person(ANNA)
    anna.start()
    anna.share_contact("+79161234512")

    go_round(bot)

    assert not ContactPoint.objects.filter(kind=ContactKind.MAX).exists()
    assert said(bot) == ["По этому номеру телефона мы не нашли клиента или нашли нескольких."]


def test_what_was_written_before_the_tie_moves_into_the_dialogue_with_the_customer(bot: FakeMax) -> None:
    customer = CustomerFactory()
    anna = bot.person(ANNA)
    anna.start()
    anna.write("Здравствуйте, это кто?")
    go_round(bot)
    assert Dialogue.objects.get().customer is None

    anna.start(account_token_issue(channel=Channel.MAX, customer_id=customer.pk, link_id=None, session_key="s").payload)
    go_round(bot)

    dialogue = Dialogue.objects.get()
    assert (dialogue.customer, dialogue.unread) == (customer, 1)


def test_an_answer_of_staff_reaches_the_screen_and_settles_the_question(bot: FakeMax) -> None:
    anna = bot.person(ANNA)
    anna.start()
    anna.write("Где мой заказ?")
    go_round(bot)
    dialogue = Dialogue.objects.get()
    operator = StaffFactory()

    for _ in range(2):
        reply_send(dialogue_id=dialogue.pk, text="Уже в пути.", request_key="form-1", author_id=operator.pk)
    go_round(bot)

    assert said(bot)[-1] == "Уже в пути."
    assert said(bot).count("Уже в пути.") == 1
    assert InboundMessage.objects.get().outcome == "answered"
    dialogue.refresh_from_db()
    assert (dialogue.unread, dialogue.waiting_since) == (0, None)


def test_a_button_of_an_answer_comes_back_as_its_caption(bot: FakeMax) -> None:
    anna = bot.person(ANNA)
    anna.start()
    anna.write("Здравствуйте")
    go_round(bot)
    dialogue = Dialogue.objects.get()
    reply_send(dialogue_id=dialogue.pk, text="Чем помочь?", request_key="1", buttons=["Позвать человека"])
    go_round(bot)

    anna.press("Позвать человека")
    go_round(bot)

    assert list(InboundMessage.objects.order_by("id").values_list("text", flat=True))[-1] == "Позвать человека"


def test_a_stop_written_to_the_bot_is_answered_with_its_number(bot: FakeMax) -> None:
    ContactPointFactory(max=True, confirmed=True, value=str(ANNA))
    anna = bot.person(ANNA)
    anna.start()
    anna.write("отпишыте")

    go_round(bot)

    assert Stop.objects.get().value == str(ANNA)
    assert said(bot)[0].startswith("Отказ принят: мы больше не пишем вам в MAX. Номер отказа:")


def test_updates_that_come_twice_and_shuffled_change_nothing(bot: FakeMax) -> None:
    anna = bot.person(ANNA)
    anna.start()
    anna.write("Первое")
    anna.write("Второе")
    go_round(bot)
    bodies = list(InboundPayload.objects.values_list("body", flat=True))
    for body in reversed(bodies):
        payload_id = payload_store(provider="max", headers={}, body=(body + " ").encode())
        assert payload_id is not None
        payload_handle(payload_id=payload_id)

    assert InboundMessage.objects.count() == 2
    assert Message.objects.count() == 1


def test_somebody_who_stopped_the_bot_counts_as_unreachable_until_they_come_back(bot: FakeMax) -> None:
    point = ContactPointFactory(max=True, confirmed=True, value=str(ANNA), max_chat_id=1)
    bot.person(ANNA).start()
    bot.person(ANNA).state = "stopped"
    notice_send(
        notice="max_linked", channel="max", customer_id=point.customer_id, contact_point_id=point.pk, request_key="1"
    )
    transactional_messages_send()

    point.refresh_from_db()
    assert Message.objects.get().error_code == "dialog_suspended"
    assert point.max_chat_id is None
    bot.person(ANNA).start()
    go_round(bot)
    point.refresh_from_db()
    assert point.max_chat_id == bot.person(ANNA).chat_id


class TestWebhook:
    """MAX is told where to call, and told again."""

    @pytest.fixture(autouse=True)
    def _https(self, settings: Settings) -> None:
        settings.SITE_URL = "https://move.bank.example"

    def test_an_address_that_the_platform_dropped_is_subscribed_again(self, bot: FakeMax) -> None:
        assert webhooks_keep() == 1
        assert webhooks_keep() == 0

        (subscribed,) = bot.delivery.subscribed
        assert subscribed.url == setup_values(name="max").webhook_url
        bot.delivery.unsubscribe(subscribed.url)

        assert webhooks_keep() == 1

    def test_a_new_secret_is_told_and_the_old_one_stays_in_force(self, bot: FakeMax) -> None:
        webhooks_keep()
        (old,) = setup_values(name="max").webhook_secrets
        webhook_secret_rotate(name="max")

        assert webhook_keep(name="max", is_new=True)

        newest, kept = setup_values(name="max").webhook_secrets
        assert kept == old
        (subscribed,) = bot.delivery.subscribed
        assert subscribed.secret == newest

    def test_a_platform_that_cannot_be_reached_is_tried_again_later(self, bot: FakeMax) -> None:
        bot.stop()

        assert webhooks_keep() == 0
