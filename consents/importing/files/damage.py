"""What befell a text before it came: read in the wrong encoding, escaped for a page, made a date by a sheet. Pure."""

import html
import re
from typing import Final

_SUSPECT: Final = re.compile(
    r"(?:[РС][^\sа-яА-Яa-zA-Z0-9.,'()\-]){2}"  # UTF-8 read as cp1251
    r"|[À-ÿ]{3}|(?:[ÐÑ][\x80-\xbf]){2}"  # cp1251 or UTF-8 read as Latin-1
    r"|\b[а-яё][А-ЯЁЂ-Џ]{2}"  # KOI8-R read as cp1251
    r"|[€†‡‰™©®¤¦§¬±¶µ]{2}|[а-яА-Я][€†‡‰™©®¤¦§¬±¶µ][а-яА-Я€]"  # CP866 read as cp1251
)
_TURNED: Final = re.compile(r"\b[а-яё][А-ЯЁЂ-Џ]{2}")
_COMMON: Final = re.compile("[оеаинтсрвл]", re.IGNORECASE)
_LOST: Final = re.compile(r"\N{REPLACEMENT CHARACTER}|\?{3,}|п»ї|пїЅ|ï¿½")
_ENTITY: Final = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_MONTHS: Final = "янв|фев|мар|апр|май|мая|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?"  # as the dates of a sheet are written out
    rf"|\d{{1,2}}[. \-/]?(?:{_MONTHS})[а-яa-z]*\.?(?:[. \-/]?\d{{2,4}})?"
    rf"|(?:{_MONTHS})[а-яa-z]*\.?[. \-/]?\d{{2,4}}",
    re.IGNORECASE,
)
_SCIENTIFIC: Final = re.compile(r"[+-]?\d+[.,]\d+[eEеЕ][+-]?\d{1,3}|[+-]?\d+[eEеЕ][+-]\d{1,3}")
_ROUNDED: Final = re.compile(r"[1-9]\d{14}0{2,}")
"""Sixteen digits and more, zeros behind the fifteenth: a sheet keeps no more of a number."""


def is_garbled(text: str) -> bool:
    """Return whether a text was read in the wrong encoding before, so that its letters are others than were written."""
    if not _SUSPECT.search(text):
        return False
    turned = text.encode("cp1251", errors="ignore").decode("koi8-r", errors="ignore")
    # «иВАНОВ» was typed with Caps Lock: it is Russian as it stands.
    return not _TURNED.search(text) or len(_COMMON.findall(turned)) > len(_COMMON.findall(text))


def is_lost(text: str) -> bool:
    """Return whether letters are gone, with question marks in their places."""
    return _LOST.search(text) is not None


def entities_read(text: str) -> str:
    """Return a text with the entities of a page as the signs they stand for: `&quot;` is a quote."""
    return html.unescape(text) if _ENTITY.search(text) else text


def is_made_date(text: str) -> bool:
    """Return whether a number is written as a sheet writes dates: it may have been 1-2 before."""
    return _DATE.fullmatch(text) is not None


def is_scientific(text: str) -> bool:
    """Return whether a number is written as 7,9E+10. `73928e03` is none: a sheet writes a sign or a fraction."""
    return _SCIENTIFIC.fullmatch(text) is not None


def is_rounded(text: str) -> bool:
    """Return whether a number has lost the digits behind its fifteenth."""
    return _ROUNDED.fullmatch(text) is not None
