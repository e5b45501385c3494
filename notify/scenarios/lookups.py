"""The company's look-up as it is set up, asked outside of any transaction."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from consents.errors import SecretUnreadable
from notify.channels.base import ChannelError
from notify.channels.lookup.adapter import Question
from notify.channels.lookup.provider import LOOKUP, lookup_make
from notify.errors import SetupMissing
from notify.provider_setups import setup_values, setups_listed

logger = logging.getLogger("notify.scenarios")


@dataclass(frozen=True, slots=True)
class Found:
    """What the look-up has answered: values, None for an unknown number; ``has_failed``: nothing that can be used."""

    values: Mapping[str, str] | None = None
    has_failed: bool = False


def lookup_name() -> str:
    """Return the name of the set-up that answers; empty without one that is on."""
    return next((one.name for one in setups_listed() if one.kind.code == LOOKUP.code and one.is_on), "")


def status_ask(question: Question) -> Found:
    """Ask the company what a number is at. Never raises for what the other side does."""
    name = lookup_name()
    if not name:
        return Found(has_failed=True)
    try:
        return Found(lookup_make(setup_values(name=name)).ask(question))
    except (ChannelError, SecretUnreadable, SetupMissing) as error:
        logger.warning("look-up %s failed: %s", name, getattr(error, "reason", "") or type(error).__name__)
        return Found(has_failed=True)
