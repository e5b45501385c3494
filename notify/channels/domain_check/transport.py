"""What may be said of encryption on the way to a domain: TLS-RPT (RFC 8460) and MTA-STS (RFC 8461). Both optional."""

import re
from collections.abc import Iterator
from typing import Final

import dns.name

from notify.channels.domain_check.findings import Finding, finding
from notify.channels.domain_check.lookup import Lookup, below, shown

RECORDS: Final = (("_smtp._tls", "TLSRPTv1", "tls_rpt"), ("_mta-sts", "STSv1", "mta_sts"))
"""Where each record stands, its version, and the beginning of our codes."""


def transport_findings(lookup: Lookup, domain: dns.name.Name) -> Iterator[Finding]:
    """Yield for each of the two whether its record is there. Raises `DnsTrouble`."""
    for prefix, version, code in RECORDS:
        name = below(prefix, domain)
        is_there = any(re.match(rf"v\s*=\s*{version}\s*;", text) for text in lookup.texts(name))
        yield finding(f"{code}_ok" if is_there else f"{code}_missing", shown(name))
