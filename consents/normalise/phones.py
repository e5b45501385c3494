"""Phones to E.164 by the rules of the numbering plans, read the way Russian files write them. Pure.

The fast path returns exactly what the library returns for the shapes it takes; a property test compares the two.
"""

import re
from typing import Final, NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberType, ValidationResult

from consents.enums import LineType
from consents.errors import BadValue


class Phone(NamedTuple):
    """A phone number that can exist. ``country`` is ISO 3166 and may be empty for numbers of no country.

    ``is_allotted`` is False for a Russian mobile number of a block that the library knows as free: its tables lag
    behind the operators, and all of 9xx is mobile by the numbering plan.
    """

    e164: str
    country: str
    line_type: LineType
    has_extension: bool = False
    is_allotted: bool = True

    @property
    def is_ordinary(self) -> bool:
        """Return whether this is an allotted Russian mobile number without an extension."""
        plain = self.is_allotted and not self.has_extension
        return plain and self.country == "RU" and self.line_type is LineType.MOBILE


_PHONE_SEPARATORS: Final = {ord(mark): None for mark in " ()-\N{NO-BREAK SPACE}"}
_PLAIN_RUSSIAN: Final = re.compile(r"(?:\+7|7|8)?(9[0-9]{9})", re.ASCII)


def _mobile_pattern(region: str) -> re.Pattern[str]:
    """Compile the library's own pattern of mobile numbers, so that the fast path follows an upgrade of its data."""
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.mobile is None or not metadata.mobile.national_number_pattern:
        raise LookupError(region)
    return re.compile(metadata.mobile.national_number_pattern)


_RUSSIAN_MOBILE: Final = _mobile_pattern("RU")
RUSSIAN_PLAN: Final = 7
NATIONAL_DIGITS: Final = 10
_MOBILE_PLAN: Final = re.compile(r"9\d{9}", re.ASCII)
_SCIENTIFIC: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*[eEеЕ]\s*[+-]?\d{1,3}")
_FLOAT_TAIL: Final = re.compile(r"(\+?\d{10,15})[.,]0+")
_PHONE_LABEL: Final = re.compile(r"^\s*(?:тел|телефон|моб|мобильный|сот|phone|tel|mob|mobile)\.?:?\s*", re.IGNORECASE)
_TWO_PHONES: Final = re.compile(r"\d[\d\s()\-]{8,}[,;/|\n]\s*\+?[\d\s()\-]{7,}")
_EXTENSION_WORDS: Final = re.compile(r"(?:доб|доп|вн|ext|extn|extension|x|х)\.?:?\s*\d{1,7}\s*$", re.IGNORECASE)

_LINE_TYPES: Final = {
    PhoneNumberType.MOBILE: LineType.MOBILE,
    # Some countries do not separate mobile from fixed numbers: such a number may take an SMS.
    PhoneNumberType.FIXED_LINE_OR_MOBILE: LineType.MOBILE,
    PhoneNumberType.FIXED_LINE: LineType.FIXED,
}
_REFUSED_TYPES: Final = {
    PhoneNumberType.TOLL_FREE: "phone_toll_free",
    PhoneNumberType.PREMIUM_RATE: "phone_paid",
    PhoneNumberType.SHARED_COST: "phone_paid",
}
_LENGTH_REASONS: Final = {
    ValidationResult.TOO_SHORT: "phone_too_short",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_too_short",
    ValidationResult.TOO_LONG: "phone_too_long",
}


def phone_normalise(raw: str) -> Phone:
    """Read a phone the way a Russian file writes it: 8…, 7…, 9…, +7…, 810…, with any spaces, brackets and dashes.

    Raises BadValue: phone_scientific, phone_letters, phone_several, phone_too_short, phone_too_long, phone_range,
    phone_toll_free, phone_paid, phone_malformed.
    """
    plain = _PLAIN_RUSSIAN.fullmatch(raw) or _PLAIN_RUSSIAN.fullmatch(raw.translate(_PHONE_SEPARATORS))
    if plain and raw.find("+") in (-1, 0):
        allotted = _RUSSIAN_MOBILE.fullmatch(plain[1]) is not None
        return Phone("+7" + plain[1], "RU", LineType.MOBILE, is_allotted=allotted)
    return _phone_by_library(raw)


def _phone_by_library(raw: str) -> Phone:
    """Read a phone by the library's rules. Raises BadValue with our code of what is wrong."""
    text = _phone_text(raw)
    try:
        number = phonenumbers.parse(text, "RU")
    except NumberParseException as error:
        raise BadValue(_unreadable_phone(text, error)) from None
    if not phonenumbers.is_valid_number(number):
        national = phonenumbers.national_significant_number(number)
        if number.country_code == RUSSIAN_PLAN and _MOBILE_PLAN.fullmatch(national):
            return Phone(f"+7{national}", "RU", LineType.MOBILE, bool(number.extension), is_allotted=False)
        raise BadValue(_invalid_phone(number))
    kind = phonenumbers.number_type(number)
    if kind in _REFUSED_TYPES:
        raise BadValue(_REFUSED_TYPES[kind])
    return Phone(
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.region_code_for_number(number) or "",
        _LINE_TYPES.get(kind, LineType.OTHER),
        bool(number.extension),
    )


def _phone_text(raw: str) -> str:
    """Return a number without what spreadsheets and people put around it. Raises BadValue for anything else."""
    text = _PHONE_LABEL.sub("", raw.strip().lstrip("'").strip())
    if _SCIENTIFIC.fullmatch(text):
        raise BadValue("phone_scientific")
    if whole := _FLOAT_TAIL.fullmatch(text):
        text = whole[1]
    if _TWO_PHONES.search(text):
        raise BadValue("phone_several")
    if any(letter.isalpha() for letter in _EXTENSION_WORDS.sub("", text)):
        raise BadValue("phone_letters")
    return text


def _unreadable_phone(text: str, error: NumberParseException) -> str:
    if error.error_type == NumberParseException.TOO_LONG:
        return "phone_too_long"
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return "phone_range"
    digits = sum(sign.isdigit() for sign in text)
    return "phone_too_short" if 0 < digits < 10 else "phone_malformed"


def _invalid_phone(number: phonenumbers.PhoneNumber) -> str:
    """Return the code of a number that lacks a digit or lies in a range that nobody was given."""
    national = phonenumbers.national_significant_number(number)
    if number.country_code == RUSSIAN_PLAN:
        # Ten digits that begin with the trunk 8 or the country's 7: one digit of eleven is missing.
        if len(national) < NATIONAL_DIGITS or (len(national) == NATIONAL_DIGITS and national[0] in "78"):
            return "phone_too_short"
        return "phone_too_long" if len(national) > NATIONAL_DIGITS else "phone_range"
    return _LENGTH_REASONS.get(phonenumbers.is_possible_number_with_reason(number), "phone_range")
