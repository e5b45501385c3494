"""What a column takes of what a provider says. Pure."""

from typing import Final

from consents.storable import storable

LONGEST_WORD: Final = 120
"""Of an id, a key, a detail, a name."""
LONGEST_ACCOUNT: Final = 254
"""Of a contact that is an address of e-mail."""
LONGEST_TEXT: Final = 8000
"""Of an incoming message; the raw call holds the rest for as long as it is kept."""
LONGEST_SUBJECT: Final = 200
LONGEST_REASON: Final = 60
"""Of why a call went wrong."""


def column_word(value: object, longest: int = LONGEST_WORD) -> str:
    """Return ``value`` as a text that a column takes, cut to ``longest``; empty for None."""
    return "" if value is None else storable(str(value), longest)
