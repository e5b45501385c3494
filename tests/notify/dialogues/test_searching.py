"""Dialogues are found by who the customer is, named whole, and by words of both sides."""

from uuid import uuid4

import pytest
from django.db import connection

from notify.dialogues import searching
from notify.dialogues.answering import answer_send
from notify.dialogues.searching import dialogues_found
from notify.models import Dialogue
from tests.factories.consents import ContactPointFactory
from tests.factories.dialogues import customer_writes, newest_of
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db

STRANGER = "+79160000001"


def _found(text: str) -> list[int]:
    return [view.id for view in dialogues_found(text=text)]


@pytest.fixture
def own() -> Dialogue:
    """The dialogue with a customer who has a phone."""
    contact = ContactPointFactory(value="+79161234512", confirmed=True, customer__external_id="К-000123")
    return customer_writes(contact.value, "Не приходит счёт за доставку")


@pytest.mark.parametrize("text", ["К-000123", " К-000123 ", "8 916 123-45-12", "+79161234512"])
def test_a_customer_is_found_by_number_and_whole_phone_however_written(own: Dialogue, text: str) -> None:
    customer_writes(STRANGER)

    assert _found(text) == [own.pk]


@pytest.mark.parametrize("text", ["К-0001", "8 916 123", "1234512", "", "  "])
def test_a_part_of_a_number_finds_nobody(own: Dialogue, text: str) -> None:
    assert _found(text) == []


def test_a_contact_of_no_customer_is_found_by_itself() -> None:
    by_phone = customer_writes(STRANGER)
    by_mail = customer_writes("anna@example.ru", channel="email", subject="Вопрос")

    assert _found("8 (916) 000-00-01") == [by_phone.pk]
    assert _found("Anna@Example.ru") == [by_mail.pk]


@pytest.mark.parametrize("text", ["счета", "СЧЁТ", "доставка счет", '"счёт за доставку"', "счёт -карта"])
def test_words_are_found_in_any_form_and_order(own: Dialogue, text: str) -> None:
    customer_writes(STRANGER, "Где моя карта?")

    assert _found(text) == [own.pk]


@pytest.mark.parametrize("text", ["счёт карта", '"доставку счёт"', "кот"])
def test_words_that_do_not_stand_together_find_nothing(own: Dialogue, text: str) -> None:
    customer_writes(STRANGER, "Где моя карта?")

    assert _found(text) == []


def test_words_of_our_answers_are_found_too_and_the_fitting_text_is_shown(own: Dialogue) -> None:
    answer_send(
        dialogue_id=own.pk,
        author_id=StaffFactory().pk,
        text="Отправили повторно курьером",
        form_key=uuid4(),
        seen_id=newest_of(own),
    )

    (by_ours,) = dialogues_found(text="курьер")
    (by_theirs,) = dialogues_found(text="счет")

    assert (by_ours.last.text, by_ours.last.is_ours) == ("Отправили повторно курьером", True)  # type: ignore[union-attr]  # it fitted
    assert (by_theirs.last.text, by_theirs.last.is_ours) == ("Не приходит счёт за доставку", False)  # type: ignore[union-attr]  # it fitted


def test_the_dialogue_with_the_newest_fitting_message_comes_first(own: Dialogue) -> None:
    other = customer_writes(STRANGER, "Пришлите счёт")
    assert _found("счёт") == [other.pk, own.pk]

    customer_writes("+79161234512", "Так что со счётом?")

    assert _found("счёт") == [own.pk, other.pk]


@pytest.mark.parametrize(("latest", "read"), [(0, 200), (2000, 1)], ids=["by the index", "among the latest"])
def test_rare_words_and_words_of_everybody_are_found_the_newest_first(
    own: Dialogue, latest: int, read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LATEST", latest)
    monkeypatch.setattr(searching, "READ", read)
    other = customer_writes(STRANGER, "Пришлите счёт")

    assert _found("счёт") == [other.pk, own.pk][:read]


@pytest.mark.parametrize("table", ["notify_inboundmessage", "notify_reply"])
def test_words_are_looked_up_in_an_index(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN SELECT id FROM {table} WHERE to_tsvector('russian'::regconfig, COALESCE(text, ''))"
            " @@ websearch_to_tsquery('russian'::regconfig, 'счёт')"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "_words" in plan
