"""One message as the submit_sm that carry it. Pure.

The parts of a long text ask for a receipt by the last of them alone: they go one after another, so it says most, and
its id is the one that is kept.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from aiosmpplib import NPI, TON, GSM7BitCodec, OptionalParam, PhoneNumber, SubmitSm
from aiosmpplib.state import SAR_MSG_REF_NUM, SAR_SEGMENT_SEQNUM, SAR_TOTAL_SEGMENTS

from notify.channels.base import OutboundMessage, Rejected
from notify.channels.gsm import HEADER_8BIT, HEADER_16BIT, sms_alphabet, sms_parts
from notify.channels.smpp.conf import SHORTEST_VALIDITY, LongTexts, SmppConf
from notify.channels.smpp.pdu import HAS_HEADER

MOST_PARTS: Final = 255
LONGEST_VALIDITY: Final = int(timedelta(weeks=63).total_seconds())

HEADERS: Final[dict[LongTexts, int]] = {
    "udh8": HEADER_8BIT,
    "udh16": HEADER_16BIT,
    # The SMSC makes the header itself, of a length that we do not know: parts fit either.
    "sar": HEADER_16BIT,
    "payload": HEADER_8BIT,
}

_PHONE = re.compile(r"\+?([0-9]{5,15})")


def parts_of(message: OutboundMessage, conf: SmppConf) -> tuple[str, ...]:
    """Return the text as it is cut and charged. Raises `Rejected` for one that no SMS can carry."""
    if not message.text:
        raise Rejected("no_text")
    try:
        message.text.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise Rejected("bad_text") from error
    parts = sms_parts(message.text, HEADERS[conf.long_texts])
    if len(parts) > MOST_PARTS:
        raise Rejected("too_long")
    return parts


def submits(message: OutboundMessage, parts: tuple[str, ...], conf: SmppConf, reference: int) -> list[SubmitSm]:
    """Return the submit_sm of ``parts`` in their order. Raises `Rejected` for an address that is no phone."""
    if conf.long_texts == "payload" and len(parts) > 1:
        whole = _submit(message, message.text, conf)
        whole.short_message, whole.message_payload = "", message.text
        return [whole]
    made = [_submit(message, part, conf) for part in parts]
    is_ucs2 = sms_alphabet(message.text) == "ucs2"
    for number, submit in enumerate(made, start=1):
        content = (
            submit.short_message.encode("utf-16-be") if is_ucs2 else GSM7BitCodec().encode(submit.short_message)[0]
        )
        if len(parts) > 1:
            content = _tied(submit, conf.long_texts, (reference, len(parts), number)) + content
        submit.registered_delivery = int(number == len(parts))
        submit.set_encoded_message(content)
    return made


def _submit(message: OutboundMessage, text: str, conf: SmppConf) -> SubmitSm:
    phone = _PHONE.fullmatch(message.address)
    if phone is None:
        raise Rejected("bad_address")
    seconds = list(_validity(message, conf))
    return SubmitSm(
        short_message=text,
        source=PhoneNumber(conf.source, TON(conf.source_ton), NPI(conf.source_npi)),
        destination=PhoneNumber(phone[1], TON.INTERNATIONAL, NPI.ISDN),
        service_type=conf.service_type,
        esm_class=conf.esm_class,
        validity_period=timedelta(seconds=min(seconds)) if seconds else None,
        encoding="ucs2" if sms_alphabet(message.text) == "ucs2" else None,
    )


def _validity(message: OutboundMessage, conf: SmppConf) -> Iterator[int]:
    for seconds in (message.valid_seconds, conf.validity_seconds):
        if seconds:
            yield min(max(seconds, SHORTEST_VALIDITY), LONGEST_VALIDITY)


def _tied(submit: SubmitSm, how: LongTexts, place: tuple[int, int, int]) -> bytes:
    """Mark one part of several; return the header that its content begins with."""
    reference, total, number = place
    if how == "sar":
        submit.optional_params = [
            OptionalParam(SAR_MSG_REF_NUM, reference),
            OptionalParam(SAR_TOTAL_SEGMENTS, total),
            OptionalParam(SAR_SEGMENT_SEQNUM, number),
        ]
        return b""
    submit.esm_class |= HAS_HEADER
    if how == "udh16":
        return bytes([6, 8, 4, reference >> 8, reference & 0xFF, total, number])
    return bytes([5, 0, 3, reference & 0xFF, total, number])
