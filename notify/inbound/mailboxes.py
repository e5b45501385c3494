"""Letters that come to the company's mailbox: stored, understood, and only then put away."""

import logging
from functools import partial
from typing import Final

from consents.apart import apart
from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.mailbox.provider import MAILBOX, mailbox_of
from notify.channels.mailbox.webhook import stored_form
from notify.inbound.handling import payload_handle
from notify.inbound.payloads import payload_store
from notify.provider_setups import setup_values, setups_listed

logger = logging.getLogger("notify.providers")

MOST: Final = 100
"""Of one round and one mailbox; the next round goes on."""


def mailboxes_read() -> int:
    """Read what is new in every mailbox that is on; return how many letters. A repeat reads none twice."""
    names = [setup.name for setup in setups_listed() if setup.is_on and setup.kind == MAILBOX]
    return sum(apart(f"reading mailbox {name}", partial(_read, name), 0) for name in names)


def _read(name: str) -> int:
    count = 0
    try:
        box = mailbox_of(setup_values(name=name))
        try:
            for letter, raw in box.read_new(MOST):
                if apart(f"keeping a letter of mailbox {name}", partial(_keep, name, raw), broken=False):
                    box.done(letter)
                    count += 1
        finally:
            box.close()
    except (TemporarilyUnavailable, Misconfigured) as error:
        logger.warning("mailbox %s was not read to the end: %s", name, error.reason)
    return count


def _keep(name: str, raw: bytes) -> bool:
    """Store and understand one letter. True also for one that is there already."""
    payload_id = payload_store(provider=name, headers={}, body=stored_form(raw))
    if payload_id is not None:
        payload_handle(payload_id=payload_id)
    return True
