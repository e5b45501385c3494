"""Every error of the three rooms has words of its own for people."""

from collections.abc import Iterator

import pytest

from consents.errors import BadValue, ConsentsError
from consents.normalise import email_normalise, phone_normalise
from notify.errors import NotifyError
from portal.errors import PortalError
from portal.ui.bad_values import bad_value_text
from portal.ui.sentences import GENERAL, SENTENCES, sentence_for

ROOTS = (ConsentsError, NotifyError, PortalError)


def all_errors() -> Iterator[type[Exception]]:
    """Every class of error, the roots left out."""
    waiting = [*ROOTS]
    while waiting:
        found = waiting.pop().__subclasses__()
        yield from found
        waiting += found


def codes() -> set[str]:
    """Codes of all errors."""
    return {error.code for error in all_errors() if error.__module__.endswith(".errors")}  # type: ignore[attr-defined]  # every root has one


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert codes() == set(SENTENCES)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_says_what_happened_and_what_to_do(code: str) -> None:
    sentence = SENTENCES[code]

    assert str(sentence.title)
    assert not str(sentence.title).endswith(".")
    assert str(sentence.text).endswith(".")
    assert 400 <= sentence.status < 600


def test_an_error_without_words_gets_the_general_ones() -> None:
    class OfTomorrow(PortalError):
        code = "of_tomorrow"

    assert sentence_for(OfTomorrow()) is GENERAL


@pytest.mark.parametrize(
    ("raw", "words"),
    [("8 916 123", "не хватает цифр"), ("+7 916 123-45-12 моб.1", "буквы"), ("8 800 555-35-35", "бесплатный")],
)
def test_a_number_that_cannot_be_taken_is_explained(raw: str, words: str) -> None:
    with pytest.raises(BadValue) as caught:
        phone_normalise(raw)

    assert words in str(bad_value_text(caught.value))


@pytest.mark.parametrize(("raw", "words"), [("ivan", "@"), ("иван@ya.ru", "латинские"), ("ivan@ya", "точки")])
def test_an_address_that_cannot_be_taken_is_explained(raw: str, words: str) -> None:
    with pytest.raises(BadValue) as caught:
        email_normalise(raw)

    assert words in str(bad_value_text(caught.value))
