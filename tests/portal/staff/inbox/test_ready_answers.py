"""Ready answers: written by marketing, read by whoever answers; each change is recorded."""

import pytest
from django.test import Client

from notify.models import ReadyAnswer
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.staff import client_of
from tests.portal.staff.matrix import READY_ANSWER
from tests.portal.staff.world import World
from tests.support.confirming import shown_on

LIST = "/staff/inbox/ready/"
CHANGED = StaffAction.objects.filter(action="ready_answer.changed")


@pytest.fixture
def marketing(world: World) -> Client:
    """Somebody who may change them."""
    return client_of(world.people[Role.MARKETING])


@pytest.mark.parametrize(("role", "may_edit"), [(Role.OPERATOR, False), (Role.DPO, False), (Role.MARKETING, True)])
def test_the_list_has_the_texts_and_a_way_to_change_them_for_marketing(
    world: World, role: Role, may_edit: bool
) -> None:
    page = client_of(world.people[role]).get(LIST).content.decode()

    assert "Мы работаем с 9 до 21." in page
    assert (f"{LIST}new/" in page) == (f"{LIST}{world.ready_answer}/" in page) == may_edit


def test_an_empty_list_says_who_fills_it(world: World, marketing: Client) -> None:
    ReadyAnswer.objects.all().delete()

    assert "Напишите ответы на частые вопросы" in marketing.get(LIST).content.decode()
    assert "Их пишет маркетинг." in client_of(world.people[Role.OPERATOR]).get(LIST).content.decode()


def test_a_new_one_stands_in_the_form_of_an_answer(world: World, marketing: Client) -> None:
    marketing.post(f"{LIST}new/", READY_ANSWER)

    thread = client_of(world.people[Role.OPERATOR]).get(f"/staff/inbox/{world.dialogue.pk}/").content.decode()
    assert 'data-insert="Курьер позвонит за час."' in thread
    answer = ReadyAnswer.objects.get(title="Доставка")
    record = CHANGED.get()
    assert (record.object_id, record.details) == (str(answer.pk), {"title": "Доставка", "change": "created"})


def test_one_is_changed_and_deleted(world: World, marketing: Client) -> None:
    marketing.post(f"{LIST}{world.ready_answer}/", READY_ANSWER)
    assert ReadyAnswer.objects.get().title == "Доставка"

    url = f"{LIST}{world.ready_answer}/delete/"
    shown = {"shown": shown_on(marketing, url)}
    answers = [marketing.post(url, shown, follow=True).content.decode() for _ in range(2)]

    assert "Готовый ответ удалён." in answers[0]
    assert "Этого готового ответа уже нет." in answers[1]
    assert list(CHANGED.order_by("id").values_list("details__change", flat=True)) == ["changed", "deleted"]


@pytest.mark.parametrize("place", ["new", "own"])
def test_a_title_that_is_taken_is_refused_and_nothing_is_recorded(world: World, marketing: Client, place: str) -> None:
    ReadyAnswer.objects.create(title="Доставка", text="Текст")
    address = f"{LIST}new/" if place == "new" else f"{LIST}{world.ready_answer}/"

    page = marketing.post(address, READY_ANSWER).content.decode()

    assert "Такое название уже есть." in page
    assert "Курьер позвонит за час." in page
    assert not CHANGED.exists()


def test_one_that_is_gone_is_not_found(marketing: Client) -> None:
    assert marketing.get(f"{LIST}999999/").status_code == 404
