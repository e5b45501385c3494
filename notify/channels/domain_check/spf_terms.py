"""The terms of an SPF record (RFC 7208, section 5). Pure."""

import re
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final

BARE: Final = frozenset({"all"})
WITH_TARGET: Final = frozenset({"include", "exists", "ip4", "ip6"})
WITH_OR_WITHOUT: Final = frozenset({"a", "mx", "ptr"})
WITH_PREFIX: Final = frozenset({"a", "mx", "ip4", "ip6"})

_RECORD: Final = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
_MODIFIER: Final = re.compile(r"([a-z][a-z0-9._-]*)=(.*)", re.IGNORECASE)
_MECHANISM: Final = re.compile(r"([+?~-]?)([a-z0-9]+)(?::([!-~]+?))?(?:/(\d{1,3}))?(?://(\d{1,3}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One mechanism, or the modifier `redirect`."""

    text: str
    word: str
    target: str = ""
    qualifier: str = "+"
    prefix4: int = 32
    prefix6: int = 128

    def prefix(self, version: int) -> int:
        """Return the length of the prefix for addresses of a version."""
        return self.prefix4 if version == 4 else self.prefix6


def is_record(text: str) -> bool:
    """Return whether a TXT record is one of SPF."""
    return _RECORD.match(text) is not None


def terms(record: str) -> list[Term]:
    """Return the terms that count: up to `all`, or with `redirect` at the end. Raises `ValueError` with a bad one."""
    found = [term for text in record.split()[1:] if (term := _term(text)) is not None]
    redirects = [term for term in found if term.word == "redirect"]
    if len(redirects) > 1:
        raise ValueError(redirects[1].text)
    mechanisms = [term for term in found if term.word != "redirect"]
    ends = [place for place, term in enumerate(mechanisms) if term.word == "all"]
    return mechanisms[: ends[0] + 1] if ends else mechanisms + redirects


def _term(text: str) -> Term | None:
    modifier = _MODIFIER.fullmatch(text)
    if modifier is not None:
        return _redirect(text, modifier[2]) if modifier[1].lower() == "redirect" else None
    match = _MECHANISM.fullmatch(text)
    if match is None:
        raise ValueError(text)
    qualifier, word, target, prefix4, prefix6 = match.groups()
    term = Term(
        text=text,
        word=word.lower(),
        target=target or "",
        qualifier=qualifier or "+",
        prefix4=int(prefix4 or 32),
        prefix6=int(prefix6 or 128),
    )
    if not _is_whole(term, has_prefix=bool(prefix4 or prefix6)):
        raise ValueError(text)
    return _network(term, prefix4) if term.word in {"ip4", "ip6"} else term


def _redirect(text: str, target: str) -> Term:
    if not target:
        raise ValueError(text)
    return Term(text=text, word="redirect", target=target)


def _is_whole(term: Term, *, has_prefix: bool) -> bool:
    if term.word not in BARE | WITH_TARGET | WITH_OR_WITHOUT:
        return False
    if (term.word in BARE and term.target) or (term.word in WITH_TARGET and not term.target):
        return False
    if term.word in WITH_PREFIX:
        return term.word.startswith("ip") or (term.prefix4 <= 32 and term.prefix6 <= 128)
    return not has_prefix


def _network(term: Term, prefix: str | None) -> Term:
    """Return a term of addresses with its network as target. Raises `ValueError`."""
    try:
        network = ip_network(f"{term.target}/{prefix}" if prefix else term.target, strict=False)
    except ValueError as error:
        raise ValueError(term.text) from error
    if f"ip{network.version}" != term.word:
        raise ValueError(term.text)
    return Term(text=term.text, word=term.word, target=str(network), qualifier=term.qualifier)
