"""Ready answers: a list with an order, each title once."""

import pytest

from notify.dialogues.ready_answers import (
    ready_answer_change,
    ready_answer_create,
    ready_answer_delete,
    ready_answer_view,
    ready_answers_listed,
)
from notify.errors import ReadyAnswerMissing, TitleTaken

pytestmark = pytest.mark.django_db


def _make(title: str, place: int = 1) -> int:
    return ready_answer_create(title=title, text=f"Здравствуйте! {title}.", place=place)


def test_they_stand_by_place_and_then_by_title() -> None:
    for title, place in (("Часы работы", 2), ("Доставка", 1), ("Адрес", 2)):
        _make(title, place)

    assert [answer.title for answer in ready_answers_listed()] == ["Доставка", "Адрес", "Часы работы"]


def test_a_title_is_taken_once() -> None:
    _make("Адрес")
    other = _make("Доставка")

    with pytest.raises(TitleTaken):
        _make("Адрес")
    with pytest.raises(TitleTaken):
        ready_answer_change(answer_id=other, title="Адрес", text="Текст", place=1)
    assert ready_answer_view(answer_id=other).title == "Доставка"


def test_one_is_changed_and_deleted_by_its_number() -> None:
    answer_id = _make("Адрес")

    ready_answer_change(answer_id=answer_id, title=" Где мы ", text=" Москва ", place=3)
    assert [(one.title, one.text, one.place) for one in ready_answers_listed()] == [("Где мы", "Москва", 3)]

    ready_answer_delete(answer_id=answer_id)
    for act in (
        lambda: ready_answer_view(answer_id=answer_id),
        lambda: ready_answer_delete(answer_id=answer_id),
        lambda: ready_answer_change(answer_id=answer_id, title="Адрес", text="Текст", place=1),
    ):
        with pytest.raises(ReadyAnswerMissing):
            act()
