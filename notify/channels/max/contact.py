"""A phone number that a person has shared with the bot, and MAX's word for it (docs-api/use-cases, keyboard).

MAX signs the card of a person's own number with the bot's token. A card from the phone book, or of somebody else, has
no hash or another owner, and proves nothing.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

from consents.storable import storable

_PHONE: Final = re.compile(r"^TEL[^:\r\n]*:(.*)$", re.MULTILINE | re.IGNORECASE)


def phone_proved(attachment: Mapping[str, Any], *, user_id: int, token: str) -> str:
    """Return the number in E.164 that ``user_id`` has proved by this card, or an empty string."""
    payload = attachment.get("payload") or {}
    if (payload.get("max_info") or {}).get("user_id") != user_id:
        return ""
    card, given = storable(str(payload.get("vcf_info") or "")), storable(str(payload.get("hash") or ""))
    # The ends of lines may come spelled out; what is signed has real ones.
    for form in (card, card.replace("\\r\\n", "\r\n")):
        if _is_signed(form, given, token):
            numbers = {_e164(found) for found in _PHONE.findall(form)}
            return numbers.pop() if len(numbers) == 1 else ""
    return ""


def _is_signed(card: str, given: str, token: str) -> bool:
    wanted = hmac.new(token.encode(), card.encode(), hashlib.sha256).hexdigest()
    return bool(token) and hmac.compare_digest(wanted.encode(), given.lower().encode())


def _e164(number: str) -> str:
    digits = "".join(sign for sign in number if sign in "0123456789")
    if not 8 <= len(digits) <= 15:
        return ""
    return f"+7{digits[1:]}" if len(digits) == 11 and digits[0] in "78" else f"+{digits}"
