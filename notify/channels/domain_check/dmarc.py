"""DMARC (RFC 7489 and its successor): the policy of a domain, found by a walk up the tree, and what stands apart."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import dns.name

from notify.channels.domain_check.findings import Finding, finding
from notify.channels.domain_check.lookup import Lookup, below, shown
from notify.channels.domain_check.tags import tags_of

POLICIES: Final = frozenset({"none", "quarantine", "reject"})

_RECORD: Final = re.compile(r"v\s*=\s*DMARC1\s*(?:;|$)")
_ALMOST: Final = re.compile(r"\W*(?:v\s*=\s*dmarc|p\s*=\s*(?:none|quarantine|reject))", re.IGNORECASE)
_REPORTS: Final = re.compile(r"mailto:[^@\s,!]+@[^@\s,!]+(?:![0-9]+[kmgt]?)?", re.IGNORECASE)


def dmarc_findings(lookup: Lookup, domain: dns.name.Name, bounce: dns.name.Name) -> Iterator[Finding]:
    """Check the policy of ``domain``, and whether ``bounce`` is aligned with it. Raises `DnsTrouble`."""
    organisation = _organisation(lookup, domain)
    holder = domain if _records(lookup, domain) else organisation
    records = _records(lookup, holder)
    if len(records) != 1:
        yield finding("dmarc_several", _shown(holder)) if records else _missing(lookup, domain)
        return
    shown_record = f"{_shown(holder)}: {records[0]}"
    try:
        tags = tags_of(records[0])
    except ValueError:
        tags = {}
    policy = tags.get("p", "").lower() if holder == domain else tags.get("sp", tags.get("p", "")).lower()
    if policy not in POLICIES:
        yield finding("dmarc_syntax", shown_record)
        return
    yield finding("dmarc_ok", shown_record)
    yield from _advice(tags, policy, shown_record)
    is_strict = tags.get("aspf", "r").lower() == "s"
    if not (bounce == domain if is_strict else bounce.is_subdomain(organisation)):
        yield finding("dmarc_spf_apart", shown(bounce))


def _missing(lookup: Lookup, domain: dns.name.Name) -> Finding:
    almost = [text for text in lookup.texts(below("_dmarc", domain)) if _ALMOST.match(text)]
    if almost:
        return finding("dmarc_syntax", f"{_shown(domain)}: {almost[0]}")
    return finding("dmarc_missing", _shown(domain))


def _advice(tags: Mapping[str, str], policy: str, record: str) -> Iterator[Finding]:
    if policy == "none":
        yield finding("dmarc_none", record)
    addresses = [address.strip() for address in tags.get("rua", "").split(",")]
    if addresses == [""]:
        yield finding("dmarc_no_rua", record)
    elif not all(_REPORTS.fullmatch(address) for address in addresses):
        yield finding("dmarc_rua", record)


def _organisation(lookup: Lookup, domain: dns.name.Name) -> dns.name.Name:
    """Return the highest domain with a policy, from ``domain`` up; itself where there is none.

    A list of public suffixes is not needed: those have no policy, or one that says ``psd=y``.
    """
    found, name = domain, domain
    while len(name) > 2:
        records = _records(lookup, name)
        marks = re.findall(r";\s*psd\s*=\s*([yn])", records[0]) if len(records) == 1 else []
        if "y" in marks:
            break
        found = name if records else found
        if "n" in marks:
            break
        name = name.parent()
    return found


def _records(lookup: Lookup, name: dns.name.Name) -> list[str]:
    return [text for text in lookup.texts(below("_dmarc", name)) if _RECORD.match(text)]


def _shown(name: dns.name.Name) -> str:
    return f"_dmarc.{shown(name)}"
