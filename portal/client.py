"""The address of the client of a request."""

from django.conf import settings
from django.http import HttpRequest


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
