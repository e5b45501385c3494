"""Masks of contacts for anyone who holds a link. Pure."""

from typing import Final

import phonenumbers
from phonenumbers import NumberParseException

from consents.enums import ContactKind
from consents.normalise.emails import email_display

DOT: Final = "\N{BULLET}"


def phone_mask(value: str) -> str:
    """Write `+79161234512` as `+7 9•• •••-••-12`; of a foreign number only the country code and two digits stay."""
    if len(value) == 12 and value.startswith("+7") and value[1:].isdecimal():
        return f"+7 {value[2]}{DOT * 2} {DOT * 3}-{DOT * 2}-{value[-2:]}"
    try:
        code = str(phonenumbers.parse(value).country_code)
    except NumberParseException:
        return DOT * 10 + value[-2:]
    hidden = max(len(value) - len(code) - 3, 4)
    return f"+{code} {DOT * hidden}{value[-2:]}"


def email_mask(value: str) -> str:
    """Write `ivan@yandex.ru` as `i•••@y•••.ru`: the first letters and the zone; a Cyrillic domain in Cyrillic."""
    local, _, domain = email_display(value).rpartition("@")
    name, dot, zone = domain.rpartition(".")
    return f"{local[:1]}{DOT * 3}@{name[:1]}{DOT * 3}{dot}{zone}"


def contact_mask(kind: str, value: str) -> str:
    """Mask one value: at most two digits or one letter stay. An account of a messenger is only a word."""
    spec = ContactKind(kind).spec
    if spec.mask == "word":
        return str(spec.word)
    return phone_mask(value) if spec.mask == "phone" else email_mask(value)
