"""A campaign's letter for one person: its greeting, its link, and what its foot says."""

import re

import pytest

from consents.reach.recipients import RecipientRow
from notify.channels.base import Capabilities, ImageLimits, OutboundMessage, image_of
from notify.messages.composing import RenderFailed, fitted, sample_link, text_of
from notify.models import Campaign
from tests.factories.consents import CompanyFactory
from tests.factories.notify import StepFactory

pytestmark = pytest.mark.django_db


def person(name: str) -> RecipientRow:
    return RecipientRow(1, 1, "a@example.ru", None, False, name, "Europe/Moscow", False)


@pytest.mark.parametrize(
    ("name", "greeting"), [("Муравьёва Анна Фёдоровна", "Здравствуйте, Анна Фёдоровна!"), ("Ли Бо", "Здравствуйте!")]
)
def test_a_message_greets_by_first_name_and_patronymic_or_without_a_name(name: str, greeting: str) -> None:
    text = text_of(StepFactory.build(text="((приветствие))", campaign=Campaign(), channel="max"))

    made = text.compose(reference="1", address="a@example.ru", person=person(name), link=sample_link("max"))

    assert made.text == greeting


def test_a_picture_is_never_left_out_unseen() -> None:
    picture = image_of("image.png", b"bytes")
    message = OutboundMessage(reference="1", address="1", text="Текст", image=picture)
    takes = Capabilities(provider="one", images=ImageLimits(size=10, side=10))

    assert fitted(message, channel="max", capabilities=takes).image == picture
    with pytest.raises(RenderFailed, match="image_not_carried"):
        fitted(message, channel="max", capabilities=Capabilities(provider="another"))


def test_a_letter_shows_no_raw_address_and_still_leads_there() -> None:
    text = text_of(StepFactory.build(text="Проверьте контакты: ((ссылка))", campaign=Campaign()))
    link = sample_link("email")

    letter = text.compose(reference="1", address="a@example.ru", person=person("Ли Бо"), link=link)

    assert link.url in letter.text
    assert letter.html.count(f'href="{link.url}"') == 2
    assert link.url not in re.sub(r"<[^>]*>", " ", letter.html)


@pytest.mark.parametrize("basis", ["consent", "contract"])
def test_no_letter_puts_quotes_into_quotes_or_claims_what_the_contract_says(basis: str) -> None:
    CompanyFactory(short_name="Банк «Береста»")
    text = text_of(StepFactory.build(legal_basis=basis, campaign=Campaign()))

    letter = text.compose(reference="1", address="", person=None, link=sample_link("email"))

    for words in (letter.text, letter.html):
        assert "«Банк «" not in words
        assert "указан в" not in words
