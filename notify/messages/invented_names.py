"""Invented names of the same shape as real ones, for previews of those who may not see customers. Pure.

A preview has to show what really goes out: a long surname, no patronymic, Latin letters, capitals. No word of the real
name is in the invented one, and surnames are such as nobody has.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from consents.normalise.names import address_name

Table = Mapping[bool, tuple[str, ...]]
"""Words for a man and for a woman."""

_SURNAMES: Final[Table] = {
    False: ("Проба", "Пример", "Небылов", "Примеров", "Образцов", "Небывалов", "Вымышленный", "Примеров-Образцовский"),
    True: (
        "Проба",
        "Пример",
        "Небылова",
        "Примерова",
        "Образцова",
        "Небывалова",
        "Вымышленная",
        "Примерова-Образцовская",
    ),
}
_FIRST: Final[Table] = {
    False: ("Ян", "Лев", "Олег", "Павел", "Михаил", "Александр", "Константин"),
    True: ("Ия", "Яна", "Анна", "Мария", "Марина", "Светлана", "Екатерина", "Александра"),
}
_PATRONYMICS: Final[Table] = {
    False: ("Ильич", "Львович", "Петрович", "Михайлович", "Александрович", "Константинович"),
    True: ("Львовна", "Петровна", "Ильинична", "Михайловна", "Александровна", "Константиновна"),
}
_LATIN: Final = ("Doe", "Test", "Sample", "Example", "Specimen", "Placeholder", "Example-Specimen")
_FORM: Final = re.compile(r"^(?:ООО|АО|ПАО|ЗАО|ИП|НКО|ТСЖ)\b", re.IGNORECASE)
_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_MALE: Final = "вич"
_FEMALE: Final = ("вна", "чна")
_WORDS_OF_A_PERSON: Final = 3
_LENGTHS: Final = (12, 24, 36)


def name_shape(name: str) -> tuple[object, ...]:
    """Return what two names have in common that make letters of the same look."""
    words = name.split()
    return (
        len(words),
        bool(address_name(name)),
        bool(_CYRILLIC.search(name)),
        name.isupper(),
        sum(len(name) > most for most in _LENGTHS),
    )


def invented_name(name: str) -> str:
    """Return an invented name for a real one; an empty one stays empty."""
    words = name.split()
    if not words:
        return ""
    if _FORM.match(name):
        return f"{words[0]} «Образец»"
    if not _CYRILLIC.search(name):
        found = [_nearest(_LATIN, word, words) for word in words]
    else:
        found = [
            _nearest(table[_is_female(words)], word, words) for table, word in zip(_roles(words), words, strict=True)
        ]
    return _as_written(" ".join(found), name)


def _roles(words: Sequence[str]) -> list[Table]:
    """Return for each word what it is: surname, first name or patronymic."""
    place = _patronymic(words)
    if place is not None:
        roles = [_SURNAMES] * len(words)
        roles[place - 1], roles[place] = _FIRST, _PATRONYMICS
        return roles
    return [_FIRST] if len(words) == 1 else [_SURNAMES, _FIRST, *[_SURNAMES] * (len(words) - 2)]


def _patronymic(words: Sequence[str]) -> int | None:
    ends = (*_FEMALE, _MALE)
    places = range(1, min(len(words), _WORDS_OF_A_PERSON))
    return next((at for at in places if words[at].lower().endswith(ends)), None)


def _is_female(words: Sequence[str]) -> bool:
    place = _patronymic(words)
    if place is not None:
        return words[place].lower().endswith(_FEMALE)
    return words[-1].lower().endswith(("а", "я"))


def _nearest(candidates: Sequence[str], word: str, words: Sequence[str]) -> str:
    """Return the candidate that is nearest in length, but none that is a word of the real name."""
    real = {one.lower() for one in words}
    fitting = [one for one in candidates if one.lower() not in real]
    return min(fitting, key=lambda one: abs(len(one) - len(word)))


def _as_written(found: str, name: str) -> str:
    if name.isupper():
        return found.upper()
    return found.lower() if name.islower() else found
