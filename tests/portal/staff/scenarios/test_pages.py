"""Pages of the bot's scenarios: what each promises besides its right."""

import pytest
from django.test import Client
from django.utils import timezone

from notify.channels.events import InboundText
from notify.inbound.texts import text_apply
from notify.models import Reply, Scenario, ScenarioVersion
from notify.scenarios.answering import new_messages_answer
from notify.scenarios.reading import scenario_view, scenarios_listed
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.staff import client_of
from tests.portal.staff.world import World

TYPED = {
    "title": "Где вы",
    "phrases": "где вы\n\n  ваш   адрес \nгде вы",
    "kind": "answer",
    "answer": "Мы здесь, ((имя)).",
    "buttons": "Позвать сотрудника",
    "when": "hours",
    "since": "09:00",
    "until": "18:00",
    "days": ["1", "2"],
    "hours_answer": "Мы спим.",
}
STATUS = {
    **TYPED,
    "kind": "status",
    "when": "always",
    "answer": "((номер)): ((статус)), ((этаж))",
    "question": "Какой номер?",
    "not_found": "Нет ((номер)).",
    "failed": "Не вышло.",
    "signs": "digits",
    "shortest": "4",
    "longest": "8",
}
NEW = "/staff/scenarios/new/"


@pytest.fixture
def marketing(world: World) -> Client:
    """Whoever writes scenarios."""
    return client_of(world.people[Role.MARKETING])


def last() -> tuple[str, str, dict[str, object]]:
    row = StaffAction.objects.latest("id")
    return row.action, row.object_id, row.details


def test_a_scenario_goes_from_the_editor_to_an_answer_and_each_act_is_written_down(marketing: Client) -> None:
    page = marketing.post(NEW, TYPED, follow=True).content.decode()
    code = Scenario.objects.latest("id").code
    assert "Черновик сохранён" in page
    assert last() == ("scenario.changed", code, {"number": 1})
    assert scenario_view(code=code).latest.spec.phrases == ("где вы", "ваш адрес")

    page = marketing.get(f"/staff/scenarios/{code}/publish/").content.decode()
    digest = scenario_view(code=code).latest.digest
    assert digest in page
    assert "пн, вт с 09:00 до 18:00" in page
    marketing.post(f"/staff/scenarios/{code}/publish/", {"digest": digest, "turn_on": "on"})

    assert last() == ("scenario.switched", code, {"is_on": True})
    assert StaffAction.objects.get(action="scenario.published").details == {"number": 1}
    moment = timezone.now()
    event = InboundText(channel="max", account="7", chat="", occurred_at=moment, text="где вы?", event_key="1")
    text_apply(provider="p", event=event)
    new_messages_answer()
    assert Reply.objects.get().scenario == code


def test_a_status_is_saved_as_it_was_typed_and_shown_again(marketing: Client) -> None:
    marketing.post(NEW, STATUS)

    code = Scenario.objects.latest("id").code
    spec = scenario_view(code=code).latest.spec
    assert (spec.number.has_letters, spec.number.shortest, spec.number.longest) == (False, 4, 8)
    assert (spec.question, spec.failed, spec.hours) == ("Какой номер?", "Не вышло.", None)
    form = marketing.get(f"/staff/scenarios/{code}/edit/").context["form"]
    marketing.post(f"/staff/scenarios/{code}/edit/", {**form.initial, "since": "", "until": ""})
    assert scenario_view(code=code).latest.spec == spec


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"phrases": "стоп"}, "останавливает сообщения"),
        ({"phrases": "?"}, "хотя бы одно слово"),
        ({"answer": "((номер))"}, "Поля ((номер)) здесь нет"),
        ({"answer": ""}, "Обязательное поле"),
        ({"since": ""}, "Укажите время, например 09:00."),
        ({"since": "18:00"}, "Начало и конец совпадают"),
        ({"days": []}, "Выберите хотя бы один день"),
        ({"hours_answer": ""}, "Заполните это поле"),
        ({"buttons": "1\n2\n3\n4\n5\n6\n7"}, "не больше шести"),
        ({"kind": "status"}, "Заполните это поле"),
        ({"kind": "poem"}, "poem"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_its_field(
    marketing: Client, change: dict[str, object], sentence: str
) -> None:
    before = ScenarioVersion.objects.count()

    page = marketing.post(NEW, {**TYPED, **change}).content.decode()

    assert sentence in page
    assert ScenarioVersion.objects.count() == before


def test_a_phrase_of_an_earlier_scenario_is_warned_of_before_it_is_published(marketing: Client, world: World) -> None:
    marketing.post(f"/staff/scenarios/{world.scenario}/switch/", {"is_on": "yes"})
    taken = "Фразу «оператор» раньше поймает сценарий «Позвать сотрудника»"

    typing = marketing.post("/staff/scenarios/try/", {**TYPED, "phrases": "где вы\nоператор"}).content.decode()
    marketing.post(NEW, {**TYPED, "phrases": "где вы\nоператор"})
    code = Scenario.objects.latest("id").code

    assert taken in typing
    assert taken in marketing.get(f"/staff/scenarios/{code}/publish/").content.decode()
    assert "Фразу «где вы»" not in typing


def test_a_try_shows_the_answer_on_a_phone_and_saves_nothing(marketing: Client) -> None:
    before = ScenarioVersion.objects.count()

    page = marketing.post(NEW, {**TYPED, "when": "always", "sentence": "А где вы?", "act": "try"}).content.decode()

    assert "подошла фраза «где вы»" in page
    assert "Мы здесь, Анна Петровна." in page
    assert 'class="button button--small">Позвать сотрудника' in page
    assert ScenarioVersion.objects.count() == before


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("стоп", "Это стоп-слово"),
        ("привет", "Ни один сценарий не подошёл"),
        ("", "Напишите, что мог бы спросить клиент"),
        ("оператор, где вы", "Раньше по порядку стоит сценарий «Позвать сотрудника»"),
    ],
)
def test_a_try_while_typing_says_what_would_happen(marketing: Client, world: World, sentence: str, words: str) -> None:
    marketing.post(f"/staff/scenarios/{world.scenario}/switch/", {"is_on": "yes"})

    page = marketing.post("/staff/scenarios/try/", {**TYPED, "title": "", "sentence": sentence}).content.decode()

    assert words in page


def test_a_try_of_a_form_with_problems_names_them(marketing: Client) -> None:
    page = marketing.post("/staff/scenarios/try/", {**TYPED, "answer": ""}).content.decode()

    assert "Чтобы попробовать, исправьте поля" in page


def test_a_button_that_leads_nowhere_is_warned_of(marketing: Client) -> None:
    page = marketing.post("/staff/scenarios/try/", {**TYPED, "buttons": "Самолёт\nСтоп"}).content.decode()

    assert "не отвечает на кнопки: «Самолёт»" in page


def test_a_draft_that_was_changed_meanwhile_is_not_published(marketing: Client, world: World) -> None:
    url = f"/staff/scenarios/{world.scenario_draft}/publish/"
    marketing.post(f"/staff/scenarios/{world.scenario_draft}/edit/", TYPED)

    answer = marketing.post(url, {"digest": world.scenario_digest})

    assert answer.status_code == 409
    assert "Черновик изменился" in answer.content.decode()
    assert scenario_view(code=world.scenario_draft).in_force is None


def test_the_difference_shows_what_goes_and_what_comes(marketing: Client, world: World) -> None:
    marketing.post(f"/staff/scenarios/{world.scenario}/edit/", TYPED | {"kind": "hand_over"})

    page = marketing.get(f"/staff/scenarios/{world.scenario}/publish/").content.decode()

    assert "<del>оператор</del>" in page
    assert "<ins>где вы</ins>" in page
    assert "turn_on" in page


def test_an_old_version_can_be_taken_as_a_beginning(marketing: Client, world: World) -> None:
    url = f"/staff/scenarios/{world.scenario}/"
    old = scenario_view(code=world.scenario).latest.spec
    marketing.post(f"{url}edit/", TYPED)
    marketing.post(f"{url}publish/", {"digest": scenario_view(code=world.scenario).latest.digest})

    page = marketing.get(f"{url}versions/1/").content.decode()
    assert "edit/?from=1" in page
    assert marketing.get(f"{url}edit/?from=1").context["form"].initial["answer"] == old.answer
    assert marketing.get(f"{url}edit/?from=9").status_code == 404
    assert marketing.get(f"{url}versions/9/").status_code == 404


def test_switching_and_moving_are_written_down_and_a_repeat_switches_nothing(marketing: Client, world: World) -> None:
    url = f"/staff/scenarios/{world.scenario}/"
    for _ in range(2):
        marketing.post(f"{url}switch/", {"is_on": "yes"})
    assert StaffAction.objects.filter(action="scenario.switched").count() == 1

    marketing.post(f"{url}move/", {"to": "down"})

    assert last() == ("scenario.changed", world.scenario, {"place": 2})
    assert scenarios_listed()[1].code == world.scenario


def test_a_draft_cannot_be_switched_on(marketing: Client, world: World) -> None:
    answer = marketing.post(f"/staff/scenarios/{world.scenario_draft}/switch/", {"is_on": "yes"})

    assert answer.status_code == 409
    assert not Scenario.objects.get(code=world.scenario_draft).is_on


def test_the_ready_scenarios_come_by_one_press_each_with_a_record(marketing: Client) -> None:
    Scenario.objects.all().delete()
    assert "Сценариев ещё нет" in marketing.get("/staff/scenarios/").content.decode()

    page = marketing.post("/staff/scenarios/ready/", follow=True).content.decode()

    assert "Добавлено сценариев: 5" in page
    assert StaffAction.objects.filter(action="scenario.changed").count() == 5
    assert "Справка о заказах не подключена" in page
    assert "Добавить готовые сценарии" not in page


def test_whoever_only_reads_sees_no_buttons(world: World) -> None:
    client = client_of(world.people[Role.OPERATOR])

    for url in ("/staff/scenarios/", f"/staff/scenarios/{world.scenario}/"):
        page = client.get(url).content.decode()
        assert "Выключить" not in page
        assert "/edit/" not in page
        assert "/switch/" not in page


def test_the_journal_says_the_acts_in_words(marketing: Client, world: World) -> None:
    marketing.post(f"/staff/scenarios/{world.scenario}/switch/", {"is_on": "yes"})

    page = client_of(world.people[Role.DPO]).get("/staff/journal/").content.decode()

    assert "Сценарий бота включён или выключен" in page
    assert "сценарий" in page
