"""What people write to the bot: a stop acts and is answered, anything else is answered once a day."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from consents.enums import Channel, ContactKind, EventKind, StopReason, StopScope
from consents.models import ConsentEvent, ConsentState, ContactPoint, Receipt, Stop
from notify.channels.events import InboundText
from notify.channels.max.webhook import MaxWebhook
from notify.inbound.texts import text_apply
from notify.models import Dialogue, InboundMessage, Message
from notify.scenarios.answering import new_messages_answer
from tests.factories.consents import ContactPointFactory, answer_make
from tests.payloads import max_updates as samples
from tests.support.clock import Clock

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 11, 30, 9, tzinfo=UTC)
REVIEWED = "СТОП. Отзываю согласие, не присылайте мне ничего"


def write(text: str, *, at: int = samples.MOMENT) -> None:
    """Write to the bot, as the update comes over the wire."""
    (event,) = MaxWebhook(()).read(json.dumps(samples.message_created(text, at=at)).encode())
    assert isinstance(event, InboundText)
    text_apply(provider="max", event=event)
    new_messages_answer()


def linked(**values: object) -> ContactPoint:
    """A customer's MAX account, with a yes for service messages."""
    point = ContactPointFactory(max=True, confirmed=True, value=str(samples.USER_ID), **values)
    answer_make(point)
    return point


def answers() -> list[str]:
    """What the bot has answered."""
    rows = Message.objects.filter(channel=Channel.MAX, address=str(samples.USER_ID)).order_by("id")
    return [row.context["notice"] for row in rows]


@pytest.mark.parametrize("text", ["стоп", "STOP", "Отпишите меня!", REVIEWED])
def test_a_stop_ends_all_of_max_and_is_answered_with_the_number_and_the_link(text: str) -> None:
    account = linked()
    phone = ContactPointFactory(customer=account.customer, confirmed=True)
    answer_make(phone)

    write(text)

    stop = Stop.objects.get()
    assert (stop.customer, stop.kind, stop.value) == (account.customer, ContactKind.MAX, account.value)
    assert (stop.scope, stop.reason) == (StopScope.ALL, StopReason.REFUSED_ALL)
    states = {(state.purpose, state.channel): state.value for state in ConsentState.objects.all()}
    assert states == {
        ("service", "max"): "withdrawn",
        ("promotion", "max"): "refused",
        ("advertising", "max"): "refused",
        ("service", "sms"): "granted",
    }
    (message,) = Message.objects.all()
    assert (message.context["notice"], message.customer) == ("stopped", account.customer)
    assert message.context["number"] == Receipt.objects.get().number


def test_what_was_typed_is_kept_with_each_event_and_who_typed_it() -> None:
    linked()

    write(REVIEWED)

    noes = ConsentEvent.objects.filter(kind__in=[EventKind.WITHDRAWN, EventKind.REFUSED, EventKind.STOP_SET])
    assert noes.count() == 4
    for event in noes:
        assert event.evidence.personal["typed"] == REVIEWED
        assert (event.actor_kind, event.method) == ("customer", "max_bot")


def test_a_stop_that_comes_three_times_is_one_no_and_one_answer() -> None:
    linked()

    for _ in range(3):
        write("стоп")

    assert Stop.objects.count() == Receipt.objects.count() == 1
    assert answers() == ["stopped"]


def test_a_stop_after_the_stop_is_a_further_no_with_a_number_of_its_own() -> None:
    linked()

    write("стоп")
    write("стоп", at=samples.MOMENT + 60_000)

    assert Stop.objects.filter(lifted_at=None).count() == 1
    assert Receipt.objects.count() == 2
    assert answers() == ["stopped", "stopped"]


def test_an_account_that_two_customers_share_is_stopped_for_both() -> None:
    first, second = linked(), linked()

    write("стоп")

    assert set(Stop.objects.values_list("customer", flat=True)) == {first.customer_id, second.customer_id}
    assert answers() == ["stopped"] * 2


def test_a_stop_of_an_account_that_nobody_has_is_answered_and_changes_nothing() -> None:
    ContactPointFactory(max=True, value="77")
    linked(is_current=False)

    write("стоп")

    assert not Stop.objects.exists()
    assert answers() == ["stop_of_nobody"]


@pytest.mark.parametrize("is_known", [True, False])
def test_any_other_text_is_answered_once_a_day(clock: Clock, is_known: bool) -> None:
    if is_known:
        linked()

    for at in range(3):
        write("привет", at=samples.MOMENT + at)
    assert answers() == ["received"]
    clock.shift(timedelta(days=1))
    write("привет", at=samples.MOMENT + 4)

    assert answers() == ["received"] * 2
    assert not Stop.objects.exists()


@pytest.mark.parametrize(("kind", "channel"), [("phone", "sms"), ("email", "email")])
def test_a_stop_written_back_by_sms_or_mail_ends_that_channel(kind: str, channel: str) -> None:
    point = ContactPointFactory(**({"email": True} if kind == "email" else {}), confirmed=True)
    answer_make(point)
    event = InboundText(channel=channel, account=point.value, chat="", occurred_at=point.created_at, text="Стоп!")

    text_apply(provider="p", event=event)

    stop = Stop.objects.get()
    assert (stop.kind, stop.value, stop.reason) == (kind, point.value, StopReason.REFUSED_ALL)
    assert ConsentEvent.objects.filter(kind=EventKind.STOP_SET).get().method == "reply"
    message = Message.objects.get()
    assert (message.channel, message.address, message.context["notice"]) == (channel, point.value, "stopped")
    assert (InboundMessage.objects.get().outcome, InboundMessage.objects.get().handled_by) == ("rule", "stop")


def test_what_no_rule_understands_waits_for_a_person_in_the_dialogue() -> None:
    account = linked()

    write("Где мой заказ?")

    dialogue = Dialogue.objects.get()
    assert (dialogue.customer, dialogue.state, dialogue.unread) == (account.customer, "waiting", 1)
    assert InboundMessage.objects.get().outcome == "open"


def test_a_letter_or_an_sms_to_nobody_we_know_waits_too_and_gets_no_robot() -> None:
    event = InboundText(channel="sms", account="+79990000000", chat="", occurred_at=MOMENT, text="Кто это?")

    text_apply(provider="p", event=event)
    new_messages_answer()

    assert Dialogue.objects.get().account == "+79990000000"
    assert not Message.objects.exists()


def test_a_message_on_a_channel_that_we_do_not_have_is_left_in_the_stored_call() -> None:
    event = InboundText(channel="fax", account="1", chat="", occurred_at=MOMENT, text="стоп")

    assert not text_apply(provider="p", event=event)
    assert not InboundMessage.objects.exists()
