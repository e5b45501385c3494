"""Lists of tags, ``v=DKIM1; p=…``, as DKIM and DMARC have them. Pure."""

import re
from typing import Final

_TAG: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*([^;]*?)\s*", re.DOTALL)


def tags_of(record: str) -> dict[str, str]:
    """Return the tags in their order. Raises `ValueError` for what is no such list, or has a tag twice."""
    found: dict[str, str] = {}
    parts = record.rstrip("; \t\r\n").split(";")
    for part in parts:
        match = _TAG.fullmatch(part)
        if match is None or match[1] in found:
            raise ValueError(part)
        found[match[1]] = match[2]
    return found
