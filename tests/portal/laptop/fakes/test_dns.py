"""The name server of the tests: what it has, what it has not, and how it goes wrong."""

from collections.abc import Iterator

import dns.exception
import dns.resolver
import pytest

from portal.laptop.fakes.dns import DnsFake


@pytest.fixture
def fake() -> Iterator[DnsFake]:
    with DnsFake() as running:
        running.add("www.example.ru", "CNAME", "host.example.ru.")
        running.add("host.example.ru", "A", "192.0.2.1")
        yield running


def ask(fake: DnsFake, name: str, kind: str = "A") -> list[str]:
    return [record.to_text() for record in fake.resolver().resolve(name, kind, lifetime=5)]


def test_an_alias_is_followed_within_the_table(fake: DnsFake) -> None:
    assert ask(fake, "www.example.ru") == ["192.0.2.1"]
    assert fake.asked == [("www.example.ru", "A")]


def test_a_loop_of_aliases_ends(fake: DnsFake) -> None:
    fake.add("a.ru", "CNAME", "b.ru.")
    fake.add("b.ru", "CNAME", "a.ru.")

    with pytest.raises(dns.exception.DNSException):
        ask(fake, "a.ru")


def test_a_name_between_others_is_there_and_one_beside_them_is_not(fake: DnsFake) -> None:
    with pytest.raises(dns.resolver.NoAnswer):
        ask(fake, "example.ru")
    with pytest.raises(dns.resolver.NoAnswer):
        ask(fake, "host.example.ru", "TXT")
    with pytest.raises(dns.resolver.NXDOMAIN):
        ask(fake, "nothing.ru")


def test_over_tcp_everything_fits(fake: DnsFake) -> None:
    fake.truncates = True
    fake.add("long.ru", "TXT", "я" * 2000)

    (record,) = fake.resolver().resolve("long.ru", "TXT")

    assert b"".join(record.strings).decode() == "я" * 2000
    assert len(fake.asked) == 2


def test_a_code_comes_as_told(fake: DnsFake) -> None:
    fake.codes["host.example.ru"] = "SERVFAIL"

    with pytest.raises(dns.resolver.NoNameservers):
        ask(fake, "host.example.ru")
