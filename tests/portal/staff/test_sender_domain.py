"""The page that says what mail servers see of the sender's domain, against a name server on loopback."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from notify.channels.domain_check import check
from portal.laptop.fakes.dns import DnsFake
from portal.models.user import Role
from tests.portal.staff.conftest import Login

pytestmark = pytest.mark.django_db

PAGE = "staff:sender_domain"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[DnsFake]:
    """A name server, and nobody else is asked."""
    with DnsFake() as fake:
        monkeypatch.setattr(check, "system_resolver", fake.resolver)
        yield fake


def test_the_form_begins_with_the_domains_of_the_settings(login: Login, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.BOUNCE_ADDRESS = "Банк <info@romashka.example>", "b@back.romashka.example"

    page = login(Role.ADMINISTRATOR).get(reverse(PAGE)).content.decode()

    assert 'value="romashka.example"' in page
    assert 'value="back.romashka.example"' in page


def test_a_press_says_what_is_good_and_what_to_mend(login: Login, names: DnsFake) -> None:
    names.add("romashka.example", "TXT", "v=spf1 ip4:192.0.2.1 -all")

    page = login(Role.ADMINISTRATOR).post(reverse(PAGE), {"domain": "romashka.example"}).content.decode()

    assert "Запись SPF найдена: romashka.example: v=spf1 ip4:192.0.2.1 -all" in page
    assert "Нет записи DMARC. Добавьте TXT-запись" in page


def test_what_a_foreign_record_holds_is_shown_as_text(login: Login, names: DnsFake) -> None:
    names.add("evil.example", "TXT", "v=spf1 <script>alert(1)</script> -all")

    page = login(Role.ADMINISTRATOR).post(reverse(PAGE), {"domain": "evil.example"}).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_name_server_that_fails_is_a_sentence(login: Login, names: DnsFake) -> None:
    names.codes["romashka.example"] = "SERVFAIL"

    answer = login(Role.ADMINISTRATOR).post(reverse(PAGE), {"domain": "romashka.example"})

    assert answer.status_code == 200
    assert "Серверы DNS ответили ошибкой" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("domain", "нет такого!", "записано с ошибкой"),
        ("bounce_domain", "нет такого!", "записано с ошибкой"),
        ("sending_ip", "999.1.1.1", "не IP-адрес"),
        ("sending_ip", "10.0.0.1", "внутренний адрес"),
    ],
)
def test_what_was_typed_wrong_is_said_beside_its_field(
    login: Login, names: DnsFake, field: str, typed: str, words: str
) -> None:
    names.add("romashka.example", "TXT", "v=spf1 -all")

    answer = login(Role.ADMINISTRATOR).post(reverse(PAGE), {"domain": "romashka.example", field: typed})

    assert words in str(answer.context["form"].errors[field])
    assert words not in str(answer.context["findings"])
