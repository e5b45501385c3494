"""Places, names and kinds of contacts in words for staff."""

from django.utils.translation import gettext as _

from consents.enums import ContactKind
from notify.enums import touchpoint_labels


def initials(name: str) -> str:
    """Give a name as those see it who need not know it: «Петрова Анна» is «П. А.»."""
    return " ".join(f"{word[0].upper()}." for word in name.replace("-", " ").split() if word) or _("без имени")


def contact_word(kind: str) -> str:
    """Name a kind of contact in one word for narrow lists."""
    return str(ContactKind(kind).spec.word)


def touchpoint_words(touchpoint: str) -> str:
    """Name the place that the ledger keeps as a value: `campaign:12/email` is «кампания № 12, письмо»."""
    place, _slash, kind = touchpoint.partition("/")
    name, _colon, number = place.partition(":")
    kinds = touchpoint_labels()
    if name == "campaign" and number:
        words = _("кампания № %(number)s") % {"number": number}
        return f"{words}, {kinds[kind]}" if kind in kinds else words
    return str(kinds.get(touchpoint, touchpoint))
