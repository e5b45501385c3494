"""A filter of people, as campaigns store it in JSON: checked with sentences, then turned into a query.

    {"segments": ["Москва"], "cities": [...], "messengers": ["whatsapp"], "sources": ["crm"], "customer_ids": [1, 2],
     "answered": false, "reachable_only_in_foreign": true}

All keys may be left out; what is given must all hold. An empty list, like ``null``, asks for nothing. ``customer_ids``
are ids of the register's rows, ``messengers`` are codes. ``answered`` tells people who have answered any text from
those who have not. The result is always active people who are not erased; who of them may be written to is for
`eligibility`. Only ``reachable_only_in_foreign`` asks which channels may be written on: the caller names them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from django.db.models import Aggregate, CharField, Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from consents.enums import Channel
from consents.errors import AudienceInvalid
from consents.models import ConsentState, Customer
from consents.reach.coverage import people_of

_LISTS: Final = {
    "segments": "segment__in",
    "cities": "city__in",
    "messengers": "messenger__in",
    "sources": "source__in",
    "customer_ids": "id__in",
}
_LIST_LIMIT: Final = 10_000

_SENTENCES: Final = {
    "not_an_object": _("Отбор получателей должен быть набором условий. Напишите его в фигурных скобках."),
    "unknown_key": _("Условия «{key}» нет. Проверьте имя условия или уберите его."),
    "not_a_list": _("В условии «{key}» нужен список значений. Возьмите значения в квадратные скобки."),
    "list_too_long": _("В условии «{key}» слишком много значений. Оставьте не больше десяти тысяч."),
    "not_text": _("В условии «{key}» все значения должны быть словами. Возьмите их в кавычки."),
    "not_a_number": _("В условии «{key}» все значения должны быть целыми числами."),
    "not_yes_or_no": _("Значение условия «{key}»: true (да) или false (нет)."),
}


class IdsSha256(Aggregate):
    """SHA-256 over the ids of a query in ascending order, joined by commas: equal sets of people have equal hashes."""

    template = (
        "encode(sha256(convert_to(coalesce(string_agg(%(expressions)s::text, ',' ORDER BY %(expressions)s), ''), "
        "'UTF8')), 'hex')"
    )
    output_field = CharField()


def audience(filter: Mapping[str, Any], *, channels: Collection[Channel]) -> QuerySet[Customer]:
    """Return the people that a filter means. Raises AudienceInvalid with every problem."""
    problems = audience_problems(filter)
    if problems:
        raise AudienceInvalid(problems)
    people = Customer.objects.filter(is_active=True, erased_at__isnull=True)
    for key, lookup in _LISTS.items():
        if filter.get(key):
            people = people.filter(**{lookup: list(filter[key])})
    answered = filter.get("answered")
    if answered is not None:
        has_answer = Exists(ConsentState.objects.filter(customer_id=OuterRef("id")))
        people = people.filter(has_answer if answered else ~has_answer)
    if filter.get("reachable_only_in_foreign"):
        people = people.filter(id__in=people_of("only_foreign", channels=channels).values("id"))
    return people


def audience_bound(filter: Mapping[str, Any]) -> QuerySet[Customer]:
    """Return everybody among whom a filter can find its people while they go on answering.

    "Has not answered" and "only in a foreign messenger" change with every answer; the other conditions change only
    by what staff or a file do. ``answered: true`` stays: it lets people in. Raises AudienceInvalid.
    """
    lasting = {key: value for key, value in filter.items() if key != "reachable_only_in_foreign"}
    if lasting.get("answered") is False:
        del lasting["answered"]
    return audience(lasting, channels=())


def audience_problems(filter: object) -> tuple[tuple[str, str], ...]:
    """Return all that is wrong with a filter as (code, key); empty when it can be used."""
    if not isinstance(filter, Mapping):
        return (("not_an_object", ""),)
    return tuple((code, str(key)) for key, value in filter.items() for code in _value_problems(str(key), value))


def problem_sentence(problem: tuple[str, str]) -> str:
    """Return a Russian sentence of what is wrong with a filter and what to do."""
    code, key = problem
    return str(_SENTENCES[code]).format(key=key)


def _value_problems(key: str, value: object) -> Iterator[str]:
    if key in ("answered", "reachable_only_in_foreign"):
        if value is not None and not isinstance(value, bool):
            yield "not_yes_or_no"
    elif key == "customer_ids":
        yield from _list_problems(value, _is_id, "not_a_number")
    elif key in _LISTS:
        yield from _list_problems(value, _is_word, "not_text")
    else:
        yield "unknown_key"


def _list_problems(value: object, is_fit: Callable[[object], bool], otherwise: str) -> Iterator[str]:
    if value is None:
        return
    if not isinstance(value, list | tuple):
        yield "not_a_list"
    elif len(value) > _LIST_LIMIT:
        yield "list_too_long"
    elif not all(is_fit(one) for one in value):
        yield otherwise


def _is_word(value: object) -> bool:
    return isinstance(value, str)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63
