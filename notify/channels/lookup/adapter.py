"""One signed question to the company's own system, and its answer as short plain texts."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from notify.channels.base import Misconfigured, OutcomeUnknown
from notify.channels.columns import column_word
from notify.channels.http import Client
from notify.channels.signing import PREFIX, key_of, signed_headers

CALL_SECONDS: Final = 3.0
"""Of a whole question: somebody waits for the answer in a dialogue."""
EVENT: Final = "status.lookup"
MOST_BYTES: Final = 64 * 1024
MOST_VALUES: Final = 30
NAME_LIMIT: Final = 40
VALUE_LIMIT: Final = 300

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. ``key`` names the question, the same for a repeat; ``customer`` is the company's own number."""

    key: str
    number: str
    customer: str | None
    channel: str


class Lookup:
    """The company's address with the secret that signs our questions."""

    def __init__(self, *, url: str, secret: str) -> None:
        """Take address and secret. Raises `Misconfigured` for a secret that is none."""
        try:
            self._key = key_of(secret)
        except ValueError as error:
            raise Misconfigured("bad_secret") from error
        if not secret.startswith(PREFIX):
            raise Misconfigured("bad_secret")
        self._url = url

    def ask(self, question: Question) -> Mapping[str, str] | None:
        """Return the values of a number, None for one that the company does not know.

        Raises a `ChannelError` with a short reason for anything else. Asked once; nothing is repeated here.
        """
        body = _body(question)
        headers = signed_headers([self._key], identifier=question.key, at=int(time.time()), body=body)
        headers |= {"Content-Type": "application/json", "Accept": "application/json"}
        client = Client()
        try:
            answer = client.call("POST", self._url, headers=headers, content=body, is_safe=True, seconds=CALL_SECONDS)
        finally:
            client.close()
        answer.check()
        if len(answer.content) > MOST_BYTES:
            raise OutcomeUnknown("too_long")
        return _understood(answer.json())


def _body(question: Question) -> bytes:
    payload = {
        "type": EVENT,
        "number": question.number,
        "customer": question.customer,
        "channel": question.channel,
    }
    return json.dumps(payload, ensure_ascii=False).encode()


def _understood(answer: Mapping[str, Any]) -> Mapping[str, str] | None:
    if answer.get("found") is False:
        return None
    values = answer.get("values")
    if answer.get("found") is not True or not isinstance(values, dict) or len(values) > MOST_VALUES:
        raise OutcomeUnknown("unreadable_answer")
    if not all(_is_plain(name, NAME_LIMIT) and _is_plain(value, VALUE_LIMIT) for name, value in values.items()):
        raise OutcomeUnknown("bad_value")
    return values


def _is_plain(text: object, limit: int) -> bool:
    """Return whether this is a short text of one line, of signs that the answer made of it can hold."""
    return isinstance(text, str) and column_word(text, limit) == text and not _CONTROL.search(text)
