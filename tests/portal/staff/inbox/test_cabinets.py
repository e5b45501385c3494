"""The inbox of a company that leads its dialogues in ChatApp: it says so, shows both sides, records the way there."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consents.enums import ContactKind
from notify.models import Dialogue, InboundMessage
from notify.provider_setups import setup_change, setup_values
from notify.providers.order import setup_switch
from portal.laptop.fakes.chatapp import LICENCE, FakeChatApp
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.consents import ContactPointFactory
from tests.factories.dialogues import customer_writes
from tests.factories.staff import client_of
from tests.portal.staff.world import World
from tests.support.chatapp_desk import ANNA, Desk, Told

INBOX = "/staff/inbox/"
HERE = "Никто не ждёт ответа"


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    with FakeChatApp(courier=Told()) as fake:
        Dialogue.objects.all().delete()
        yield Desk(fake)


def _operator(world: World) -> Client:
    return client_of(world.people[Role.OPERATOR])


def _page(world: World, path: str = INBOX) -> str:
    return _operator(world).get(path).content.decode()


def _thread(world: World) -> str:
    return _page(world, f"{INBOX}{Dialogue.objects.get().pk}/")


class TestTheLists:
    def test_say_where_dialogues_are_led_and_lead_there(self, world: World, desk: Desk) -> None:
        page = _page(world)

        assert "Диалоги ведут в ChatApp." in page
        assert "MAX, Электронная почта" in page
        assert 'href="https://new.dialogs.pro/dialogs" target="_blank" rel="noreferrer"' in page
        assert ">Ждут в ChatApp</a>" in page
        assert desk.name not in page

    def test_say_nothing_of_it_where_they_are_led_here(self, world: World) -> None:
        page = _page(world)

        assert "Диалоги ведут" not in page
        assert "list=cabinet" not in page
        assert "Ждут ответа" in page

    def test_call_the_provider_by_its_own_name_whatever_the_set_up_is_called(self, world: World, desk: Desk) -> None:
        values = setup_values(name=desk.name).values
        setup_change(name=desk.name, title="Первая линия", fields={**values, "password": ""})

        page = _page(world)

        assert "Диалоги ведут в ChatApp." in page
        assert "Первая линия" not in page

    def test_count_who_waits_there_and_not_among_those_who_wait_here(self, world: World, desk: Desk) -> None:
        desk.write("Где карта?")
        desk.write("Где счёт?", chat="100201")

        page = _page(world)

        assert "Ждут в ChatApp: 2" in page
        assert HERE in page

    def test_of_those_who_wait_there_begin_with_the_longest_wait(self, world: World, desk: Desk) -> None:
        desk.write("Где карта?")
        desk.write("Где счёт?", chat="100201")
        desk.write("И ещё", chat=ANNA)

        page = _page(world, f"{INBOX}?list=cabinet")

        assert page.index("И ещё") < page.index("Где счёт?")
        assert page.count("ждёт меньше минуты") == 2
        assert page.count("ведут в ChatApp\n") + page.count("ведут в ChatApp<") == 2

    def test_of_those_who_wait_there_are_empty_after_an_answer(self, world: World, desk: Desk) -> None:
        desk.write("Где карта?")
        desk.say("Едет")

        assert "Там никто не ждёт ответа" in _page(world, f"{INBOX}?list=cabinet")
        assert "Мы: Едет" in _page(world, f"{INBOX}?list=all")

    def test_keep_telling_of_who_waits_in_a_cabinet_that_is_off_until_the_sweep(self, world: World, desk: Desk) -> None:
        desk.write("Где карта?")
        setup_switch(name=desk.name, is_on=False)

        page = _page(world, f"{INBOX}?list=cabinet")

        assert "Ждут у провайдеров: 1" in page
        assert "Где карта?" in page

    def test_record_whom_they_showed(self, world: World, desk: Desk) -> None:
        customer = ContactPointFactory(kind=ContactKind.MAX, value=ANNA, confirmed=True).customer
        desk.write("Где карта?")

        _page(world, f"{INBOX}?list=cabinet")

        assert StaffAction.objects.latest("id").details == {"inbox": "cabinet", "customers": [customer.pk]}

    def test_take_as_many_statements_for_many_rows_as_for_one(self, world: World, desk: Desk) -> None:
        client = _operator(world)
        desk.write("Где карта?")
        client.get(f"{INBOX}?list=cabinet")
        with CaptureQueriesContext(connection) as for_one:
            client.get(f"{INBOX}?list=cabinet")
        for number in range(10):
            desk.write("Где счёт?", chat=f"10030{number}")

        with CaptureQueriesContext(connection) as for_many:
            client.get(f"{INBOX}?list=cabinet")

        assert len(for_many) == len(for_one)

    def test_say_so_beside_what_was_found_too(self, world: World, desk: Desk) -> None:
        desk.write("Где карта?")

        page = _operator(world).post(INBOX, {"text": "карта"}).content.decode()

        assert "Где карта?" in page
        assert "ведут в ChatApp" in page


class TestTheThread:
    def test_shows_what_waits_there_and_what_was_said_there(self, world: World, desk: Desk) -> None:
        desk.fake.names_apps = True
        desk.write("Где карта?")
        waiting = _thread(world)
        desk.say("Спасибо за обращение", app="amo", tracking="auto")
        desk.say("Едет")

        page = _thread(world)

        assert "ждёт ответа в ChatApp" in waiting
        assert "ждёт ответа в ChatApp" not in page
        assert page.count("<strong>ChatApp</strong>") == 2
        assert [word for word in ("Едет", "Спасибо за обращение", "автоматически") if word not in page] == []

    def test_says_that_the_dialogue_is_led_there_and_offers_to_lead_it_here(self, world: World, desk: Desk) -> None:
        desk.write("Где карта?")

        page = _thread(world)

        assert "Диалог ведут в ChatApp, бот в нём молчит." in page
        assert "Открыть в ChatApp" in page
        assert "Взять в работу" in page
        assert "Закрыть диалог" in page

    def test_holds_neither_the_account_nor_its_address_there(self, world: World, desk: Desk) -> None:
        desk.write("Где карта?")

        page = _thread(world)

        assert ANNA not in page
        assert "new.dialogs.pro" not in page

    def test_is_ours_again_once_it_is_claimed(self, world: World, desk: Desk) -> None:
        desk.write("Где карта?")
        client, pk = _operator(world), Dialogue.objects.get().pk

        page = client.post(f"{INBOX}{pk}/claim/", follow=True).content.decode()

        assert "ведут в ChatApp" not in page
        assert "у вас" in page
        assert InboundMessage.objects.get().outcome == "open"
        assert "Где карта?" in _page(world)

    def test_is_closed_here_without_an_answer(self, world: World, desk: Desk) -> None:
        desk.write("Спасибо")
        pk = Dialogue.objects.get().pk

        page = _operator(world).post(f"{INBOX}{pk}/close/", {"seen": str(2**31)}, follow=True).content.decode()

        assert "закрыто без ответа" in page
        assert ">Ждут в ChatApp</a>" in _page(world)

    def test_of_a_dialogue_that_is_led_here_says_nothing_of_it(self, world: World, desk: Desk) -> None:
        dialogue = customer_writes("+79160000001")

        assert "ведут в" not in _page(world, f"{INBOX}{dialogue.pk}/")
        assert _operator(world).get(f"{INBOX}{dialogue.pk}/cabinet/").status_code == 404
        assert desk.fake.taken == []


class TestTheWayThere:
    def test_leads_to_the_dialogue_and_is_recorded_without_the_account(self, world: World, desk: Desk) -> None:
        customer = ContactPointFactory(kind=ContactKind.MAX, value=ANNA, confirmed=True).customer
        desk.write("Где карта?")
        pk = Dialogue.objects.get().pk

        answer = _operator(world).get(f"{INBOX}{pk}/cabinet/")

        assert (answer.status_code, answer["Location"]) == (
            302,
            f"https://new.dialogs.pro/dialogs/{LICENCE}/max/{ANNA}",
        )
        record = StaffAction.objects.latest("id")
        assert (record.action, record.object_id, record.details) == (
            "dialogue.followed",
            str(pk),
            {"customer_id": customer.pk, "provider": desk.name},
        )

    def test_leads_to_a_dialogue_that_people_there_have_begun(self, world: World, desk: Desk) -> None:
        desk.say("Добрый день")

        answer = _operator(world).get(f"{INBOX}{Dialogue.objects.get().pk}/cabinet/")

        assert answer["Location"].endswith(f"/max/{ANNA}")

    def test_leads_to_what_came_over_chatapp_and_not_over_another_channel(self, world: World, desk: Desk) -> None:
        contact = ContactPointFactory(kind=ContactKind.MAX, value=ANNA, confirmed=True)
        phone = ContactPointFactory(customer=contact.customer, value="+79161234599").value
        desk.write("Где карта?")
        customer_writes(phone, "И счёт")

        answer = _operator(world).get(f"{INBOX}{Dialogue.objects.get().pk}/cabinet/")

        assert answer["Location"].endswith(f"/max/{ANNA}")

    def test_is_closed_with_the_set_up(self, world: World, desk: Desk) -> None:
        desk.write("Где карта?")
        setup_switch(name=desk.name, is_on=False)
        pk = Dialogue.objects.get().pk

        assert _operator(world).get(f"{INBOX}{pk}/cabinet/").status_code == 404
        assert "Открыть в ChatApp" not in _thread(world)


class TestTheSwitch:
    """It stands on the page of the set-up, which only an administrator changes."""

    def _typed(self, desk: Desk, **changed: str) -> dict[str, str]:
        fields = {**setup_values(name=desk.name).values, "password": "", **changed}
        return {f"field_{name}": value for name, value in fields.items()} | {"per_second": "0"}

    def test_is_recorded_by_its_name_and_acts_at_once(self, world: World, desk: Desk) -> None:
        client = client_of(world.people[Role.ADMINISTRATOR])

        page = client.post(f"/staff/providers/{desk.name}/edit/", self._typed(desk, cabinet=""), follow=True)

        assert "Диалоги ведут в ChatApp" in page.content.decode()
        record = StaffAction.objects.filter(action="provider.changed").latest("id")
        assert record.details == {"fields": ["cabinet"]}
        assert desk.write("Где карта?").outcome == "open"
        client.post(f"/staff/providers/{desk.name}/edit/", self._typed(desk, cabinet="on"))
        assert desk.write("Где карта?", chat="100201").outcome == "cabinet"

    @pytest.mark.parametrize("role", [Role.MARKETING, Role.DPO, Role.OPERATOR])
    def test_is_closed_to_other_roles(self, world: World, desk: Desk, role: Role) -> None:
        answer = client_of(world.people[role]).post(
            f"/staff/providers/{desk.name}/edit/", self._typed(desk, cabinet="")
        )

        assert answer.status_code == 403
        assert desk.write("Где карта?").outcome == "cabinet"
