"""The name of a browser in words: «Chrome 141, Windows», not the whole line that it sends."""

import re
from typing import Final

from django.utils.translation import gettext as _

BROWSERS: Final = (
    ("Яндекс Браузер", re.compile(r"YaBrowser/(\d+)")),
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"OPR/(\d+)")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:Chrome|Chromium|CriOS)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+).*Safari/")),
)
"""The first that fits: others call themselves Chrome and Safari besides."""
SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """Return browser with version and system; a program that names neither is called by its first word."""
    found = next(((name, match[1]) for name, mark in BROWSERS if (match := mark.search(user_agent))), None)
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if found is None and not system:
        return user_agent.split("/", maxsplit=1)[0].split(" ", maxsplit=1)[0][:40] or _("браузер не назван")
    return ", ".join(filter(None, (" ".join(found) if found else _("браузер"), system)))
