"""Phones, addresses, names, time zones and signs as they are stored, and the masks that anyone may see. Pure."""

from consents.normalise.codes import code_read
from consents.normalise.emails import EMAIL_LIMIT, email_display, email_normalise, email_tidy
from consents.normalise.masks import contact_mask, email_mask, phone_mask
from consents.normalise.names import NAME_LIMIT, name_key
from consents.normalise.phones import Phone, phone_normalise
from consents.normalise.signs import (
    EMPTY,
    NOTHING,
    PASTED_LIMIT,
    has_control,
    hides_signs,
    is_plain,
    says_nothing,
    text_folded,
    text_seen,
)
from consents.normalise.zones import zone_check

__all__ = [
    "EMAIL_LIMIT",
    "EMPTY",
    "NAME_LIMIT",
    "NOTHING",
    "PASTED_LIMIT",
    "Phone",
    "code_read",
    "contact_mask",
    "email_display",
    "email_mask",
    "email_normalise",
    "email_tidy",
    "has_control",
    "hides_signs",
    "is_plain",
    "name_key",
    "phone_mask",
    "phone_normalise",
    "says_nothing",
    "text_folded",
    "text_seen",
    "zone_check",
]
