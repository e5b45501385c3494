"""MAX over its Bot API: one message a call, to people who have started the bot.

MAX knows no key against repeats: a call whose answer is lost is never made again. Its limits are two, that of all calls
and that of one dialogue; both are the same 429.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from notify.channels import http
from notify.channels.base import (
    Accepted,
    Capabilities,
    ChannelError,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.channels.columns import column_word
from notify.channels.deadline import Deadline
from notify.channels.max.api import MaxConf
from notify.channels.max.bot import MaxBot
from notify.channels.max.dialogues import DialoguePace
from notify.channels.max.image_tokens import ImageTokens
from notify.channels.max.images import LIMITS, NOT_UPLOADED, Images
from notify.channels.max.keyboard import keyboard
from notify.channels.max.words import NOT_READY

TEXT_LIMIT: Final = 4000
PER_SECOND: Final = 25
"""MAX bears 30 calls a second; the rest is left to answers and the watch over the subscription."""
PAUSES: Final = (1.0, 2.0, 4.0, 8.0)
"""Before each further try while MAX still works upon a picture."""
OF_THIS_MESSAGE: Final = frozenset({NOT_READY, NOT_UPLOADED})
TOO_MANY: Final = frozenset({"too_many_requests", "http_429"})


class MaxChannel(MaxBot):
    """Sends as one bot."""

    def __init__(
        self,
        conf: MaxConf,
        *,
        sleep: Callable[[float], None] = time.sleep,
        pace: DialoguePace | None = None,
        images: ImageTokens | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(conf)
        self.capabilities = Capabilities(
            provider=conf.name,
            buttons=True,
            images=LIMITS,
            text_limit=TEXT_LIMIT,
            call_seconds=http.CALL_SECONDS,
            per_second=PER_SECOND,
        )
        self._sleep = sleep
        self._pace = pace or DialoguePace()
        self._images = Images(self._api, images, clock=clock)

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over one message, after its picture. Somebody who was just written to is not asked about."""
        wait = self._pace.turn(message.address)
        if wait:
            return TemporarilyUnavailable("dialogue_pace", wait, was_asked=False)
        deadline = Deadline(http.CALL_SECONDS)
        try:
            outcome = self._sent(message, deadline)
        except (Rejected, OutcomeUnknown) as error:
            outcome = error
        except TemporarilyUnavailable as error:
            if error.reason not in OF_THIS_MESSAGE and not self._is_of_dialogue(error, deadline):
                raise
            outcome = error
        return outcome

    def _is_of_dialogue(self, error: TemporarilyUnavailable, deadline: Deadline) -> bool:
        """Return whether one dialogue has had too many calls, and not the bot: then MAX answers a question."""
        if error.reason not in TOO_MANY:
            return False
        try:
            self._api.call("GET", "/me", is_safe=True, deadline=deadline)
        except ChannelError:
            return False
        return True

    def _sent(self, message: OutboundMessage, deadline: Deadline) -> Outcome:
        _check(message)
        # The buttons first: a message that MAX would refuse uploads nothing.
        buttons = [keyboard(message.buttons)] if message.buttons else []
        token = self._images.token(message.image, deadline) if message.image is not None else ""
        try:
            return self._taken(message, _payload(message.text, token, buttons), deadline)
        except Rejected as error:
            if message.image is None or error.address_fault:
                raise
            # Surely not taken: it may be sent again with a picture that MAX knows.
            anew = self._images.token_anew(message.image, token, deadline)
            if not anew:
                raise
        return self._taken(message, _payload(message.text, anew, buttons), deadline)

    def _taken(self, message: OutboundMessage, payload: Mapping[str, Any], deadline: Deadline) -> Outcome:
        """Hand over a message, and wait within the call while MAX still works upon its picture."""
        if deadline.is_over:
            raise TemporarilyUnavailable(NOT_UPLOADED)
        for pause in PAUSES:
            try:
                return _accepted(message, self._posted(message.address, payload, deadline))
            except TemporarilyUnavailable as error:
                if error.reason != NOT_READY or not _is_left(deadline, pause):
                    raise
            self._sleep(pause)
        return _accepted(message, self._posted(message.address, payload, deadline))

    def _posted(self, address: str, payload: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
        query = {"user_id": address}
        if not self._conf.has_link_preview:
            query["disable_link_preview"] = "true"
        return self._api.call("POST", "/messages", query, payload, deadline=deadline)


def _payload(text: str, token: str, buttons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    attachments = [*([{"type": "image", "payload": {"token": token}}] if token else []), *buttons]
    return {"text": text, **({"attachments": attachments} if attachments else {})}


def _check(message: OutboundMessage) -> None:
    """Raise `Rejected` for what MAX is not even asked about."""
    if not (message.address.isascii() and message.address.isdigit()):
        raise Rejected("bad_address")
    if len(message.text) > TEXT_LIMIT:
        raise Rejected("text_size")


def _is_left(deadline: Deadline, seconds: float) -> bool:
    try:
        return deadline.left() > seconds
    except TimeoutError:
        return False


def _accepted(message: OutboundMessage, told: Mapping[str, Any]) -> Outcome:
    try:
        mid = told["message"]["body"]["mid"]
    except (KeyError, TypeError):
        mid = ""
    if not isinstance(mid, str) or not mid:
        return OutcomeUnknown("no_id")
    return Accepted(message.reference, column_word(mid))
