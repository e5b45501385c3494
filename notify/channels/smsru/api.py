"""Calls to SMS.RU: a form there, JSON back, and what its code means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from notify.channels.base import ChannelError, Misconfigured, OutcomeUnknown, Rejected, TemporarilyUnavailable
from notify.channels.http import Client
from notify.channels.sms_phones import fault_of, number_of
from notify.channels.smsru.words import LATER_SECONDS, SENDING

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
OK: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsruConf:
    """One account."""

    name: str
    url: str
    api_id: str = field(repr=False)
    sender: str = ""
    is_test: bool = False
    barred: frozenset[int] = frozenset()


class SmsruApi:
    """One connection to an account."""

    def __init__(self, conf: SmsruConf) -> None:
        self.conf = conf
        self.client = Client()

    def call(self, path: str, fields: Mapping[str, str], *, seconds: float = float("inf")) -> dict[str, Any]:
        """Make a call that may change something; return what was answered with the code 100.

        Raises what any other code means, of the call as a whole.
        """
        return self._made(path, fields, is_safe=False, seconds=seconds)

    def ask(self, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Make a call that changes nothing. Raises `TemporarilyUnavailable`, `Misconfigured` and `Rejected`."""
        try:
            return self._made(path, fields, is_safe=True)
        except OutcomeUnknown as error:
            raise TemporarilyUnavailable(error.reason) from error

    def meaning(self, code: int) -> ChannelError:
        """Return the error that a code stands for."""
        meaning, reason, known = SENDING.get(code, ("refused", f"code_{code}", ""))
        if meaning == "ours":
            return Misconfigured(reason)
        if meaning == "later":
            return TemporarilyUnavailable(reason, LATER_SECONDS.get(reason))
        if meaning == "unknown":
            return OutcomeUnknown(reason)
        return Rejected(reason, fault_of(code, known, self.conf.barred))

    def _made(
        self, path: str, fields: Mapping[str, str], *, is_safe: bool, seconds: float = float("inf")
    ) -> dict[str, Any]:
        content = urlencode({"api_id": self.conf.api_id, "json": "1", **fields}).encode()
        url = f"{self.conf.url}/{path}"
        answer = self.client.call("POST", url, headers=FORM, content=content, is_safe=is_safe, seconds=seconds)
        answer.check()
        found = answer.json()
        code = code_of(found)
        if code == OK or (code is None and found.get("status") == "OK"):
            return found
        raise OutcomeUnknown("unreadable_answer") if code is None else self.meaning(code)


def code_of(found: Mapping[str, Any]) -> int | None:
    """Return the code of an answer or of one row of it, None without one."""
    try:
        return number_of(found.get("status_code"))
    except (ValueError, TypeError):
        return None
