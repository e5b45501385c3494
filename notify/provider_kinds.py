"""All that an administrator can set up: providers with adapters of our own, and mail services behind anymail."""

from collections.abc import Mapping
from typing import Final

from notify.channels.registry import CHANNEL_KINDS
from notify.channels.setup import ProviderKind
from notify.esp.provider import ESP_KINDS

KINDS: Final[Mapping[str, ProviderKind]] = {kind.code: kind for kind in (*CHANNEL_KINDS, *ESP_KINDS)}
"""By code, in the order of the page."""
