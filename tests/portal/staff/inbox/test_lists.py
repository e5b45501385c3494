"""The lists of the inbox: who waits, in words, masked; search by post; what pages ask again and again."""

from datetime import timedelta
from time import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consents.models import ContactPoint
from notify.dialogues.claiming import dialogue_claim
from notify.models import Dialogue
from portal.accounts.sessions import SEEN, STAMP_EVERY
from portal.models import StaffAction
from portal.models.user import Role
from portal.staff.inbox.words import waiting_words
from portal.ui.words import count_word
from tests.factories.dialogues import customer_writes, newest_of
from tests.factories.staff import client_of
from tests.portal.staff.world import World

INBOX = "/staff/inbox/"
STRANGER = "+79160000001"


def _page(world: World, query: str = "", role: Role = Role.OPERATOR) -> str:
    return client_of(world.people[role]).get(INBOX + query).content.decode()


class TestTheList:
    """Rows say who writes, what, and how long they wait."""

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.DPO])
    def test_shows_number_initials_and_mask_and_nothing_whole(self, world: World, role: Role) -> None:
        page = _page(world, role=role)

        assert world.customer.external_id in page
        assert "Ё. А. П." in page
        assert "+7 9•• •••-••-" in page
        assert world.customer.name not in page
        assert world.contact.value[2:] not in page

    def test_says_how_long_and_how_much_waits_and_who_has_it(self, world: World) -> None:
        Dialogue.objects.update(waiting_since=timezone.now() - timedelta(minutes=12, seconds=5))
        dialogue_claim(dialogue_id=world.dialogue.pk, user_id=world.people[Role.DPO].pk)

        page = _page(world)

        assert "ждёт 12 минут" in page
        assert "непрочитанных: 1" in page
        assert world.people[Role.DPO].name in page
        assert "у вас" in _page(world, role=Role.DPO)

    def test_names_whoever_is_no_customer_by_the_mask_alone(self, world: World) -> None:
        Dialogue.objects.all().delete()
        customer_writes(STRANGER)

        page = _page(world)

        assert "Не найден среди клиентов" in page
        assert STRANGER not in page

    @pytest.mark.parametrize(
        ("query", "words"),
        [("", "Никто не ждёт ответа"), ("?list=mine", "У вас нет диалогов"), ("?list=all", "Клиенты ещё не писали")],
    )
    def test_that_is_empty_says_what_comes_next(self, world: World, query: str, words: str) -> None:
        Dialogue.objects.all().delete()

        assert words in _page(world, query)

    def test_of_mine_has_only_mine(self, world: World) -> None:
        customer_writes(STRANGER)
        dialogue_claim(dialogue_id=world.dialogue.pk, user_id=world.people[Role.OPERATOR].pk)

        page = _page(world, "?list=mine")

        assert world.customer.external_id in page
        assert "Не найден среди клиентов" not in page

    def test_is_escaped(self, world: World) -> None:
        customer_writes(STRANGER, "<script>alert(1)</script> https://example.ru")

        page = _page(world)

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert 'href="https://example.ru' not in page

    def test_is_written_down_by_whom_it_showed(self, world: World) -> None:
        customer_writes(STRANGER)

        _page(world, "?list=all")

        assert StaffAction.objects.latest("id").details == {"inbox": "all", "customers": [world.customer.pk]}

    def test_takes_as_many_statements_for_many_rows_as_for_one(self, world: World) -> None:
        client = client_of(world.people[Role.OPERATOR])
        client.get(INBOX)
        with CaptureQueriesContext(connection) as for_one:
            client.get(INBOX)
        for number in range(30):
            customer_writes(f"+7916000{number:04d}")

        with CaptureQueriesContext(connection) as for_many:
            client.get(INBOX)

        assert len(for_many) == len(for_one)


class TestASearch:
    """Posted, recorded by whom it found, never by what was looked for."""

    @pytest.mark.parametrize("text", ["номер", "телефон", "карту"])
    def test_finds_by_number_contact_and_words(self, world: World, text: str) -> None:
        typed = {"номер": world.customer.external_id, "телефон": world.contact.value}.get(text, text)

        page = client_of(world.people[Role.OPERATOR]).post(INBOX, {"text": typed}).content.decode()

        assert world.customer.external_id in page
        assert "Ё. А. П." in page
        record = StaffAction.objects.latest("id")
        assert (record.action, record.details) == (
            "inbox.searched",
            {"found": 1, "customers": [world.customer.pk]},
        )

    def test_that_finds_nothing_says_so(self, world: World) -> None:
        page = client_of(world.people[Role.OPERATOR]).post(INBOX, {"text": "кредит"}).content.decode()

        assert "Ничего не найдено" in page

    def test_without_a_text_asks_for_one_and_records_nothing(self, world: World) -> None:
        before = StaffAction.objects.count()

        page = client_of(world.people[Role.OPERATOR]).post(INBOX, {"text": " "}).content.decode()

        assert "Обязательное поле" in page
        assert StaffAction.objects.count() == before

    def test_leaves_no_contact_in_the_journal(self, world: World) -> None:
        client = client_of(world.people[Role.OPERATOR])
        for value in ContactPoint.objects.values_list("value", flat=True):
            client.post(INBOX, {"text": value})

        stored = str(list(StaffAction.objects.values("action", "object_id", "reason", "details")))

        assert not [value for value in ContactPoint.objects.values_list("value", flat=True) if value in stored]


class TestTheNews:
    """A small answer that any page may ask for every ten seconds."""

    def _news(self, world: World, query: str = "") -> Any:
        answer = client_of(world.people[Role.OPERATOR]).get(f"{INBOX}news/{query}")
        assert answer["Content-Type"] == "application/json"
        return answer.json()

    def test_has_the_figure_and_the_newest_message_and_nothing_personal(self, world: World) -> None:
        other = customer_writes(STRANGER)

        assert self._news(world) == {"waiting": "2", "newest": newest_of(other)}

    def test_of_one_dialogue_has_its_newest_message(self, world: World) -> None:
        customer_writes(STRANGER)
        newest = newest_of(world.dialogue)

        assert self._news(world, f"?dialogue={world.dialogue.pk}") == {"waiting": "2", "newest": newest}

    def test_of_nothing_is_empty(self, world: World) -> None:
        Dialogue.objects.all().delete()

        assert self._news(world, "?dialogue=abc") == {"waiting": "", "newest": 0}

    def test_is_no_work_and_writes_nothing(self, world: World) -> None:
        client = client_of(world.people[Role.OPERATOR])
        before, seen = StaffAction.objects.count(), int(time()) - 2 * STAMP_EVERY
        session = client.session
        session[SEEN] = seen
        session.save()

        client.get(f"{INBOX}news/", headers={"X-Requested-With": "fetch"})

        assert StaffAction.objects.count() == before
        assert client.session[SEEN] == seen


def test_the_navigation_has_the_figure_for_whoever_answers_alone(world: World) -> None:
    for role, has_figure in ((Role.OPERATOR, True), (Role.DPO, True), (Role.MARKETING, False)):
        page = client_of(world.people[role]).get("/staff/").content.decode()
        assert ("data-waiting-figure>1<" in page, "js/inbox.js" in page) == (has_figure, has_figure)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "ждёт меньше минуты"),
        (59, "ждёт меньше минуты"),
        (60, "ждёт 1 минуту"),
        (22 * 60, "ждёт 22 минуты"),
        (59 * 60, "ждёт 59 минут"),
        (3600, "ждёт 1 час"),
        (23 * 3600 + 3599, "ждёт 23 часа"),
        (24 * 3600, "ждёт 1 день"),
        (11 * 86400, "ждёт 11 дней"),
    ],
)
def test_waiting_is_said_in_the_largest_whole_unit(seconds: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr("portal.staff.inbox.words.database_now", lambda: now)

    assert waiting_words(now - timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(("count", "word"), [(0, ""), (7, "7"), (999, "999"), (1000, "999+")])
def test_a_badge_counts_as_far_as_the_database_does(count: int, word: str) -> None:
    assert count_word(count, limit=1000) == word
