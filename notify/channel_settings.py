"""Channels as the administrator sets them: open or closed, pace, contract; and the providers behind them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from consents.enums import Channel
from consents.reach.channels_used import channels_used
from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.registry import adapter_of, carriers_of
from notify.errors import ContractMissing
from notify.models import ChannelSetting
from notify.provider_setups import connected_channels, providers_set_up


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """One channel. ``per_second`` 0 means no limit of ours; without a provider nothing leaves, however open it is."""

    channel: Channel
    has_provider: bool
    is_open: bool = True
    contract: bool = False
    contract_note: str = ""
    per_second: int = 0
    frequency: str = ""
    """How often the company writes here, in its own words for customers; empty: nothing is said."""

    @property
    def may_write_first(self) -> bool:
        """Return whether campaigns may use it: a provider, an open channel, and a contract if it needs one."""
        return self.has_provider and self.is_open and (self.contract or not self.channel.spec.needs_contract)


def channels_in_use() -> tuple[Channel, ...]:
    """Return the channels that people are shown, in the order of `Channel`: connected now, or used by the company.

    One that no provider carries and nobody has a contact of is not there for anybody. Whoever walks the channels for
    people asks here.
    """
    shown = channels_connected() | channels_used()
    return tuple(channel for channel in Channel if channel in shown)


def channels_listed() -> list[ChannelView]:
    """Return the channels in use; one without a row is open and unlimited, as for the gate."""
    connected = channels_connected()
    shown = connected | channels_used()
    return [view for view in _views(connected) if view.channel in shown]


def writable_channels() -> tuple[Channel, ...]:
    """Return the channels on which campaigns may write now."""
    return tuple(view.channel for view in _views(channels_connected()) if view.may_write_first)


def channel_texts() -> dict[Channel, str]:
    """Return what customers are told of each channel: what comes there and, in the company's words, how often."""
    rows = ChannelSetting.objects.values_list("channel", "frequency", "contract")
    said = {channel: (frequency, contract) for channel, frequency, contract in rows}
    texts = dict[Channel, str]()
    for one in Channel:
        frequency, contract = said.get(one, ("", False))
        is_closed = one.spec.needs_contract and not contract
        text = (is_closed and one.spec.card_text_closed) or one.spec.card_text
        texts[one] = f"{text} {frequency}".strip()
    return texts


def channels_connected() -> frozenset[Channel]:
    """Return the channels with a provider, by the settings: only over these can messages leave."""
    codes = connected_channels()
    return frozenset(channel for channel in Channel if channel.value in codes)


def _views(connected: Collection[Channel]) -> list[ChannelView]:
    columns = ("channel", "is_open", "contract", "contract_note", "per_second", "frequency")
    rows = {row.pop("channel"): row for row in ChannelSetting.objects.values(*columns)}
    return [
        ChannelView(channel=channel, has_provider=channel in connected, **rows.get(channel, {})) for channel in Channel
    ]


@transaction.atomic
def channel_change(
    *,
    channel: str,
    is_open: bool,
    per_second: int,
    contract: bool = False,
    contract_note: str = "",
    frequency: str = "",
) -> bool:
    """Store the settings of one channel; the gate of the next message asks them. False when nothing changed.

    A closed channel holds back campaigns, notices and tests. One-time codes pass it: people cannot come in without.
    A contract is kept where the platform asks for one, and only with a note that says which. Raises `ContractMissing`.
    """
    needs_contract = Channel(channel).spec.needs_contract
    has_contract = contract and needs_contract
    if has_contract and not contract_note.strip():
        raise ContractMissing
    wanted = {
        "is_open": is_open,
        "per_second": per_second,
        "frequency": frequency.strip(),
        "contract": has_contract,
        "contract_note": contract_note.strip() if needs_contract else "",
    }
    row, _ = ChannelSetting.objects.select_for_update().get_or_create(channel=Channel(channel).value)
    if {name: getattr(row, name) for name in wanted} == wanted:
        return False
    ChannelSetting.objects.filter(pk=row.pk).update(**wanted)
    return True


def connection_check(*, channel: str) -> str:
    """Open a connection to the provider of ``channel`` and close it; return why it failed, or an empty string."""
    try:
        carriers = carriers_of(channel, providers_set_up())
        if not carriers:
            return "no_provider"
        adapter = adapter_of(carriers[0], channel)
        adapter.open()
    except (TemporarilyUnavailable, Misconfigured) as error:
        return error.reason
    adapter.close()
    return ""
