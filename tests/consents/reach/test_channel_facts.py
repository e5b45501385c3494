"""The facts of channels in the database are those of the registry."""

import pytest

from consents.enums import Channel
from consents.models import ChannelFacts
from consents.reach.channel_facts import channel_facts_store, channels_not_stored

pytestmark = pytest.mark.django_db


def test_a_migration_leaves_the_channels_as_they_are_registered() -> None:
    assert channels_not_stored() == []
    assert list(ChannelFacts.objects.order_by("place").values_list("code", flat=True)) == Channel.values


def test_what_differs_is_named_and_mended() -> None:
    ChannelFacts.objects.filter(code="sms").update(lines_taken=[])
    ChannelFacts.objects.filter(code="email").delete()
    ChannelFacts.objects.create(code="telex", place=9, contact_kind="phone")

    assert channels_not_stored() == ["email", "sms", "telex"]

    channel_facts_store(using="default")

    assert channels_not_stored() == []


def test_nothing_is_written_through_another_alias() -> None:
    ChannelFacts.objects.all().delete()

    channel_facts_store(using="export")

    assert not ChannelFacts.objects.exists()
