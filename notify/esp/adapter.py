"""Letters over any service of django-anymail. Anymail writes the call, our client carries it."""

from collections.abc import Callable
from typing import Any, Final

from anymail.exceptions import AnymailError, AnymailRequestsAPIError
from anymail.message import AnymailMessage
from requests import Response

from notify.channels.base import (
    Accepted,
    AddressFault,
    Capabilities,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
)
from notify.channels.columns import LONGEST_REASON, column_word
from notify.channels.http import CALL_SECONDS, Answer, Client
from notify.channels.smtp.mime import address_check, header_plain, header_words
from notify.esp.service import REFERENCE, Service, Values, as_object, error_of
from notify.esp.transport import session

TAKEN: Final = frozenset({"queued", "sent"})
REFUSED: Final = frozenset({"invalid", "rejected", "failed"})
"""Anymail's words for what became of a recipient."""


class EspChannel:
    """One message a call: letters differ in all their text, and what services vary within a batch are fields."""

    def __init__(self, service: Service, name: str, values: Values) -> None:
        self._service, self._values = service, values
        self.capabilities = Capabilities(provider=name, html=True, call_seconds=CALL_SECONDS)
        self._client = Client()
        self._backend = service.backend(values)
        self._backend.session = session(self._client)

    def open(self) -> None:
        """Look the service up; connections are made by the call itself, and kept."""
        self._client.look_up(self._backend.api_url)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over the letter by a call of its own."""
        try:
            letter = self._letter(message)
            payload = self._backend.build_message_payload(letter, self._backend.send_defaults)
            response = self._backend.post_to_esp(payload, letter)
        except (Rejected, OutcomeUnknown) as error:
            return error
        except AnymailRequestsAPIError as error:
            return self._refused(error.response, message.address)
        except AnymailError:
            return Rejected("unsupported")  # said while the call is put together: nothing has left
        return self._answered(
            message, response, lambda: self._backend.parse_recipient_status(response, payload, letter)
        )

    def _letter(self, message: OutboundMessage) -> AnymailMessage:
        """Return the letter as anymail takes it. Raises `Rejected` for what could break a header."""
        header_words(message.subject)
        header_words(message.sender_name)
        name = message.sender_name.replace("\\", "\\\\").replace('"', '\\"')
        sender = address_check(self._values["sender"])
        reply_to = self._values.get("reply_to", "")
        headers = self._service.headers(message, self._values)
        letter = AnymailMessage(
            subject=message.subject,
            body=message.text,
            from_email=f'"{name}" <{sender}>' if name else sender,
            to=[address_check(message.address)],
            reply_to=[address_check(reply_to)] if reply_to else None,
            headers={header: header_plain(value) for header, value in headers.items()},
            metadata={REFERENCE: message.reference},
            # A personal link must be seen as it is, and openings of letters say nothing.
            track_clicks=False,
            track_opens=False,
            esp_extra=self._service.own_fields(message, self._values),
        )
        if message.html:
            letter.attach_alternative(message.html, "text/html")
        return letter

    def _answered(self, message: OutboundMessage, response: Response, read: Callable[[], Any]) -> Outcome:
        """Return what a 2xx answer says of the one recipient."""
        try:
            found = {address.lower(): status for address, status in read().items()}
        except AnymailRequestsAPIError as error:
            return self._refused(error.response, message.address)
        except (AnymailError, LookupError, TypeError, AttributeError, ValueError):
            return OutcomeUnknown("unreadable_answer")
        status = found.get(message.address.lower())
        if status is not None and status.status in TAKEN:
            return Accepted(message.reference, column_word(status.message_id))
        if status is not None and status.status in REFUSED:
            return self._refusal(response, message.address) or Rejected(status.status, _fault(status.status))
        return OutcomeUnknown("unreadable_answer")

    def _refused(self, response: Response | None, address: str) -> Outcome:
        """Return what an answer with an error says: by the service's own codes, else by the status.

        Raises `TemporarilyUnavailable` and `Misconfigured`.
        """
        if response is None:
            return OutcomeUnknown("no_answer")
        refusal = self._refusal(response, address)
        if refusal is not None:
            return refusal
        code = self._service.code_of(_json(response))
        try:
            if code in self._service.meanings:
                raise error_of(self._service.meanings[code])
            Answer(response.status_code, response.headers, response.content).check()
        except Rejected as error:
            is_plain = not code or not error.reason.startswith("http_")
            return error if is_plain else Rejected(column_word(f"code_{code}", LONGEST_REASON))
        except OutcomeUnknown as error:
            return error
        return OutcomeUnknown("unreadable_answer")

    def _refusal(self, response: Response, address: str) -> Rejected | None:
        """Return the refusal of this very recipient, where the service says so in a word of its own."""
        word = self._service.refusal_of(_json(response), address)
        return Rejected(word, self._service.refusals[word]) if word in self._service.refusals else None


def _fault(status: str) -> AddressFault:
    return "dead" if status == "invalid" else ""


def _json(response: Response) -> Any:
    try:
        return as_object(response.json())
    except ValueError:
        return {}
