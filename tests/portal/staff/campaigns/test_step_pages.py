"""Steps of a campaign on its pages: added, rewritten, removed, previewed, approved together."""

import html
from datetime import date
from urllib.parse import unquote

import pytest
from django.test import Client

from notify.campaigns.lifecycle import campaign_submit
from notify.models import Campaign, CampaignStep, Message
from portal.models import StaffAction
from tests.factories.notify import StepFactory, people_make, step_of
from tests.factories.staff import client_of
from tests.portal.staff.matrix import CAMPAIGN, LATER_STEP
from tests.portal.staff.world import World


def page_of(client: Client, campaign: Campaign, rest: str = "") -> str:
    return html.unescape(client.get(f"/staff/campaigns/{campaign.pk}/{rest}").content.decode())


@pytest.fixture
def author(world: World) -> Client:
    return client_of(world.people["marketing"])


@pytest.fixture
def campaign(world: World) -> Campaign:
    """The author's draft, with a second step."""
    StepFactory(
        campaign=world.draft,
        position=2,
        subject="Напоминаем",
        text="Вы ещё не ответили: ((ссылка))",
        condition="not_answered",
        wait_days=3,
    )
    return world.draft


def test_a_new_step_begins_as_a_reminder_with_the_words_of_the_last(world: World, author: Client) -> None:
    answer = author.get(f"/staff/campaigns/{world.draft.pk}/steps/new/")

    begun = answer.context["form"].initial
    assert (begun["text"], begun["condition"], begun["wait_days"]) == (step_of(world.draft).text, "not_answered", 3)


def test_a_saved_step_stands_on_the_page_of_the_campaign_with_when_and_to_whom(world: World, author: Client) -> None:
    answer = author.post(f"/staff/campaigns/{world.draft.pk}/steps/new/", LATER_STEP | {"text": "Ещё раз: ((ссылка))"})

    assert answer.status_code == 302
    page = page_of(author, world.draft)
    assert "Шаг 2. " in page
    assert "ерез 3\N{NO-BREAK SPACE}дня тем, кто не ответил" in page
    assert "Ещё раз: ((ссылка))" in page
    (details,) = StaffAction.objects.filter(action="campaign.changed").values_list("details", flat=True)
    assert details["revision"] == 2


def test_a_step_that_cannot_be_saved_says_why_and_keeps_what_was_typed(world: World, author: Client) -> None:
    typed = LATER_STEP | {"text": "Скидка ((имя", "wait_days": "900"}

    answer = author.post(f"/staff/campaigns/{world.draft.pk}/steps/new/", typed)

    page = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "Скидка ((имя" in page
    assert set(answer.context["form"].errors) == {"wait_days"}
    assert CampaignStep.objects.filter(campaign=world.draft).count() == 1


def test_a_step_is_rewritten_and_the_first_one_stays(campaign: Campaign, author: Client) -> None:
    before = step_of(campaign).text

    author.post(f"/staff/campaigns/{campaign.pk}/steps/2/", LATER_STEP | {"text": "Иначе", "starts_on": "01.03.2031"})

    assert (step_of(campaign).text, step_of(campaign, 2).text) == (before, "Иначе")
    assert step_of(campaign, 2).starts_on == date(2031, 3, 1)


def test_saving_the_campaign_keeps_its_later_steps(campaign: Campaign, author: Client) -> None:
    author.post(f"/staff/campaigns/{campaign.pk}/edit/", CAMPAIGN | {"name": "Иначе"})

    assert step_of(campaign, 2).subject == "Напоминаем"


def test_a_second_tab_does_not_save_over_a_step_unseen(campaign: Campaign, author: Client) -> None:
    address = f"/staff/campaigns/{campaign.pk}/steps/2/"
    seen = author.get(address).context["form"].seen
    author.post(address, LATER_STEP | {"text": "Первая вкладка", "seen": seen})

    answer = author.post(address, LATER_STEP | {"text": "Вторая вкладка", "seen": seen})

    assert "здесь сохранили другое" in answer.content.decode()
    assert step_of(campaign, 2).text == "Первая вкладка"


def test_the_editor_is_told_how_many_would_get_it_while_somebody_types(campaign: Campaign, author: Client) -> None:
    answer = author.post(f"/staff/campaigns/{campaign.pk}/steps/2/check/", LATER_STEP)

    assert "уйдёт сообщений" in answer.content.decode()
    assert step_of(campaign, 2).text == "Вы ещё не ответили: ((ссылка))"


@pytest.mark.parametrize("position", [1, 2])
def test_a_step_is_deleted_after_a_question(campaign: Campaign, author: Client, position: int) -> None:
    address = f"/staff/campaigns/{campaign.pk}/steps/{position}/remove/"
    question = author.get(address)

    answer = author.post(address, {"shown": question.context["shown"]})

    assert f"Удалить шаг {position}" in html.unescape(question.content.decode())
    assert answer.status_code == 302
    assert CampaignStep.objects.filter(campaign=campaign).count() == 1
    assert step_of(campaign).condition == "everybody"


def test_a_step_that_was_moved_meanwhile_is_not_deleted_instead(campaign: Campaign, author: Client) -> None:
    address = f"/staff/campaigns/{campaign.pk}/steps/2/remove/"
    shown = author.get(address).context["shown"]
    StepFactory(campaign=campaign, position=3, subject="Третий")
    first = f"/staff/campaigns/{campaign.pk}/steps/1/remove/"
    author.post(first, {"shown": author.get(first).context["shown"]})

    answer = author.post(address, {"shown": shown})

    assert answer.status_code == 409
    assert CampaignStep.objects.filter(campaign=campaign).count() == 2


@pytest.mark.parametrize("rest", ["steps/1/", "steps/3/", "steps/9/remove/", "preview/?step=3", "preview/?step=x"])
def test_a_step_that_is_not_there_is_not_found(campaign: Campaign, author: Client, rest: str) -> None:
    assert author.get(f"/staff/campaigns/{campaign.pk}/{rest}").status_code == 404


@pytest.mark.parametrize("position", [0, 1, 4, 999])
def test_a_step_that_cannot_be_next_is_not_checked(campaign: Campaign, author: Client, position: int) -> None:
    assert author.post(f"/staff/campaigns/{campaign.pk}/steps/{position}/check/", LATER_STEP).status_code == 404


def test_each_step_has_a_preview_of_its_own(campaign: Campaign, author: Client) -> None:
    page = page_of(author, campaign, "preview/?step=2")

    assert "Напоминаем" in page
    assert 'href="?step=1"' in page
    letter = author.get(f"/staff/campaigns/{campaign.pk}/letter/0/?step=2")
    assert "Вы ещё не ответили" in letter.content.decode()


def test_a_test_message_is_of_the_step_that_was_pressed(campaign: Campaign, author: Client) -> None:
    author.post(f"/staff/campaigns/{campaign.pk}/test/?step=2")

    assert Message.objects.get(kind="test").step == step_of(campaign, 2)


def test_the_second_person_sees_every_step_before_the_launch(campaign: Campaign, world: World) -> None:
    people_make(1)
    campaign_submit(campaign_id=campaign.pk)

    page = page_of(client_of(world.people["dpo"]), campaign, "launch/")

    assert "Шаг 1. " in page
    assert "ерез 3\N{NO-BREAK SPACE}дня тем, кто не ответил" in page
    assert "Вы ещё не ответили: ((ссылка))" in page


def test_no_more_than_ten_steps_are_offered(world: World, author: Client) -> None:
    for position in range(2, 11):
        StepFactory(campaign=world.draft, position=position)

    answer = author.get(f"/staff/campaigns/{world.draft.pk}/steps/new/", follow=True)

    assert "не больше 10 шагов" in unquote(answer.content.decode())


def test_a_campaign_of_one_step_speaks_of_no_steps(world: World, author: Client) -> None:
    page = page_of(author, world.draft)

    assert "Шаг 1" not in page
    assert "Удалить шаг" not in page
    assert "Добавить шаг" in page
