"""Which sentences fit which phrases: a table of what people write."""

import pytest

from notify.inbound.stop_words import is_stop
from notify.scenarios.matching import MOST_WORDS, fitting_phrase
from notify.scenarios.ready import READY
from notify.scenarios.stemming import stem

PHRASES = {
    "где заказ": (
        "Где мой заказ?",
        "где заказ",
        "А ГДЕ ЖЕ МОИ ЗАКАЗЫ?!",
        "подскажите, заказ мой где",
        "Где, скажите, находится заказ № 15",
        "где зaкaз",
    ),
    "статус заказа": ("статус заказа", "Статусы моих заказов", "какой у заказа статус?", "статус заказу 12"),
    "позовите человека": ("Позовите человека!", "позови человека", "человека позовите пожалуйста"),
    "оператор": ("оператор", "Оператора!", "дайте оператора", "хочу с оператором поговорить", "аператор опиратор"),
    "перезвоните": ("перезвоните мне", "Перезвони", "можете перезвонить?"),
    "ещё раз": ("Еще раз", "ещё разу"),
    "подключить MAX": ("как подключить max?", "Подключите MAX", "подключил Max"),
    "стоимость доставки": ("Какая стоимость доставки?", "доставка: стоимости"),
    "живой человек": ("живого человека дайте", "есть живые человеки?"),
}
APART = {
    "где заказ": ("где заказать карту", "заказ", "где", "где указ", "", "12345"),
    "статус заказа": ("статус", "заказ", "статуя заказа"),
    "оператор": ("операция", "оператив", "опера"),
    "перезвоните": ("звоните", "перезагрузите"),
    "заказ 15": ("заказ 16", "заказ 150", "заказ"),
    "подключить MAX": ("подключить телефон", "max"),
}
MEANT = {
    "call_me_back": (
        "Оператор",
        "позовите человека",
        "перезвоните мне, пожалуйста",
        "Соедините меня с сотрудником",
        "Где заказ? Позовите оператора",
        "Позвать сотрудника",
        "хочу поговорить с живым человеком",
    ),
    "how_to_stop": (
        "Как отказаться от сообщений?",
        "перестаньте мне писать",
        "надоели ваши сообщения",
        "отключите рассылку",
        "это спам",
    ),
    "status": ("Где мой заказ 15-А?", "статус заявки", "когда уже привезут?", "Что с моим заказом", "отследить заказ"),
    "link_max": ("Как подключить MAX", "как перейти в макс", "привязать МАХ", "Пишите мне в макс"),
    "faq_move": (
        "Почему вы не пишете в ватсапе?",
        "а телеграм?",
        "кто вы такие",
        "Вы мошенники?",
        "зачем мне макс",
        "это точно вы?",
    ),
    "": ("привет", "спасибо", "хочу вернуть деньги", "?", "Добрый день, не работает карта"),
}


@pytest.mark.parametrize(("phrase", "text"), [(phrase, text) for phrase, texts in PHRASES.items() for text in texts])
def test_a_sentence_with_all_words_of_a_phrase_fits_it_in_any_form(phrase: str, text: str) -> None:
    assert fitting_phrase(["нет такого", phrase], text) == phrase


@pytest.mark.parametrize(("phrase", "text"), [(phrase, text) for phrase, texts in APART.items() for text in texts])
def test_a_sentence_without_one_of_the_words_does_not_fit(phrase: str, text: str) -> None:
    assert fitting_phrase([phrase], text) == ""


def test_a_message_of_more_than_thirty_words_fits_nothing() -> None:
    assert fitting_phrase(["где заказ"], "где заказ " + "слово " * (MOST_WORDS - 2))
    assert not fitting_phrase(["где заказ"], "где заказ " + "слово " * (MOST_WORDS - 1))


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in MEANT.items() for text in texts])
def test_the_ready_scenarios_answer_what_people_ask(code: str, text: str) -> None:
    assert next((ready.code for ready in READY if fitting_phrase(ready.spec.phrases, text)), "") == code


def test_every_phrase_of_a_ready_scenario_is_answered_by_it_and_stops_nothing() -> None:
    for ready in READY:
        for phrase in ready.spec.phrases:
            assert next(one.code for one in READY if fitting_phrase(one.spec.phrases, phrase)) == ready.code, phrase
            assert not is_stop(phrase), phrase


def test_every_button_of_a_ready_scenario_leads_somewhere() -> None:
    for caption in {caption for ready in READY for caption in ready.spec.buttons}:
        assert is_stop(caption) or any(fitting_phrase(ready.spec.phrases, caption) for ready in READY), caption


@pytest.mark.parametrize(
    "forms",
    [
        "заказ заказа заказу заказы заказов заказам заказами заказах",
        "доставка доставки доставку доставкой доставок",
        "перезвонить перезвоните перезвони перезвонил перезвонила",
        "человек человека человеку человеком",
        "живой живая живого живому живым живые",
        "мой моя мои",
        "сообщение сообщения сообщений сообщением сообщениями",
        "подключить подключите подключил",
    ],
)
def test_forms_of_one_word_have_one_stem(forms: str) -> None:
    words = forms.split()

    assert {stem(word) for word in words} <= {stem(words[0]), "доставок"}


@pytest.mark.parametrize("word", ["", "а", "max", "15", "ъь", "втрп", "qwerty", "да"])
def test_a_word_without_an_ending_is_its_own_stem(word: str) -> None:
    assert stem(word) == word
