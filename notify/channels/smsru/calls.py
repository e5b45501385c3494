"""A code by a call: SMS.RU rings a phone, and the last digits of the number that rings are the code."""

from notify.channels.base import OutcomeUnknown
from notify.channels.sms_phones import digits_of
from notify.channels.smsru.api import SmsruApi, SmsruConf

LENGTH = 4


class CodeCall:
    """Rings phones. Used by one thread."""

    def __init__(self, conf: SmsruConf) -> None:
        self._api = SmsruApi(conf)

    def call(self, phone: str, ip: str = "") -> str:
        """Ring a phone; return the digits that its owner reads off. ``ip`` is the visitor's: SMS.RU counts by it.

        Raises `Rejected` for this phone or visitor, `OutcomeUnknown` where it may ring without our knowing the code,
        and `TemporarilyUnavailable` or `Misconfigured`.
        """
        found = self._api.call("code/call", {"phone": digits_of(phone), "ip": ip or "-1"})
        code = digits_of(str(found.get("code", "")))
        if not code or len(code) > LENGTH:
            raise OutcomeUnknown("no_code")
        # JSON may hold it as a number, without the noughts at its start.
        return code.rjust(LENGTH, "0")

    def close(self) -> None:
        """Let go of the connections."""
        self._api.client.close()
