"""A domain in good order, and what may be wrong with one: records, question, and the code that must come of it."""

import base64
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Records = list[tuple[str, str, str | tuple[str, ...]]]

DOMAIN: Final = "example.ru"
IP: Final = "77.88.1.9"


def rsa_key(bits: int) -> str:
    """A public key of that many bits; its modulus is no product of primes, which nobody who reads it can tell."""
    public = RSAPublicNumbers(65537, (1 << (bits - 1)) | 0x10001).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


ED25519: Final = base64.b64encode(
    Ed25519PrivateKey.from_private_bytes(b"k" * 32).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
).decode()
ED25519_DER: Final = base64.b64encode(
    Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    .public_key()
    .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()

SPF: Final = ("example.ru", "TXT", f"v=spf1 ip4:{IP} ~all")
KEY: Final = ("s1._domainkey.example.ru", "TXT", f"v=DKIM1; k=rsa; p={rsa_key(2048)}")
DMARC: Final = ("_dmarc.example.ru", "TXT", "v=DMARC1; p=quarantine; rua=mailto:d@example.ru")
MX: Final = ("example.ru", "MX", "10 mx.example.ru.")
MX_HOST: Final = ("mx.example.ru", "A", IP)
PTR: Final = ("9.1.88.77.in-addr.arpa", "PTR", "mx.example.ru.")
TLS_RPT: Final = ("_smtp._tls.example.ru", "TXT", "v=TLSRPTv1; rua=mailto:t@example.ru")
MTA_STS: Final = ("_mta-sts.example.ru", "TXT", "v=STSv1; id=20261130")
GOOD: Final[Records] = [SPF, KEY, DMARC, MX, MX_HOST, PTR, TLS_RPT, MTA_STS]


def without(*records: tuple[str, str, str]) -> Records:
    return [one for one in GOOD if one not in records]


def spf(*values: str) -> Records:
    return [*without(SPF), *(("example.ru", "TXT", value) for value in values)]


def dkim(*values: str | tuple[str, ...]) -> Records:
    return [*without(KEY), *(("s1._domainkey.example.ru", "TXT", value) for value in values)]


def dmarc(*values: str) -> Records:
    return [*without(DMARC), *(("_dmarc.example.ru", "TXT", value) for value in values)]


@dataclass(frozen=True, kw_only=True)
class Case:
    """``code`` must be found; ``value`` be part of what it says; ``absent`` must not be found."""

    code: str
    records: Records
    value: str = ""
    absent: tuple[str, ...] = ()
    domain: str = DOMAIN
    selector: str = "s1"
    sending_ip: str = IP
    bounce_domain: str = ""
    silent: str = ""
    codes: dict[str, str] = field(default_factory=dict)


CHAIN: Final[Records] = [(f"i{number}.ru", "TXT", f"v=spf1 include:i{number + 1}.ru ~all") for number in range(1, 60)]
"""A record that leads to one that leads to one…"""


def chained(length: int) -> Records:
    return [*spf(f"v=spf1 include:i1.ru ip4:{IP} ~all"), *CHAIN[: length - 1], (f"i{length}.ru", "TXT", "v=spf1 -all")]


QUESTIONS: Final = [
    Case(code="domain_unreadable", records=GOOD, domain="exa mple.ru", value="exa mple.ru"),
    Case(code="domain_unreadable", records=GOOD, domain=""),
    Case(code="domain_unreadable", records=GOOD, domain="example"),
    Case(code="domain_unreadable", records=GOOD, domain="a..ru"),
    Case(code="domain_unreadable", records=GOOD, domain="x" * 64 + ".ru"),
    Case(code="domain_unreadable", records=GOOD, domain="a." * 130 + "ru"),
    Case(code="domain_unreadable", records=GOOD, domain="https://example.ru/"),
    Case(code="domain_unreadable", records=GOOD, domain="info@example.ru"),
    Case(code="domain_unreadable", records=GOOD, domain="exa\0mple.ru"),
    Case(code="domain_unreadable", records=GOOD, bounce_domain="b@example.ru"),
    Case(code="domain_unreadable", records=GOOD, selector="s 1"),
    Case(code="domain_unreadable", records=GOOD, selector="x" * 64),
    Case(code="domain_missing", records=GOOD, domain="nothing.ru", value="nothing.ru"),
    Case(code="ip_unreadable", records=GOOD, sending_ip="smtp.example.ru", absent=("ptr_ok", "spf_ip_ok")),
    Case(code="ip_unreadable", records=GOOD, sending_ip="77.88.1.999"),
    Case(code="ip_inner", records=GOOD, sending_ip="10.0.0.5", absent=("ptr_missing",)),
    Case(code="ip_inner", records=GOOD, sending_ip="127.0.0.1"),
    Case(code="ip_inner", records=GOOD, sending_ip="fe80::1"),
    Case(code="dns_timeout", records=GOOD, silent="_dmarc.example.ru", value="_dmarc.example.ru"),
    Case(code="dns_failed", records=GOOD, codes={"_dmarc.example.ru": "SERVFAIL"}, value="_dmarc.example.ru"),
    Case(code="dns_failed", records=GOOD, codes={"mx.example.ru": "REFUSED"}, value="mx.example.ru"),
    Case(code="dns_failed", records=GOOD, codes={"example.ru": "SERVFAIL"}, absent=("domain_missing", "spf_missing")),
]

SPF_CASES: Final = [
    Case(code="spf_ok", records=GOOD, value=f"v=spf1 ip4:{IP} ~all"),
    Case(code="spf_ok", records=spf("V=SPF1 -ALL"), absent=("spf_all_none",)),
    Case(code="spf_ok", records=[*spf("google-site-verification=1"), SPF], absent=("spf_several",)),
    Case(code="spf_ok", records=spf("v=spf1 exp=why.example.ru custom=1 ip4:77.88.1.9 -all"), absent=("spf_syntax",)),
    Case(code="spf_missing", records=without(SPF), value="example.ru"),
    Case(code="spf_missing", records=spf("v=spf10 -all", "spf1 -all", "v=spf1-all"), value="example.ru"),
    Case(code="spf_several", records=spf("v=spf1 -all", "v=spf1 ~all"), absent=("spf_ok",)),
    Case(
        code="spf_several",
        records=[*spf("v=spf1 include:i.ru -all"), ("i.ru", "TXT", "v=spf1 a"), ("i.ru", "TXT", "v=spf1")],
    ),
    *(
        Case(code="spf_syntax", records=spf(f"v=spf1 {bad} -all"), value=bad, absent=("spf_ok", "spf_ip_ok"))
        for bad in (
            "ipv4:1.2.3.4",
            "ip4:1.2.3",
            "ip4:1.2.3.4/33",
            "ip4:2001:db8::1",
            "ip6:1.2.3.4",
            "ip4",
            "ip4:",
            "include",
            "include:",
            "include:a..b",
            "include:x.ru/24",
            "all:x.ru",
            "all/8",
            "a/33",
            "mx//129",
            "exists:",
            "redirect=",
            "–all",
            "+",
            "?",
            "a:",
            "include:ru",
            "всё",
            "'",
        )
    ),
    Case(code="spf_syntax", records=spf("v=spf1 redirect=a.ru redirect=b.ru"), value="redirect=b.ru"),
    Case(
        code="spf_syntax",
        records=[*spf("v=spf1 include:i.ru -all"), ("i.ru", "TXT", "v=spf1 oops")],
        value="i.ru: oops",
    ),
    Case(code="spf_lookups", records=chained(11), value=": 11", absent=("spf_ok", "spf_ip_ok")),
    Case(code="spf_lookups", records=chained(59)),
    Case(code="spf_lookups", records=spf("v=spf1 " + "a mx " * 5 + "exists:%{i}.x.ru -all"), value=": 11"),
    Case(code="spf_ok", records=chained(10), absent=("spf_lookups",)),
    Case(code="spf_ok", records=spf("v=spf1 -all " + "include:i.ru " * 20), absent=("spf_lookups",)),
    Case(code="spf_loop", records=spf("v=spf1 include:example.ru -all"), value="include:example.ru"),
    Case(code="spf_loop", records=spf("v=spf1 redirect=EXAMPLE.ru"), value="redirect=EXAMPLE.ru"),
    Case(
        code="spf_loop",
        records=[
            *spf("v=spf1 include:i.ru"),
            ("i.ru", "TXT", "v=spf1 include:j.ru"),
            ("j.ru", "TXT", "v=spf1 include:i.ru"),
        ],
        value="j.ru: include:i.ru",
    ),
    Case(code="spf_include_missing", records=spf("v=spf1 include:i.ru -all"), value="i.ru", absent=("spf_ok",)),
    Case(code="spf_include_missing", records=spf("v=spf1 redirect=i.ru"), value="i.ru"),
    Case(code="spf_all_pass", records=spf("v=spf1 +all"), absent=("spf_all_none",)),
    Case(code="spf_all_pass", records=spf("v=spf1 a all")),
    Case(code="spf_all_pass", records=[*spf("v=spf1 redirect=i.ru"), ("i.ru", "TXT", "v=spf1 +all")]),
    Case(code="spf_all_neutral", records=spf("v=spf1 ?all")),
    Case(code="spf_all_none", records=spf(f"v=spf1 ip4:{IP}")),
    Case(code="spf_all_none", records=spf("v=spf1")),
    Case(
        code="spf_ok", records=[*spf("v=spf1 redirect=i.ru"), ("i.ru", "TXT", "v=spf1 -all")], absent=("spf_all_none",)
    ),
    Case(
        code="spf_ok",
        records=[*spf("v=spf1 include:i.ru -all"), ("i.ru", "TXT", "v=spf1 +all")],
        absent=("spf_all_pass",),
    ),
    Case(code="spf_ptr", records=spf(f"v=spf1 ip4:{IP} ptr -all")),
    Case(code="spf_void", records=spf("v=spf1 a:x.ru a:y.ru a:z.ru -all")),
    Case(code="spf_ok", records=spf("v=spf1 a:x.ru a:y.ru -all"), absent=("spf_void",)),
    *(
        Case(
            code="spf_ip_ok",
            records=[*spf(record), ("i.ru", "TXT", f"v=spf1 ip4:{IP} -all")],
            absent=("spf_ip_missing",),
        )
        for record in (
            f"v=spf1 ip4:{IP} -all",
            "v=spf1 ip4:77.88.0.0/16 -all",
            "v=spf1 ip4:77.88.200.1/16 -all",
            "v=spf1 mx -all",
            "v=spf1 a:mx.example.ru -all",
            "v=spf1 a:mx.example.ru/24//64 -all",
            "v=spf1 include:i.ru -all",
            "v=spf1 redirect=i.ru",
            "v=spf1 +all",
            "v=spf1 -ip4:10.0.0.0/8 MX -all",
            "v=spf1 a include:i.ru",
        )
    ),
    *(
        Case(
            code="spf_ip_missing", records=[*spf(record), ("i.ru", "TXT", f"v=spf1 -ip4:{IP} +all")], value=f"ip4:{IP}"
        )
        for record in (
            "v=spf1 -all",
            "v=spf1 ip4:77.88.1.8 ~all",
            "v=spf1 ~mx +all",
            f"v=spf1 ?ip4:{IP} -all",
            "v=spf1",
            "v=spf1 include:i.ru -all",
            "v=spf1 redirect=i.ru",
            "v=spf1 ip6:2a02::/16 -all",
        )
    ),
    Case(
        code="spf_ip_ok", records=spf("v=spf1 ip6:2a02:6b8::/29 -all"), sending_ip="2a02:6b8::25", value="2a02:6b8::25"
    ),
    Case(code="spf_ip_missing", records=GOOD, sending_ip="2a02:6b8::25", value="ip6:2a02:6b8::25"),
    Case(code="spf_ip_unsure", records=spf("v=spf1 exists:%{i}._spf.example.ru -all"), absent=("spf_ip_missing",)),
    Case(code="spf_ip_unsure", records=spf("v=spf1 include:%{d}.x.ru ~all")),
    Case(code="spf_ip_unsure", records=spf("v=spf1 redirect=%{d}.x.ru"), absent=("spf_all_none",)),
    Case(
        code="spf_ip_ok",
        records=[*GOOD, ("b.example.ru", "TXT", f"v=spf1 ip4:{IP} -all")],
        bounce_domain="b.example.ru",
    ),
    Case(
        code="spf_missing", records=GOOD, bounce_domain="b.example.ru", value="b.example.ru", absent=("spf_ip_missing",)
    ),
    Case(
        code="spf_ip_missing",
        records=[*GOOD, ("b.example.ru", "TXT", "v=spf1 -all")],
        bounce_domain="b.example.ru",
        value="b.example.ru",
    ),
]

DKIM_CASES: Final = [
    Case(code="dkim_ok", records=GOOD, value="s1._domainkey.example.ru, 2048"),
    Case(code="dkim_ok", records=dkim(f"p={rsa_key(4096)}"), value="4096"),
    Case(
        code="dkim_ok",
        records=dkim(f"v=DKIM1;t=s;h=sha1:sha256;s=email;n=x; p={rsa_key(2048)};"),
        absent=("dkim_testing",),
    ),
    Case(code="dkim_ok", records=dkim((f"v=DKIM1; p={rsa_key(2048)[:100]}", rsa_key(2048)[100:]))),
    Case(code="dkim_ok", records=dkim(f"v=DKIM1; p={rsa_key(2048)[:100]} \t {rsa_key(2048)[100:]}")),
    Case(
        code="dkim_ok",
        records=[
            *dkim(),
            ("s1._domainkey.example.ru", "CNAME", "s1.dkim.service.ru."),
            ("s1.dkim.service.ru", "CNAME", "key.service.ru."),
            ("key.service.ru", "TXT", f"v=DKIM1; p={rsa_key(2048)}"),
        ],
        value="s1._domainkey.example.ru, 2048",
    ),
    Case(code="dkim_unasked", records=GOOD, selector="", absent=("dkim_ok", "dkim_missing")),
    Case(code="dkim_missing", records=dkim(), value="s1._domainkey.example.ru"),
    Case(code="dkim_missing", records=[*dkim(), ("s1._domainkey.example.ru", "CNAME", "nothing.service.ru.")]),
    Case(code="dkim_several", records=dkim(f"p={rsa_key(2048)}", "p=")),
    *(
        Case(code="dkim_syntax", records=dkim(bad), absent=("dkim_ok",))
        for bad in (
            "",
            "v=DKIM1",
            "v=DKIM1; k=rsa",
            "hello",
            "p=%%%",
            "p=AAAA",
            "v=DKIM2; p=AAAA",
            "p=A; p=B",
            "k=dsa; p=AAAA",
            f"k=ed25519; p={ED25519[:20]}",
            f"k=rsa; p={ED25519_DER}",
            f"v=DKIM1 p={rsa_key(2048)}",
            "p=ключ",
            "=; p=",
        )
    ),
    Case(code="dkim_revoked", records=dkim("v=DKIM1; p="), value="s1._domainkey.example.ru"),
    Case(code="dkim_revoked", records=dkim("v=DKIM1; p=;")),
    Case(code="dkim_weak", records=dkim(f"p={rsa_key(512)}"), value="512"),
    Case(code="dkim_weak", records=dkim(f"p={rsa_key(1023)}"), value="1023"),
    Case(code="dkim_short", records=dkim(f"p={rsa_key(1024)}"), value="1024", absent=("dkim_weak",)),
    Case(code="dkim_ed25519", records=dkim(f"v=DKIM1; k=ed25519; p={ED25519}")),
    Case(code="dkim_hash", records=dkim(f"h=sha1; p={rsa_key(2048)}"), absent=("dkim_ok",)),
    Case(code="dkim_testing", records=dkim(f"t=y:s; p={rsa_key(2048)}")),
]

DMARC_CASES: Final = [
    Case(code="dmarc_ok", records=GOOD, value="_dmarc.example.ru: v=DMARC1", absent=("dmarc_none", "dmarc_no_rua")),
    Case(
        code="dmarc_ok", records=dmarc("v=DMARC1;p=Reject;rua=mailto:a@x.ru!10m, mailto:b@y.ru;"), absent=("dmarc_rua",)
    ),
    Case(code="dmarc_ok", records=[*GOOD, ("_dmarc.example.ru", "TXT", "something=else")], absent=("dmarc_several",)),
    Case(
        code="dmarc_ok", records=[*GOOD, ("m.example.ru", "TXT", "x")], domain="m.example.ru", value="_dmarc.example.ru"
    ),
    Case(
        code="dmarc_none",
        records=[*dmarc("v=DMARC1; p=reject; sp=none"), ("m.example.ru", "TXT", "x")],
        domain="m.example.ru",
    ),
    Case(
        code="dmarc_ok",
        records=[
            *dmarc("v=DMARC1; p=none"),
            ("_dmarc.m.example.ru", "TXT", "v=DMARC1; p=reject"),
            ("m.example.ru", "TXT", "x"),
        ],
        domain="m.example.ru",
        value="_dmarc.m.example.ru",
        absent=("dmarc_none",),
    ),
    Case(code="dmarc_missing", records=dmarc(), value="_dmarc.example.ru"),
    Case(code="dmarc_missing", records=dmarc("v=spf1 -all"), value="_dmarc.example.ru"),
    Case(
        code="dmarc_missing",
        records=[*dmarc(), ("_dmarc.com.ru", "TXT", "v=DMARC1; p=reject; psd=y"), ("shop.com.ru", "TXT", "x")],
        domain="shop.com.ru",
    ),
    Case(
        code="dmarc_several", records=dmarc("v=DMARC1; p=none", "v=DMARC1; p=reject"), absent=("dmarc_ok", "dmarc_none")
    ),
    *(
        Case(code="dmarc_syntax", records=dmarc(bad), value=bad, absent=("dmarc_ok", "dmarc_missing"))
        for bad in (
            "v=DMARC1",
            "v=DMARC1; rua=mailto:a@x.ru",
            "v=DMARC1; p=all",
            "v=DMARC1; p=",
            "v=DMARC1; p=none p=reject",
            "v=DMARC1; p=none; p=reject",
            "v=dmarc1; p=none",
            "v=DMARC2; p=none",
            "p=none",
            "«v=DMARC1; p=none»",
            "v=DMARC1; p=none; ;oops",
        )
    ),
    Case(code="dmarc_none", records=dmarc("v=DMARC1; p=none; rua=mailto:a@x.ru"), absent=("dmarc_no_rua",)),
    Case(code="dmarc_no_rua", records=dmarc("v=DMARC1; p=reject")),
    *(
        Case(code="dmarc_rua", records=dmarc(f"v=DMARC1; p=none; rua={bad}"))
        for bad in ("a@x.ru", "mailto:", "https://x.ru/", "mailto:a@x.ru b@x.ru", "mailto:a@x.ru,b@x.ru", "mailto:a")
    ),
    Case(code="dmarc_spf_apart", records=GOOD, bounce_domain="service.ru", value="service.ru"),
    Case(code="dmarc_ok", records=GOOD, bounce_domain="b.example.ru", absent=("dmarc_spf_apart",)),
    Case(code="dmarc_spf_apart", records=dmarc("v=DMARC1; p=none; aspf=s"), bounce_domain="b.example.ru"),
    Case(code="dmarc_ok", records=dmarc("v=DMARC1; p=none; aspf=s"), absent=("dmarc_spf_apart",)),
    Case(
        code="dmarc_ok",
        records=[*GOOD, ("m.example.ru", "TXT", "x")],
        domain="m.example.ru",
        bounce_domain="b.example.ru",
        absent=("dmarc_spf_apart",),
    ),
    Case(
        code="dmarc_spf_apart",
        records=[*GOOD, ("_dmarc.m.example.ru", "TXT", "v=DMARC1; p=none; psd=n"), ("m.example.ru", "TXT", "x")],
        domain="m.example.ru",
        bounce_domain="b.example.ru",
    ),
]

HOST_CASES: Final = [
    Case(code="mx_ok", records=GOOD, value="mx.example.ru"),
    Case(code="mx_ok", records=[*without(MX), ("example.ru", "MX", "20 no.ru."), MX], value="mx.example.ru"),
    Case(
        code="mx_ok", records=[*GOOD, ("b.ru", "MX", "10 mx.example.ru.")], bounce_domain="b.ru", absent=("mx_missing",)
    ),
    Case(code="mx_missing", records=without(MX), value="example.ru", absent=("mx_ok",)),
    Case(code="mx_missing", records=GOOD, bounce_domain="b.example.ru", value="b.example.ru"),
    Case(code="mx_null", records=[*without(MX), ("example.ru", "MX", "0 .")], absent=("mx_unresolved",)),
    Case(code="mx_implicit", records=[*without(MX), ("example.ru", "AAAA", "2a02::1")], absent=("mx_missing",)),
    Case(
        code="mx_unresolved",
        records=[*without(MX), ("example.ru", "MX", "10 no.ru.")],
        value="no.ru",
        absent=("mx_ok",),
    ),
    Case(code="mx_unresolved", records=[*GOOD, ("example.ru", "MX", "0 .")]),
    Case(code="ptr_ok", records=GOOD, value=f"{IP}, mx.example.ru"),
    Case(code="ptr_ok", records=[("9.1.88.77.in-addr.arpa", "PTR", "other.ru."), *GOOD], absent=("ptr_unconfirmed",)),
    Case(code="ptr_missing", records=without(PTR), value=IP, absent=("ptr_ok",)),
    Case(code="ptr_missing", records=GOOD, sending_ip="2a02:6b8::25"),
    Case(code="ptr_unconfirmed", records=without(MX_HOST), value=f"mx.example.ru, {IP}", absent=("ptr_ok",)),
    Case(code="ptr_unconfirmed", records=[*without(PTR), ("9.1.88.77.in-addr.arpa", "PTR", "other.ru.")]),
    Case(code="tls_rpt_ok", records=GOOD),
    Case(code="tls_rpt_missing", records=without(TLS_RPT), value="_smtp._tls.example.ru"),
    Case(code="mta_sts_ok", records=GOOD),
    Case(code="mta_sts_missing", records=without(MTA_STS), value="_mta-sts.example.ru"),
]

CASES: Final = [*QUESTIONS, *SPF_CASES, *DKIM_CASES, *DMARC_CASES, *HOST_CASES]
