"""Who has a dialogue: of several who want it at once exactly one gets it, and the others are told who."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from notify.channel_settings import channel_change
from notify.channels.smsc.adapter import TEXT_LIMIT as SMSC_LIMIT
from notify.dialogues.answering import answer_limit, answer_send, note_add
from notify.dialogues.claiming import (
    dialogue_claim,
    dialogue_close,
    dialogue_give_back,
    dialogue_hand_over,
    dialogue_read,
)
from notify.enums import DialogueState, InboundOutcome, MessageKind
from notify.errors import AnswerBlocked, DialogueMissing, DialogueTaken, NewerMessage, TextRefused
from notify.models import Dialogue, DialogueNote, InboundMessage, Message, Reply
from portal.laptop.fakes.smsc import SmscFake
from portal.models import User
from tests.factories.dialogues import customer_writes, newest_of
from tests.factories.providers import smsc_set_up
from tests.factories.staff import StaffFactory
from tests.support.races import at_once

pytestmark = pytest.mark.django_db

PHONE = "+79160000001"


def _answer(dialogue: Dialogue, author: User, **changes: Any) -> bool:
    values: dict[str, Any] = {"text": "Завтра", "form_key": uuid4(), "seen_id": newest_of(dialogue)} | changes
    return answer_send(dialogue_id=dialogue.pk, author_id=author.pk, **values)


def _state(dialogue: Dialogue) -> tuple[str, int | None, bool]:
    dialogue.refresh_from_db()
    return dialogue.state, dialogue.claimed_by_id, dialogue.waiting_since is not None


class TestAClaim:
    """One dialogue, one member of staff."""

    def test_gives_the_dialogue_to_who_asks_and_it_goes_on_waiting(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory()

        assert dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk) is True
        assert dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk) is False
        assert _state(dialogue) == (DialogueState.CLAIMED, anna.pk, True)

    def test_of_anothers_dialogue_names_who_has_it(self) -> None:
        dialogue, anna, boris = customer_writes(PHONE), StaffFactory(name="Анна"), StaffFactory()
        dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk)

        with pytest.raises(DialogueTaken) as caught:
            dialogue_claim(dialogue_id=dialogue.pk, user_id=boris.pk)

        assert caught.value.facts == {"holder": "Анна"}

    def test_of_no_dialogue_is_refused(self) -> None:
        with pytest.raises(DialogueMissing):
            dialogue_claim(dialogue_id=1, user_id=StaffFactory().pk)

    @pytest.mark.django_db(transaction=True)
    def test_by_twenty_at_once_is_won_by_exactly_one(self) -> None:
        dialogue = customer_writes(PHONE)
        people = [StaffFactory() for _ in range(20)]

        def claim(person: User) -> Callable[[], bool]:
            return lambda: _won(lambda: dialogue_claim(dialogue_id=dialogue.pk, user_id=person.pk))

        won = at_once([claim(person) for person in people])

        assert won.count(True) == 1
        assert _state(dialogue)[1] == people[won.index(True)].pk


class TestAHandOver:
    """To a colleague, or to oneself from one who is away."""

    def test_gives_the_dialogue_to_the_colleague(self) -> None:
        dialogue, anna, boris = customer_writes(PHONE), StaffFactory(), StaffFactory()
        dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk)

        assert dialogue_hand_over(dialogue_id=dialogue.pk, to_id=boris.pk, expected_holder_id=anna.pk) is True
        assert dialogue_hand_over(dialogue_id=dialogue.pk, to_id=boris.pk, expected_holder_id=anna.pk) is False
        assert _state(dialogue) == (DialogueState.CLAIMED, boris.pk, True)

    def test_from_somebody_else_than_the_page_showed_is_refused(self) -> None:
        dialogue, anna, boris = customer_writes(PHONE), StaffFactory(name="Анна"), StaffFactory()
        dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk)

        for expected in (None, boris.pk):
            with pytest.raises(DialogueTaken) as caught:
                dialogue_hand_over(dialogue_id=dialogue.pk, to_id=StaffFactory().pk, expected_holder_id=expected)
            assert caught.value.facts == {"holder": "Анна"}

    @pytest.mark.django_db(transaction=True)
    def test_by_twenty_at_once_is_won_by_exactly_one(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory()
        dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk)
        people = [StaffFactory() for _ in range(20)]

        def take(person: User) -> Callable[[], bool]:
            return lambda: _won(
                lambda: dialogue_hand_over(dialogue_id=dialogue.pk, to_id=person.pk, expected_holder_id=anna.pk)
            )

        assert at_once([take(person) for person in people]).count(True) == 1


class TestGivingBack:
    """The dialogue is nobody's again."""

    def test_leaves_it_waiting_for_anybody(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory()
        dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk)

        assert dialogue_give_back(dialogue_id=dialogue.pk, user_id=anna.pk) is True
        assert dialogue_give_back(dialogue_id=dialogue.pk, user_id=anna.pk) is False
        assert _state(dialogue) == (DialogueState.WAITING, None, True)

    def test_closes_one_in_which_nothing_waits(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory()
        _answer(dialogue, anna)

        dialogue_give_back(dialogue_id=dialogue.pk, user_id=anna.pk)

        assert _state(dialogue) == (DialogueState.CLOSED, None, False)

    def test_of_anothers_dialogue_is_refused(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory()
        dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk)

        with pytest.raises(DialogueTaken):
            dialogue_give_back(dialogue_id=dialogue.pk, user_id=StaffFactory().pk)


class TestClosing:
    """What waited ends without an answer; a new message opens the dialogue again."""

    def test_settles_what_waited(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory()
        seen = newest_of(dialogue)

        assert dialogue_close(dialogue_id=dialogue.pk, user_id=anna.pk, seen_id=seen) is True
        assert dialogue_close(dialogue_id=dialogue.pk, user_id=anna.pk, seen_id=seen) is False
        assert _state(dialogue) == (DialogueState.CLOSED, None, False)
        assert InboundMessage.objects.get().outcome == InboundOutcome.CLOSED
        customer_writes(PHONE, "Ещё вопрос")
        assert _state(dialogue) == (DialogueState.WAITING, None, True)

    def test_of_anothers_dialogue_is_refused(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory()
        dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk)

        with pytest.raises(DialogueTaken):
            dialogue_close(dialogue_id=dialogue.pk, user_id=StaffFactory().pk, seen_id=newest_of(dialogue))

    def test_is_refused_after_a_message_that_the_page_did_not_show(self) -> None:
        dialogue = customer_writes(PHONE)
        seen = newest_of(dialogue)
        customer_writes(PHONE, "И ещё: где отделение?")

        with pytest.raises(NewerMessage):
            dialogue_close(dialogue_id=dialogue.pk, user_id=StaffFactory().pk, seen_id=seen)
        assert _state(dialogue)[2]


class TestAnAnswer:
    """Leaves through the outbox, once, by whoever has the dialogue."""

    def test_makes_a_dialogue_that_nobody_has_the_authors(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory()

        assert _answer(dialogue, anna) is True

        assert _state(dialogue) == (DialogueState.CLAIMED, anna.pk, False)
        assert dialogue.unread == 0
        assert InboundMessage.objects.get().outcome == InboundOutcome.ANSWERED
        assert (Message.objects.get().kind, Message.objects.get().address) == (MessageKind.REPLY, PHONE)

    def test_opens_a_closed_dialogue_again_for_its_author(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory()
        dialogue_close(dialogue_id=dialogue.pk, user_id=anna.pk, seen_id=newest_of(dialogue))

        _answer(dialogue, anna)

        assert _state(dialogue) == (DialogueState.CLAIMED, anna.pk, False)

    def test_in_anothers_dialogue_is_refused_and_nothing_leaves(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory(name="Анна")
        dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk)

        with pytest.raises(DialogueTaken) as caught:
            _answer(dialogue, StaffFactory())

        assert caught.value.facts == {"holder": "Анна"}
        assert not Message.objects.exists()

    def test_after_a_message_that_the_page_did_not_show_is_refused(self) -> None:
        dialogue, anna = customer_writes(PHONE), StaffFactory()
        seen = newest_of(dialogue)
        customer_writes(PHONE, "Уже не надо")

        with pytest.raises(NewerMessage):
            _answer(dialogue, anna, seen_id=seen)
        assert _answer(dialogue, anna)

    def test_sent_again_by_the_same_form_sends_nothing_even_after_a_newer_message(self) -> None:
        dialogue, anna, key = customer_writes(PHONE), StaffFactory(), uuid4()
        seen = newest_of(dialogue)
        assert _answer(dialogue, anna, form_key=key)
        customer_writes(PHONE, "Спасибо!")

        assert _answer(dialogue, anna, form_key=key, seen_id=seen) is False
        assert Reply.objects.count() == Message.objects.count() == 1
        assert _state(dialogue)[2]

    @pytest.mark.django_db(transaction=True)
    def test_of_one_form_sent_twenty_times_at_once_leaves_once(self) -> None:
        dialogue, anna, key = customer_writes(PHONE), StaffFactory(), uuid4()
        seen = newest_of(dialogue)

        sent = at_once([lambda: _answer(dialogue, anna, form_key=key, seen_id=seen)] * 20)

        assert sent.count(True) == 1
        assert Message.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_of_two_people_at_once_leaves_from_one(self) -> None:
        dialogue, people = customer_writes(PHONE), [StaffFactory() for _ in range(20)]
        seen = newest_of(dialogue)

        def answer(person: User) -> Callable[[], bool]:
            return lambda: _won(lambda: _answer(dialogue, person, seen_id=seen))

        won = at_once([answer(person) for person in people])

        assert won.count(True) == Message.objects.count() == 1
        assert _state(dialogue)[1] == Reply.objects.get().author_id

    def test_over_a_closed_channel_is_refused_with_its_reason(self) -> None:
        dialogue = customer_writes(PHONE)
        channel_change(channel="sms", is_open=False, per_second=0)

        with pytest.raises(AnswerBlocked) as caught:
            _answer(dialogue, StaffFactory())
        assert caught.value.facts == {"reason": "closed"}

    def test_without_a_provider_is_refused_with_its_reason(self, monkeypatch: pytest.MonkeyPatch) -> None:
        dialogue = customer_writes(PHONE)
        monkeypatch.setattr("notify.channel_settings.channels_connected", frozenset)

        with pytest.raises(AnswerBlocked) as caught:
            _answer(dialogue, StaffFactory())
        assert caught.value.facts == {"reason": "no_provider"}

    @pytest.mark.parametrize("text", ["", "  \n ", "д" * 4001])
    def test_that_is_empty_or_too_long_is_refused(self, text: str) -> None:
        with pytest.raises(TextRefused):
            _answer(customer_writes(PHONE), StaffFactory(), text=text)

    def test_that_is_longer_than_its_provider_takes_is_refused(self) -> None:
        dialogue = customer_writes(PHONE)
        with SmscFake() as fake:
            smsc_set_up(fake)

        assert answer_limit(channel="sms") == SMSC_LIMIT
        with pytest.raises(TextRefused):
            _answer(dialogue, StaffFactory(), text="д" * (SMSC_LIMIT + 1))
        _answer(dialogue, StaffFactory(), text="д" * SMSC_LIMIT)


def test_whoever_has_a_dialogue_reads_it_and_others_change_nothing() -> None:
    dialogue, anna = customer_writes(PHONE), StaffFactory()
    dialogue_claim(dialogue_id=dialogue.pk, user_id=anna.pk)

    dialogue_read(dialogue_id=dialogue.pk, user_id=StaffFactory().pk)
    dialogue.refresh_from_db()
    assert dialogue.unread == 1

    dialogue_read(dialogue_id=dialogue.pk, user_id=anna.pk)
    assert _state(dialogue)[2]
    assert dialogue.unread == 0


def test_a_note_is_kept_in_anybodys_dialogue_and_never_leaves() -> None:
    dialogue = customer_writes(PHONE)

    note_add(dialogue_id=dialogue.pk, author_id=StaffFactory().pk, text=" Перезвонить в 15:00 ")

    assert DialogueNote.objects.get().text == "Перезвонить в 15:00"
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["", " ", "д" * 2001])
def test_a_note_that_is_empty_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(TextRefused):
        note_add(dialogue_id=customer_writes(PHONE).pk, author_id=StaffFactory().pk, text=text)


def test_a_note_in_no_dialogue_is_refused() -> None:
    with pytest.raises(DialogueMissing):
        note_add(dialogue_id=1, author_id=StaffFactory().pk, text="Кому?")


def _won(act: Callable[[], bool]) -> bool:
    try:
        return act()
    except DialogueTaken:
        return False
    finally:
        connection.close()
