"""What an administrator does with a channel: the act and its row in the journal, with the settings before and after."""

from collections.abc import Mapping
from typing import Any

from consents.enums import Channel
from notify.channel_settings import channel_change, channels_listed
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded

FIELDS = ("is_open", "per_second", "contract", "contract_note", "frequency")


def change_channel(*, actor: StaffActor, channel: str, fields: Mapping[str, Any]) -> None:
    """Store the settings of one channel; ``fields`` are those of `channel_change`. Raises ContractMissing."""
    with recorded(
        actor, AuditedAction.CHANNEL_CHANGED, "channel", channel, details={"old": channel_values(channel)}
    ) as note:
        channel_change(channel=channel, **fields)
        note.details["new"] = channel_values(channel)


def channel_values(channel: str) -> dict[str, Any]:
    """Return the settings of one channel by the names of `channel_change`."""
    shown = {view.channel: view for view in channels_listed()}[Channel(channel)]
    return {name: getattr(shown, name) for name in FIELDS}
