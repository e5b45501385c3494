"""Which texts demand to stop, however they are spelled, and which only look like it."""

from collections.abc import Iterator

import pytest

from notify.inbound.stop_words import OTHER_WORDS, STOP_PHRASES, TOLERANT_FROM, is_stop

CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


def slips_of(word: str) -> Iterator[str]:
    """All that one wrong, further, missing or swapped letter makes of a word."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield from (head + letter + tail for letter in CYRILLIC)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in CYRILLIC)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


@pytest.mark.parametrize("phrase", STOP_PHRASES)
@pytest.mark.parametrize("shape", ["{}", "{}!!!", "  «{}» ", "Пожалуйста, {}, спасибо", "…{}…\nИванов"])
def test_a_word_of_the_list_stops_in_any_case_and_dress(phrase: str, shape: str) -> None:
    for text in (phrase, phrase.upper(), phrase.capitalize()):
        assert is_stop(shape.format(text))


@pytest.mark.parametrize("text", ["", "привет", "остановка на Невском", "стопка бумаги", "пишите", "да", "стоп" * 3])
def test_other_words_stop_nothing(text: str) -> None:
    assert not is_stop(text)


def test_a_long_story_that_holds_the_word_is_answered_and_stops_nothing() -> None:
    assert not is_stop("стоп " + "слово " * 20)


@pytest.mark.parametrize(
    "text", ["отпешите", "отписатся", "Атпишите", "нe пишите", "отзываю сагласие", "CTOП", "unsubscrbe"]
)
def test_slips_of_spelling_and_look_alikes_are_forgiven(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize("text", ["столп", "топ", "подписаться", "отписали", "напишите мне", "не пишется", "остыло"])
def test_other_words_that_look_near_stop_nothing(text: str) -> None:
    assert not is_stop(text)


@pytest.mark.parametrize("phrase", STOP_PHRASES)
def test_alone_every_slip_of_one_letter_is_a_stop_whatever_else_it_means(phrase: str) -> None:
    words = phrase.split()
    for at, word in enumerate(words):
        if len(word) >= TOLERANT_FROM and not word.isascii():
            missed = [slip for slip in slips_of(word) if not is_stop(" ".join([*words[:at], slip, *words[at + 1 :]]))]
            assert missed == []


@pytest.mark.parametrize(
    "text",
    [
        "Почему вы не пишете в ватсап",
        "почему вы больше не пишете в ватсап?",
        "Зачем не присылаете чек",
        "А чек не присылаете?",
        "Вы не пишете в телеграм?",
        "Вы не присылаете чек. Жду второй день",
        "Что-то вы давно не пишете",
        "Неужели вы мне\nне пишете!",
    ],
)
def test_a_question_or_a_complaint_that_nobody_writes_is_no_stop(text: str) -> None:
    assert not is_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "не пишете",
        "Не пишете мне",
        "больше не пишете мне",
        "Больше не\nпишете",
        "Прошу, не присылаете рекламу",
        "Вы мне больше не пишете!",
        "Больше не пишете, понятно?",
        "Сколько можно? Не пишете!",
        "Почему вы звоните. Не присылаете ничего",
        "Почему вы не пишете? Впрочем, не пишите",
    ],
)
def test_a_demand_with_the_most_common_slip_is_a_stop_where_the_text_leaves_it_open(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "Опишите, пожалуйста, состав",
        "Опиши, что сломалось",
        "Отпишу вам завтра",
        "Отпилите доску до метра",
        "У вас описка в имени",
        "Хватит слать отписки",
        "Вернусь из отпуска в понедельник",
        "Как раз в это время оказываюсь дома",
        "Не спишите деньги дважды",
        "Не лишите меня скидки",
    ],
)
def test_another_word_in_common_use_is_no_slip_of_a_stop_word(text: str) -> None:
    assert not is_stop(text)


@pytest.mark.parametrize(
    "text", ["опишите меня", "Опиши нас от рассылки", "оказываюсь от писем", "не спишите мне", "не пилите больше"]
)
def test_by_its_neighbour_even_another_word_is_the_slip(text: str) -> None:
    assert is_stop(text)


def test_every_other_word_could_be_a_slip_of_ours() -> None:
    ours = {word for phrase in STOP_PHRASES for word in phrase.split()}

    assert set(OTHER_WORDS) <= {slip for word in ours for slip in slips_of(word)}
