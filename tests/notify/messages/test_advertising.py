"""What every advertising text carries, in previews, counts of parts and what leaves alike."""

from dataclasses import replace

import pytest

from consents.enums import Channel
from notify.campaigns.drafts import steps_drafted
from notify.campaigns.reading import step_previews
from notify.messages.advertising import advertising_text
from notify.messages.composing import sample_link, text_of
from notify.messages.sms_segments import sms_parts
from notify.models import Campaign
from notify.types import CampaignSpec
from tests.factories.notify import StepFactory, operator_make, spec_make

ADS = {"text_kind": "advertising", "legal_basis": "consent"}


def framed(text: str, *, channel: str = "sms", fields: tuple[str, ...] = ("ссылка",)) -> str:
    spec = Channel(channel).spec
    return advertising_text(
        text, company="Ромашка", fields=fields, is_letter=spec.is_letter, is_short=spec.is_in_segments
    )


def spec_of(channel: str, **changes: object) -> CampaignSpec:
    return spec_make(channel=channel, text="Скидка 10 %: ((ссылка))", **(ADS | changes))


def test_an_sms_begins_with_the_word_and_the_company_and_ends_with_how_to_refuse() -> None:
    assert framed("Скидка: ((ссылка))") == (
        "Реклама. ((компания)). Скидка: ((ссылка))\nОтказаться от рекламы: по той же ссылке"
    )


@pytest.mark.parametrize("text", ["Реклама. Скидка", "реклама: Скидка", "РЕКЛАМА — Скидка", "Реклама Скидка"])
def test_the_word_stands_once_at_the_start(text: str) -> None:
    assert framed(text).startswith("Реклама. ((компания)). Скидка\n")


def test_a_word_that_only_begins_like_it_stays() -> None:
    assert framed("Рекламация принята").startswith("Реклама. ((компания)). Рекламация принята")


@pytest.mark.parametrize("text", ["Ромашка: скидка", "«ромашка» дарит"])
def test_a_company_that_is_named_is_not_named_twice(text: str) -> None:
    assert framed(text).startswith(f"Реклама. {text}")
    assert framed("((компания)): скидка", fields=("компания",)).startswith("Реклама. ((компания)): скидка")


def test_without_a_link_in_the_text_the_way_to_refuse_brings_one() -> None:
    assert framed("Скидка", channel="max", fields=()).endswith("\n\nОтказаться от рекламы: ((ссылка))")


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["sms", "max", "email"])
def test_the_preview_shows_what_leaves(channel: str) -> None:
    operator_make()
    spec = spec_of(channel)

    (written,) = spec.steps
    (shown,) = step_previews(steps_drafted(spec)[0])
    sent = text_of(
        StepFactory.build(channel=channel, text=written.text, subject=written.subject, campaign=Campaign(), **ADS)
    ).compose(reference="", address="", person=None, link=sample_link(channel))

    assert shown.text == sent.text
    assert shown.text.startswith("Реклама. Ромашка.")
    assert "Отказаться от рекламы: по той же ссылке" in shown.text or "Не получать рекламу" in shown.text
    if channel == "sms":
        assert shown.segments == len(sms_parts(sent.text))
    if channel == "email":
        assert "<p>Реклама. Ромашка.</p>" in sent.html


@pytest.mark.django_db
def test_a_service_text_stays_as_it_is_written() -> None:
    operator_make()
    step = replace(spec_of("sms").steps[0], text_kind="service", text="Выберите канал: ((ссылка))")
    spec = replace(spec_of("sms"), steps=(step,))

    (shown,) = step_previews(steps_drafted(spec)[0])

    assert shown.text.startswith("Выберите канал: ")
    assert "еклам" not in shown.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"legal_basis": "law", "norm": "161-ФЗ, статья 9"},
            "оно приходит и после отказа: 161-ФЗ, статья 9.",
        ),
        ({"legal_basis": "contract"}, "потому что вы наш клиент."),
        ({"legal_basis": "consent"}, "потому что разрешили нам писать"),
    ],
)
def test_a_letter_says_on_what_ground_it_came(fields: dict[str, str], said: str) -> None:
    operator_make()

    letter = text_of(StepFactory.build(campaign=Campaign(), **fields)).compose(
        reference="", address="", person=None, link=sample_link("email")
    )

    assert said in letter.text
    assert said in letter.html
    assert ("161-ФЗ, статья 9" in letter.text) == (fields["legal_basis"] == "law")
