"""The inbox is read in bounded steps: lists, figures, a thread of everything that went both ways."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consents.models import ContactPoint
from notify.dialogues import reading
from notify.dialogues.answering import answer_send, note_add
from notify.dialogues.claiming import dialogue_claim
from notify.dialogues.reading import (
    dialogue_of_customer,
    dialogue_view,
    dialogues_page,
    inbox_news,
    newest_inbound,
    waiting_count,
)
from notify.dialogues.thread import Thread, thread_read
from notify.enums import MessageKind, MessageState
from notify.models import Dialogue, InboundMessage, Message
from tests.factories.consents import ContactPointFactory
from tests.factories.dialogues import customer_writes, newest_of
from tests.factories.notify import CampaignFactory, step_of
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db

PHONES = ("+79160000001", "+79160000002", "+79160000003")


def _page(listed: str, user_id: int = 0, size: int = 10, start: int = 0) -> list[Any]:
    return dialogues_page(listed=listed, user_id=user_id, start=start, size=size)  # type: ignore[arg-type]  # one of three


def _answer(dialogue: Dialogue, author_id: int, text: str = "Завтра") -> None:
    answer_send(dialogue_id=dialogue.pk, author_id=author_id, text=text, form_key=uuid4(), seen_id=newest_of(dialogue))


def _contact() -> ContactPoint:
    return ContactPointFactory(confirmed=True)


class TestALists:
    """Each list has an order that tells whom to answer first."""

    def test_of_those_who_wait_begins_with_who_waits_longest_whoever_has_it(self) -> None:
        first, second, third = (customer_writes(phone) for phone in PHONES)
        customer_writes(PHONES[0], "Ау!")
        dialogue_claim(dialogue_id=second.pk, user_id=StaffFactory().pk)
        _answer(third, StaffFactory().pk)

        assert [view.id for view in _page("waiting")] == [first.pk, second.pk]

    def test_of_mine_has_all_that_i_have(self) -> None:
        anna = StaffFactory()
        first, second, _third = (customer_writes(phone) for phone in PHONES)
        dialogue_claim(dialogue_id=first.pk, user_id=anna.pk)
        _answer(second, anna.pk)

        assert [view.id for view in _page("mine", anna.pk)] == [second.pk, first.pk]

    def test_of_all_begins_with_the_latest_in_bounded_pages(self) -> None:
        first, second, third = (customer_writes(phone) for phone in PHONES)

        assert [view.id for view in _page("all", size=2)] == [third.pk, second.pk]
        assert [view.id for view in _page("all", start=2, size=2)] == [first.pk]

    def test_shows_who_it_is_how_many_are_unread_and_the_last_text(self) -> None:
        contact = _contact()
        customer_writes(contact.value, "Первое")
        dialogue = customer_writes(contact.value, "Второе")

        (view,) = _page("waiting")

        assert (view.customer_id, view.external_id) == (contact.customer_id, contact.customer.external_id)
        assert (view.unread, view.waiting_since, view.account) == (2, dialogue.waiting_since, contact.value)
        assert (view.last.text, view.last.is_ours) == ("Второе", False)

    def test_shows_our_answer_when_it_came_last(self) -> None:
        dialogue = customer_writes(PHONES[0])
        _answer(dialogue, StaffFactory(name="Анна").pk, "Курьер приедет завтра. " * 20)

        (view,) = _page("all")

        assert (view.last.is_ours, len(view.last.text)) == (True, reading.PREVIEW_CHARACTERS)
        assert view.holder == "Анна"

    def test_takes_two_statements_however_many_rows_it_has(self) -> None:
        for number in range(12):
            customer_writes(f"+7916000{number:04d}")

        with CaptureQueriesContext(connection) as queries:
            assert len(_page("waiting")) == 10

        assert len(queries) == 2


class TestTheFigures:
    """What a page asks every ten seconds."""

    def test_count_dialogues_and_name_the_newest_message_that_waits(self) -> None:
        assert (inbox_news().waiting, inbox_news().newest_id) == (0, 0)
        first, second = (customer_writes(phone) for phone in PHONES[:2])
        customer_writes(PHONES[1], "Ещё")

        assert (inbox_news().waiting, inbox_news().newest_id) == (2, newest_of(second))
        _answer(second, StaffFactory().pk)
        assert (inbox_news().waiting, inbox_news().newest_id) == (1, newest_of(first))
        assert newest_inbound(dialogue_id=second.pk) == newest_of(second)

    def test_count_no_further_than_tells_anything(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "COUNTED", 2)
        for phone in PHONES:
            customer_writes(phone)

        assert waiting_count() == 2

    def test_of_a_customer_lead_to_the_dialogue(self) -> None:
        contact = _contact()
        assert dialogue_of_customer(customer_id=contact.customer_id) is None

        dialogue = customer_writes(contact.value)

        assert dialogue_of_customer(customer_id=contact.customer_id) == dialogue.pk
        assert dialogue_view(dialogue_id=dialogue.pk + 1) is None


class TestAThread:
    """Everything that went both ways, in the order of time."""

    def test_holds_messages_answers_notes_and_all_else_that_left(self) -> None:
        contact, anna = _contact(), StaffFactory(name="Анна")
        _left(contact, MessageKind.CAMPAIGN, MessageState.DELIVERED)
        dialogue = customer_writes(contact.value, "Когда придёт карта?")
        note_add(dialogue_id=dialogue.pk, author_id=anna.pk, text="Узнать у курьера")
        _answer(dialogue, anna.pk)
        _left(contact, MessageKind.CODE, MessageState.ACCEPTED)

        items = _thread(dialogue).items

        assert [item.kind for item in items] == ["message", "inbound", "note", "reply", "message"]
        assert [item.text for item in items] == ["", "Когда придёт карта?", "Узнать у курьера", "Завтра", ""]
        assert [item.author for item in items] == ["", "", "Анна", "Анна", ""]
        assert (items[0].message_kind, items[0].state) == (MessageKind.CAMPAIGN, MessageState.DELIVERED)
        assert items[3].state == MessageState.PLANNED

    def test_leaves_out_what_has_not_left_and_what_left_for_others(self) -> None:
        contact = _contact()
        dialogue = customer_writes(contact.value)
        _left(contact, MessageKind.NOTICE, MessageState.PLANNED, sending_at=None)
        _left(_contact(), MessageKind.NOTICE, MessageState.DELIVERED)

        assert [item.kind for item in _thread(dialogue).items] == ["inbound"]

    def test_of_an_unknown_contact_has_what_was_written_and_answered(self) -> None:
        dialogue = customer_writes(PHONES[0])
        _answer(dialogue, StaffFactory().pk)

        assert [item.kind for item in _thread(dialogue).items] == ["inbound", "reply"]

    def test_is_read_from_its_end_in_pages_that_lose_nothing(self) -> None:
        dialogue = customer_writes(PHONES[0], "0")
        for number in range(1, 10):
            customer_writes(PHONES[0], str(number))
        # Three lines of one moment, over the end of a page.
        moments = [
            datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(minutes=5 if n in (4, 5, 6) else n) for n in range(10)
        ]
        for message, moment in zip(InboundMessage.objects.order_by("id"), moments, strict=True):
            InboundMessage.objects.filter(pk=message.pk).update(received_at=moment)

        pages: list[list[str]] = []
        until = None
        while True:
            page = _thread(dialogue, until=until, size=4)
            pages.insert(0, [item.text for item in page.items])
            if (until := page.earlier) is None:
                break

        assert [text for page in pages for text in page] == [str(number) for number in range(10)]
        assert [len(page) for page in pages] == [3, 4, 3]

    def test_takes_as_many_statements_as_it_has_sources(self) -> None:
        contact = _contact()
        dialogue = customer_writes(contact.value)
        anna = StaffFactory()
        for _ in range(3):
            _answer(dialogue, anna.pk)
            note_add(dialogue_id=dialogue.pk, author_id=StaffFactory().pk, text="Заметка")

        with CaptureQueriesContext(connection) as queries:
            _thread(dialogue)

        assert len(queries) == 4


def _thread(dialogue: Dialogue, **more: Any) -> Thread:
    return thread_read(dialogue_id=dialogue.pk, customer_id=dialogue.customer_id, **more)


def _left(contact: ContactPoint, kind: MessageKind, state: MessageState, **columns: Any) -> Message:
    campaign: dict[str, Any] = {}
    if kind == MessageKind.CAMPAIGN:
        campaign = {"campaign": (made := CampaignFactory()), "step": step_of(made)}
    now = timezone.now()
    values = {"not_before": now, "created_at": now, "sending_at": now} | campaign | columns
    return Message.objects.create(kind=kind, channel="sms", customer=contact.customer, state=state, **values)
