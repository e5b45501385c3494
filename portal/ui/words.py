"""Names and kinds of contacts in words for staff."""

from django.utils.translation import gettext as _

from consents.enums import ContactKind


def initials(name: str) -> str:
    """Return a name as initials, for staff who may not see it whole: «Петрова Анна» is «П. А.»."""
    return " ".join(f"{word[0].upper()}." for word in name.replace("-", " ").split() if word) or _("без имени")


def contact_word(kind: str) -> str:
    """Name a kind of contact in one word for narrow lists."""
    return str(ContactKind(kind).spec.word)


def count_word(count: int, *, limit: int) -> str:
    """Return a figure for a small badge: empty for none, «999+» where counting ended at ``limit`` 1000."""
    if not count:
        return ""
    return f"{limit - 1}+" if count >= limit else str(count)
