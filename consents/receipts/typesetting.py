"""Typst, called in the process: data goes in, a tagged PDF comes out, whatever signs the data holds.

Values go in as data, so that nothing a person wrote is read as mark-up. A sign that no font has would make the paper
unreadable to a screen reader, so the compiler refuses it and names it; a sign of replacement then stands in its place.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import typst

from consents.conf import paper_fonts

PAPERS: Final = Path(__file__).resolve().parents[2] / "templates" / "print"
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
LONG_WORD: Final = 40

_ROUNDS: Final = 3
_REFUSED: Final = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_UNSEEN: Final = {"Cc": " ", "Cf": "", "Cs": REPLACEMENT, "Cn": REPLACEMENT, "Co": REPLACEMENT}
"""What becomes of controls, invisible marks, halves of surrogate pairs, signs that are none yet or of private use."""
_LONG: Final = re.compile(rf"(?<!\S)(?![0-9a-f]+(?!\S))\S{{{LONG_WORD},}}")
"""Sums in hex are left whole, to be copied: the papers give them lines of their own."""
_BREAK: Final = "\N{ZERO WIDTH SPACE}"
_NOT_PLAIN: Final = re.compile(r"[^\n -~\xa0-\u017f\u0400-\u045f\u2010-\u2026\u200b№−]")
"""All but Latin, Cyrillic and the marks of print."""

Words = Any
"""Data of JSON: texts in lists and mappings."""


def typeset(*, paper: str, data: dict[str, Words], moment: datetime | None = None) -> bytes:
    """Return the paper, a template of `templates/print`, as PDF/UA. Texts in ``data`` may hold any sign."""
    words = _mapped(data, _clean)
    for _ in range(_ROUNDS):
        try:
            return _compiled(paper, words, moment)
        except typst.TypstError as error:
            missing = _without_font(error)
            if not missing:
                raise
            words = _mapped(words, partial(_replaced, missing=missing))
    return _compiled(paper, _mapped(words, _plainest), moment)


def _compiled(paper: str, data: Words, moment: datetime | None) -> bytes:
    made = typst.compile(
        str(PAPERS / paper),
        root=str(PAPERS),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=moment.replace(microsecond=0) if moment else None,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst made no PDF")
    return made


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts embedded in typst and those of the folder that the server names; never the system's own.

    The embedded ones are named first by the papers, so that a paper looks the same on every machine.
    """
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paper_fonts())


def _mapped(data: Words, change: Callable[[str], str]) -> Words:
    """Return the same data with every text changed; names of a mapping stay."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {name: _mapped(value, change) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_mapped(value, change) for value in data]
    return data


def _clean(text: str) -> str:
    """Return a text without what has no shape; long words may break anywhere, never before a combining mark."""
    seen = "".join(
        letter if letter == "\n" else _UNSEEN.get(unicodedata.category(letter), letter)
        for letter in unicodedata.normalize("NFC", text)
    )
    return _LONG.sub(lambda word: _breakable(word[0]), seen)


def _breakable(word: str) -> str:
    return "".join(_BREAK * (place > 0 and not unicodedata.combining(sign)) + sign for place, sign in enumerate(word))


def _without_font(error: typst.TypstError) -> frozenset[str]:
    """Return the texts that the compiler could not draw: letters, with their marks."""
    return frozenset(_ESCAPED.sub(_unescaped, text) for text in _REFUSED.findall(error.diagnostic))


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}.get(match[2], match[2])


def _replaced(text: str, missing: Collection[str]) -> str:
    for one in sorted(missing, key=len, reverse=True):
        text = text.replace(one, REPLACEMENT)
    return text


def _plainest(text: str) -> str:
    """Return a text of the letters alone that the embedded fonts surely have."""
    return _NOT_PLAIN.sub(REPLACEMENT, text)
