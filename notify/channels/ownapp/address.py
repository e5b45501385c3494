"""Which address of a backend may be called. An administrator names it, and still some are never a backend.

Private networks are allowed: a backend may well stand in the company's own. Link-local addresses are not: there the
clouds keep the secrets of a machine.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from notify.channels.base import Misconfigured

Address = IPv4Address | IPv6Address

LOOPBACK: Final = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
NAT64: Final = IPv6Network("64:ff9b::/96")
METADATA: Final = frozenset({ip_address("fd00:ec2::254"), ip_address("100.100.100.200"), ip_address("192.0.0.192")})
"""Where clouds answer with the secrets of a machine outside the link-local networks: AWS, Alibaba, Oracle."""

_PLAIN: Final = re.compile(r"[!-~]+")
"""Signs of a URL: neither blanks nor control signs, which parsers drop at will, nor letters outside ASCII."""
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")


def checked_url(url: str) -> str:
    """Return ``url`` as it is. Raises `Misconfigured` for one that no backend can have."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        is_plain = _PLAIN.fullmatch(url.replace(parts.netloc, "", 1)) is not None
        fits = is_plain and "\\" not in url and "@" not in parts.netloc and parts.port != 0 and _fits(parts, host)
    except ValueError as error:
        raise Misconfigured("bad_address") from error
    if not fits:
        raise Misconfigured("bad_address")
    return url


def may_call(place: str) -> bool:
    """Return whether a numeric address may be that of a backend."""
    return all(_may_be_a_backend(one) for one in _meant(ip_address(place)))


def _fits(parts: SplitResult, host: str) -> bool:
    if not _HOST.fullmatch(host):
        return False
    literal = _literal(host)
    if literal is not None and not may_call(host):
        return False
    is_loopback = host == "localhost" or (literal is not None and any(literal in network for network in LOOPBACK))
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _may_be_a_backend(address: Address) -> bool:
    is_nowhere = address.is_unspecified or address.is_multicast or address == IPv4Address("255.255.255.255")
    return not (address.is_link_local or is_nowhere or address in METADATA)


def _meant(address: Address) -> Iterator[Address]:
    """Yield an address, and that of IPv4 which an address of IPv6 leads to."""
    yield address
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            yield inner
        if address in NAT64:
            yield IPv4Address(int(address) & 0xFFFFFFFF)
