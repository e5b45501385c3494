"""The check of a domain that letters are sent from: all its parts under one clock, and never an error."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address

import dns.name
import dns.resolver

from notify.channels.domain_check.dkim import dkim_findings
from notify.channels.domain_check.dmarc import dmarc_findings
from notify.channels.domain_check.findings import Finding, finding
from notify.channels.domain_check.hosts import mx_findings, ptr_findings
from notify.channels.domain_check.lookup import SECONDS, Address, DnsTrouble, Lookup, name_of, shown, system_resolver
from notify.channels.domain_check.spf import spf_findings
from notify.channels.domain_check.transport import transport_findings


def domain_check(
    domain: str,
    selector: str = "",
    sending_ip: str = "",
    bounce_domain: str = "",
    resolver: dns.resolver.Resolver | None = None,
    *,
    seconds: float = SECONDS,
) -> tuple[Finding, ...]:
    """Return what the DNS says of ``domain``, in the order of the parts: SPF, DKIM, DMARC, MX, PTR, notes.

    ``selector`` names a key of DKIM. ``sending_ip`` is the address from which letters leave; ``bounce_domain`` that of
    their envelope sender, where it is another. Never raises: what cannot be found out is a finding.
    """
    try:
        lookup = Lookup(resolver or system_resolver(), seconds)
        name = name_of(domain)
        bounce = name_of(bounce_domain) if bounce_domain else name
        if not lookup.exists(name):
            return (finding("domain_missing", shown(name)),)
    except DnsTrouble as trouble:
        return (finding(trouble.code, trouble.value),)
    refused, address = _address(sending_ip)
    parts: list[Callable[[], Iterator[Finding]]] = [
        # Receivers ask the domain of the envelope for SPF; ours is looked at all the same: other programs send from it.
        lambda: spf_findings(lookup, bounce, address),
        *([lambda: spf_findings(lookup, name, None)] if bounce != name else []),
        lambda: dkim_findings(lookup, name, selector),
        lambda: dmarc_findings(lookup, name, bounce),
        lambda: mx_findings(lookup, bounce),
        *([lambda: ptr_findings(lookup, address)] if address is not None else []),
        lambda: transport_findings(lookup, name),
    ]
    found = [one for part in parts for one in _found(part)]
    return tuple(dict.fromkeys([*refused, *found]))


def _found(part: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what a part finds, up to a trouble, which is a finding too."""
    try:
        yield from part()
    except DnsTrouble as trouble:
        yield finding(trouble.code, trouble.value)


def _address(text: str) -> tuple[list[Finding], Address | None]:
    """Return what is wrong with the address of our server, and the address where nothing is."""
    if not text.strip():
        return [], None
    try:
        address = ip_address(text.strip())
    except ValueError:
        return [finding("ip_unreadable", text)], None
    return ([], address) if address.is_global else ([finding("ip_inner", str(address))], None)
