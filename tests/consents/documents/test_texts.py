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
from consents.documents.fields import (
    COMPANY_FIELDS,
    PERSON_FIELDS,
    CompanyDetails,
    SenderNames,
    company_values,
    person_values,
    sample_values,
    sender_name,
    sender_values,
    senders_for,
)
from consents.documents.rendering import SUMMARY, fill_lines, paragraphs_of, placeholders, summary_of
from consents.enums import Channel, DocumentKind

EACH = pytest.mark.parametrize("text", DEFAULT_TEXTS, ids=lambda text: text.kind)
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


def test_every_kind_has_one_text() -> None:
    assert [text.kind for text in DEFAULT_TEXTS] == list(DocumentKind)


@EACH
def test_what_is_answered_begins_with_a_few_short_lines(text: DefaultText) -> None:
    lines, rest = summary_of(paragraphs_of(text.body))

    assert bool(lines) == (text.kind in ANSWERED_KINDS)
    assert SUMMARY not in [heading for heading, _ in rest]
    if lines:
        assert len(lines) <= 4
        assert all(len(line) <= 100 for line in lines)
        assert "((срок))" in " ".join(lines)
        assert [line for line in lines if line.startswith("Как остановить: ")] == [lines[-1]]


@EACH
def test_no_text_names_a_channel_that_was_not_chosen(text: DefaultText) -> None:
    if text.kind in ANSWERED_KINDS:
        whole = f"{text.title} {text.body} {text.checkbox}"
        assert not re.search(r"СМС|MAX|мессенджер|электронн\w+ почт", whole, re.IGNORECASE)


@EACH
def test_no_text_promises_how_often_messages_come(text: DefaultText) -> None:
    assert not re.search(r"не чаще|раза? в (день|неделю|месяц|год)", text.body, re.IGNORECASE)


def test_advertising_says_from_whom_and_at_which_hours_it_comes() -> None:
    (text,) = [one for one in DEFAULT_TEXTS if one.kind == DocumentKind.ADS]
    paragraphs = dict(paragraphs_of(text.body))

    assert paragraphs["Когда присылать"] == "С 9:00 до 21:00 по часовому поясу клиента."
    assert "Рекламы других лиц не будет" in paragraphs["О чём"]
    assert paragraphs["Как отозвать"].startswith("По ссылке в рассылке, на личной странице")


@EACH
def test_a_contact_that_is_not_named_is_not_written_to(text: DefaultText) -> None:
    if text.kind in ANSWERED_KINDS:
        assert dict(paragraphs_of(text.body))["Куда писать"].startswith("Только сюда: ((контакты)).")


@EACH
def test_no_text_has_a_gender_or_a_foreign_word(text: DefaultText) -> None:
    whole = f"{text.title} {text.body} {text.checkbox}"

    assert "(а)" not in whole
    assert not re.search(r"\b(согласен|согласна|прочитал|прочитала|ознакомлен|ознакомлена)\b", whole, re.IGNORECASE)
    assert set(re.findall(r"[A-Za-z]+", whole)) <= {"IP", "MAX", "cookie"}


@EACH
def test_a_list_of_data_names_the_address_and_the_browser_that_are_kept(text: DefaultText) -> None:
    data = dict(paragraphs_of(text.body)).get("Какие данные", "")

    assert bool(data) == (text.kind in (DocumentKind.PD_SERVICE, DocumentKind.PD_PROMO))
    if data:
        assert "ответ на этот документ, его время, IP-адрес и браузер" in data
    if text.kind == DocumentKind.POLICY:
        assert "IP-адрес и сведения о браузере" in text.body


@EACH
def test_a_box_says_what_it_allows_and_stands_only_beside_what_is_signed(text: DefaultText) -> None:
    assert bool(text.checkbox) == (text.kind in SIGNED_KINDS)
    if text.kind in ANSWERED_KINDS:
        assert text.checkbox.startswith("Разрешаю ")


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


def test_a_policy_says_of_each_purpose_whose_data_which_why_and_how_long() -> None:
    policy = next(text for text in DEFAULT_TEXTS if text.kind == DocumentKind.POLICY)
    bare = policy.body + "\n\n# Цель: опросы\nЧьи данные: клиентов.\n\nОснование: согласие."

    assert [problem_sentence(problem) for problem in problems_of(policy, body=bare)] == [
        "Не хватает строки: «Какие данные:», «Цель: опросы». Политика говорит об этом для каждой цели.",
        "Не хватает строки: «Сколько хранят:», «Цель: опросы». Политика говорит об этом для каждой цели.",
    ]


def test_a_policy_without_purposes_is_told_to_name_one() -> None:
    policy = next(text for text in DEFAULT_TEXTS if text.kind == DocumentKind.POLICY)

    assert problems_of(policy, body=policy.body.replace("# Цель:", "# О том:")) == (("purpose_missing", "Цель: …"),)


def test_each_consent_says_that_it_is_given_freely() -> None:
    for text in DEFAULT_TEXTS:
        if text.kind in ANSWERED_KINDS:
            assert "Я, ((имя)), номер клиента ((номер клиента)), свободно, своей волей и в своём интересе" in text.body


def test_an_empty_text_is_told_once() -> None:
    assert problems_of(DEFAULT_TEXTS[0], body=" \n") == (("body_missing", ""),)


def test_company_values_leave_out_what_the_company_does_not_have() -> None:
    values = company_values(company=COMPANY, senders={}, personal_page="https://move.example/me/", valid_days=None)

    assert tuple(values) == COMPANY_FIELDS
    assert values["реквизиты"] == "ИНН 7700000000"
    assert values["ответственный"] == "Юрист, почта dpo@romashka.example"
    assert values["исполнитель"] == "Отправляет сам оператор, другим лицам данные для этого не передаются."
    assert values["срок"] == "до отзыва"


@pytest.mark.parametrize(("days", "words"), [(1, "1 дня"), (21, "21 дня"), (11, "11 дней"), (365, "365 дней")])
def test_a_term_is_said_in_good_russian(days: int, words: str) -> None:
    values = company_values(company=COMPANY, senders={}, personal_page="", valid_days=days)

    assert values["срок"] == f"в течение {words} со дня ответа или до отзыва"


PATH = SenderNames(name="АО «Путь»", address="Тверь", inn="69", contract="№ 1")
POST = SenderNames(name="ООО «Почта»", address="Омск", inn="", contract="№ 2")
PATH_WORDS = "АО «Путь», ИНН 69, адрес: Тверь, договор № 1"
POST_WORDS = "ООО «Почта», адрес: Омск, договор № 2"


def test_every_sender_is_named_with_address_and_contract() -> None:
    senders = {"sms": PATH, "max": PATH, "email": POST}
    values = company_values(company=COMPANY, senders=senders, personal_page="", valid_days=None)

    assert values["исполнитель"] == f"По поручению оператора: {PATH_WORDS}; {POST_WORDS}."


@pytest.mark.parametrize(
    ("channels", "sentence"),
    [
        ([Channel.SMS], f"По поручению оператора: {PATH_WORDS}."),
        ([Channel.EMAIL], f"По поручению оператора: {POST_WORDS}."),
        ([Channel.SMS, Channel.EMAIL], f"По поручению оператора: {PATH_WORDS}; {POST_WORDS}."),
        ([Channel.EMAIL, Channel.MAX], f"По поручению оператора: {POST_WORDS}."),
        ([Channel.MAX], "Отправляет сам оператор, другим лицам данные для этого не передаются."),
    ],
)
def test_a_reader_is_told_the_senders_of_the_chosen_channels_only(channels: list[Channel], sentence: str) -> None:
    kept = sender_values({"sms": PATH, "email": POST}) | {"исполнитель": "все"}

    assert senders_for(kept, channels) == {"исполнитель": sentence}


def test_a_text_that_does_not_name_the_senders_is_given_no_sentence_about_them() -> None:
    assert senders_for({"оператор": "ООО «Ромашка»"}, [Channel.SMS]) == {}


def test_the_name_of_a_sender_is_known_by_its_channel() -> None:
    kept = sender_values({"sms": PATH, "email": POST})

    assert [sender_name(kept, channel) for channel in (Channel.SMS, Channel.EMAIL, Channel.MAX)] == [
        "АО «Путь»",
        "ООО «Почта»",
        "",
    ]


def test_a_reader_without_a_name_or_a_contact_is_spoken_of_honestly() -> None:
    nobody = person_values(name="", external_id="1", contacts={})

    assert (nobody["имя"], nobody["контакты"]) == ("имя не указано", "контакт не указан")


def test_each_contact_is_named_by_the_way_that_messages_come() -> None:
    contacts = {Channel.SMS: "+79161234512", Channel.EMAIL: "anna@example.ru", Channel.MAX: "77"}

    assert person_values(name="Анна", external_id="1", contacts=contacts)["контакты"] == (
        "СМС на номер +79161234512; почта anna@example.ru; MAX, служебный номер профиля 77"
    )


@pytest.mark.parametrize(("channel", "is_said"), [(Channel.SMS, True), (Channel.EMAIL, False), (Channel.MAX, False)])
def test_only_a_text_for_sms_is_the_consent_of_the_subscriber_too(channel: Channel, is_said: bool) -> None:
    values = person_values(name="Анна", external_id="1", contacts={channel: "1"})

    assert ("44.1" in values["согласие абонента"]) == is_said
    assert fill_lines("Только сюда: ((контакты)). ((согласие абонента))", values).endswith("ФЗ)." if is_said else "1.")


def test_a_sample_reader_has_a_contact_of_every_channel_that_is_asked_for() -> None:
    sample = sample_values(Channel)

    assert tuple(sample) == PERSON_FIELDS
    assert all(channel.spec.contact.sample in sample["контакты"] for channel in Channel)
    assert sample_values([Channel.EMAIL])["контакты"] == "почта anna@example.ru"


def test_texts_ask_only_for_names_that_exist() -> None:
    known = {*COMPANY_FIELDS, *PERSON_FIELDS}

    assert {name for text in DEFAULT_TEXTS for name in placeholders(text.title + text.body)} <= known
