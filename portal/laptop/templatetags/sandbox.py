"""Words of a received message as the in-built phone shows them: addresses and codes can be pressed."""

import re
from typing import Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_PARTS: Final = re.compile(r"(https?://[^\s<>\"]+)|(?<![\w#/=-])(\d{6})(?![\w-])", re.IGNORECASE)
_CODE: Final = re.compile(r"\b(?:код|code)(?: подтверждения| is)?:?\s*(\d{6})(?![\w-])", re.IGNORECASE)
"""Six digits that are called a code: those of an address of the company are none."""
_TAIL: Final = ".,;:!?)»"


@register.filter
def pressable(text: str) -> SafeString:
    """Escape a text and make its addresses links and its codes buttons that copy themselves."""
    pieces: list[tuple[str, SafeString | str]] = []
    codes = set(_CODE.findall(text))
    end = 0
    for match in _PARTS.finditer(text):
        address = (match[1] or "").rstrip(_TAIL)
        stop = match.start() + len(address) if address else match.end()
        pressed = match[2] if match[2] and match[2] not in codes else _pressable(address, match[2])
        pieces.append((text[end : match.start()], pressed))
        end = stop
    pieces.append((text[end:], SafeString("")))
    return format_html_join("", "{}{}", pieces)


@register.filter
def code_in(text: str) -> str:
    """Find the one-time code of a message, or nothing."""
    found = _CODE.search(text)
    return found[1] if found else ""


def _pressable(address: str, code: str | None) -> SafeString:
    if address:
        return format_html('<a href="{}">{}</a>', address, address)
    return format_html('<button type="button" class="link" data-copy="{}">{}</button>', code, code)
