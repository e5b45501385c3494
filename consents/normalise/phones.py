"""Phones to E.164 by the rules of the numbering plans, read the way Russian files write them. Pure.

The fast path returns exactly what the library returns for the shapes it takes; a property test compares the two.
"""

import re
from typing import Final, NamedTuple, NoReturn

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberType, ValidationResult

from consents.enums import LineType
from consents.errors import BadValue
from consents.normalise.phone_texts import phone_text


class Phone(NamedTuple):
    """A phone number that can exist. ``country`` is ISO 3166 and may be empty for numbers of no country.

    ``is_allotted`` is False for a Russian mobile number of a block that the library knows as free: its tables lag
    behind the operators, and all of 9xx is mobile by the numbering plan. ``has_words``: words stood beside it.
    """

    e164: str
    country: str
    line_type: LineType
    has_extension: bool = False
    is_allotted: bool = True
    has_words: bool = False

    @property
    def is_ordinary(self) -> bool:
        """Return whether this is an allotted Russian mobile number without an extension."""
        plain = self.is_allotted and not self.has_extension and not self.has_words
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
_RUSSIAN_WITH_PLUS: Final = re.compile(r"8[3489]\d{9}", re.ASCII)
"""`+8 916 …`: the Russian trunk behind a plus. `+84`, a Vietnamese number, is read before."""
_BELARUS_AT_HOME: Final = re.compile(r"80\d{9}", re.ASCII)
_WITH_COUNTRY: Final = re.compile(r"[1-69]\d{10,14}|[78]\d{11,14}", re.ASCII)
"""Digits that may begin with the code of a country: eleven that begin with 7 or 8 are Russian."""
_NEIGHBOURS: Final = {
    "373": "MD", "374": "AM", "375": "BY", "380": "UA", "992": "TJ", "993": "TM", "994": "AZ", "995": "GE", "996": "KG",
    "998": "UZ",
}  # fmt: skip

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

    A foreign number without its plus is read where it fits one country alone. Raises BadValue: phone_scientific,
    phone_letters, phone_several, phone_too_short, phone_too_long, phone_range, phone_toll_free, phone_paid,
    phone_malformed, phone_country (``detail`` is the country that it looks like).
    """
    plain = _PLAIN_RUSSIAN.fullmatch(raw) or _PLAIN_RUSSIAN.fullmatch(raw.translate(_PHONE_SEPARATORS))
    if plain and raw.find("+") in (-1, 0):
        allotted = _RUSSIAN_MOBILE.fullmatch(plain[1]) is not None
        return Phone("+7" + plain[1], "RU", LineType.MOBILE, is_allotted=allotted)
    text, has_words = phone_text(raw)
    return _phone_by_library(text)._replace(has_words=has_words)


def _phone_by_library(text: str) -> Phone:
    """Read a phone by the library's rules. Raises BadValue with our code of what is wrong."""
    try:
        number = phonenumbers.parse(text, "RU")
    except NumberParseException as error:
        if foreign := _foreign(text):
            return foreign
        raise BadValue(_unreadable_phone(text, error)) from None
    if phonenumbers.is_valid_number(number):
        return _valid(number)
    national = phonenumbers.national_significant_number(number)
    if number.country_code == RUSSIAN_PLAN and _MOBILE_PLAN.fullmatch(national):
        return Phone(f"+7{national}", "RU", LineType.MOBILE, bool(number.extension), is_allotted=False)
    if foreign := _foreign(text):
        return foreign
    raise BadValue(_invalid_phone(number))


def _valid(number: phonenumbers.PhoneNumber) -> Phone:
    kind = phonenumbers.number_type(number)
    if kind in _REFUSED_TYPES:
        raise BadValue(_REFUSED_TYPES[kind])
    return Phone(
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.region_code_for_number(number) or "",
        _LINE_TYPES.get(kind, LineType.OTHER),
        bool(number.extension),
    )


def _foreign(text: str) -> Phone | None:
    """Read a number that is no Russian one as people abroad write it; None where it fits no country.

    Raises BadValue where it fits one but cannot be told from a damaged Russian number, or looks like one and is wrong.
    """
    digits = "".join(sign for sign in text if sign.isdigit())
    if text.startswith("+"):
        return _phone_by_library("+7" + digits[1:]) if _RUSSIAN_WITH_PLUS.fullmatch(digits) else None
    if _BELARUS_AT_HOME.fullmatch(digits):
        return _read_as(digits[2:], "BY") or _wrong("BY")
    if digits.startswith("00"):
        return _read_as("+" + digits[2:], "")
    return _without_plus(digits) if _WITH_COUNTRY.fullmatch(digits) else None


def _without_plus(digits: str) -> Phone | None:
    found = _read_as("+" + digits, "")
    if found and len(digits) == NATIONAL_DIGITS + 1 and digits.startswith("9"):
        return _wrong(found.country)  # a Russian number with a digit too many looks the same
    region = _NEIGHBOURS.get(digits[:3])
    return found or (_wrong(region) if region else None)


def _read_as(text: str, region: str) -> Phone | None:
    try:
        number = phonenumbers.parse(text, region or None)
    except NumberParseException:
        return None
    return _valid(number) if phonenumbers.is_valid_number(number) else None


def _wrong(country: str) -> NoReturn:
    raise BadValue("phone_country", country)


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
