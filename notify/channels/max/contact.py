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
from notify.channels.sms_phones import e164

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
            numbers = {e164(found) for found in _PHONE.findall(form)}
            return _whole(numbers.pop()) if len(numbers) == 1 else ""
    return ""


def _is_signed(card: str, given: str, token: str) -> bool:
    wanted = hmac.new(token.encode(), card.encode(), hashlib.sha256).hexdigest()
    return bool(token) and hmac.compare_digest(wanted.encode(), given.lower().encode())


def _whole(phone: str) -> str:
    """Return a phone of a length that E.164 knows, an empty string for any other."""
    return phone if 8 <= len(phone) - 1 <= 15 else ""
