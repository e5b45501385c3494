"""Questions to the DNS under one clock. A trouble is a word of the table of findings, never an error of the library."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final

import dns.exception
import dns.name
import dns.resolver
import dns.reversename

from notify.channels.deadline import Deadline

Address = IPv4Address | IPv6Address

SECONDS: Final = 5.0
"""Of all questions of a check together."""
TRY_SECONDS: Final = 1.5
"""Until another server is asked, or the same again."""
UDP_BYTES: Final = 1232

_LABEL: Final = re.compile(rb"[A-Za-z0-9_-]{1,63}")


class DnsTrouble(Exception):
    """Something could not be asked, or not be found out. ``code`` is of the table of findings."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code, self.value = code, value


def name_of(text: str) -> dns.name.Name:
    """Return a name of at least two labels, in ASCII. Raises `DnsTrouble`."""
    try:
        name = dns.name.from_text(text.strip())
    except (dns.exception.DNSException, ValueError) as error:
        raise DnsTrouble("domain_unreadable", text) from error
    if len(name) < 3 or not all(_LABEL.fullmatch(label) for label in name.labels[:-1]):
        raise DnsTrouble("domain_unreadable", text)
    return name.canonicalize()


def below(prefix: str, name: dns.name.Name) -> dns.name.Name:
    """Return ``prefix.name``. Raises `DnsTrouble`."""
    return name_of(f"{prefix}.{name.to_text(omit_final_dot=True)}")


def shown(name: dns.name.Name) -> str:
    """Return a name as people write it."""
    try:
        return name.to_unicode(omit_final_dot=True)
    except (dns.exception.DNSException, ValueError):
        return name.to_text(omit_final_dot=True)


def system_resolver() -> dns.resolver.Resolver:
    """Return a resolver of this machine's settings. Raises `DnsTrouble` when it has none."""
    try:
        resolver = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError) as error:
        raise DnsTrouble("dns_failed", "resolv.conf") from error
    resolver.timeout = TRY_SECONDS
    resolver.use_edns(0, 0, UDP_BYTES)
    return resolver


class Lookup:
    """Answers of one check; each question is asked once. What does not exist is an empty answer."""

    def __init__(self, resolver: dns.resolver.Resolver, seconds: float = SECONDS) -> None:
        self._resolver, self._deadline = resolver, Deadline(seconds)
        self._known: dict[tuple[dns.name.Name, str], list[Any] | DnsTrouble] = {}
        self._missing: set[dns.name.Name] = set()

    def exists(self, name: dns.name.Name) -> bool:
        """Return whether there is anything of that name. Raises `DnsTrouble`, as all below."""
        self._ask(name, "TXT")
        return name not in self._missing

    def texts(self, name: dns.name.Name) -> list[str]:
        """Return the TXT records, the strings of each put together."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")]

    def addresses(self, name: dns.name.Name, versions: tuple[int, ...] = (4, 6)) -> list[Address]:
        """Return the addresses of a host."""
        kinds = ["A" if version == 4 else "AAAA" for version in versions]
        return [ip_address(record.address) for kind in kinds for record in self._ask(name, kind)]

    def mail_hosts(self, name: dns.name.Name) -> list[dns.name.Name]:
        """Return the hosts of the MX records, the preferred one first."""
        records = sorted(self._ask(name, "MX"), key=lambda record: (record.preference, record.exchange))
        return [record.exchange for record in records]

    def names(self, address: Address) -> list[dns.name.Name]:
        """Return the names of an address."""
        return [record.target for record in self._ask(dns.reversename.from_address(str(address)), "PTR")]

    def _ask(self, name: dns.name.Name, kind: str) -> list[Any]:
        if (name, kind) not in self._known:
            try:
                self._known[name, kind] = list(self._asked(name, kind))
            except DnsTrouble as trouble:
                self._known[name, kind] = trouble
        known = self._known[name, kind]
        if isinstance(known, DnsTrouble):
            raise known
        return known

    def _asked(self, name: dns.name.Name, kind: str) -> Iterator[Any]:
        try:
            yield from self._resolver.resolve(name, kind, lifetime=self._deadline.left(), search=False)
        except dns.resolver.NXDOMAIN:
            self._missing.add(name)
        except dns.resolver.NoAnswer:
            return
        except (dns.exception.Timeout, TimeoutError) as error:
            raise DnsTrouble("dns_timeout", shown(name)) from error
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise DnsTrouble("dns_failed", shown(name)) from error
