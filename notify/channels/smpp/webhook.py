"""What an SMSC has told us, read from the bodies that `inbox` made of it. Pure."""

import json
import re
from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from aiosmpplib.state import MESSAGE_STATE, NETWORK_ERROR_CODE, RECEIPTED_MESSAGE_ID

from notify.channels.base import AddressFault, Rejected
from notify.channels.columns import LONGEST_TEXT, column_word
from notify.channels.events import DeliveryReport, InboundText, PlainAnswer, ReportState
from notify.channels.smpp.conf import IdFormat
from notify.channels.smpp.ids import receipted_id, submitted_id
from notify.channels.smpp.words import BY_WORD, GSM_NETWORK, NETWORK_FAULTS, STATES
from notify.channels.sms_phones import e164

ID_LENGTH: Final = 80

_TEXT_OF_RECEIPT = re.compile(r"\btext:", re.IGNORECASE)
_FIELD = re.compile(r"\b(id|stat|err):\s*([!-~]+)", re.IGNORECASE)
_PHONE = re.compile(r"\+?([0-9]{7,15})")
_NO_ERROR = re.compile(r"0*")


class SmppReader(PlainAnswer):
    """Reads what the adapter has kept. Nobody calls it over HTTP, so `verify` lets nobody pass."""

    def __init__(self, id_format: IdFormat = "same", absent_numbers: Set[str] = frozenset()) -> None:
        """Take the form of ids, and the words of ``err:`` by which this SMSC says that there is no such number."""
        self._id_format, self._absent_numbers = id_format, absent_numbers

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 - the protocol's signature
        """Return False: no call over HTTP is theirs."""
        return False

    def read(self, body: bytes) -> Sequence[DeliveryReport | InboundText]:
        """Read one body. A part of a text and a receipt without an id are nothing to anybody."""
        try:
            said = json.loads(body)
            kind, at = said["kind"], datetime.fromisoformat(said["at"])
            if at.tzinfo is None:
                raise ValueError("a time without a zone")
            if kind == "receipt":
                return self._report(_Receipt(said), at)
            if kind == "text":
                return _inbound(said, at, sha256(body).hexdigest()[:32])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Rejected("unreadable") from error
        if kind != "part":
            raise Rejected("unreadable")
        return []

    def _report(self, receipt: "_Receipt", at: datetime) -> list[DeliveryReport]:
        provider_id = self._id(receipt)
        if not provider_id:
            return []
        word, state = receipt.state()
        key = f"{provider_id}:{word}" + (f":{receipt.error}" if receipt.error else "")
        return [
            DeliveryReport(
                event_key=key,
                state=state,
                occurred_at=at,
                provider_id=provider_id,
                detail=f"{word}_{receipt.error}" if receipt.error else word,
                address_fault=self._fault(receipt) if state == "failed" else "",
            )
        ]

    def _id(self, receipt: "_Receipt") -> str:
        """Return the id under which the message is kept.

        The parameter has it in the form of the answer, the text may have it in another or cut to ten characters.
        """
        by_parameter = submitted_id(receipt.parameter_id, self._id_format)
        by_text = receipted_id(receipt.fields.get("id", ""), self._id_format)
        found = by_parameter or by_text if self._id_format == "same" else by_text or by_parameter
        return column_word(found, ID_LENGTH)

    def _fault(self, receipt: "_Receipt") -> AddressFault:
        return "dead" if receipt.error in self._absent_numbers else receipt.network_fault()


class _Receipt:
    """A receipt taken apart."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        # Behind `text:` stand words of the message, which may look like fields.
        head = _TEXT_OF_RECEIPT.split(str(said.get("text") or ""), maxsplit=1)[0]
        self.fields = {name.lower(): value for name, value in _FIELD.findall(head)}
        self._parameters: Mapping[str, str] = said.get("parameters") or {}

    def _parameter(self, tag: int) -> bytes:
        return bytes.fromhex(self._parameters.get(f"{tag:04x}", ""))

    @property
    def parameter_id(self) -> str:
        return self._parameter(RECEIPTED_MESSAGE_ID).partition(b"\0")[0].decode("latin-1")

    @property
    def error(self) -> str:
        """Return the word of ``err:``; empty where it says that there was none."""
        given = self.fields.get("err", "")[:20]
        return "" if _NO_ERROR.fullmatch(given) else given

    def state(self) -> tuple[str, ReportState]:
        """Return a word of the table and our state; the number counts more than the word."""
        number = self._parameter(MESSAGE_STATE)
        if number and number[0] in STATES:
            return STATES[number[0]]
        word = self.fields.get("stat", "").lower()
        return (word, BY_WORD[word]) if word in BY_WORD else ("unknown", "unknown")

    def network_fault(self) -> AddressFault:
        code = self._parameter(NETWORK_ERROR_CODE)
        if len(code) != 3 or code[0] != GSM_NETWORK:
            return ""
        return NETWORK_FAULTS.get(int.from_bytes(code[1:]), "")


def _inbound(said: Mapping[str, Any], at: datetime, key: str) -> list[InboundText]:
    """Read what a person wrote; what came from a name or a short number is from nobody whom we know."""
    phone = _PHONE.fullmatch(str(said["source"]))
    if phone is None:
        return []
    account = e164(phone[1])
    text = column_word(said["text"], LONGEST_TEXT)
    return [InboundText(channel="sms", account=account, chat=account, occurred_at=at, text=text, event_key=key)]
