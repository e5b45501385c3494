"""How phones, numbers, moments and money of providers are read, and fields that set-ups of SMS share. Pure."""

import hashlib
import re
from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from notify.channels.base import AddressFault, Misconfigured, TemporarilyUnavailable
from notify.channels.setup import ConfigField, SetupValues, gettext_noop

SENDER_PATTERN: Final = r"[A-Za-z0-9._-]{3,11}"
"""A name in signs that every operator takes, or a number of as many digits."""

SENDER: Final = ConfigField(
    name="sender",
    label=gettext_noop("Имя отправителя"),
    help=gettext_noop(
        "От 3 до 11 латинских букв, цифр, точек, дефисов и подчёркиваний, как согласовано с операторами. "
        "Если оставить пустым, имя подставит провайдер."
    ),
    is_required=False,
    pattern=SENDER_PATTERN,
)
BARRED_CODES: Final = ConfigField(
    name="barred_codes",
    label=gettext_noop("Коды запрета рассылок"),
    help=gettext_noop(
        "Коды, которыми провайдер сообщает, что абонент запретил рассылки у оператора, через запятую. "
        "Узнайте их у поддержки провайдера: после такого кода Мостик больше не пишет на этот номер."
    ),
    is_required=False,
    pattern=r"\s*(-?\d+(\s*,\s*-?\d+)*)?\s*",
)


LARGEST_NUMBER: Final = 2**63 - 1
"""Of an id or a code; what is longer is no number of anybody."""
MOST_MONEY: Final = 100_000_000
"""Below which a price and a balance stay."""

_NO_DIGITS: Final = re.compile("[^0-9]+")


def digits_of(phone: str) -> str:
    """Return the digits of a phone."""
    return _NO_DIGITS.sub("", phone)


def e164(phone: str) -> str:
    """Return a phone as our contacts hold it: +7… for eleven digits with a leading 7 or 8, else + and the digits."""
    digits = digits_of(phone)
    if len(digits) == 11 and digits[0] in "78":
        return f"+7{digits[1:]}"
    return f"+{digits}" if digits else ""


def tag_of(phone: str) -> str:
    """Return six letters that tell the phones of one batch apart without giving a phone away."""
    return hashlib.sha256(digits_of(phone).encode()).hexdigest()[:6]


def number_of(value: Any) -> int:
    """Return a whole number given as a number or as text. Raises ValueError and TypeError."""
    if isinstance(value, bool):
        raise TypeError("not a number")
    number = int(value)
    if abs(number) > LARGEST_NUMBER:
        raise ValueError("no number of a provider")
    return number


def money_of(value: object) -> Decimal:
    """Return a sum of money. Raises `TemporarilyUnavailable` for what is none: infinite, or beyond any price."""
    try:
        money = Decimal(str(value))
    except InvalidOperation as error:
        raise TemporarilyUnavailable("unreadable_answer") from error
    if not money.is_finite() or abs(money) >= MOST_MONEY:
        raise TemporarilyUnavailable("unreadable_answer")
    return money


def moment_of(value: Any) -> datetime:
    """Return the moment of a Unix time; now for one that says nothing."""
    try:
        seconds = number_of(value)
        return datetime.fromtimestamp(seconds, tz=UTC) if seconds > 0 else datetime.now(UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return datetime.now(UTC)


def codes_of(setting: str) -> frozenset[int]:
    """Cut a list of codes. Raises `Misconfigured`."""
    try:
        return frozenset(int(code) for code in setting.replace(",", " ").split())
    except ValueError as error:
        raise Misconfigured("bad_codes") from error


def fault_of(code: int, known: AddressFault, barred: Collection[int]) -> AddressFault:
    """Return what a code says of the contact: the set-up may call more codes ``barred`` than the table does."""
    return "barred" if code in barred else known


def setting(values: SetupValues, name: str, default: str = "") -> str:
    """Return a field as it was filled in, without blanks around it."""
    return values.values.get(name, "").strip() or default


def base_url(values: SetupValues, default: str) -> str:
    """Return the address of the provider without a slash at its end. Raises `Misconfigured`."""
    url = setting(values, "url", default).rstrip("/")
    if not url.startswith(("https://", "http://")):
        raise Misconfigured("bad_address")
    return url


def required(values: SetupValues, name: str) -> str:
    """Return a field that must be filled in. Raises `Misconfigured`."""
    found = setting(values, name)
    if not found:
        raise Misconfigured(f"no_{name}")
    return found
