"""Two tabs over one thing: the later save never wins in silence, and neither text is lost."""

import re
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from django.forms import BoundField
from django.test import Client

from portal.models.user import Role
from tests.factories.notify import step_of
from tests.factories.staff import client_of
from tests.portal.staff.world import World

REFUSED = "Пока эта страница была открыта, здесь сохранили другое."


def _form(client: Client, url: str) -> dict[str, Any]:
    """Return what a browser would post of a page that nobody has touched."""
    form = client.get(url).context["form"]
    fields = {bound.html_name: _value(bound) for bound in form}
    return {name: value for name, value in fields.items() if value not in (None, False)} | {"seen": form.seen}


def _value(bound: BoundField) -> Any:
    value = bound.value()
    if value is True:
        return "on"
    if value is None or value is False or isinstance(value, list | str):
        return value
    shown = bound.field.widget.format_value(value)
    return shown if isinstance(shown, str) else str(value)


Page = Callable[[World], tuple[Role, str, str]]

PAGES: dict[str, Page] = {
    "campaign": lambda w: (Role.MARKETING, f"/staff/campaigns/{w.draft.pk}/edit/", "text"),
    "ready answer": lambda w: (Role.MARKETING, f"/staff/inbox/ready/{w.ready_answer}/", "text"),
    "scenario": lambda w: (Role.MARKETING, f"/staff/scenarios/{w.scenario_draft}/edit/", "answer"),
    "company": lambda _: (Role.ADMINISTRATOR, "/staff/company/edit/", "address"),
    "sender": lambda _: (Role.ADMINISTRATOR, "/staff/company/sender/email/", "contract"),
    "channel": lambda _: (Role.ADMINISTRATOR, "/staff/channels/email/", "frequency"),
    "sender name": lambda w: (Role.ADMINISTRATOR, f"/staff/channels/names/{w.sender_name}/", "note"),
    "provider": lambda w: (Role.ADMINISTRATOR, f"/staff/providers/{w.provider_off}/edit/", "title"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_later_save_over_a_newer_one_is_refused_with_both_texts(world: World, name: str) -> None:
    role, url, field = PAGES[name](world)
    client = client_of(world.people[role])
    first, second = _form(client, url), _form(client, url)
    assert client.post(url, first | {field: "Первая вкладка"}).status_code == 302

    refused = client.post(url, second | {field: "Вторая вкладка"})

    page = refused.content.decode()
    assert (refused.status_code, REFUSED in page) == (200, True)
    assert re.search(r'<dd class="prewrap">Первая вкладка</dd>', page)
    assert "Вторая вкладка" in page
    assert "Первая вкладка" in _form(client, url)[field]
    mark = re.search(r'name="seen" value="(\w+)"', page)
    assert mark
    assert client.post(url, second | {field: "Вторая вкладка", "seen": mark.group(1)}).status_code == 302
    assert _form(client, url)[field] == "Вторая вкладка"


def test_a_save_that_changes_only_another_field_does_not_bring_the_old_text_back(world: World) -> None:
    client, url = client_of(world.people[Role.MARKETING]), f"/staff/campaigns/{world.draft.pk}/edit/"
    first, second = _form(client, url), _form(client, url)
    client.post(url, first | {"text": "Новый текст\n\n((ссылка))"})

    page = client.post(url, second | {"subject": "Новая тема"}).content.decode()

    world.draft.refresh_from_db()
    assert REFUSED in page
    assert step_of(world.draft).text.startswith("Новый текст")


def test_a_button_pressed_twice_saves_without_a_word(world: World) -> None:
    client, url = client_of(world.people[Role.MARKETING]), f"/staff/campaigns/{world.draft.pk}/edit/"
    typed = _form(client, url) | {"text": "Строка\r\n\r\n((ссылка))"}

    assert [client.post(url, typed).status_code for _ in range(2)] == [302, 302]


def test_trying_a_sentence_does_not_make_an_old_page_new(world: World) -> None:
    client, url = client_of(world.people[Role.MARKETING]), f"/staff/scenarios/{world.scenario_draft}/edit/"
    first, second = _form(client, url), _form(client, url)
    client.post(url, first | {"answer": "Первая вкладка"})

    tried = client.post(url, second | {"answer": "Вторая", "act": "try", "sentence": "часы"}).content.decode()

    assert REFUSED not in tried
    assert f'name="seen" value="{second["seen"]}"' in tried


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_is_refused(world: World) -> None:
    client, url = client_of(world.people[Role.MARKETING]), f"/staff/inbox/ready/{world.ready_answer}/"
    typed = _form(client, url)
    answers: list[int] = []

    def save(text: str) -> None:
        answers.append(client.post(url, typed | {"text": text}).status_code)
        connections.close_all()

    tabs = [Thread(target=save, args=(f"Вкладка {at}",)) for at in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert sorted(answers) == [200, 200, 200, 302]
