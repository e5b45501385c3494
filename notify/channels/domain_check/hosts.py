"""Where bounces come back to (MX) and where letters come from (PTR and its confirmation)."""

from collections.abc import Iterator
from typing import Final

import dns.name

from notify.channels.domain_check.findings import Finding, finding
from notify.channels.domain_check.lookup import Address, Lookup, shown

MOST_HOSTS: Final = 5
"""Looked at, of a domain's mail hosts and of an address's names."""


def mx_findings(lookup: Lookup, domain: dns.name.Name) -> Iterator[Finding]:
    """Check where mail to ``domain`` goes. Raises `DnsTrouble`."""
    hosts = lookup.mail_hosts(domain)
    if not hosts:
        yield finding("mx_implicit" if lookup.addresses(domain) else "mx_missing", shown(domain))
    elif hosts == [dns.name.root]:
        yield finding("mx_null", shown(domain))  # RFC 7505
    else:
        looked_at = hosts[:MOST_HOSTS]
        lost = [host for host in looked_at if not lookup.addresses(host)]
        yield from (finding("mx_unresolved", shown(host)) for host in lost)
        if len(lost) < len(looked_at):
            yield finding("mx_ok", ", ".join(shown(host) for host in looked_at if host not in lost))


def ptr_findings(lookup: Lookup, address: Address) -> Iterator[Finding]:
    """Check that ``address`` has a name which leads back to it. Raises `DnsTrouble`."""
    names = lookup.names(address)
    confirmed = (name for name in names[:MOST_HOSTS] if address in lookup.addresses(name, (address.version,)))
    name = next(confirmed, None)
    if name is not None:
        yield finding("ptr_ok", f"{address}, {shown(name)}")
    elif names:
        yield finding("ptr_unconfirmed", f"{shown(names[0])}, {address}")
    else:
        yield finding("ptr_missing", str(address))
