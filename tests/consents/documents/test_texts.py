"""The default texts: whole by the checklist, one purpose each, plain Russian without gender."""

import re

import pytest

from consents.documents.checks import (
    ANSWERED_KINDS,
    REQUIRED_HEADINGS,
    REQUIRED_NAMES,
    SIGNED_KINDS,
    problem_sentence,
    text_problems,
)
from consents.documents.defaults import DEFAULT_TEXTS, DefaultText
from consents.documents.fields import COMPANY_FIELDS, CompanyDetails, SenderNames, company_values, person_values
from consents.documents.rendering import paragraphs_of, placeholders
from consents.enums import Channel, ContactKind, DocumentKind

EACH = pytest.mark.parametrize("text", DEFAULT_TEXTS, ids=lambda text: f"{text.kind}-{text.channel}")
COMPANY = CompanyDetails(
    name="ООО «Ромашка»", short_name="Ромашка", inn="7700000000", ogrn="", licence="", address="Москва",
    website="romashka.example", dpo_title="Юрист", dpo_email="dpo@romashka.example", dpo_phone="",
)  # fmt: skip


def problems_of(text: DefaultText, **changes: str) -> tuple[tuple[str, str], ...]:
    values = {"title": text.title, "body": text.body, "checkbox": text.checkbox} | changes
    return text_problems(kind=text.kind, **values)


@EACH
def test_every_default_text_may_be_published(text: DefaultText) -> None:
    assert problems_of(text) == ()


def test_every_kind_and_channel_has_a_text_where_the_law_wants_one_each() -> None:
    assert {(text.kind, text.channel) for text in DEFAULT_TEXTS} == {
        *((DocumentKind.PD_SERVICE, channel) for channel in Channel),
        *((DocumentKind.ADS, channel) for channel in Channel),
        (DocumentKind.PD_PROMO, ""),
        (DocumentKind.PEP_RULES, ""),
        (DocumentKind.POLICY, ""),
    }


@pytest.mark.parametrize("kind", [DocumentKind.PD_SERVICE, DocumentKind.ADS])
def test_texts_of_one_kind_differ_only_where_they_name_the_channel(kind: DocumentKind) -> None:
    apart = {"Кто соглашается", "Каким путём писать", *(["Как отозвать"] if kind == DocumentKind.ADS else [])}
    bodies = [paragraphs_of(text.body) for text in DEFAULT_TEXTS if text.kind == kind]

    for paragraphs in zip(*bodies, strict=True):
        assert len({heading for heading, _ in paragraphs}) == 1
        assert (len(set(paragraphs)) == 1) == (paragraphs[0][0] not in apart)


@EACH
def test_no_text_promises_how_often_messages_come(text: DefaultText) -> None:
    assert not re.search(r"не чаще|раза? в (день|неделю|месяц)", text.body, re.IGNORECASE)


def test_advertising_in_max_says_that_its_button_only_opens_a_page() -> None:
    (text,) = [one for one in DEFAULT_TEXTS if (one.kind, one.channel) == (DocumentKind.ADS, Channel.MAX)]

    assert "по кнопке в любом рекламном сообщении бота (она открывает страницу" in text.body


@EACH
def test_no_text_has_a_gender_or_a_foreign_word(text: DefaultText) -> None:
    whole = f"{text.title} {text.body} {text.checkbox}"

    assert "(а)" not in whole
    assert not re.search(r"\b(согласен|согласна|прочитал|прочитала|ознакомлен|ознакомлена)\b", whole, re.IGNORECASE)
    assert set(re.findall(r"[A-Za-z]+", whole)) <= {"IP", "MAX", "cookie"}


@EACH
def test_what_a_person_answers_names_the_address_and_the_browser_that_are_kept(text: DefaultText) -> None:
    if text.kind in ANSWERED_KINDS:
        assert "IP-адрес и сведения о браузере" in text.body


@EACH
def test_a_box_says_what_it_allows_and_stands_only_beside_what_is_signed(text: DefaultText) -> None:
    assert bool(text.checkbox) == (text.kind in SIGNED_KINDS)
    if text.checkbox:
        assert text.checkbox.startswith("Текст прочитан. ")


@pytest.mark.parametrize(
    ("text", "heading"), [(text, heading) for text in DEFAULT_TEXTS for heading in REQUIRED_HEADINGS[text.kind]]
)
def test_a_text_without_a_required_heading_is_refused(text: DefaultText, heading: str) -> None:
    body = text.body.replace(f"# {heading}\n", "# Другое\n")

    assert ("heading_missing", heading) in problems_of(text, body=body)


@pytest.mark.parametrize(
    ("text", "name"), [(text, name) for text in DEFAULT_TEXTS for name in REQUIRED_NAMES[text.kind]]
)
def test_a_text_without_a_required_name_is_refused(text: DefaultText, name: str) -> None:
    assert ("placeholder_missing", name) in problems_of(text, body=text.body.replace(f"(({name}))", "—"))


def test_all_problems_of_a_draft_are_told_at_once_in_words() -> None:
    service = DEFAULT_TEXTS[0]
    found = problems_of(service, title="", checkbox=" ", body=service.body + "\n((возраст)) ((")

    assert found == (
        ("title_missing", ""),
        ("checkbox_missing", ""),
        ("placeholder_broken", ""),
        ("placeholder_unknown", "возраст"),
    )
    assert [problem_sentence(problem) for problem in found][3] == (
        "Неизвестное поле «возраст». Исправьте имя поля или уберите двойные скобки."
    )


def test_a_text_that_everybody_reads_cannot_name_one_reader() -> None:
    policy = next(text for text in DEFAULT_TEXTS if text.kind == DocumentKind.POLICY)

    assert problems_of(policy, body=policy.body + "\n((имя))", checkbox="Согласие") == (
        ("checkbox_needless", ""),
        ("placeholder_personal", "имя"),
    )


def test_an_empty_text_is_told_once() -> None:
    assert problems_of(DEFAULT_TEXTS[0], body=" \n") == (("body_missing", ""),)


def test_company_values_leave_out_what_the_company_does_not_have() -> None:
    values = company_values(company=COMPANY, senders=(), personal_page="https://move.example/me/", valid_days=None)

    assert tuple(values) == COMPANY_FIELDS
    assert values["реквизиты"] == "ИНН 7700000000"
    assert values["ответственный"] == "Юрист, почта dpo@romashka.example"
    assert values["исполнитель"].startswith("Сообщения отправляет сам оператор")
    assert values["срок"].startswith("До прекращения отношений")


@pytest.mark.parametrize(("days", "words"), [(1, "1 дня"), (21, "21 дня"), (11, "11 дней"), (365, "365 дней")])
def test_a_term_is_said_in_good_russian(days: int, words: str) -> None:
    values = company_values(company=COMPANY, senders=(), personal_page="", valid_days=days)

    assert values["срок"].startswith(f"В течение {words} со дня, когда дано согласие")


def test_every_sender_is_named_with_address_and_contract() -> None:
    senders = [SenderNames(name="АО «Путь»", address="Тверь", inn="69", contract="№ 1"),
               SenderNames(name="ООО «Почта»", address="Омск", inn="", contract="№ 2")]  # fmt: skip
    values = company_values(company=COMPANY, senders=senders, personal_page="", valid_days=None)

    assert values["исполнитель"] == (
        "По поручению оператора сообщения отправляет: АО «Путь», ИНН 69, адрес: Тверь, договор № 1; "
        "ООО «Почта», адрес: Омск, договор № 2."
    )


def test_a_reader_without_a_name_or_a_contact_is_spoken_of_honestly() -> None:
    nobody = person_values(name="", external_id="1", contact_kind="", contact="")
    max_user = person_values(name="Анна", external_id="1", contact_kind=ContactKind.MAX, contact="77")

    assert nobody["имя"] == "имя не указано"
    assert nobody["вид контакта"] == "контакт не указан"
    assert max_user["вид контакта"] == "учётная запись в мессенджере MAX, номер"


def test_texts_ask_only_for_names_that_exist() -> None:
    known = {*COMPANY_FIELDS, "имя", "номер клиента", "вид контакта", "контакт"}

    assert {name for text in DEFAULT_TEXTS for name in placeholders(text.title + text.body)} <= known
