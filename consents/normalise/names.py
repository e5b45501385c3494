"""Names: how they are compared, and how a person is spoken to. Pure."""

from typing import Final

NAME_LIMIT: Final = 200

_PATRONYMIC: Final = ("вич", "вна", "чна")
_FEMALE: Final = ("вна", "чна")
_WORDS_IN_FULL: Final = 3


def name_key(text: str) -> str:
    """Return the form in which names are compared: lower case, ё as е, single spaces."""
    return " ".join(text.lower().replace("ё", "е").split())


def address_name(name: str) -> str:
    """Return first name and patronymic, as a person is spoken to; empty where the name does not show them surely.

    The patronymic stands second or third of three words, whatever their order; of two words only a female one is
    sure, since many surnames end like a male one.
    """
    words = name.split()
    name = " ".join(words)
    if len(words) == _WORDS_IN_FULL:
        place = next((at for at in (1, 2) if words[at].lower().endswith(_PATRONYMIC)), 0)
        return f"{words[place - 1]} {words[place]}" if place else ""
    return name if len(words) == 2 and words[1].lower().endswith(_FEMALE) else ""
