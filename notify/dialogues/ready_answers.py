"""Ready answers: texts that staff put into their answer by one press."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from notify.errors import ReadyAnswerMissing, TitleTaken
from notify.models import ReadyAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyAnswerView:
    """One ready answer."""

    id: int
    title: str
    text: str
    place: int


def ready_answers_listed() -> list[ReadyAnswerView]:
    """Return all of them in the order of the list."""
    rows = ReadyAnswer.objects.order_by("place", "title").values("id", "title", "text", "place")
    return [ReadyAnswerView(**row) for row in rows]


def ready_answer_view(*, answer_id: int) -> ReadyAnswerView:
    """Return one of them. Raises `ReadyAnswerMissing`."""
    row = ReadyAnswer.objects.filter(pk=answer_id).values("id", "title", "text", "place").first()
    if row is None:
        raise ReadyAnswerMissing
    return ReadyAnswerView(**row)


def ready_answer_create(*, title: str, text: str, place: int) -> int:
    """Keep a new one and return its id. Raises `TitleTaken`."""
    try:
        with transaction.atomic():
            return ReadyAnswer.objects.create(title=title.strip(), text=text.strip(), place=place).pk
    except IntegrityError as error:
        raise TitleTaken from error


def ready_answer_change(*, answer_id: int, title: str, text: str, place: int) -> None:
    """Store another title, text or place. A repeat changes nothing. Raises `ReadyAnswerMissing` and `TitleTaken`."""
    try:
        with transaction.atomic():
            found = ReadyAnswer.objects.filter(pk=answer_id).update(title=title.strip(), text=text.strip(), place=place)
    except IntegrityError as error:
        raise TitleTaken from error
    if not found:
        raise ReadyAnswerMissing


def ready_answer_delete(*, answer_id: int) -> None:
    """Delete one; answers that were sent with its text stay. Raises `ReadyAnswerMissing`."""
    count, _ = ReadyAnswer.objects.filter(pk=answer_id).delete()
    if not count:
        raise ReadyAnswerMissing
