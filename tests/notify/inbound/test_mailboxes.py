"""The company's mailbox over IMAP: bounces, complaints and answers of people, from the letter to what it does."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from consents.enums import StopReason, StopScope
from consents.models import Receipt, Stop
from notify.channels.verp import bounce_key, verp_address
from notify.inbound.mailboxes import mailboxes_read
from notify.models import InboundMessage, InboundPayload, Message
from notify.provider_setups import setup_create
from notify.scenarios.answering import new_messages_answer
from portal.laptop.fakes.imap import ImapFake
from tests.factories.notify import campaign_running, contact_of, people_make
from tests.factories.providers import defaults

pytestmark = pytest.mark.django_db

BOUNCE = "bounce@move.romashka.example"


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[ImapFake]:
    """A mailbox that is set up."""
    settings.BOUNCE_ADDRESS, settings.DEFAULT_FROM_EMAIL = BOUNCE, "Банк <info@romashka.example>"
    with ImapFake() as fake:
        fields = {"host": "127.0.0.1", "port": str(fake.port), "security": "none", "user": fake.user}
        setup_create(kind="mailbox", title="", fields={**defaults("mailbox"), **fields, "password": fake.password})
        yield fake


def sent() -> Message:
    """A letter of a campaign that the server took."""
    campaign_running(people_make(1))
    Message.objects.update(state="accepted", provider="smtp", sending_at=timezone.now())
    return Message.objects.get()


def bounced(message: Message, status: str) -> bytes:
    """What a server writes about it to its address of return."""
    to = verp_address(BOUNCE, str(message.reference), bounce_key(django_settings.LINK_KEY))
    return f"""From: MAILER-DAEMON@mx.example.ru\r
To: {to}\r
Delivered-To: {to}\r
Subject: Undelivered Mail\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
\r
--b\r
Content-Type: text/plain\r
\r
Sorry.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example.ru\r
\r
Final-Recipient: rfc822; {contact_of(message).value}\r
Action: failed\r
Status: {status}\r
\r
--b--\r
""".encode()


def answered(message: Message, text: str) -> bytes:
    """What its reader writes back."""
    return f"""From: {contact_of(message).value}\r
To: info@romashka.example\r
Subject: Re: =?utf-8?B?0JrQsNC6INC80Ysg0L/QuNGI0LXQvA==?=\r
Message-ID: <{UUID(int=7)}@example.ru>\r
In-Reply-To: <{message.reference}@romashka.example>\r
Content-Type: text/plain; charset=utf-8\r
\r
{text}\r
""".encode()


def test_a_hard_bounce_fails_the_letter_and_stops_the_address(mailbox: ImapFake) -> None:
    message = sent()
    mailbox.deliver(bounced(message, "5.1.1"))

    assert mailboxes_read() == 1

    message.refresh_from_db()
    assert message.state == "failed"
    stop = Stop.objects.get()
    assert (stop.value, stop.reason) == (contact_of(message).value, StopReason.BOUNCED)
    assert mailbox.named("INBOX") == []


def test_a_full_mailbox_fails_the_letter_and_stops_nothing(mailbox: ImapFake) -> None:
    message = sent()
    mailbox.deliver(bounced(message, "5.2.2"))

    mailboxes_read()

    message.refresh_from_db()
    assert message.state == "failed"
    assert not Stop.objects.exists()


def test_a_bounce_that_nobody_but_us_could_have_provoked_moves_nothing(mailbox: ImapFake) -> None:
    message = sent()
    forged = bounced(message, "5.1.1").replace(b"bounce+", b"bounce+aaaa")
    mailbox.deliver(forged)

    mailboxes_read()

    message.refresh_from_db()
    assert message.state == "accepted"
    assert not Stop.objects.exists()


def test_an_answer_waits_in_the_dialogue_beside_the_letter_that_it_answers(mailbox: ImapFake) -> None:
    message = sent()
    mailbox.deliver(answered(message, "Спасибо, а где мой заказ?"))

    mailboxes_read()
    new_messages_answer()

    inbound = InboundMessage.objects.get()
    assert (inbound.dialogue.customer, inbound.in_reply_to) == (message.customer, message)
    assert (inbound.text, inbound.outcome) == ("Спасибо, а где мой заказ?", "open")


def test_a_stop_written_back_to_a_letter_stops_letters_and_is_answered(mailbox: ImapFake) -> None:
    message = sent()
    mailbox.deliver(answered(message, "Отпишите меня, пожалуйста"))

    mailboxes_read()

    stop = Stop.objects.get()
    assert (stop.value, stop.scope, stop.reason) == (
        contact_of(message).value,
        StopScope.ALL,
        StopReason.REFUSED_ALL,
    )
    notice = Message.objects.get(kind="notice")
    assert notice.context == {"notice": "stopped", "number": Receipt.objects.get().number}


def test_a_letter_that_comes_twice_is_acted_upon_once(mailbox: ImapFake) -> None:
    message = sent()
    for _ in range(2):
        mailbox.deliver(answered(message, "Вопрос"))

    mailboxes_read()

    assert InboundMessage.objects.count() == InboundPayload.objects.count() == 1


def test_a_mailbox_that_does_not_let_us_in_is_left_for_the_next_round(mailbox: ImapFake) -> None:
    message = sent()
    mailbox.deliver(bounced(message, "5.1.1"))
    mailbox.password = "changed"

    assert mailboxes_read() == 0
    mailbox.password = "secret"
    assert mailboxes_read() == 1
