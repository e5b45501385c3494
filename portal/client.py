"""Where a request comes from."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Give the client's address: the connection's own, or the one that our own proxies noted.

    `X-Forwarded-For` is believed only from the right, for as many hops as proxies of ours stand before us.
    """
    hops: int = settings.TRUSTED_PROXY_COUNT
    if hops:
        noted = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(noted) >= hops:
            return noted[-hops]
    address: str = request.META.get("REMOTE_ADDR", "")
    return address
