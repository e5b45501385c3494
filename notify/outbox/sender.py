"""Sending: lease a chunk, ask the gate for each message, call the provider, store what came of it.

No transaction is open during a call. ``sending`` is committed alone right before it, for one message or for the batch
of one call; the results are stored alone, or in one commit with the gate of the next call. A killed worker leaves at
most the messages of its one call unknown.
"""

import logging
import math
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, NoReturn, cast
from uuid import UUID, uuid4

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection

from consents.apart import CONNECTION_ERRORS
from consents.enums import Channel
from consents.reach.recipients import RecipientRow, recipients_read
from notify.channels.base import (
    Accepted,
    BatchAdapter,
    ChannelAdapter,
    Misconfigured,
    Naming,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.conf import RENEW_SECONDS
from notify.enums import MessageState
from notify.errors import NotifyError
from notify.links.issuing import IssuedLink, links_prepare
from notify.messages.composing import RenderFailed, fitted
from notify.messages.sms_segments import sms_parts
from notify.outbox.address_faults import address_faults_apply
from notify.outbox.ahead import links_note, outcomes_note
from notify.outbox.brake import Brake
from notify.outbox.carriers import NO_ANSWERS, ProviderTrouble, breaker_close, breaker_open, provider_ready
from notify.outbox.lanes import Lane
from notify.outbox.queue import (
    Departure,
    Done,
    authorize_send,
    lease_rows,
    release,
    render_failed,
    renew,
    settle,
)
from notify.outbox.results import faults_of, provider_down, result_of
from notify.types import LeasedMessage

logger = logging.getLogger("notify.sending")

CHANNEL_PAUSE: Final = 3.0
"""Rows of a channel without a provider that is ready wait until the next nudge."""
DOUBTS_BORNE: Final = 3
"""Calls in a row without a clear answer after which a provider is left alone; on trial or with a spare, the first."""


class ChannelDown(Exception):
    """The provider cannot be reached, or we are misconfigured: the chunk's rows have been given back."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message that is written and waits for the gate."""

    row: LeasedMessage
    message: OutboundMessage
    zone: str


class ChannelSender:
    """One worker's sending over one channel by one provider. Keeps compiled texts from chunk to chunk.

    ``has_spare``: another one is ready, so that nothing waits for this provider. ``on_trial``: it failed last.
    """

    def __init__(
        self,
        *,
        adapter: ChannelAdapter,
        channel: str,
        lane: Lane,
        has_spare: bool = False,
        on_trial: bool = False,
    ) -> None:
        self._adapter, self._channel, self._lane = adapter, channel, lane
        self._composer = lane.composer()
        self._provider, self._is_in_parts = adapter.capabilities.provider, Channel(channel).spec.is_in_segments
        self._has_spare, self._on_trial, self._brake = has_spare, on_trial, Brake(self._provider)
        self._done: list[Done] = []
        self._states: dict[int, MessageState] = {}
        self._faults: list[tuple[LeasedMessage, Rejected]] = []
        self._doubts, self.accepted, self._is_well = 0, 0, False

    @property
    def batch(self) -> int:
        """Return how many messages one call takes."""
        return self._adapter.capabilities.batch

    def send(self, *, limit: int, deadline: float = math.inf) -> int:
        """Claim up to ``limit`` messages and send them, no new one after ``deadline``; return how many are done with.

        Raises `ChannelDown`. A repeat claims other rows; rows of a killed worker come back when their lease ends.
        """
        lease, self._states = uuid4(), {}
        if not (rows := lease_rows(channel=self._channel, priority=self._lane.priority, limit=limit, lease=lease)):
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
        self._brake.store(is_last=True)
        outcomes_note(rows, self._states)
        return len(rows) - left

    def _send_rows(self, rows: Sequence[LeasedMessage], lease: UUID, deadline: float) -> int:
        """Send what fits into the time; return how many rows went back unsent. The first call is always made."""
        recipients = recipients_read(contact_point_ids={row.contact_point_id for row in rows if row.contact_point_id})
        rows, links = self._links(rows, lease)
        waiting = [row.id for row in rows]
        size = self.batch
        renewed = time.monotonic()
        for index in range(0, len(rows), size):
            now = time.monotonic()
            if index and now > deadline:
                release(ids=waiting[index:], lease=lease)
                return len(rows) - index
            if now - renewed > RENEW_SECONDS:
                renew(ids=waiting[index:], lease=lease)
                renewed = now
            if not (written := self._write(rows[index : index + size], recipients, links, lease)):
                continue
            # Before the gate: looking up and greeting a server must not use up the lease of a call.
            if not provider_ready(self._adapter):
                self._give_up(waiting[index:], lease)
            allowed = self._allowed(written, lease)
            error = self._call(allowed) if allowed else None
            if self._brake.is_urgent:
                # The next gate must see what it says: with that gate it would be one call late.
                self._settle(lease)
            if error is not None:
                breaker_open(provider=self._provider, error=error)
                self._give_up(waiting[index + size :], lease)
        return 0

    def _give_up(self, ids: Sequence[int], lease: UUID) -> NoReturn:
        """Release the rows until the channel may be up again. Raises `ChannelDown`."""
        self._settle(lease)
        release(ids=ids, lease=lease, pause=0.0 if self._has_spare else CHANNEL_PAUSE)
        raise ChannelDown

    def _allowed(self, written: Sequence[_Ready], lease: UUID) -> list[_Ready]:
        """Ask the gate, and store the results of the call before in the same commit."""
        rows = {one.row.id: Departure(one.zone, one.message.provider_id) for one in written}
        gate = self._lane.gate
        try:
            states = authorize_send(gate=gate, rows=rows, lease=lease, provider=self._provider, done=self._done)
        except CONNECTION_ERRORS:
            # We cannot know whether the gate was committed, but we know that no call was made.
            connection.close()
            self._settle(lease)
            settle(done=[Done(number, MessageState.PLANNED, uncounted=1) for number in rows], lease=lease)
            raise
        self._stored()
        return [one for one in written if states.get(one.row.id) == MessageState.SENDING]

    def _settle(self, lease: UUID) -> None:
        """Store the results of the last call, if they have not been stored with the next gate."""
        if self._done:
            settle(done=self._done, lease=lease)
            self._stored()

    def _stored(self) -> None:
        """Forget the results of the last call, and act upon what they said of contacts."""
        self._states |= {one.id: one.state for one in self._done}
        self._done, faults, self._faults = [], self._faults, []
        address_faults_apply((row.id, outcome.address_fault, outcome.reason) for row, outcome in faults)
        self._brake.store()

    def _links(
        self, rows: Sequence[LeasedMessage], lease: UUID
    ) -> tuple[Sequence[LeasedMessage], dict[int, IssuedLink]]:
        """Return the rows that are still ours, and the links of those that need one."""
        orders = [order for order in map(self._composer.link_order, rows) if order]
        links = links_prepare(orders=orders, channel=self._channel, lease=lease) if orders else {}
        links_note(rows, orders, links)
        lost = {order.message_id for order in orders} - set(links)
        return [row for row in rows if row.id not in lost], links

    def _write(
        self,
        rows: Sequence[LeasedMessage],
        recipients: Mapping[int, RecipientRow],
        links: Mapping[int, IssuedLink],
        lease: UUID,
    ) -> list[_Ready]:
        """Return the messages that can be written; rows of the others end with the reason."""
        written = []
        for row in rows:
            recipient = recipients.get(row.contact_point_id or 0)
            message = self._compose(row, recipient, links.get(row.id), lease)
            if message is not None:
                written.append(_Ready(row, message, recipient.time_zone if recipient else ""))
        return self._named(written)

    def _named(self, written: list[_Ready]) -> list[_Ready]:
        """Return the messages with their names, where the adapter chooses names for a whole call."""
        if not written or not hasattr(self._adapter, "named"):
            return written
        named = cast("Naming", self._adapter).named([one.message for one in written])
        return [replace(one, message=message) for one, message in zip(written, named, strict=True)]

    def _compose(
        self, row: LeasedMessage, recipient: RecipientRow | None, link: IssuedLink | None, lease: UUID
    ) -> OutboundMessage | None:
        """Return the message; None when it cannot be written, after ending its row with the reason."""
        try:
            message = self._composer.compose(row, recipient, link)
            return fitted(message, channel=self._channel, capabilities=self._adapter.capabilities)
        except RenderFailed as error:
            why = error.reason
        except NotifyError as error:
            why = error.code
        except (DatabaseError, SoftTimeLimitExceeded):
            raise
        except Exception as error:
            logger.error("message %s: cannot be written: %s", row.id, type(error).__name__)
            why = "compose_error"
        render_failed(row=row, lease=lease, error=why)
        self._brake.unwritten(row, why)
        return None

    def _call(self, batch: Sequence[_Ready]) -> ProviderTrouble | None:
        """Call the provider and keep the results; return why the provider is down if it is."""
        pause = self._lane.first_pause
        try:
            outcomes = self._outcomes([one.message for one in batch])
        except (TemporarilyUnavailable, Misconfigured) as error:
            # If others have just gone through, it may be this very message that the provider chokes on.
            counted, spare = self.accepted > 0, self._has_spare
            self._done = [
                provider_down(row=one.row, error=error, first_pause=pause, is_counted=counted, has_spare=spare)
                for one in batch
            ]
            # A refusal of us amid others that go through may be of one recipient: the next call tells.
            is_first, self._is_well = self._is_well and isinstance(error, Misconfigured) and not spare, False
            return None if is_first and self.batch == 1 else error
        except SoftTimeLimitExceeded:
            raise  # the worker is about to be killed; the row ends like that of any killed worker
        except Exception as error:
            name = type(error).__name__
            logger.error("message %s: adapter of %s failed with %s", batch[0].row.id, self._provider, name)
            outcomes = [OutcomeUnknown("adapter_error")] * len(batch)
        self._done = [
            result_of(row=one.row, outcome=outcome, first_pause=pause, counted=self._counted(one.message))
            for one, outcome in zip(batch, outcomes, strict=True)
        ]
        rows = [one.row for one in batch]
        self._faults = faults_of(rows, outcomes)
        self._brake.called(rows, self._done, {row.id for row, _outcome in self._faults})
        return self._judged(outcomes)

    def _counted(self, message: OutboundMessage) -> int:
        return len(sms_parts(message.text)) if self._is_in_parts else 0

    def _outcomes(self, messages: Sequence[OutboundMessage]) -> Sequence[Outcome]:
        """Hand the messages over by one call."""
        batch = cast("BatchAdapter", self._adapter)
        outcomes = batch.send_batch(messages) if self.batch > 1 else [self._adapter.send(messages[0])]
        if len(outcomes) != len(messages):
            raise ValueError("an adapter answered for more or fewer messages than it got")
        return outcomes

    def _judged(self, outcomes: Sequence[Outcome]) -> ProviderTrouble | None:
        """Judge the provider by one call: taken is well, nothing but doubt in several calls in a row is trouble."""
        taken = sum(isinstance(one, Accepted) for one in outcomes)
        if taken and not self.accepted:
            breaker_close(provider=self._provider)
        self.accepted, self._is_well = self.accepted + taken, self._is_well or taken > 0
        in_doubt = all(isinstance(one, OutcomeUnknown) for one in outcomes)
        self._doubts = self._doubts + 1 if in_doubt else 0
        borne = 1 if self._has_spare or (self._on_trial and not self.accepted) else DOUBTS_BORNE
        return TemporarilyUnavailable(NO_ANSWERS) if self._doubts >= borne else None
