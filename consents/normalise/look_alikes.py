"""Cyrillic and Latin letters of one look, in lower case: what people read as one word is one. Pure."""

from typing import Final

_CYRILLIC: Final = "асеорхукмтвн"
_LATIN: Final = "aceopxykmtbh"

TO_LATIN: Final = str.maketrans(_CYRILLIC, _LATIN)
TO_CYRILLIC: Final = str.maketrans(_LATIN, _CYRILLIC)
