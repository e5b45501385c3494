"""What staff do with a channel: each act and its row in the journal."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from consents.enums import Channel
from notify.channel_settings import channel_change, channels_listed, codes_switch
from notify.contracts import ContractView, contract_add, contract_end
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded

FIELDS = ("is_open", "per_second", "frequency")


def change_channel(*, actor: StaffActor, channel: str, fields: Mapping[str, Any]) -> None:
    """Store the settings of one channel; ``fields`` are those of `channel_change`."""
    with recorded(
        actor, AuditedAction.CHANNEL_CHANGED, "channel", channel, details={"old": channel_values(channel)}
    ) as note:
        channel_change(channel=channel, **fields)
        note.details["new"] = channel_values(channel)
        note.is_new = note.details["new"] != note.details["old"]


def channel_values(channel: str) -> dict[str, Any]:
    """Return the settings of one channel by the names of `channel_change`."""
    shown = {view.channel: view for view in channels_listed()}[Channel(channel)]
    return {name: getattr(shown, name) for name in FIELDS}


def add_contract(*, actor: StaffActor, channel: str, fields: Mapping[str, Any]) -> None:
    """Keep a contract with the platform; ``fields`` are those of `contract_add`. Raises ContractRefused."""
    details = {
        "contract": fields["number"],
        "signed_on": fields["signed_on"].isoformat(),
        "since": fields["valid_from"].isoformat(),
        "until": _day(fields.get("valid_until")),
        "kinds": sorted(fields["kinds"]),
    }
    with recorded(actor, AuditedAction.CONTRACT_CHANGED, "channel", channel, details=details):
        contract_add(channel=channel, **fields)


def end_contract(*, actor: StaffActor, channel: str, contract: ContractView, last_day: date) -> None:
    """Set the last day of a contract. Raises ContractUnknown, ContractRefused."""
    details = {
        "contract": contract.number,
        "old": {"until": _day(contract.valid_until)},
        "new": {"until": last_day.isoformat()},
    }
    with recorded(actor, AuditedAction.CONTRACT_CHANGED, "channel", channel, details=details):
        contract_end(channel=channel, contract_id=contract.id, last_day=last_day)


def switch_codes(*, actor: StaffActor, channel: str, is_on: bool, reason: str) -> None:
    """Let one-time codes go over a channel, or no longer. Raises ChannelRefused."""
    with recorded(actor, AuditedAction.CODES_SWITCHED, "channel", channel, reason=reason, details={"is_on": is_on}):
        codes_switch(channel=channel, is_on=is_on)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
