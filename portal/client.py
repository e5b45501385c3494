"""What a request says: the address of its client, and the numbers that it names."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest

_DIGITS: Final = 18
"""All numbers of so many digits fit into a column of the database."""


def client_address(request: HttpRequest) -> str:
    """Return the client's address: the connection's own, or the one that our own proxies added.

    `X-Forwarded-For` is read from the right, for as many hops as we have proxies of our own.
    """
    hops: int = settings.TRUSTED_PROXY_COUNT
    if hops:
        noted = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(noted) >= hops:
            return noted[-hops]
    address: str = request.META.get("REMOTE_ADDR", "")
    return address


def number_asked(said: str) -> int | None:
    """Return the number of a row that an address or a form names; None for what is no number of any row of ours."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= _DIGITS else None
