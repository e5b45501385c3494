"""Channels as the administrator sets them: open or closed, pace; the contracts and providers behind them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from consents.enums import Channel
from consents.reach.channels_used import channels_used
from notify.channels.base import ImageLimits, Misconfigured, TemporarilyUnavailable
from notify.channels.registry import adapter_of, capabilities_of, carriers_of
from notify.contracts import ContractView, contract_refusal, contracts_listed
from notify.enums import ContractKind, TextKind
from notify.errors import ChannelRefused
from notify.models import ChannelSetting
from notify.provider_setups import connected_channels, providers_set_up


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """One channel. ``per_second`` 0 means no limit of ours; without a provider nothing leaves, however open it is."""

    channel: Channel
    has_provider: bool
    is_open: bool = True
    contracts: tuple[ContractView, ...] = ()
    carries_codes: bool = False
    """Whether the DPO lets one-time codes go where the platform asks for a contract."""
    per_second: int = 0
    frequency: str = ""
    """How often the company writes here, in its own words for customers; empty: nothing is said."""

    @property
    def kinds(self) -> frozenset[ContractKind]:
        """Return what the contracts in force allow; everything where the platform asks for none."""
        if not self.channel.spec.needs_contract:
            return frozenset(ContractKind)
        return frozenset(kind for contract in self.contracts if contract.is_in_force for kind in contract.kinds)

    @property
    def may_write_first(self) -> bool:
        """Return whether campaigns may use it: a provider, an open channel, and a contract if it needs one."""
        return any(self.takes(kind) for kind in TextKind)

    @property
    def takes_authorization(self) -> bool:
        """Return whether the contracts in force allow one-time codes."""
        return ContractKind.AUTHORIZATION in self.kinds

    def takes(self, kind: TextKind) -> bool:
        """Return whether campaigns of one kind may use it."""
        return self.has_provider and self.is_open and ContractKind(kind) in self.kinds


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
    """Return the channels on which campaigns may send service messages now."""
    return tuple(view.channel for view in _views(channels_connected()) if view.takes(TextKind.SERVICE))


def channel_texts() -> dict[Channel, str]:
    """Return what customers are told of each channel: what comes there and, in the company's words, how often."""
    said = dict(ChannelSetting.objects.values_list("channel", "frequency"))
    return {channel: f"{_card_text(channel)} {said.get(channel, '')}".strip() for channel in Channel}


def _card_text(channel: Channel) -> str:
    spec = channel.spec
    if not contract_refusal(channel=channel, kind=ContractKind.SERVICE):
        return str(spec.card_text)
    if not contract_refusal(channel=channel, kind=ContractKind.ADVERTISING):
        return str(spec.card_text_advertising or spec.card_text)
    return str(spec.card_text_closed or spec.card_text)


def channels_connected() -> frozenset[Channel]:
    """Return the channels with a provider, by the settings: only over these can messages leave."""
    return channels_coded(connected_channels())


def channels_coded(codes: Collection[str]) -> frozenset[Channel]:
    """Return channels by their codes; a code that is no channel of ours is left out."""
    return frozenset(channel for channel in Channel if channel.value in codes)


def image_limits(*, channel: str) -> ImageLimits | None:
    """Return what a picture over a channel may be at most, by the strictest of its providers.

    None where the channel shows none, has no provider, or one of them takes none: any of them may carry a message.
    """
    if not Channel(channel).spec.has_images:
        return None
    carriers = carriers_of(channel, providers_set_up())
    limits = [capabilities_of(carrier, channel).images for carrier in carriers]
    known = [one for one in limits if one is not None]
    if not known or len(known) < len(limits):
        return None
    return ImageLimits(size=min(one.size for one in known), side=min(one.side for one in known))


def _views(connected: Collection[Channel]) -> list[ChannelView]:
    columns = ("channel", "is_open", "carries_codes", "per_second", "frequency")
    rows = {row.pop("channel"): row for row in ChannelSetting.objects.values(*columns)}
    contracts = contracts_listed()
    return [
        ChannelView(
            channel=channel,
            has_provider=channel in connected,
            contracts=tuple(one for one in contracts if one.channel == channel),
            **rows.get(channel, {}),
        )
        for channel in Channel
    ]


def codes_pass(channel: str) -> bool:
    """Return whether one-time codes may go over a channel.

    Where the platform asks for a contract, the DPO must have allowed it, and a contract in force must cover
    authorization.
    """
    spec = Channel(channel).spec
    if not spec.asks_before_codes:
        return spec.contact.code_methods is not None
    is_allowed = ChannelSetting.objects.filter(channel=channel, carries_codes=True).exists()
    return is_allowed and not contract_refusal(channel=channel, kind=ContractKind.AUTHORIZATION)


@transaction.atomic
def codes_switch(*, channel: str, is_on: bool) -> bool:
    """Store whether the DPO lets one-time codes go over a channel that needs a contract. False when nothing changed.

    Raises `ChannelRefused` where there is nothing to decide.
    """
    if not Channel(channel).spec.asks_before_codes:
        raise ChannelRefused(channel=channel)
    ChannelSetting.objects.get_or_create(channel=Channel(channel).value)
    changed = ChannelSetting.objects.filter(channel=channel).exclude(carries_codes=is_on)
    return changed.update(carries_codes=is_on) > 0


@transaction.atomic
def channel_change(*, channel: str, is_open: bool, per_second: int, frequency: str = "") -> bool:
    """Store the settings of one channel; the gate of the next message asks them. False when nothing changed.

    A closed channel holds back campaigns, notices and tests. One-time codes pass it: people cannot come in without.
    """
    wanted = {"is_open": is_open, "per_second": per_second, "frequency": frequency.strip()}
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
