"""Phones, addresses, names and time zones as they are stored, and the masks that anyone may see. Pure."""

from consents.normalise.emails import EMAIL_LIMIT, email_display, email_normalise
from consents.normalise.masks import contact_mask, email_mask, phone_mask
from consents.normalise.names import NAME_LIMIT, has_control, name_key
from consents.normalise.phones import Phone, phone_normalise
from consents.normalise.zones import zone_check

__all__ = [
    "EMAIL_LIMIT",
    "NAME_LIMIT",
    "Phone",
    "contact_mask",
    "email_display",
    "email_mask",
    "email_normalise",
    "has_control",
    "name_key",
    "phone_mask",
    "phone_normalise",
    "zone_check",
]
