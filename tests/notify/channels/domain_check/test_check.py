"""What is found out of a domain, asked from a name server on loopback."""

import inspect
import random
from collections.abc import Iterator
from typing import Any

import dns.resolver
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notify.channels.domain_check import findings
from notify.channels.domain_check.check import domain_check
from notify.channels.domain_check.findings import CODES, LONGEST, finding
from notify.channels.domain_check.lookup import DnsTrouble, system_resolver
from notify.channels.domain_check.spf_terms import terms
from notify.channels.domain_check.tags import tags_of
from portal.laptop.fakes.dns import DnsFake
from tests.notify.channels.domain_check.zones import CASES, DMARC, GOOD, IP, KEY, SPF, Case, Records, dkim, rsa_key, spf
from tests.support.patience import ended


@pytest.fixture
def fake() -> Iterator[DnsFake]:
    with DnsFake() as running:
        yield running


def fill(fake: DnsFake, records: Records) -> DnsFake:
    for record in records:
        fake.add(*record)
    return fake


def codes(fake: DnsFake, **question: Any) -> list[str]:
    question = {"domain": "example.ru", "selector": "s1", "sending_ip": IP} | question
    return [one.code for one in domain_check(**question, resolver=fake.resolver())]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_each_fault_of_a_domain_is_found_by_its_code(case: Case, fake: DnsFake) -> None:
    fill(fake, case.records)
    fake.silent |= {case.silent} - {""}
    fake.codes |= case.codes

    found = domain_check(
        case.domain,
        case.selector,
        case.sending_ip,
        case.bounce_domain,
        fake.resolver(),
        seconds=2.0 if case.silent else 20.0,
    )

    assert [one for one in found if one.code == case.code and case.value in one.value], found
    assert {one.code for one in found} & set(case.absent) == set()


def test_every_code_of_the_table_has_a_case() -> None:
    assert {case.code for case in CASES} == set(CODES)


def test_a_domain_in_good_order_has_nothing_but_good_findings(fake: DnsFake) -> None:
    found = domain_check("example.ru", "s1", IP, resolver=fill(fake, GOOD).resolver())

    assert {one.level for one in found} == {"ok"}
    assert [one.code for one in found] == [
        "spf_ok",
        "spf_ip_ok",
        "dkim_ok",
        "dmarc_ok",
        "mx_ok",
        "ptr_ok",
        "tls_rpt_ok",
        "mta_sts_ok",
    ]


def test_without_an_address_of_ours_nothing_is_said_of_it(fake: DnsFake) -> None:
    assert not {"spf_ip_ok", "spf_ip_missing", "ptr_ok", "ptr_missing"} & set(codes(fill(fake, GOOD), sending_ip=""))


class TestNationalDomains:
    RECORDS: Records = [
        (name.replace("example.ru", "почта.рф"), kind, value.replace("example.ru", "xn--80a1acny.xn--p1ai"))
        for name, kind, value in GOOD
        if isinstance(value, str)
    ]

    @pytest.mark.parametrize("domain", ["почта.рф", "ПОЧТА.РФ", "xn--80a1acny.xn--p1ai", " почта.рф. "])
    def test_every_way_to_write_one_is_the_same(self, fake: DnsFake, domain: str) -> None:
        found = domain_check(domain, "s1", IP, resolver=fill(fake, self.RECORDS).resolver())

        assert {one.level for one in found} == {"ok"}
        assert "_dmarc.почта.рф" in " ".join(one.value for one in found)

    def test_what_is_to_be_added_is_named_as_people_write_it(self, fake: DnsFake) -> None:
        fake.add("почта.рф", "TXT", "x")

        values = {one.code: one.value for one in domain_check("почта.рф", "s1", resolver=fake.resolver())}

        assert (values["spf_missing"], values["dmarc_missing"]) == ("почта.рф", "_dmarc.почта.рф")
        assert values["dkim_missing"] == "s1._domainkey.почта.рф"


class TestTransport:
    def test_a_long_key_comes_over_tcp(self, fake: DnsFake) -> None:
        fill(fake, dkim(f"v=DKIM1; p={rsa_key(4096)}")).truncates = True

        assert "dkim_ok" in codes(fake)

    def test_strings_of_a_record_are_put_together_without_a_blank(self, fake: DnsFake) -> None:
        fill(fake, [*(one for one in GOOD if one != SPF), ("example.ru", "TXT", ("v=spf1 ip4:77.8", "8.1.9 -all"))])

        assert "spf_ip_ok" in codes(fake)

    def test_each_question_is_asked_once(self, fake: DnsFake) -> None:
        codes(fill(fake, GOOD), bounce_domain="example.ru")

        assert len(fake.asked) == len(set(fake.asked))

    def test_a_silent_server_ends_the_check_in_time_with_a_finding_for_each_part(self, fake: DnsFake) -> None:
        fill(fake, GOOD).silent_kinds.add("MX")
        fake.silent |= {"_dmarc.example.ru", "s1._domainkey.example.ru"}

        found = ended(lambda: domain_check("example.ru", "s1", IP, resolver=fake.resolver(), seconds=2.0))

        assert next(one.value for one in found if one.code == "dns_timeout") == "s1._domainkey.example.ru"
        assert "spf_ok" in [one.code for one in found]

    def test_a_server_that_never_answers_is_one_finding(self, fake: DnsFake) -> None:
        fake.silent.add("example.ru")

        found = ended(lambda: domain_check("example.ru", "s1", IP, resolver=fake.resolver(), seconds=2.0))

        assert [(one.code, one.value) for one in found] == [("dns_timeout", "example.ru")]

    def test_a_server_that_is_not_there_is_a_finding(self) -> None:
        fake = DnsFake()
        resolver = fake.resolver()
        with fake:
            pass

        (found,) = ended(lambda: domain_check("example.ru", resolver=resolver, seconds=0.5))

        assert found.level == "bad"
        assert found.code in {"dns_timeout", "dns_failed"}

    def test_garbage_is_a_finding(self, fake: DnsFake) -> None:
        fill(fake, GOOD).garbled.add("_dmarc.example.ru")

        found = ended(lambda: domain_check("example.ru", "s1", IP, resolver=fake.resolver(), seconds=2.0))

        assert {"dns_timeout", "dns_failed"} & {one.code for one in found if one.value == "_dmarc.example.ru"}

    def test_a_machine_without_name_servers_is_a_finding(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def nothing(*_: Any) -> None:
            raise dns.resolver.NoResolverConfiguration

        monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", nothing)

        with pytest.raises(DnsTrouble):
            system_resolver()
        assert [one.code for one in domain_check("example.ru")] == ["dns_failed"]

    def test_a_wide_record_is_not_walked_for_ever(self, fake: DnsFake) -> None:
        wide = " ".join(f"include:w{number}.ru" for number in range(30))
        fill(fake, [*spf(f"v=spf1 {wide} -all"), *((f"w{number}.ru", "TXT", f"v=spf1 {wide}") for number in range(30))])

        assert {"spf_loop", "spf_lookups"} & set(codes(fake))
        assert len(fake.asked) < 80


class TestTable:
    def test_every_sentence_ends_and_takes_a_value(self) -> None:
        for code, (level, sentence) in CODES.items():
            text = finding(code, "example.ru").sentence.format(value="{0} example.ru")
            assert level in {"ok", "advice", "bad"}
            assert sentence[0].isupper() or sentence.startswith(("«", "{"))
            assert code == "dkim_unasked" or "{0} example.ru" in text

    def test_every_code_says_its_level_by_its_name(self) -> None:
        assert all((level == "ok") == code.endswith("_ok") for code, (level, _) in CODES.items())

    def test_values_are_printable_and_bounded(self) -> None:
        assert finding("spf_ok", "a\0b\nc\u202e").value == "a b c "
        assert len(finding("spf_ok", "x" * 9999).value) == LONGEST

    def test_the_sentences_stand_in_one_module(self) -> None:
        assert inspect.getsource(findings).count("gettext_noop(") == len(CODES)


BITS = st.sampled_from(
    [
        "v=spf1",
        " ",
        "include:",
        "example.ru",
        "-all",
        "ip4:",
        "/",
        "//",
        "1.2.3.4",
        "redirect=",
        "%{i}",
        "a",
        "mx",
        "ptr",
        "exists:",
        "v=DKIM1",
        ";",
        "p=",
        "k=",
        "rsa",
        "v=DMARC1",
        "none",
        "rua=",
        "mailto:",
        "@",
        "=",
        "t=y",
        "\0",
        "ё",
        "\\",
        '"',
    ]
)
TEXTS = st.lists(BITS, max_size=12).map("".join) | st.text(max_size=60)


class TestAnything:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(own=st.lists(TEXTS, max_size=2), key=TEXTS, policy=TEXTS)
    def test_any_records_give_findings_and_no_error(self, fake: DnsFake, own: list[str], key: str, policy: str) -> None:
        fake._table.clear()
        fill(fake, [("example.ru", "TXT", text) for text in ["x", *own]])
        fill(fake, [(KEY[0], "TXT", key), (DMARC[0], "TXT", policy)])

        for one in domain_check("example.ru", "s1", IP, "example.ru", fake.resolver(), seconds=20.0):
            assert one.sentence.format(value=one.value)

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(domain=TEXTS, selector=TEXTS, address=TEXTS, bounce=TEXTS)
    def test_any_question_gives_findings_and_no_error(
        self, fake: DnsFake, domain: str, selector: str, address: str, bounce: str
    ) -> None:
        assert domain_check(domain, selector, address, bounce, fake.resolver(), seconds=20.0)

    @given(TEXTS)
    def test_any_text_is_terms_and_tags_or_none(self, text: str) -> None:
        for read in (terms, tags_of):
            try:
                read(text)
            except ValueError:
                continue

    def test_spoiled_records_give_findings_and_no_error(self, fake: DnsFake) -> None:
        rng = random.Random(7)
        for _ in range(40):
            fake._table.clear()
            for name, kind, value in GOOD:
                if kind == "TXT" and isinstance(value, str):
                    spoiled = list(value)
                    for _ in range(rng.randint(0, 3)):
                        spoiled[rng.randrange(len(spoiled))] = chr(rng.randrange(32, 1100))
                    fake.add(name, kind, "".join(spoiled))
            assert codes(fake)
