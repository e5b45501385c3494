"""What is written outside the database before messages leave, and what came of them: no restore sends them again.

Lines name messages by our reference, links by their hash and people by their number; nothing personal.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Final

from consents.outside.epochs import Mark
from consents.outside.files import lines_add, lines_sync
from notify.enums import MessageState
from notify.links.issuing import IssuedLink, LinkOrder, link_hash
from notify.types import LeasedMessage

logger = logging.getLogger("notify.sending")

CLAIMED: Final = "claimed"
LINKS: Final = "links"
ENDED: Final = "ended"


def claim_note(mark: Mark, rows: Sequence[LeasedMessage]) -> None:
    """Write down which messages are about to leave; flushed by what follows. Raises OSError."""
    messages = [
        [
            row.reference.hex,
            row.kind,
            row.channel,
            row.campaign_id,
            row.customer_id,
            row.contact_point_id,
            row.step_id,
        ]
        for row in rows
    ]
    lines_add([mark.line(CLAIMED, rows=messages)], is_synced=False)


def links_note(rows: Sequence[LeasedMessage], orders: Sequence[LinkOrder], links: Mapping[int, IssuedLink]) -> None:
    """Write down the links of messages that are about to leave, and flush what was written of them. Raises OSError."""
    references = {row.id: row.reference for row in rows}
    made = [
        [
            references[order.message_id].hex,
            link_hash(links[order.message_id].token).hex(),
            order.scope.value,
            order.touchpoint_id,
            order.expires_at.isoformat(),
        ]
        for order in orders
        if order.message_id in links
    ]
    if made:
        lines_add([{"kind": LINKS, "rows": made}])
    else:
        lines_sync()


def outcomes_note(rows: Sequence[LeasedMessage], states: Mapping[int, MessageState]) -> None:
    """Write down what came of the messages of a chunk; those without a state went back unsent. A crash may lose it."""
    ended: dict[str, list[str]] = {}
    for row in rows:
        ended.setdefault(states.get(row.id, MessageState.PLANNED).value, []).append(row.reference.hex)
    try:
        lines_add([{"kind": ENDED, **ended}], is_synced=False)
    except OSError as error:
        logger.error("what came of %d messages cannot be written outside: %s", len(rows), error.strerror)
