"""Sending: lease a chunk, ask the gate for each message, call the provider, store what came of it.

No transaction is open during a call. ``sending`` is committed alone right before it; the result is stored
alone, or in one commit with the gate of the next message. A killed worker leaves at most its one call unknown.
"""

import logging
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NoReturn
from uuid import UUID, uuid4

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection

from consents.reach.recipients import RecipientRow, recipients_read
from notify.channels.base import Accepted, ChannelAdapter, Misconfigured, OutboundMessage, TemporarilyUnavailable
from notify.conf import BACKOFF_SECONDS, RENEW_SECONDS
from notify.enums import MessageState
from notify.errors import NotifyError
from notify.links.issuing import IssuedLink, links_prepare
from notify.messages.composing import CampaignComposer, Composer, RenderFailed, fitted
from notify.messages.transactional import TransactionalComposer
from notify.outbox.gate import GATE_CAMPAIGN, GATE_TRANSACTIONAL
from notify.outbox.queue import (
    CONNECTION_ERRORS,
    Done,
    authorize_send,
    lease_rows,
    release,
    render_failed,
    renew,
    settle,
)
from notify.outbox.results import CHANNEL_PAUSE, ChannelTrouble, breaker_open, channel_down, result_of
from notify.types import CAMPAIGN_PRIORITY, TRANSACTIONAL_PRIORITY, LeasedMessage

logger = logging.getLogger("notify.sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Rows of one ``priority``: who writes them, what may hold them back, how long the first pause after "later" is."""

    priority: int
    gate: str
    first_pause: float
    composer: Callable[[], Composer]


CAMPAIGNS: Final = Lane(
    priority=CAMPAIGN_PRIORITY, gate=GATE_CAMPAIGN, first_pause=BACKOFF_SECONDS, composer=CampaignComposer
)
TRANSACTIONAL: Final = Lane(
    priority=TRANSACTIONAL_PRIORITY, gate=GATE_TRANSACTIONAL, first_pause=3, composer=TransactionalComposer
)


class ChannelDown(Exception):
    """The provider cannot be reached, or we are misconfigured: the chunk's rows have been given back."""


class ChannelSender:
    """One worker's sending over one channel. Keeps compiled texts from chunk to chunk."""

    def __init__(self, *, adapter: ChannelAdapter, channel: str, lane: Lane) -> None:
        self._adapter, self._channel, self._lane = adapter, channel, lane
        self._composer = lane.composer()
        self._done: Done | None = None
        self.accepted = 0

    def send(self, *, limit: int, deadline: float = math.inf) -> int:
        """Claim up to ``limit`` messages and send them, no new one after ``deadline``; return how many are done with.

        Raises `ChannelDown`. A repeat claims other rows; rows of a killed worker come back when their lease ends.
        """
        lease = uuid4()
        rows = lease_rows(channel=self._channel, priority=self._lane.priority, limit=limit, lease=lease)
        if not rows:
            return 0
        try:
            left = self._send_rows(rows, lease, deadline)
        except Exception as error:
            if isinstance(error, CONNECTION_ERRORS):
                connection.close()
            # Whatever broke the chunk must not cost the result of the last call.
            self._settle(lease)
            with suppress(*CONNECTION_ERRORS):
                release(ids=[row.id for row in rows], lease=lease)
            raise
        self._settle(lease)
        return len(rows) - left

    def _send_rows(self, rows: Sequence[LeasedMessage], lease: UUID, deadline: float) -> int:
        """Send what fits into the time; return how many rows went back unsent. The first one always goes."""
        recipients = recipients_read(contact_point_ids={row.contact_point_id for row in rows if row.contact_point_id})
        rows, links = self._links(rows, lease)
        waiting = [row.id for row in rows]
        renewed = time.monotonic()
        for index, row in enumerate(rows):
            now = time.monotonic()
            if index and now > deadline:
                release(ids=waiting[index:], lease=lease)
                return len(rows) - index
            if now - renewed > RENEW_SECONDS:
                renew(ids=waiting[index:], lease=lease)
                renewed = now
            recipient = recipients.get(row.contact_point_id or 0)
            message = self._compose(row, recipient, links.get(row.id), lease)
            if message is None:
                continue
            # Before the gate: looking up and greeting a server must not use up the lease of a call.
            if not channel_ready(self._adapter, self._channel):
                self._give_up(waiting[index:], lease)
            if self._may_start(row, recipient.time_zone if recipient else "", lease):
                self._done, error = self._call(row, message)
                if error is not None:
                    breaker_open(channel=self._channel, error=error)
                    self._give_up(waiting[index + 1 :], lease)
        return 0

    def _give_up(self, ids: Sequence[int], lease: UUID) -> NoReturn:
        """Release the rows until the channel may be up again. Raises `ChannelDown`."""
        self._settle(lease)
        release(ids=ids, lease=lease, pause=CHANNEL_PAUSE)
        raise ChannelDown

    def _may_start(self, row: LeasedMessage, zone: str, lease: UUID) -> bool:
        """Ask the gate, and store the result of the call before in the same commit."""
        try:
            state = authorize_send(gate=self._lane.gate, row=row, zone=zone, lease=lease, done=self._done)
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

    def _links(
        self, rows: Sequence[LeasedMessage], lease: UUID
    ) -> tuple[Sequence[LeasedMessage], dict[int, IssuedLink]]:
        """Return the rows that are still ours, and the links of those that need one."""
        orders = [order for order in map(self._composer.link_order, rows) if order]
        if not orders:
            return rows, {}
        links = links_prepare(orders=orders, channel=self._channel, lease=lease)
        lost = {order.message_id for order in orders} - set(links)
        return [row for row in rows if row.id not in lost], links

    def _compose(
        self, row: LeasedMessage, recipient: RecipientRow | None, link: IssuedLink | None, lease: UUID
    ) -> OutboundMessage | None:
        """Return the message; None when it cannot be written, after ending its row with the reason."""
        try:
            message = self._composer.compose(row, recipient, link)
            return fitted(message, channel=self._channel, capabilities=self._adapter.capabilities)
        except RenderFailed as error:
            render_failed(row=row, lease=lease, error=error.reason)
        except NotifyError as error:
            render_failed(row=row, lease=lease, error=error.code)
        except (DatabaseError, SoftTimeLimitExceeded):
            raise
        except Exception as error:
            logger.error("message %s: cannot be written: %s", row.id, type(error).__name__)
            render_failed(row=row, lease=lease, error="compose_error")
        return None

    def _call(self, row: LeasedMessage, message: OutboundMessage) -> tuple[Done, ChannelTrouble | None]:
        """Call the provider; return the result, and why the channel is down if it is."""
        try:
            outcome = self._adapter.send(message)
        except (TemporarilyUnavailable, Misconfigured) as error:
            # If others have just gone through, it may be this very message that the provider chokes on.
            is_counted = self.accepted > 0
            return channel_down(row=row, error=error, first_pause=self._lane.first_pause, is_counted=is_counted), error
        except SoftTimeLimitExceeded:
            raise  # the worker is about to be killed; the row ends like that of any killed worker
        except Exception as error:
            provider = self._adapter.capabilities.provider
            logger.error("message %s: adapter of %s failed with %s", row.id, provider, type(error).__name__)
            return Done(row.id, MessageState.UNKNOWN, "adapter_error"), None
        self.accepted += isinstance(outcome, Accepted)
        return result_of(row=row, outcome=outcome, first_pause=self._lane.first_pause), None


def channel_ready(adapter: ChannelAdapter, channel: str) -> bool:
    """Open a connection to the provider; return whether it is open. A failure pauses the channel."""
    try:
        adapter.open()
    except (TemporarilyUnavailable, Misconfigured) as error:
        breaker_open(channel=channel, error=error)
        return False
    return True
