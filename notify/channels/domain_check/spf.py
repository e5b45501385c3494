"""SPF (RFC 7208): one record, few enough questions, an end that closes it, and our own address within."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import Final

import dns.name

from notify.channels.domain_check.findings import Finding, finding
from notify.channels.domain_check.lookup import Address, DnsTrouble, Lookup, name_of, shown
from notify.channels.domain_check.spf_terms import Term, is_record, terms

MOST_LOOKUPS: Final = 10
"""RFC 7208, 4.6.4."""
MOST_VOIDS: Final = 2
"""Questions without an answer, ibid."""
MOST_MAIL_HOSTS: Final = 10
WALK_ENDS: Final = 40
"""Questions after which nothing is followed any further."""
MACRO: Final = "%"
ENDS: Final = {"+": "spf_all_pass", "?": "spf_all_neutral", "": "spf_all_none"}
"""What is said of a record by its end; `~` and `-` are good ones."""

Names = tuple[dns.name.Name, ...]


class _Broken(Exception):
    """A record that receivers do not obey."""

    def __init__(self, code: str, name: dns.name.Name, text: str = "") -> None:
        super().__init__(code)
        self.finding = finding(code, f"{shown(name)}: {text}" if text else shown(name))


def spf_findings(lookup: Lookup, name: dns.name.Name, address: Address | None) -> Iterator[Finding]:
    """Check the record of ``name``, and whether it lets ``address`` send. Raises `DnsTrouble`."""
    walk = _Walk(lookup, address)
    try:
        record = _record(lookup, name, "spf_missing")
        result = walk.result(name, record)
    except _Broken as broken:
        yield broken.finding
        return
    if walk.lookups > MOST_LOOKUPS:
        yield finding("spf_lookups", f"{shown(name)}: {walk.lookups}")
        return
    yield finding("spf_ok", f"{shown(name)}: {record}")
    yield from _remarks(walk, name, record)
    if address is not None:
        yield _own_address(result, walk, name, address)


def _remarks(walk: "_Walk", name: dns.name.Name, record: str) -> Iterator[Finding]:
    """Yield what is not forbidden and still not good."""
    end = _end(walk.lookup, record)
    if end in ENDS:
        yield finding(ENDS[end], f"{shown(name)}: {record}")
    if walk.old:
        yield finding("spf_ptr", f"{shown(name)}: {record}")
    if walk.voids > MOST_VOIDS:
        yield finding("spf_void", f"{shown(name)}: {record}")


def _own_address(result: str, walk: "_Walk", name: dns.name.Name, address: Address) -> Finding:
    if result == "+":
        return finding("spf_ip_ok", str(address))
    if walk.is_unsure:
        return finding("spf_ip_unsure", str(address))
    return finding("spf_ip_missing", f"ip{address.version}:{address} ({shown(name)})")


def _record(lookup: Lookup, name: dns.name.Name, missing: str) -> str:
    records = [text for text in lookup.texts(name) if is_record(text)]
    if len(records) != 1:
        raise _Broken("spf_several" if records else missing, name)
    return records[0]


def _end(lookup: Lookup, record: str) -> str:
    """Return the qualifier of `all`, of the record itself or of the one that it is redirected to; empty for none.

    The walk has followed the redirections before: they end.
    """
    last = terms(record)[-1:]
    if last and last[0].word == "redirect":
        if MACRO in last[0].target:
            return "-"  # not known, and nothing to be said against it
        return _end(lookup, _record(lookup, name_of(last[0].target), "spf_include_missing"))
    return last[0].qualifier if last and last[0].word == "all" else ""


class _Walk:
    """One walk over a record and all that it leads to, to its end: what is counted is the most that it may need."""

    def __init__(self, lookup: Lookup, address: Address | None) -> None:
        self.lookup, self._address = lookup, address
        self.lookups = 0
        self.voids = 0
        self.is_unsure = False
        """Something that may let the address send cannot be known from here."""
        self.old = False

    def result(self, name: dns.name.Name, record: str, above: Names = ()) -> str:
        """Return the qualifier of the first term that fits the address, empty for none. Raises `_Broken`."""
        try:
            all_terms = terms(record)
        except ValueError as error:
            raise _Broken("spf_syntax", name, str(error)) from error
        found = [self._qualifier(term, name, above) for term in all_terms]
        return next((qualifier for qualifier in found if qualifier), "")

    def _qualifier(self, term: Term, name: dns.name.Name, above: Names) -> str:
        """Return what a term says of the address, empty for nothing."""
        if term.word == "all":
            return term.qualifier
        if term.word in {"ip4", "ip6"}:
            return term.qualifier if self._address is not None and self._address in ip_network(term.target) else ""
        self.lookups += 1
        if MACRO in term.target or term.word in {"exists", "ptr"} or self.lookups > WALK_ENDS:
            self.is_unsure = True
            self.old = self.old or term.word == "ptr"
            return ""
        target = _target(term, name)
        if term.word in {"a", "mx"}:
            return term.qualifier if self._is_host(term, target) else ""
        return self._inside(term, target, name, above)

    def _inside(self, term: Term, target: dns.name.Name, name: dns.name.Name, above: Names) -> str:
        if target in (*above, name):
            raise _Broken("spf_loop", name, term.text)
        record = _record(self.lookup, target, "spf_include_missing")
        result = self.result(target, record, (*above, name))
        if term.word == "redirect":
            return result
        return term.qualifier if result == "+" else ""

    def _is_host(self, term: Term, target: dns.name.Name) -> bool:
        """Return whether the address is one of a host, or of the mail hosts of a domain."""
        if self._address is None:
            return False
        hosts: Sequence[dns.name.Name] = [target]
        if term.word == "mx":
            hosts = self.lookup.mail_hosts(target)[:MOST_MAIL_HOSTS]
        version = self._address.version
        found = [one for host in hosts for one in self.lookup.addresses(host, (version,))]
        self.voids += not found
        return any(self._address in ip_network(f"{one}/{term.prefix(version)}", strict=False) for one in found)


def _target(term: Term, name: dns.name.Name) -> dns.name.Name:
    if not term.target:
        return name
    try:
        return name_of(term.target)
    except DnsTrouble as trouble:
        raise _Broken("spf_syntax", name, term.text) from trouble
