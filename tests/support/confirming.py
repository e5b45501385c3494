"""Acts that ask first: open the page, press its button."""

import re
from collections.abc import Mapping
from typing import Any

from django.test import Client


def shown_on(client: Client, url: str, query: Mapping[str, Any] | None = None) -> str:
    """Return the fingerprint that the page at ``url`` carries in its form."""
    page = client.get(url, query).content.decode()
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert found, f"{url} asks nothing"
    return found[1]


def confirm(client: Client, url: str, data: Mapping[str, Any] | None = None, **how: Any) -> Any:
    """Open the page that asks and send its form, with what the person fills in."""
    return client.post(url, {**(data or {}), "shown": shown_on(client, url, data)}, **how)
