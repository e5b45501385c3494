"""What a message is told of the people it goes to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consents.models import Messenger
from consents.reach.recipients import recipients_read
from tests.factories.consents import ContactPointFactory, CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize(
    ("messenger", "is_closed"), [("whatsapp", True), ("max", False), ("vk", False), ("other", False), ("", False)]
)
def test_a_messenger_is_closed_when_the_list_of_today_names_it(messenger: str, is_closed: bool) -> None:
    Messenger.objects.get_or_create(code="whatsapp", defaults={"foreign_since": timezone.localdate()})
    contact = ContactPointFactory(customer=CustomerFactory(messenger=messenger))

    (recipient,) = recipients_read(contact_point_ids=[contact.pk]).values()

    assert recipient.has_foreign_messenger is is_closed


def test_a_messenger_that_left_the_list_is_open_again() -> None:
    today = timezone.localdate()
    Messenger.objects.update_or_create(
        code="whatsapp",
        defaults={"foreign_since": today - timedelta(days=9), "foreign_until": today - timedelta(days=1)},
    )
    contact = ContactPointFactory(customer=CustomerFactory(messenger="whatsapp"))

    assert not recipients_read(contact_point_ids=[contact.pk])[contact.pk].has_foreign_messenger
