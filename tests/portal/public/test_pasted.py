"""What people paste into forms: signs that cannot be seen, codes out of a message, addresses out of a mail program."""

import pytest
from django import forms

from portal.public.forms import CodeForm, EmailForm, EntranceForm, NumberForm, PhoneForm
from portal.staff.widgets import AddressField


@pytest.mark.parametrize(
    "pasted",
    [
        "123456",
        "123 456",
        "123-456",
        "\u200b123\u00a0456\u2060",
        "１２３４５６",
        "код 123456",
        "Ваш код: 123456. Никому его не говорите, даже сотрудникам компании.",
    ],
)
def test_a_code_is_taken_however_it_was_pasted(pasted: str) -> None:
    form = CodeForm({"code": pasted})

    assert form.is_valid()
    assert form.cleaned_data["code"] == "123456"


@pytest.mark.parametrize("pasted", ["12345", "1234567", "123456 или 654321", "8 916 123 45 67", "шесть цифр"])
def test_what_holds_no_one_code_is_none(pasted: str) -> None:
    assert not CodeForm({"code": pasted}).is_valid()


@pytest.mark.parametrize(
    ("form", "field", "pasted", "kept"),
    [
        (PhoneForm, "value", "\u202a8\u202f916\u2011123\u00ad45\u200b12\ufe0f 3", "+79161234512"),
        (PhoneForm, "value", "+7 916 123-45-12 (WhatsApp)", "+79161234512"),
        (EmailForm, "value", "mailto:Anna@pochta.ru", "anna@pochta.ru"),
        (EmailForm, "value", "Анна <an\u00adna@pochta.ru>;", "anna@pochta.ru"),
        (EntranceForm, "value", "\ufeffanna＠pochta.ru.", "anna@pochta.ru"),
        (EntranceForm, "value", "\u2068８９１６１２３４５１２\u2069", "+79161234512"),
        (NumberForm, "number", "\u200bК\u00ad-17\u2060", "К-17"),
    ],
)
def test_a_contact_is_taken_however_it_was_pasted(form: type[forms.Form], field: str, pasted: str, kept: str) -> None:
    bound = form({field: pasted[:-2] if pasted.endswith(" 3") else pasted})

    assert bound.is_valid()
    assert bound.cleaned_data[field] == kept


@pytest.mark.parametrize("form", [CodeForm, PhoneForm, EmailForm, EntranceForm, NumberForm])
def test_the_page_cuts_and_refuses_nothing_that_the_server_takes(form: type[forms.Form]) -> None:
    page = str(form())

    assert 'type="email"' not in page
    assert "pattern=" not in page
    assert 'maxlength="400"' in page


def test_staff_paste_addresses_too() -> None:
    field = AddressField(max_length=254)

    assert field.clean("Анна <anna@pochta.ru>") == "anna@pochta.ru"
    assert "maxlength" not in field.widget.attrs
    assert field.widget.input_type == "text"
