"""The table of shared strings of a workbook, on disk: a million customers need no more memory than ten."""

import os
import struct
import tempfile
from functools import lru_cache
from types import TracebackType
from typing import Final, Self

from consents.errors import FileRefused

_PLACE: Final = struct.Struct("<Q")
_SPAN: Final = struct.Struct("<QQ")
_REMEMBERED: Final = 4096
"""Cities, zones and segments come again and again; names and addresses do not."""


class SharedStrings:
    """Strings by number. First all are appended, then `close_writing`, then they are read in any order."""

    def __init__(self) -> None:
        # Both files have no name and go with the object, whatever happens.
        self._texts = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._places = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._end = 0
        self._count = 0
        self._places.write(_PLACE.pack(0))
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._read)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._texts.close()
        self._places.close()

    def append(self, text: str) -> None:
        """Add the next string."""
        content = text.encode("utf-8", "surrogatepass")
        self._texts.write(content)
        self._end += len(content)
        self._places.write(_PLACE.pack(self._end))
        self._count += 1

    def close_writing(self) -> None:
        """Make what was appended readable."""
        self._texts.flush()
        self._places.flush()

    def __getitem__(self, number: int) -> str:
        """Return a string by its number. A number that was never appended is a broken file."""
        return self._remembered(number)

    def _read(self, number: int) -> str:
        if not 0 <= number < self._count:
            raise FileRefused("file_broken")
        start, end = _SPAN.unpack(os.pread(self._places.fileno(), _SPAN.size, number * _PLACE.size))
        return os.pread(self._texts.fileno(), end - start, start).decode("utf-8", "surrogatepass")
