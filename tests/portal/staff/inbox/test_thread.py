"""One dialogue: everything in it, masked; an answer leaves once, and a refused one is never lost."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from consents.enums import Channel
from notify.channel_settings import channel_change
from notify.dialogues.answering import answer_send
from notify.dialogues.claiming import dialogue_claim
from notify.enums import DialogueState, MessageKind, MessageState
from notify.models import Dialogue, InboundMessage, Message, Reply
from portal.models import StaffAction, User
from portal.models.user import Role
from tests.factories.dialogues import customer_writes, newest_of
from tests.factories.staff import client_of, user_make
from tests.portal.staff.world import World

STRANGER = "+79160000001"
TEXT = "Карту привезут завтра."


def _url(dialogue: Dialogue, act: str = "") -> str:
    return f"/staff/inbox/{dialogue.pk}/{act}"


def _operator(world: World) -> Client:
    return client_of(world.people[Role.OPERATOR])


def _answer(client: Client, dialogue: Dialogue, **changes: Any) -> Any:
    values = {"text": TEXT, "form_key": str(uuid4()), "seen": newest_of(dialogue)} | changes
    return client.post(_url(dialogue, "answer/"), values, follow=True)


def _taken_by_dpo(world: World) -> User:
    dpo = world.people[Role.DPO]
    dialogue_claim(dialogue_id=world.dialogue.pk, user_id=dpo.pk)
    return dpo


def _holder(dialogue: Dialogue) -> int | None:
    dialogue.refresh_from_db()
    return dialogue.claimed_by_id


class TestThePage:
    """Who it is, and what went both ways."""

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.DPO])
    def test_shows_the_customer_as_the_card_does(self, world: World, role: Role) -> None:
        page = client_of(world.people[role]).get(_url(world.dialogue)).content.decode()

        assert f"{world.customer.external_id} · Ё. А. П." in page
        assert "+7 9•• •••-••-" in page
        assert world.customer.name not in page
        assert world.contact.value[2:] not in page

    @pytest.mark.parametrize(("role", "place"), [(Role.OPERATOR, "customers"), (Role.DPO, "register")])
    def test_and_the_card_lead_to_each_other(self, world: World, role: Role, place: str) -> None:
        client, card = client_of(world.people[role]), f"/staff/{place}/{world.customer.pk}/"

        assert card in client.get(_url(world.dialogue)).content.decode()
        assert _url(world.dialogue) in client.get(card).content.decode()

    def test_is_not_offered_to_a_role_that_does_not_answer(self, world: World) -> None:
        page = client_of(world.people[Role.MARKETING]).get(f"/staff/customers/{world.customer.pk}/").content.decode()

        assert "Переписка" not in page

    def test_shows_what_was_written_escaped_with_its_lines_and_without_links(self, world: World) -> None:
        customer_writes(world.contact.value, "<b>Смотрите</b>\nhttps://example.ru/", attachments=("image", "odd"))

        page = _operator(world).get(_url(world.dialogue)).content.decode()

        assert '<p class="bubble">&lt;b&gt;Смотрите&lt;/b&gt;\nhttps://example.ru/</p>' in page
        assert 'href="https://example.ru' not in page
        assert "Вложения: изображение, вложение." in page

    def test_shows_notes_answers_with_their_state_and_all_else_that_left(self, world: World) -> None:
        client = _operator(world)
        _answer(client, world.dialogue)
        client.post(_url(world.dialogue, "note/"), {"note": "Проверить у курьера"})
        Message.objects.filter(kind=MessageKind.REPLY).update(state=MessageState.DELIVERED)
        Message.objects.filter(kind=MessageKind.CAMPAIGN).update(sending_at=timezone.now())

        talk = client.get(_url(world.dialogue)).content.decode().partition('<ol class="talk"')[2].partition("</ol>")[0]

        assert [words for words in (TEXT, "доставлено", "Проверить у курьера", "Рассылка") if words not in talk] == []

    def test_shows_earlier_lines_by_a_link_and_no_form_beside_them(self, world: World) -> None:
        for number in range(45):
            customer_writes(world.contact.value, f"строка {number}.")
        client = _operator(world)

        newest = client.get(_url(world.dialogue)).content.decode()
        link = next(part.partition('"')[0] for part in newest.split('href="') if "?until=" in part)
        earlier = client.get(link.replace("&amp;", "&")).content.decode()

        assert "строка 44." in newest
        assert "строка 2." not in newest
        assert "строка 2." in earlier
        assert "К последним сообщениям" in earlier
        assert 'id="answer"' not in earlier

    @pytest.mark.parametrize("until", ["yesterday", "2026-13-45T00:00", "2026-11-01T10:00"])
    def test_of_a_moment_that_is_none_is_the_newest(self, world: World, until: str) -> None:
        assert 'id="answer"' in _operator(world).get(_url(world.dialogue), {"until": until}).content.decode()

    def test_of_no_dialogue_is_not_found(self, world: World) -> None:
        assert _operator(world).get("/staff/inbox/999999/").status_code == 404

    def test_counts_as_read_for_whoever_has_it_alone(self, world: World) -> None:
        _taken_by_dpo(world)
        _operator(world).get(_url(world.dialogue))
        assert Dialogue.objects.get().unread == 1

        client_of(world.people[Role.DPO]).get(_url(world.dialogue))
        assert Dialogue.objects.get().unread == 0

    def test_is_written_down_with_the_customer(self, world: World) -> None:
        _operator(world).get(_url(world.dialogue))

        record = StaffAction.objects.latest("id")
        assert (record.action, record.object_id) == ("dialogue.viewed", str(world.dialogue.pk))
        assert record.details == {"customer_id": world.customer.pk}

    def test_shows_the_subject_of_an_answer_to_a_letter_and_no_length_of_sms(self, world: World) -> None:
        dialogue = customer_writes("anna@example.ru", channel=Channel.EMAIL, subject="Карта")

        page = _operator(world).get(_url(dialogue)).content.decode()

        assert "Re: Карта" in page
        assert "data-check" not in page


class TestAnAnswer:
    """Leaves once; whatever keeps it back, the text stays."""

    def test_leaves_and_makes_the_dialogue_the_authors(self, world: World) -> None:
        page = _answer(_operator(world), world.dialogue).content.decode()

        assert "Ответ отправляется." in page
        assert Reply.objects.get().text == TEXT
        assert _holder(world.dialogue) == world.people[Role.OPERATOR].pk
        answered = StaffAction.objects.get(action="dialogue.answered")
        assert (answered.object_id, answered.details) == (str(world.dialogue.pk), {"customer_id": world.customer.pk})

    def test_pressed_twice_leaves_and_is_recorded_once(self, world: World) -> None:
        client, key, seen = _operator(world), str(uuid4()), newest_of(world.dialogue)

        for _ in range(2):
            assert _answer(client, world.dialogue, form_key=key, seen=seen).status_code == 200

        assert Reply.objects.count() == StaffAction.objects.filter(action="dialogue.answered").count() == 1

    def test_to_anothers_dialogue_keeps_the_text_and_names_who_has_it(self, world: World) -> None:
        dpo = _taken_by_dpo(world)

        answer = _answer(_operator(world), world.dialogue)
        page = answer.content.decode()

        assert answer.status_code == 409
        assert f"диалог уже ведёт {dpo.name}" in page
        assert TEXT in page
        assert "Забрать себе и отправить" in page
        assert not Reply.objects.exists()

    def test_takes_the_dialogue_when_asked_to_and_leaves(self, world: World) -> None:
        dpo = _taken_by_dpo(world)

        _answer(_operator(world), world.dialogue, take="1", holder=dpo.pk)

        assert _holder(world.dialogue) == world.people[Role.OPERATOR].pk
        assert Reply.objects.get().author == world.people[Role.OPERATOR]
        record = StaffAction.objects.get(action="dialogue.handed_over")
        assert (record.details["old"], record.details["to"]) == (dpo.email, world.people[Role.OPERATOR].email)

    def test_takes_it_from_nobody_else_than_the_page_showed(self, world: World) -> None:
        _taken_by_dpo(world)

        answer = _answer(_operator(world), world.dialogue, take="1", holder=world.people[Role.OPERATOR].pk)

        assert answer.status_code == 409
        assert _holder(world.dialogue) == world.people[Role.DPO].pk

    def test_after_a_newer_message_warns_once_and_then_leaves(self, world: World) -> None:
        seen, client = newest_of(world.dialogue), _operator(world)
        customer_writes(world.contact.value, "Уже не надо")

        warned = _answer(client, world.dialogue, seen=seen)
        form = warned.context["form"]
        again = {name: form[name].value() for name in ("text", "form_key", "seen")}
        _answer(client, world.dialogue, **again)

        assert warned.status_code == 409
        assert "клиент написал ещё" in warned.content.decode()
        assert "Уже не надо" in warned.content.decode()
        assert Reply.objects.get().text == TEXT

    def test_over_a_closed_channel_is_refused_with_its_text(self, world: World) -> None:
        channel_change(channel="sms", is_open=False, per_second=0)

        answer = _answer(_operator(world), world.dialogue)

        assert answer.status_code == 409
        assert TEXT in answer.content.decode()
        assert not Reply.objects.exists()

    def test_cannot_be_begun_where_nothing_leaves(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        channel_change(channel="sms", is_open=False, per_second=0)
        closed = _operator(world).get(_url(world.dialogue)).content.decode()
        monkeypatch.setattr("notify.channel_settings.channels_connected", frozenset)
        alone = _operator(world).get(_url(world.dialogue)).content.decode()

        assert "Канал закрыт в настройках" in closed
        assert "не подключён провайдер" in alone
        assert 'id="answer"' not in closed + alone

    @pytest.mark.parametrize(("text", "words"), [("", "Обязательное поле"), ("д" * 4001, "Не больше 4000 знаков")])
    def test_that_is_empty_or_too_long_stays_in_the_form(self, world: World, text: str, words: str) -> None:
        assert words in _answer(_operator(world), world.dialogue, text=text).content.decode()
        assert not Reply.objects.exists()

    def test_that_failed_says_why(self, world: World) -> None:
        operator = _operator(world)
        _answer(operator, world.dialogue)
        Message.objects.filter(pk=Message.objects.get(kind="reply").pk).update(
            state=MessageState.FAILED, error_code="text_too_long"
        )

        page = operator.get(_url(world.dialogue)).content.decode()

        assert "не доставлено: текст с именем и ссылкой длиннее" in page

    def test_of_full_length_with_line_ends_of_a_browser_fits(self, world: World) -> None:
        _answer(_operator(world), world.dialogue, text="\r\n".join(["д" * 399] * 10))

        assert len(Reply.objects.get().text) == 3999

    def test_takes_a_ready_text_in_without_scripts(self, world: World) -> None:
        url = _url(world.dialogue, "answer/")
        page = _operator(world).post(url, {"text": "Анна!", "insert": world.ready_answer}).content.decode()

        assert "Анна!\n\nМы работаем с 9 до 21.</textarea>" in page
        assert not Reply.objects.exists()

    @pytest.mark.parametrize("ready", ["999999", "x", "9" * 30])
    def test_takes_no_ready_text_that_is_gone(self, world: World, ready: str) -> None:
        page = _operator(world).post(_url(world.dialogue, "answer/"), {"text": "Анна!", "insert": ready})

        assert page.context["form"]["text"].value() == "Анна!"

    def test_is_kept_while_new_messages_are_shown(self, world: World) -> None:
        customer_writes(world.contact.value, "Ау!")

        page = _operator(world).post(_url(world.dialogue, "answer/"), {"text": TEXT, "refresh": "1"})

        assert page.context["form"]["text"].value() == TEXT
        assert page.context["form"]["seen"].value() == newest_of(world.dialogue)
        assert "Ау!" in page.content.decode()

    @pytest.mark.parametrize(
        ("channel", "text", "words"),
        [
            ("sms", "д" * 71, "71 знак, частей СМС: 2"),
            ("sms", " ", "70 знаков кириллицы"),
            ("email", "Да", "70 знаков кириллицы"),
            ("fax", "Да", "70 знаков кириллицы"),
        ],
    )
    def test_tells_its_length_while_it_is_typed(self, world: World, channel: str, text: str, words: str) -> None:
        answer = _operator(world).post("/staff/inbox/check/", {"text": text, "channel": channel})

        assert words in answer.content.decode().replace("\xa0", " ")


class TestActs:
    """Each act once, by whoever may, in words of its own in the journal."""

    def test_a_claim_is_recorded_and_one_that_came_second_names_the_first(self, world: World) -> None:
        first = _operator(world).post(_url(world.dialogue, "claim/"), follow=True).content.decode()
        second = client_of(world.people[Role.DPO]).post(_url(world.dialogue, "claim/"), follow=True).content.decode()

        assert "Диалог теперь ведёте вы." in first
        assert f"диалог уже ведёт {world.people[Role.OPERATOR].name}" in second
        assert StaffAction.objects.filter(action="dialogue.claimed").count() == 1

    def test_a_dialogue_is_handed_to_a_colleague_who_answers(self, world: World) -> None:
        colleague = user_make(Role.OPERATOR, name="Ольга")
        _operator(world).post(_url(world.dialogue, "claim/"))

        page = _operator(world).post(
            _url(world.dialogue, "hand-over/"),
            {"to": colleague.pk, "holder": world.people[Role.OPERATOR].pk},
            follow=True,
        )

        assert "Теперь диалог ведёт Ольга." in page.content.decode()
        assert _holder(world.dialogue) == colleague.pk

    @pytest.mark.parametrize("to", ["marketing", "nobody", "inactive"])
    def test_a_dialogue_is_handed_to_nobody_else(self, world: World, to: str) -> None:
        people = {
            "marketing": world.people[Role.MARKETING].pk,
            "nobody": "",
            "inactive": user_make(Role.OPERATOR, is_active=False).pk,
        }

        page = _operator(world).post(_url(world.dialogue, "hand-over/"), {"to": people[to]}, follow=True)

        assert "Диалог не передан" in page.content.decode()
        assert _holder(world.dialogue) is None

    def test_a_colleagues_dialogue_is_taken_by_a_press_of_its_own(self, world: World) -> None:
        dpo = _taken_by_dpo(world)
        page = _operator(world).get(_url(world.dialogue)).content.decode()
        assert f"Диалог ведёт {dpo.name}." in page
        assert 'id="answer"' not in page

        _operator(world).post(_url(world.dialogue, "take/"), {"holder": dpo.pk})

        assert _holder(world.dialogue) == world.people[Role.OPERATOR].pk

    def test_a_dialogue_is_given_back_and_closed_in_words_that_fit(self, world: World) -> None:
        client = _operator(world)
        client.post(_url(world.dialogue, "claim/"))
        waiting = client.post(_url(world.dialogue, "give-back/"), follow=True).content.decode()
        _answer(client, world.dialogue)
        answered = client.post(_url(world.dialogue, "give-back/"), follow=True).content.decode()

        assert "снова ждёт любого сотрудника" in waiting
        assert "Диалог закрыт: клиент ничего не ждёт." in answered
        assert StaffAction.objects.filter(action="dialogue.given_back").count() == 2

    def test_a_closed_dialogue_opens_with_the_next_message(self, world: World) -> None:
        page = _operator(world).post(_url(world.dialogue, "close/"), {"seen": newest_of(world.dialogue)}, follow=True)
        assert "Диалог закрыт." in page.content.decode()
        assert Dialogue.objects.get().state == DialogueState.CLOSED

        customer_writes(world.contact.value, "И ещё вопрос")

        assert Dialogue.objects.get().state == DialogueState.WAITING

    @pytest.mark.parametrize("data", [{}, {"seen": "1"}])
    def test_a_dialogue_with_an_unseen_message_is_not_closed(self, world: World, data: dict[str, str]) -> None:
        if data:
            data = {"seen": str(newest_of(world.dialogue))}
            customer_writes(world.contact.value, "Постойте!")

        page = _operator(world).post(_url(world.dialogue, "close/"), data, follow=True)

        assert "написал ещё" in page.content.decode()
        assert Dialogue.objects.get().waiting_since is not None

    def test_a_note_is_kept_and_an_empty_one_is_asked_for_again(self, world: World) -> None:
        client = _operator(world)

        assert "Обязательное поле" in client.post(_url(world.dialogue, "note/"), {"note": " "}).content.decode()
        assert (
            "Заметка сохранена."
            in client.post(_url(world.dialogue, "note/"), {"note": "Перезвонить"}, follow=True).content.decode()
        )
        assert StaffAction.objects.filter(action="dialogue.noted").count() == 1

    def test_no_record_holds_a_word_of_the_dialogue(self, world: World) -> None:
        client = _operator(world)
        _answer(client, world.dialogue)
        client.post(_url(world.dialogue, "note/"), {"note": "Проверить у курьера"})
        client.post(_url(world.dialogue, "close/"), {"seen": newest_of(world.dialogue)})

        stored = str(list(StaffAction.objects.values("action", "object_id", "reason", "details")))

        written = InboundMessage.objects.get().text
        assert [words for words in (TEXT, "курьера", written, world.contact.value) if words in stored] == []

    def test_the_journal_says_them_in_words(self, world: World) -> None:
        client = _operator(world)
        client.post(_url(world.dialogue, "claim/"))
        client.post(
            _url(world.dialogue, "hand-over/"),
            {"to": world.people[Role.DPO].pk, "holder": world.people[Role.OPERATOR].pk},
        )
        client.get("/staff/inbox/?list=mine")

        page = client_of(world.people[Role.DPO]).get("/staff/journal/").content.decode()

        about = f"диалог {world.dialogue.pk}"
        words = ("Диалог взят в работу", "Диалог передан", about, world.people[Role.DPO].email, "Мои")
        assert [word for word in words if word not in page] == []


def test_an_answer_waits_for_the_outbox_with_the_address_of_the_customer(world: World) -> None:
    answer_send(
        dialogue_id=world.dialogue.pk,
        author_id=world.people[Role.OPERATOR].pk,
        text=TEXT,
        form_key=uuid4(),
        seen_id=newest_of(world.dialogue),
    )

    message = Message.objects.get(kind=MessageKind.REPLY)
    assert (message.channel, message.address, message.customer) == ("sms", world.contact.value, world.customer)
