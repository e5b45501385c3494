"""Detection of programs that fetch links: previews, mail scanners, prefetchers. Pure.

The answer is a label: no page is refused because of it. It is no proof of a human either; only a pressed button is.
"""

import functools
import re
from collections.abc import Mapping
from typing import Final

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

_OWN: Final = (
    r"\bbot\b|bot/|maxbot|preview|prefetch|scanner|validator|okhttp|python-|aiohttp|httpx|curl|wget|libwww|"
    r"go-http-client|java/|apache-httpclient|axios|node-fetch|headlesschrome|phantomjs|safelinks|mimecast|"
    r"proofpoint|barracuda|kaspersky|drweb|sophos|symantec|trendmicro|fortiguard|zscaler|odklbot"
)
"""What the public list misses, and agents of libraries and mail filters."""

_BARE: Final = re.compile(r"mozilla/\d\.\d\s*(?:\(\s*\))?", re.IGNORECASE)
"""Nothing but the word that all browsers begin with."""

_MAX_LENGTH: Final = 512


@functools.cache
def _known() -> re.Pattern[str]:
    """Return one pattern of the public list and our own additions, compiled once."""
    public = "|".join(f"(?:{entry['pattern']})" for entry in CRAWLER_USER_AGENTS_DATA)
    return re.compile(f"{public}|{_OWN}", re.IGNORECASE)


@functools.lru_cache(maxsize=4096)
def _is_program_agent(user_agent: str) -> bool:
    agent = user_agent.strip()
    if not agent or _BARE.fullmatch(agent):
        return True
    return _known().search(agent) is not None


def is_program(headers: Mapping[str, str]) -> bool:
    """Return whether it is probably a program that asks. `headers` have their usual names, such as `User-Agent`."""
    purpose = f"{headers.get('Sec-Purpose', '')} {headers.get('Purpose', '')} {headers.get('X-Moz', '')}".lower()
    if "prefetch" in purpose or "prerender" in purpose or "preview" in purpose:
        return True
    return _is_program_agent(headers.get("User-Agent", "")[:_MAX_LENGTH])
