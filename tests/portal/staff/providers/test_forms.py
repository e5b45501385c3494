"""Forms of set-ups are made of declared fields, and their errors stand beside the fields."""

from typing import Any

import pytest
from django.test import Client

from notify.models import ProviderSetup
from notify.provider_setups import setup_create, setup_values, setup_view
from portal.models import StaffAction
from portal.staff.providers.forms import CYRILLIC, MISFIT
from tests.fakes.loft_kind import KEY, LOFT, LoftFake, loft_fields

NEW = "/staff/providers/new/loft/"
URL = "http://127.0.0.1:9"


def _typed(**changed: str) -> dict[str, str]:
    return {f"field_{name}": value for name, value in {**loft_fields(URL), **changed}.items()}


def _page(client: Client, path: str, data: dict[str, str] | None = None) -> Any:
    return client.get(path) if data is None else client.post(path, data)


def test_a_page_has_every_declared_field_with_its_words_and_its_default(administrator: Client) -> None:
    page = _page(administrator, NEW).content.decode()

    assert [field.label for field in LOFT.fields if field.label not in page] == []
    assert "Латинские буквы и дефис." in page
    assert 'value="https://loft.example"' in page
    assert '<option value="wheat" selected>Пшеница</option>' in page
    assert page.count('type="password"') == 2
    assert 'autocomplete="new-password"' in page


def test_what_is_filled_in_is_kept(administrator: Client) -> None:
    answer = _page(administrator, NEW, {"title": "Крыша", **_typed(letters="on")})

    assert answer["Location"] == "/staff/providers/loft/"
    assert setup_view(name="loft").title == "Крыша"
    assert setup_values(name="loft").values == {**loft_fields(URL, letters="on"), "note_key": ""}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("login", "", "Обязательное поле"),
        ("login", "Roof", str(MISFIT)),
        ("login", "roоf", str(CYRILLIC)),
        ("key", "", "Обязательное поле"),
        ("key", "short", str(MISFIT)),
        ("grain", "corn", "Варианта «corn» нет"),
        ("birds", "много", "целое число"),
        ("birds", "0", str(MISFIT)),
        ("url", "loft.example", "Впишите адрес целиком"),
        ("url", "ftp://loft.example", "Впишите адрес целиком"),
        ("url", "http://loft.example:порт", "Впишите адрес целиком"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(administrator: Client, field: str, value: str, words: str) -> None:
    page = _page(administrator, NEW, _typed(**{field: value}))

    assert page.status_code == 200
    assert words in str(page.context["form"].errors[f"field_{field}"])
    assert KEY not in page.content.decode()
    assert not ProviderSetup.objects.exists()


def test_a_refused_form_asks_for_its_secrets_again(administrator: Client) -> None:
    words = "Секреты введите ещё раз"

    assert words in _page(administrator, NEW, _typed(birds="0")).content.decode()
    assert words not in _page(administrator, NEW).content.decode()


def test_what_the_provider_refuses_is_said_above_the_form(administrator: Client) -> None:
    page = _page(administrator, NEW, _typed(login="no-roof"))

    assert page.context["form"].non_field_errors() == ["Не сохранено: no_roof."]
    assert not ProviderSetup.objects.exists()


def test_a_server_without_a_domain_is_an_address(administrator: Client) -> None:
    assert _page(administrator, NEW, _typed(url="http://loft:8080/api")).status_code == 302


def test_a_page_of_changes_never_shows_a_secret_and_an_empty_one_keeps_it(administrator: Client, loft: str) -> None:
    path = f"/staff/providers/{loft}/edit/"
    before = setup_values(name=loft).values
    shown = _page(administrator, path).content.decode()

    _page(administrator, path, {**_typed(key="", url=before["url"]), "title": "Труба", "per_second": "7"})

    assert KEY not in shown
    assert "Сохранён. Чтобы заменить, введите новый" in shown
    assert setup_values(name=loft).values["key"] == KEY
    assert (setup_view(name=loft).title, setup_view(name=loft).per_second) == ("Труба", 7)


def test_a_new_address_asks_for_the_secret_again(administrator: Client, loft: str) -> None:
    path = f"/staff/providers/{loft}/edit/"
    elsewhere = {**_typed(key="", url="https://elsewhere.example"), "per_second": "0"}

    page = _page(administrator, path, elsewhere)

    assert "введите секреты ещё раз" in str(page.context["form"].errors["field_key"])
    assert _page(administrator, path, {**elsewhere, "field_key": KEY}).status_code == 302


def test_one_that_sends_nothing_has_no_pace(administrator: Client, fake: LoftFake) -> None:
    name = setup_create(kind="nest", title="", fields={"url": fake.url, "password": "nest-password"})

    page = _page(administrator, f"/staff/providers/{name}/edit/").content.decode()
    saved = _page(
        administrator,
        f"/staff/providers/{name}/edit/",
        {"field_url": fake.url, "field_password": "", "balance_warn": "10,50"},
    )

    assert 'name="per_second"' not in page
    assert saved.status_code == 302
    assert str(setup_view(name=name).balance_warn) == "10.50"


def test_a_change_names_fields_in_the_journal_and_a_repeat_leaves_no_row(administrator: Client, loft: str) -> None:
    url = setup_values(name=loft).values["url"]
    data = {**_typed(key="another-key", url=url, birds="9"), "title": "Крыша", "per_second": "0"}

    for _ in range(2):
        _page(administrator, f"/staff/providers/{loft}/edit/", data)

    row = StaffAction.objects.get(action="provider.changed")
    assert (row.object_kind, row.object_id, row.details) == ("provider", loft, {"fields": ["birds", "key"]})


def test_an_unknown_kind_and_an_unknown_name_are_not_there(administrator: Client) -> None:
    for path in ("/staff/providers/new/fax/", "/staff/providers/none/", "/staff/providers/none/edit/"):
        assert administrator.get(path).status_code == 404
