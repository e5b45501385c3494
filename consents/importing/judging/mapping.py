"""The meaning of columns, guessed from Russian and English headings and from the values, corrected by a person."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from consents.errors import BadValue, MappingIncomplete
from consents.importing.words import heading_key, question_of
from consents.normalise import email_normalise, phone_normalise, says_nothing, zone_check

COLUMN_LIMIT: Final = 200


class ImportField(models.TextChoices):
    """What a column of a customer file can mean."""

    EXTERNAL_ID = "external_id", _("Номер клиента")
    NAME = "name", _("Имя целиком")
    LAST_NAME = "last_name", _("Фамилия")
    FIRST_NAME = "first_name", _("Имя")
    MIDDLE_NAME = "middle_name", _("Отчество")
    PHONE = "phone", _("Телефон")
    OTHER_PHONE = "other_phone", _("Другой телефон")
    EMAIL = "email", _("Электронная почта")
    OTHER_EMAIL = "other_email", _("Другая почта")
    CITY = "city", _("Город")
    TIME_ZONE = "time_zone", _("Часовой пояс")
    MESSENGER = "messenger", _("Мессенджер")
    SEGMENT = "segment", _("Сегмент")
    OPT_OUT = "opt_out", _("Отказ от сообщений")


Columns = Mapping[str, int]
"""Name of an ImportField -> index of its column, from 0."""

_F = ImportField

_EXACT: Final[Mapping[ImportField, frozenset[str]]] = {
    _F.EXTERNAL_ID: frozenset(
        (
            "id", "ид", "айди", "uid", "guid", "uuid", "номер", "код", "клиент", "client", "customer", "external id",
            "лицевой счет", "номер лицевого счета", "лс", "номер договора", "договор", "crm id", "key", "ключ", "code",
            "account",
        )
    ),
    _F.NAME: frozenset(
        (
            "фио", "ф и о", "имя целиком", "полное имя", "имя клиента", "имя фамилия", "фамилия имя",
            "фамилия имя отчество", "наименование", "получатель", "name", "full name", "fullname", "customer name",
            "client name", "contact name", "fio", "имя и фамилия", "фио клиента",
        )
    ),
    _F.LAST_NAME: frozenset(("фамилия", "last name", "lastname", "surname", "family name", "familia")),
    _F.FIRST_NAME: frozenset(("имя", "first name", "firstname", "given name", "imya")),
    _F.MIDDLE_NAME: frozenset(("отчество", "middle name", "middlename", "patronymic", "otchestvo")),
    _F.PHONE: frozenset(("телефон", "тел", "мобильный", "сотовый", "phone", "tel", "mobile", "msisdn", "cell")),
    _F.EMAIL: frozenset(("почта", "email", "e mail", "mail", "имейл", "емейл", "мейл", "эл почта", "эл адрес")),
    _F.CITY: frozenset(("город", "населенный пункт", "город проживания", "city", "town", "locality")),
    _F.TIME_ZONE: frozenset(("часовой пояс", "пояс", "зона", "таймзона", "time zone", "timezone", "tz", "zone", "utc")),
    _F.MESSENGER: frozenset(("мессенджер", "мессенджеры", "текущий мессенджер", "messenger", "канал", "chat", "im")),
    _F.SEGMENT: frozenset(("сегмент", "группа", "категория", "тип клиента", "segment", "group", "category", "tier")),
    _F.OPT_OUT: frozenset(
        (
            "отказ", "есть отказ", "отказ от сообщений", "отказ от рассылки", "отказ от рассылок", "отказ от рекламы",
            "отказ от рекламы и сообщений", "отписан", "отписан от рассылки", "отписка", "отписка от рассылки",
            "отписался", "отписался от рассылки", "не беспокоить", "стоп", "opt out", "optout", "opt out flag",
            "opted out", "email opt out", "unsubscribe", "unsubscribed", "do not contact", "dnc", "stop",
        )
    ),
}  # fmt: skip

_LIKE: Final[Sequence[tuple[ImportField, re.Pattern[str]]]] = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        (_F.PHONE, r"телефон|мобильн|сотов|\bтел\b|phone|msisdn|\bmobile\b|contact (?:no|number)\b|whatsapp|вотсап"),
        (_F.EMAIL, r"e ?mail|почт|имейл|емейл|email"),
        (_F.TIME_ZONE, r"час\w* пояс|time ?zone|таймзон"),
        (_F.MESSENGER, r"мессендж|messenger"),
        (_F.LAST_NAME, r"фамили(?!.*имя)|last ?name|surname"),
        (_F.MIDDLE_NAME, r"отчеств(?<!имя отчеств)|middle ?name|patronym"),
        (_F.NAME, r"\bфио\b|фамилия.*имя|full ?name|имя клиента|имя отчество"),
        (
            _F.EXTERNAL_ID,
            r"\b(?:id|ид|код|номер|no|number)\b.*(?:клиент|контрагент|абонент|покупател|customer|client|user|contact)"
            r"|(?:клиент|контрагент|абонент|покупател|customer|client|user|contact)\w*\b.*\b(?:id|ид|код|номер|no|number)\b",
        ),
        (_F.CITY, r"\bгород|\bcity\b"),
        (_F.SEGMENT, r"сегмент|segment|категори"),
        (_F.FIRST_NAME, r"\bимя\b|first ?name|given ?name"),
    )
)

# «Причина отказа» and «Отказ от бумажных счетов» mean something else: a refusal of messages names messages.
_REFUSAL: Final = re.compile(
    r"(?=.*(?:отказ|отпис|запрет|opt ?out|unsubscr))"
    r"(?=.*(?:сообщ|рассыл|реклам|маркетинг|письм|писем|смс|звон|(?<!в )связ|контакт|уведомл"
    r"|sms|message|mail|\bcall|contact|advert|marketing|newsletter))"
    r"|.*(?:не беспокоить|do not (?:contact|mail|message))"
)
_ANSWER: Final = re.compile(
    r"соглас|разреш|отказ|отпис|запрет|\bне (?:беспокоить|звонить|писать|слать|отправлять)|\bподписан|\bстоп\b"
    r"|consent|permission|opt ?in\b|opt ?out|unsubscr|\bsubscribed\b|do not|\bdon ?t\b|\bdnc\b|\bstop\b"
)
"""Headings of columns that may hold a person's no. None of them is taken for anything else by likeness."""

_SURE: Final = 0.7
"""Share of filled cells that must read as a phone or an address before a column without a heading is taken for one."""

_CONTACT_RULES: Final = (phone_normalise, email_normalise)
_MOBILE: Final = re.compile(r"моб|сот|mobile|cell|whatsapp|вотсап|viber|вайбер|telegram|телеграм|смс|sms")
_OWN_CODES: Final = (
    frozenset(("id", "ид", "айди", "uid", "guid", "uuid", "external id", "crm id", "key", "ключ", "код", "code")),
    frozenset(("номер", "лицевой счет", "номер лицевого счета", "лс", "account")),
    frozenset(("договор", "номер договора")),
)
"""Headings of a customer's number, the surest first. What names a customer's code in full is surer than all of them."""
_NAME_LIKE: Final = re.compile(r"[^\W\d_][\w.'’\-]*(?: [^\W\d_][\w.'’\-]*){1,3}")


def headings_known(headings: Sequence[str]) -> int:
    """Count the columns with a known heading."""
    return len(_by_headings(headings))


def mapping_guess(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return the guessed column of each field; ``rows`` are a few rows of the file. A column gets one field at most.

    Headings propose and values decide: a column of phones or names is no customer's number, and of two columns of
    phones the mobile or the fuller one is the first.
    """
    found = _by_headings(headings)
    _number_decide(found, headings, rows)
    answers = _answers(headings)
    for field, other, rule in (
        (_F.PHONE, _F.OTHER_PHONE, phone_normalise),
        (_F.EMAIL, _F.OTHER_EMAIL, email_normalise),
    ):
        taken = {column for name, column in found.items() if name != field}
        free = [column for column in range(len(headings)) if column not in taken and column not in answers]
        found.update(zip((field, other), _contacts(field, rule, headings, rows, free), strict=False))
    if _F.TIME_ZONE not in found:
        free = [column for column in range(len(headings)) if column not in {*found.values(), *answers}]
        if (likely := next((c for c in free if _share(rows, c, zone_check) >= _SURE), None)) is not None:
            found[_F.TIME_ZONE] = likely
    if _F.NAME in found and _F.LAST_NAME not in found:
        # «ФИО» beside a stray «Имя»: the whole name wins.
        found.pop(_F.FIRST_NAME, None)
    return {field.value: found[field] for field in ImportField if field in found}


def _number_decide(found: dict[ImportField, int], headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Choose the customer's own number of all columns that may be it; a column of names becomes the name."""
    keys = [heading_key(heading) for heading in headings]
    ranked = sorted((rank, column) for column, key in enumerate(keys) if (rank := _number_rank(key)) is not None)
    # «Клиент» may be a name as well as a number; a heading of a code is believed whatever its words.
    named = [column for rank, column in ranked if rank > len(_OWN_CODES) and _holds_names(rows, column)]
    fit = [column for _rank, column in ranked if not holds_contacts(rows, column) and column not in named]
    found.pop(_F.EXTERNAL_ID, None)
    if fit:
        found[_F.EXTERNAL_ID] = fit[0]
        for field in [field for field, column in found.items() if column == fit[0] and field != _F.EXTERNAL_ID]:
            del found[field]
    if named and _F.NAME not in found and _F.LAST_NAME not in found:
        found[_F.NAME] = named[0]


def _number_rank(key: str) -> int | None:
    """Return how sure a heading is that of a customer's number, 0 being surest, None where it is none."""
    if _ANSWER.search(key):
        return None
    rank = next((rank for rank, names in enumerate(_OWN_CODES, start=1) if key in names), None)
    if rank is None and key in _EXACT[_F.EXTERNAL_ID]:
        return len(_OWN_CODES) + 1
    is_code = rank is None and next(_alike(key), None) == _F.EXTERNAL_ID
    return 0 if is_code else rank


def _contacts(
    field: ImportField,
    rule: Callable[[str], object],
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    free: Sequence[int],
) -> list[int]:
    """Return up to two columns of one kind of contact, the better first."""
    keys = [heading_key(heading) for heading in headings]
    named = [column for column in free if keys[column] in _EXACT[field] or next(_alike(keys[column]), None) == field]
    held = {column: _share(rows, column, rule) for column in free}
    likely = [column for column in free if column not in named and held[column] >= _SURE]
    if rows:
        # A heading over other values is only believed where nothing better is there.
        good = [column for column in named if held[column] > 0 or not any(_cells(rows, column))]
        named = good or (named if not likely else [])

    def worth(column: int) -> tuple[bool, float, int]:
        filled = len(_cells(rows, column)) / len(rows) if rows else 0.0
        return not _MOBILE.search(keys[column]), -round(filled, 1), column

    ordered = sorted(named, key=worth) + likely
    return [column for place, column in enumerate(ordered) if place == 0 or held[column] > 0][:2]


def _holds_names(rows: Sequence[Sequence[str]], column: int) -> bool:
    cells = _cells(rows, column)
    return bool(cells) and sum(bool(_NAME_LIKE.fullmatch(cell.strip())) for cell in cells) / len(cells) >= _SURE


def opt_out_guessed(headings: Sequence[str], mapping: Columns) -> bool:
    """Return whether the column of refusals was guessed, from a heading that is no unambiguous name."""
    column = mapping.get(_F.OPT_OUT.value)
    return column is not None and heading_key(headings[column]) not in _EXACT[_F.OPT_OUT]


def answers_unread(headings: Sequence[str], mapping: Columns) -> list[int]:
    """Return the columns that are not read although they may hold refusals."""
    return [column for column in _answers(headings) if column not in mapping.values()]


def _answers(headings: Sequence[str]) -> list[int]:
    return [column for column, heading in enumerate(headings) if _ANSWER.search(heading_key(heading))]


def mapping_check(mapping: Columns, width: int) -> None:
    """Raise MappingIncomplete unless the columns exist, are used once, and hold an id and a contact.

    Reasons: mapping_unknown, mapping_outside, mapping_twice, mapping_no_id, mapping_no_contact.
    """
    checks = (
        (any(name not in ImportField for name in mapping), "mapping_unknown"),
        (any(not 0 <= column < width for column in mapping.values()), "mapping_outside"),
        (len(set(mapping.values())) < len(mapping), "mapping_twice"),
        (_F.EXTERNAL_ID not in mapping, "mapping_no_id"),
        (_F.PHONE not in mapping and _F.EMAIL not in mapping, "mapping_no_contact"),
    )
    if reason := next((reason for wrong, reason in checks if wrong), ""):
        raise MappingIncomplete(reason)


def _by_headings(headings: Sequence[str]) -> dict[ImportField, int]:
    """Return for each field the first column with its exact name, else the first with a heading like it."""
    keys = [heading_key(heading) for heading in headings]
    found: dict[ImportField, int] = {}
    for column, key in enumerate(keys):
        field = next((field for field, names in _EXACT.items() if key in names and field not in found), None)
        if field is not None:
            found[field] = column
    for column, key in enumerate(keys):
        if column not in found.values():
            field = next((field for field in _alike(key) if field not in found), None)
            if field is not None:
                found[field] = column
    return found


def _alike(key: str) -> Iterator[ImportField]:
    """Yield the fields that a heading is like. A person decides about «Не отписан» and «Согласие на рассылку»."""
    if not _ANSWER.search(key):
        yield from (field for field, like in _LIKE if like.search(key))
    elif _REFUSAL.match(key) and not question_of(key).by_no:
        yield _F.OPT_OUT


def reads_as_contact(cell: str) -> bool:
    """Return whether a cell is a phone or an address, so that its row cannot be a heading."""
    return _reads(cell, *_CONTACT_RULES)


def holds_contacts(rows: Sequence[Sequence[str]], column: int) -> bool:
    """Return whether the filled cells of a column are phones or addresses, all but a few."""
    return _share(rows, column, *_CONTACT_RULES) >= _SURE


def _share(rows: Sequence[Sequence[str]], column: int, *rules: Callable[[str], object]) -> float:
    cells = _cells(rows, column)
    return sum(_reads(cell, *rules) for cell in cells) / len(cells) if cells else 0.0


def _cells(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    """Return the filled cells of a column."""
    return [row[column] for row in rows if column < len(row) and not says_nothing(row[column])]


def _reads(cell: str, *rules: Callable[[str], object]) -> bool:
    """Return whether one of the rules takes a cell."""
    for rule in rules:
        with suppress(BadValue):
            rule(cell)
            return True
    return False
