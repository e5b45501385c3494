"""What becomes of a whole set-up: its place in the order of preference, on or off, removed."""

from typing import Final

from django.db import models, transaction
from django.db.models.functions import Now

from notify.errors import SetupInUse, SetupMissing
from notify.models import (
    CampaignBrake,
    CampaignPrice,
    DeliveryReport,
    InboundMessage,
    InboundPayload,
    Message,
    ProviderSetup,
    ProviderState,
    Reply,
    SenderName,
)

NAMED_BY: Final[tuple[type[models.Model], ...]] = (
    SenderName,
    CampaignPrice,
    CampaignBrake,
    DeliveryReport,
    InboundPayload,
    InboundMessage,
    Reply,
    Message,
)
"""Tables that keep the name of a provider. The biggest one, which has no index of it, comes last."""


@transaction.atomic
def setup_switch(*, name: str, is_on: bool) -> bool:
    """Switch a set-up on or off; False when it was so already. Raises `SetupMissing`.

    One that is off sends nothing. Its late reports still count.
    """
    _found(name)
    switched = ProviderSetup.objects.filter(name=name, is_on=not is_on).update(is_on=is_on, changed_at=Now())
    return switched > 0


@transaction.atomic
def setup_move(*, name: str, channel: str, is_up: bool) -> bool:
    """Put a set-up before the one ahead of it on ``channel``, or after the next one. False at the end of the list.

    Raises `SetupMissing`. The order is one for all channels, so it may change on another one that both of them serve.
    """
    rows = list(ProviderSetup.objects.select_for_update().order_by("place", "id"))
    moved = next((row for row in rows if row.name == name), None)
    if moved is None:
        raise SetupMissing
    of_channel = [row for row in rows if channel in row.channels or row is moved]
    at = of_channel.index(moved) + (-1 if is_up else 1)
    if not 0 <= at < len(of_channel):
        return False
    neighbour = of_channel[at]
    rows.remove(moved)
    rows.insert(rows.index(neighbour) + (0 if is_up else 1), moved)
    for place, row in enumerate(rows, start=1):
        row.place = place
    ProviderSetup.objects.bulk_update(rows, ["place"])
    return True


@transaction.atomic
def setup_remove(*, name: str) -> None:
    """Remove a set-up that is off and was never used. Raises `SetupMissing` and `SetupInUse`."""
    row = _found(name)
    if row.is_on or is_used(name=name):
        raise SetupInUse
    ProviderState.objects.filter(name=name).delete()
    row.delete()


def is_used(*, name: str) -> bool:
    """Return whether anything that is kept names this provider."""
    return any(table._default_manager.filter(provider=name).exists() for table in NAMED_BY)


def _found(name: str) -> ProviderSetup:
    row = ProviderSetup.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise SetupMissing
    return row
