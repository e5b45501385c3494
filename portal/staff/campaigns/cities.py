"""Cities of a filter as a person types them, and as the customer base spells them."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from django.utils.translation import gettext as _

from consents.normalise import name_key
from consents.reach.audience_words import cities_missing, city_words

OFFERED: Final = 24
"""Cities with a box of their own; the others are typed."""
MOST_ALIKE: Final = 3
ALIKE: Final = 0.7
"""Of two names, by `difflib`: «Масква» is like «Москва», «Омск» is not."""


def cities_typed(text: str, known: Sequence[str]) -> list[str]:
    """Return the cities of a text with commas, each as the base spells it: letters' case and ё make no difference."""
    spelled = {name_key(city): city for city in reversed(known)}
    typed = (" ".join(city.split()) for city in text.replace(";", ",").split(","))
    return [city if city in known else spelled.get(name_key(city), city) for city in typed if city]


def city_warnings(audience: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each city of a filter that no customer has, with those that look like it."""
    asked: Iterable[str] = audience.get("cities") or []
    missing = cities_missing(list(asked))
    known = {name_key(city): city for city in city_words()} if missing else {}
    return [
        _sentence(city, [known[key] for key in get_close_matches(name_key(city), known, n=MOST_ALIKE, cutoff=ALIKE)])
        for city in missing
    ]


def _sentence(city: str, alike: Sequence[str]) -> str:
    if alike:
        words = _("Города «%(city)s» нет ни у одного клиента. Похожие: %(alike)s.")
        return words % {"city": city, "alike": ", ".join(alike)}
    return _("Города «%(city)s» нет ни у одного клиента. Проверьте название.") % {"city": city}
