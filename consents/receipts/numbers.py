"""Numbers that people read out over the phone: М-2026-000123-7F. Pure.

The last two characters are the year and count, read as one number, modulo the prime 251, in hex: one wrong digit and
two neighbouring digits swapped are always noticed.
"""

import re

LETTER = "М"
_PRIME = 251
_NUMBER = re.compile(r"М-?(\d{4})-?(\d{6,9})-?([0-9A-F]{2})")
# Letters that look alike on paper; the number's own letter is Cyrillic, the hex digits are Latin.
_HEX_FROM_CYRILLIC = str.maketrans("АВСЕ", "ABCE")


def receipt_number(year: int, count: int) -> str:
    """Return the number of the receipt that is the `count`-th of the installation."""
    digits = f"{count:06d}"
    return f"{LETTER}-{year:04d}-{digits}-{_check(f'{year:04d}{digits}')}"


def receipt_number_read(text: str) -> str:
    """Return the number as it is stored, however it was typed; empty when it is none or has a mistake."""
    typed = "".join(text.upper().replace("–", "-").replace("—", "-").split())
    if typed[:1] in ("M", LETTER):
        typed = LETTER + typed[1:].translate(_HEX_FROM_CYRILLIC)
    found = _NUMBER.fullmatch(typed)
    if found is None or _check(found[1] + found[2]) != found[3]:
        return ""
    return f"{LETTER}-{found[1]}-{found[2]}-{found[3]}"


def _check(digits: str) -> str:
    return f"{int(digits) % _PRIME:02X}"
