"""Channels as the administrator set them."""

from dataclasses import dataclass

from consents.enums import Channel
from notify.models import ChannelSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """One channel. ``per_second`` 0 means no limit of ours."""

    channel: Channel
    is_open: bool
    contract: bool
    contract_note: str
    per_second: int

    @property
    def may_write_first(self) -> bool:
        """Say whether campaigns may use it: MAX needs a contract for that, and every channel must be open."""
        return self.is_open and (self.contract or self.channel != Channel.MAX)


def channels_listed() -> list[ChannelView]:
    """Every channel in the order of `Channel`; one without a row is open and without a limit, as for the gate."""
    rows = {row.channel: row for row in ChannelSetting.objects.all()}
    return [_view(channel, rows.get(channel) or ChannelSetting(channel=channel.value)) for channel in Channel]


def writable_channels() -> tuple[Channel, ...]:
    """Return the channels on which campaigns may write now."""
    return tuple(view.channel for view in channels_listed() if view.may_write_first)


def _view(channel: Channel, row: ChannelSetting) -> ChannelView:
    return ChannelView(
        channel=channel,
        is_open=row.is_open,
        contract=row.contract,
        contract_note=row.contract_note,
        per_second=row.per_second,
    )
