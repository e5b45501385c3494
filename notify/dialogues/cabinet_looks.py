"""Looks into the cabinets of providers, before a message is left to people there."""

import logging
from contextlib import closing
from typing import cast

from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.events import CabinetLook
from notify.channels.registry import adapter_of
from notify.channels.setup import Provider
from notify.dialogues.cabinets import cabinets_open
from notify.models import InboundMessage

logger = logging.getLogger("notify.inbound")


class CabinetLooks:
    """What one run of a worker has seen of cabinets. One that gave no answer is not asked again in the same run."""

    def __init__(self) -> None:
        self._cabinets: dict[str, Provider] | None = None

    def shows(self, message: InboundMessage) -> bool:
        """Return whether people of the company see this message in the cabinet of its provider.

        False where dialogues are led in the inbox, and where a cabinet does not show it or cannot be asked, which is
        logged. Never call it inside a transaction.
        """
        if self._cabinets is None:
            self._cabinets = cabinets_open()
        provider = self._cabinets.get(message.provider)
        if provider is None:
            return False
        try:
            with closing(adapter_of(provider, message.channel)) as adapter:
                adapter.open()
                look = cast("CabinetLook", adapter)
                is_shown = look.cabinet_holds(chat=message.chat, event_key=message.event_key, text=message.text)
            why = "not_in_cabinet"
        except (TemporarilyUnavailable, Misconfigured) as error:
            del self._cabinets[provider.name]
            is_shown, why = False, error.reason
        if not is_shown:
            logger.warning("provider %s: message %s waits in the inbox, %s", provider.name, message.pk, why)
        return is_shown
