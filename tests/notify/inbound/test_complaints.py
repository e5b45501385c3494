"""«Это спам» and «отписаться» of a mailbox provider are noes of the person."""

import pytest
from django.utils import timezone

from consents.enums import StopScope
from consents.models import ConsentEvent, Receipt, Stop
from notify.channels.events import Complaint
from notify.inbound.complaints import complaint_apply
from notify.models import Message
from tests.factories.notify import campaign_running, contact_of, people_make

pytestmark = pytest.mark.django_db


def sent(text_kind: str = "service") -> Message:
    """A letter that has left."""
    campaign_running(people_make(1), text_kind=text_kind)
    Message.objects.update(state="delivered", provider="esp", provider_id="e1", sending_at=timezone.now())
    return Message.objects.get()


def complain(*, is_unsubscribe: bool = False, provider_id: str = "e1") -> bool:
    """The provider tells of it."""
    complaint = Complaint(
        event_key="k", occurred_at=timezone.now(), provider_id=provider_id, is_unsubscribe=is_unsubscribe
    )
    return complaint_apply(provider="esp", complaint=complaint)


def test_a_complaint_stops_advertising_to_that_address_and_leaves_a_receipt() -> None:
    message = sent()

    assert complain()

    stop = Stop.objects.get()
    assert (stop.customer, stop.value, stop.scope) == (
        message.customer,
        contact_of(message).value,
        StopScope.ADVERTISING,
    )
    assert Receipt.objects.count() == 1
    assert ConsentEvent.objects.filter(kind="stop_set").get().evidence.personal["provider"] == "esp"


@pytest.mark.parametrize(("text_kind", "scope"), [("service", StopScope.ALL), ("advertising", StopScope.ADVERTISING)])
def test_an_unsubscription_there_stops_what_the_link_of_that_letter_would(text_kind: str, scope: str) -> None:
    sent(text_kind)

    complain(is_unsubscribe=True)

    assert Stop.objects.get().scope == scope


def test_a_repeat_adds_nothing() -> None:
    sent()

    assert complain()
    assert not complain()
    assert Stop.objects.count() == Receipt.objects.count() == 1


def test_a_complaint_about_a_message_of_nobody_we_know_changes_nothing() -> None:
    sent()

    assert not complain(provider_id="unknown")
    assert not Stop.objects.exists()
