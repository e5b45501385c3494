"""Channels as the administrator set them, and whether a provider stands behind them."""

from dataclasses import dataclass

from consents.enums import Channel
from notify.conf import notify_conf
from notify.models import ChannelSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """One channel. ``per_second`` 0 means no limit of ours; without a provider nothing leaves, however open it is."""

    channel: Channel
    is_open: bool
    has_provider: bool
    contract: bool
    contract_note: str
    per_second: int

    @property
    def may_write_first(self) -> bool:
        """Return whether campaigns may use it: a provider, an open channel, and a contract if it needs one."""
        return self.has_provider and self.is_open and (self.contract or not self.channel.spec.needs_contract)


def channels_listed() -> list[ChannelView]:
    """Return every channel in the order of `Channel`; one without a row is open and unlimited, as for the gate."""
    rows = {row.channel: row for row in ChannelSetting.objects.all()}
    connected = channels_connected()
    return [
        _view(channel, rows.get(channel) or ChannelSetting(channel=channel.value), has_provider=channel in connected)
        for channel in Channel
    ]


def writable_channels() -> tuple[Channel, ...]:
    """Return the channels on which campaigns may write now."""
    return tuple(view.channel for view in channels_listed() if view.may_write_first)


def channels_connected() -> frozenset[Channel]:
    """Return the channels with a provider, by the settings: only over these can messages leave."""
    return frozenset(Channel(name) for name in notify_conf().channels)


def _view(channel: Channel, row: ChannelSetting, *, has_provider: bool) -> ChannelView:
    return ChannelView(
        channel=channel,
        is_open=row.is_open,
        has_provider=has_provider,
        contract=row.contract,
        contract_note=row.contract_note,
        per_second=row.per_second,
    )
