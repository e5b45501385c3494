"""One message handed over within one call, its parts one after another: at most one of them waits for an answer.

A part that is put off is tried again while the call lasts, once the SMSC has the parts before it: half a message is
worth nothing. One that is refused then leaves the message with an unknown outcome.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiosmpplib import SubmitSm
from aiosmpplib.state import SmppCommand

from notify.channels.base import Accepted, Misconfigured, Outcome, OutcomeUnknown, TemporarilyUnavailable
from notify.channels.deadline import Deadline
from notify.channels.smpp.conf import IdFormat
from notify.channels.smpp.ids import submitted_id
from notify.channels.smpp.pace import Pace
from notify.channels.smpp.pdu import Pdu, word
from notify.channels.smpp.session import Lost, NotSent, Session
from notify.channels.smpp.words import THROTTLED, THROTTLED_SECONDS, refusal

ID_LENGTH: Final = 65

Verdict = Outcome | Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What the messages of one call share."""

    session: Session
    pace: Pace
    deadline: Deadline
    id_format: IdFormat

    async def message(self, reference: str, submits: Sequence[SubmitSm], parts: int) -> Verdict:
        """Hand over one message of so many parts."""
        try:
            moments = self.pace.moments(len(submits), self.deadline)
        except TimeoutError:
            return TemporarilyUnavailable("pace")
        verdict: Verdict | str = ""
        for number, (submit, moment) in enumerate(zip(submits, moments, strict=True)):
            verdict = await (self._further(submit, moment) if number else self._part(submit, moment))
            if not isinstance(verdict, str):
                return OutcomeUnknown("parts") if number else verdict
        return Accepted(reference, str(verdict), parts)

    async def _further(self, submit: SubmitSm, moment: float) -> Verdict | str:
        """Hand over a part behind others, as often as it is put off."""
        while True:
            verdict = await self._part(submit, moment)
            if not isinstance(verdict, TemporarilyUnavailable) or verdict.retry_after is None:
                return verdict
            moment = time.monotonic() + verdict.retry_after

    async def _part(self, submit: SubmitSm, moment: float) -> Verdict | str:
        """Return the SMSC's id of one part, or what became of it otherwise."""
        try:
            await self.pace.turn(moment, self.deadline)
            left = self.deadline.left()
        except TimeoutError:
            return TemporarilyUnavailable("no_time")
        try:
            async with asyncio.timeout(left):
                answer = await self.session.ask(submit)
        except NotSent:
            return TemporarilyUnavailable("dropped")
        except (Lost, TimeoutError):
            return OutcomeUnknown("no_answer")
        return self._judged(answer)

    def _judged(self, answer: Pdu) -> Verdict | str:
        if answer.status == THROTTLED:
            self.pace.pause(THROTTLED_SECONDS)
        if answer.status:
            return refusal(answer.status)
        if answer.command != SmppCommand.SUBMIT_SM_RESP:
            return OutcomeUnknown("unreadable_answer")
        return submitted_id(word(answer.body)[0][:ID_LENGTH], self.id_format)
