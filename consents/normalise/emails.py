"""E-mail addresses as they are stored and compared. Pure: no look-up of a domain.

The fast path returns exactly what the library returns for the shapes it takes; a property test compares the two.
"""

import re
from functools import lru_cache
from typing import Final

from email_validator import EmailNotValidError, validate_email
from email_validator.exceptions import EmailSyntaxError

from consents.errors import BadValue
from consents.normalise.signs import PASTED_LIMIT, text_folded

EMAIL_LIMIT: Final = 254

_WRAPPED: Final = re.compile(r"[^<>@]*<\s*([^<>\s]+@[^<>\s]+)\s*>[\s.,;]*")
_LABEL: Final = re.compile(r"(?:e-?mail|почта|эл\.? ?почта|адрес)\s*:\s*", re.IGNORECASE)
_MAILTO: Final = re.compile(r"mailto:\s*([^?]*)(?:\?.*)?", re.IGNORECASE)
_LATIN: Final = re.compile(r"[a-z]", re.IGNORECASE)
_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)

_PLAIN: Final = re.compile(r"[a-z0-9._+-]+@[a-z0-9.-]+[a-z0-9]", re.ASCII | re.IGNORECASE)
_PLAIN_LOCAL: Final = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*", re.ASCII | re.IGNORECASE)


def email_normalise(raw: str) -> str:
    """Return an address as it is stored and compared: trimmed, lower case, its domain in ASCII.

    The part before @ is lowered too: no Russian mail service is case-sensitive, and a refusal must match every
    spelling of the address it was given for. Raises BadValue: email_at, email_several, email_space, email_zone,
    email_comma, email_domain, email_letters, email_mixed, email_reserved, email_too_long, email_malformed.
    """
    text = raw.strip()
    if len(text) > PASTED_LIMIT:
        raise BadValue(_email_reason(text, "too long"))
    if not _PLAIN.fullmatch(text):
        text = email_tidy(text)
    local, at, domain = text.rpartition("@")
    # 60 + 150 stays under every limit of length, whichever form is counted.
    if at and len(local) <= 60 and len(domain) <= 150 and _PLAIN_LOCAL.fullmatch(local):
        ascii_domain = _domain_ascii(domain)
        if ascii_domain:
            return f"{local.lower()}@{ascii_domain}"
    return _email_by_library(text)


def email_tidy(raw: str) -> str:
    """Return an address without what is put around it: a name, brackets, `mailto:`, a full stop.

    A text that is too long for one stays as it is.
    """
    if len(raw) > PASTED_LIMIT:
        return raw
    text = text_folded(raw).lstrip("'")
    if wrapped := _WRAPPED.fullmatch(text):
        text = wrapped[1]
    text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    if link := _MAILTO.fullmatch(text):
        text = link[1]
    return text.lstrip(" ,;<([«").rstrip(" .,;>)]»")


@lru_cache(maxsize=8192)
def _domain_ascii(domain: str) -> str:
    """Return the ASCII form of a domain, empty when the library refuses it or it may exceed a limit of length."""
    try:
        ascii_domain = _email_checked(f"a@{domain}").rpartition("@")[2]
    except EmailNotValidError:
        return ""
    if _mixes_letters(domain):
        return ""
    return ascii_domain if len(ascii_domain) <= 150 else ""


def _email_checked(text: str) -> str:
    found = validate_email(text, allow_smtputf8=False, check_deliverability=False)
    if found.ascii_email is None:  # cannot be while SMTPUTF8 is off, but the type says so
        raise EmailSyntaxError("no ASCII form")
    return found.ascii_email.lower()


def _mixes_letters(domain: str) -> bool:
    """Return whether a part of a domain has Latin and Cyrillic letters: one of them was typed by mistake."""
    return any(_LATIN.search(label) and _CYRILLIC.search(label) for label in domain.split("."))


def _email_by_library(text: str) -> str:
    if _mixes_letters(text.rpartition("@")[2]):
        raise BadValue(_email_reason(text, ""))
    try:
        return _email_checked(text)
    except EmailNotValidError as error:
        raise BadValue(_email_reason(text, str(error))) from None


def _email_reason(text: str, words: str) -> str:
    """Return our code of what is wrong with an address that the library refuses."""
    local, _, domain = text.rpartition("@")
    if text.count("@") > 1 and re.search(r"[,;\s]", text):
        return "email_several"
    if text.count("@") != 1:
        return "email_at"
    checks = (
        (bool(re.search(r"\s", text)), "email_space"),
        (not local.isascii(), "email_letters"),
        (_mixes_letters(domain), "email_mixed"),
        (len(text) > EMAIL_LIMIT or "too long" in words, "email_too_long"),
        (bool(re.search(r"[^,\s],[^,\s]", domain)), "email_comma"),
        (not domain.strip("."), "email_domain"),
        ("." not in domain.strip("."), "email_zone"),
        ("special-use" in words, "email_reserved"),
    )
    return next((reason for wrong, reason in checks if wrong), "email_malformed")


def email_display(value: str) -> str:
    """Write a stored address for people: a Cyrillic domain in Cyrillic again."""
    local, _, domain = value.rpartition("@")
    return f"{local}@{_domain_unicode(domain)}"


@lru_cache(maxsize=2048)
def _domain_unicode(domain: str) -> str:
    try:
        return str(validate_email(f"a@{domain}", check_deliverability=False).domain)
    except EmailNotValidError:
        return domain
