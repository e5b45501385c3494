"""Which characters the bytes of a file stand for: known for certain or refused, never guessed with a loss.

Every encoding that is answered decodes the whole file strictly; a file that looks like damaged UTF-8 is refused with
its first bad line instead of being read as something else.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from consents.errors import FileRefused

CHUNK: Final = 1 << 16
LINE_LIMIT: Final = 1 << 20
"""Bytes between two line ends. A longer line is no row of customers and would have to be held in memory."""

_HEAD: Final = 1 << 14
_SAMPLE: Final = 1 << 18

_UTF32_MARKS: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SINGLE_BYTE: Final = ("cp1251", "koi8-r", "cp866", "mac-cyrillic")

_LOST: Final = re.compile("[\udc80-\udcff]")
_FOUND: Final = re.compile("[^\x00-\x7f\udc80-\udcff]")
_COMMON: Final = re.compile("[оеаинтсрвлОЕАИНТСРВЛ]")
_USUAL: Final = re.compile("[кмдпуяыьгзбчйКМДПУЯЫЬГЗБЧЙ]")
_TURNED: Final = re.compile("[а-яё][А-ЯЁ]")
_STRANGE: Final = re.compile("[^\x00-\x7fА-Яа-яЁё«»—–№\xa0…“”„’•]")


def encoding_detect(path: Path) -> str:
    """Return the name of a codec that reads the whole file without loss.

    Raises FileRefused: file_empty, file_binary, encoding_unknown, encoding_damaged (``detail`` is the line),
    line_too_long (``detail`` is the line).
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip():
        raise FileRefused("file_empty")
    if head.startswith(_UTF32_MARKS):
        raise FileRefused("encoding_unknown")
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _verified(path, encoding)
    if wide := _utf16_without_mark(head):
        return _verified(path, wide)
    if _is_binary(head):
        raise FileRefused("file_binary")
    if _first_bad_line(path, "utf-8") is None:
        return "utf-8"
    return _verified(path, _single_byte(path))


def _utf16_without_mark(head: bytes) -> str:
    """Recognise UTF-16 by where its high bytes stand: 0 for Latin and digits, 4 for Cyrillic."""
    pairs = len(head) // 2
    if pairs < 2:
        return ""
    for name, high, low in (("utf-16-le", head[1::2], head[0::2]), ("utf-16-be", head[0::2], head[1::2])):
        usual = high.count(0) + high.count(4)
        if usual >= 0.9 * pairs and high.count(0) >= 0.1 * pairs and low.count(0) < 0.05 * pairs:
            return name
    return ""


def _is_binary(head: bytes) -> bool:
    control = sum(head.count(byte) for byte in range(32) if byte not in (9, 10, 13))
    return control > 0.05 * len(head)


def _verified(path: Path, encoding: str) -> str:
    """Return the encoding when it reads every byte and no line is too long."""
    bad = _first_bad_line(path, encoding)
    if bad is not None:
        raise FileRefused("encoding_damaged", str(bad))
    return encoding


def _first_bad_line(path: Path, encoding: str) -> int | None:
    """Return the line of the first byte that the encoding cannot read, None when there is none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, since_end = 1, 0
    for chunk, last in _chunks(path):
        try:
            text = decoder.decode(chunk, final=last)
        except UnicodeDecodeError as error:
            return line + chunk[: error.start].decode(encoding, errors="ignore").count("\n")
        line += text.count("\n")
        since_end = len(text) - text.rfind("\n") - 1 if "\n" in text or "\r" in text else since_end + len(text)
        if since_end > LINE_LIMIT:
            raise FileRefused("line_too_long", str(line))
    return None


def _chunks(path: Path) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes of a file and, with the last piece, that it is the last."""
    with path.open("rb") as stream:
        chunk = stream.read(CHUNK)
        while chunk:
            following = stream.read(CHUNK)
            yield chunk, not following
            chunk = following


def _single_byte(path: Path) -> str:
    """Choose between the Russian one-byte encodings; refuse UTF-8 with a few damaged bytes in it."""
    whole, broken, sample = 0, 0, b""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for chunk, last in _chunks(path):
        text = decoder.decode(chunk, final=last)
        if not text.isascii():
            broken += len(_LOST.findall(text))
            whole += len(_FOUND.findall(text))
            sample = sample if len(sample) >= _SAMPLE else sample + chunk
        if broken > 1000 and broken > 4 * whole:
            break
    if whole > broken:
        raise FileRefused("encoding_damaged", str(_first_bad_line(path, "utf-8") or ""))
    return _likeliest(sample)


def _likeliest(sample: bytes) -> str:
    """Prefer cp1251; another one must read clearly more like Russian."""
    scores = {encoding: _russian_score(sample.decode(encoding, errors="replace")) for encoding in _SINGLE_BYTE}
    best = max(_SINGLE_BYTE, key=lambda encoding: scores[encoding])
    return best if scores[best] > max(scores["cp1251"] * 1.2, scores["cp1251"] + 20) else "cp1251"


def _russian_score(text: str) -> float:
    """Return how much a text looks like Russian: usual letters add, capitals inside a word and signs subtract."""
    good = 2 * len(_COMMON.findall(text)) + len(_USUAL.findall(text))
    bad = 3 * len(_TURNED.findall(text)) + 2 * len(_STRANGE.findall(text))
    return good - bad
