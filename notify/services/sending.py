"""Sending: claim a chunk, ask the gate for each message, call the provider, store what came of it.

No transaction is open during a call. ``sending`` is committed alone right before it; the result is stored
alone, or in one commit with the gate of the next message. A killed worker leaves at most its one call unknown.
"""

import logging
import random
import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone

from consents.selectors.recipients import RecipientRow, recipients_read
from notify.channels.base import (
    Accepted,
    ChannelAdapter,
    ChannelError,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.conf import ATTEMPTS, BACKOFF_SECONDS, RENEW_SECONDS, REST_SECONDS
from notify.enums import MessageState
from notify.errors import NotifyError
from notify.services.claims import (
    CONNECTION_ERRORS,
    GATE_CAMPAIGN,
    GATE_INTERACTIVE,
    INTERACTIVE_PRIORITY,
    Claimed,
    Done,
    claim,
    gate_pass,
    release,
    renew,
    settle,
    unwritable,
)
from notify.services.composing import CampaignText, campaign_text
from notify.services.composing_interactive import TextExpired, interactive_compose, interactive_link_order
from notify.services.links import IssuedLink, LinkOrder, links_prepare

logger = logging.getLogger("notify.sending")

INTERACTIVE_BACKOFF_SECONDS: Final = 3
CHANNEL_PAUSE: Final = 3.0
LOST_CONNECTION: Final = (*CONNECTION_ERRORS, OperationalError, InterfaceError)


class ChannelDown(Exception):
    """The provider cannot be reached, or we are misconfigured: the chunk's rows have been given back."""


class Chunk:
    """One worker's sending over one channel. Keeps compiled texts from chunk to chunk."""

    def __init__(self, *, adapter: ChannelAdapter, channel: str, priority: int) -> None:
        self._adapter = adapter
        self._channel = channel
        self._priority = priority
        self._gate = GATE_INTERACTIVE if priority == INTERACTIVE_PRIORITY else GATE_CAMPAIGN
        self._texts: dict[int, CampaignText] = {}
        self._done: Done | None = None
        self.accepted = 0

    def send(self, *, limit: int) -> int:
        """Claim up to ``limit`` messages and send them; give how many were claimed.

        Raises `ChannelDown`. A repeat claims other rows; rows of a worker that died come back by their lease.
        """
        lease = uuid4()
        rows = claim(channel=self._channel, priority=self._priority, limit=limit, lease=lease)
        if not rows:
            return 0
        try:
            self._send_rows(rows, lease)
        except Exception as error:
            if isinstance(error, LOST_CONNECTION):
                connection.close()
            # Whatever broke the chunk must not cost the result of the last call.
            self._settle(lease)
            raise
        self._settle(lease)
        return len(rows)

    def _send_rows(self, rows: Sequence[Claimed], lease: UUID) -> None:
        recipients = recipients_read(contact_point_ids={row.contact_point_id for row in rows if row.contact_point_id})
        rows, links = self._links(rows, lease)
        renewed = time.monotonic()
        for index, row in enumerate(rows):
            if time.monotonic() - renewed > RENEW_SECONDS:
                renew(ids=[waiting.id for waiting in rows[index:]], lease=lease)
                renewed = time.monotonic()
            recipient = recipients.get(row.contact_point_id or 0)
            message = self._compose(row, recipient, links.get(row.id), lease)
            if message is None or not self._may_start(row, recipient.time_zone if recipient else "", lease):
                continue
            self._done, is_down = self._call(row, message)
            if is_down:
                rest = self._done.pause
                self._settle(lease)
                release(ids=[waiting.id for waiting in rows[index + 1 :]], lease=lease, rest=rest)
                raise ChannelDown

    def _may_start(self, row: Claimed, zone: str, lease: UUID) -> bool:
        """Ask the gate, and store the result of the call before in the same commit."""
        try:
            state = gate_pass(gate=self._gate, row=row, zone=zone, lease=lease, done=self._done)
        except CONNECTION_ERRORS:
            # We cannot know whether the gate was committed, but we know that no call was made.
            connection.close()
            self._settle(lease)
            settle(done=Done(row.id, MessageState.PLANNED, uncounted=1), lease=lease)
            raise
        self._done = None
        return state == MessageState.SENDING

    def _settle(self, lease: UUID) -> None:
        """Store the result of the last call, if it has not been stored with the next gate."""
        done, self._done = self._done, None
        if done is not None:
            settle(done=done, lease=lease)

    def _links(self, rows: Sequence[Claimed], lease: UUID) -> tuple[Sequence[Claimed], dict[int, IssuedLink]]:
        """Links for those who need one, and the rows without those that somebody else has taken over since."""
        orders = [order for order in map(self._link_order, rows) if order]
        if not orders:
            return rows, {}
        links = links_prepare(orders=orders, channel=self._channel, lease=lease)
        lost = {order.message_id for order in orders} - set(links)
        return [row for row in rows if row.id not in lost], links

    def _link_order(self, row: Claimed) -> LinkOrder | None:
        if self._priority == INTERACTIVE_PRIORITY:
            return interactive_link_order(row=row)
        if row.campaign_id is None:
            return None
        text = self._text(row.campaign_id)
        return LinkOrder(row.id, text.touchpoint_id, timezone.now() + text.link_life)

    def _text(self, campaign_id: int) -> CampaignText:
        if campaign_id not in self._texts:
            self._texts[campaign_id] = campaign_text(campaign_id=campaign_id)
        return self._texts[campaign_id]

    def _compose(
        self, row: Claimed, recipient: RecipientRow | None, link: IssuedLink | None, lease: UUID
    ) -> OutboundMessage | None:
        """The message, or nothing when it cannot be written: then the row has been ended with the reason."""
        try:
            if self._priority == INTERACTIVE_PRIORITY:
                return interactive_compose(row=row, recipient=recipient, link=link)
            if recipient is None or link is None or row.campaign_id is None:
                unwritable(row=row, lease=lease, error="no_contact")
                return None
            text = self._text(row.campaign_id)
            values = text.values(recipient, link)
            return text.compose(reference=str(row.reference), address=recipient.address, values=values)
        except TextExpired:
            unwritable(row=row, lease=lease, error="code_expired")
        except NotifyError as error:
            unwritable(row=row, lease=lease, error=error.code)
        except DatabaseError:
            raise
        except Exception as error:
            logger.error("message %s: cannot be written: %s", row.id, type(error).__name__)
            unwritable(row=row, lease=lease, error="compose_error")
        return None

    def _call(self, row: Claimed, message: OutboundMessage) -> tuple[Done, bool]:
        """One call; its result, and whether the whole channel is down."""
        try:
            outcome = self._adapter.send([message])[0]
        except (TemporarilyUnavailable, Misconfigured) as error:
            logger.warning("channel %s is down: %s", self._channel, error.reason)
            pause = REST_SECONDS if isinstance(error, Misconfigured) else error.retry_after or CHANNEL_PAUSE
            return Done(row.id, MessageState.PLANNED, error.reason, pause=pause, uncounted=1), True
        except Exception as error:
            logger.error("message %s: adapter failed with %s", row.id, type(error).__name__)
            return Done(row.id, MessageState.UNKNOWN, "adapter_error"), False
        self.accepted += isinstance(outcome, Accepted)
        return self._result(row, outcome), False

    def _result(self, row: Claimed, outcome: Outcome) -> Done:
        match outcome:
            case Accepted():
                return Done(row.id, MessageState.ACCEPTED, provider_id=outcome.provider_id)
            case Rejected():
                return Done(row.id, MessageState.FAILED, outcome.reason)
            case OutcomeUnknown():
                return Done(row.id, MessageState.UNKNOWN, outcome.reason)
            case TemporarilyUnavailable():
                return self._later(row, outcome)

    def _later(self, row: Claimed, outcome: TemporarilyUnavailable) -> Done:
        if row.attempt + 1 >= ATTEMPTS:
            return Done(row.id, MessageState.FAILED, f"gave_up_{outcome.reason}")
        first = INTERACTIVE_BACKOFF_SECONDS if self._priority == INTERACTIVE_PRIORITY else BACKOFF_SECONDS
        pause = outcome.retry_after or first * 2**row.attempt * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries
        return Done(row.id, MessageState.PLANNED, outcome.reason, pause=pause)


def channel_ready(adapter: ChannelAdapter, channel: str) -> bool:
    """Open the provider's door before anything is claimed."""
    try:
        adapter.open()
    except ChannelError as error:
        logger.warning("channel %s is down: %s", channel, error.reason)
        return False
    return True
