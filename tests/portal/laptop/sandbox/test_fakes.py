"""The pages of the fakes: what each took, what goes wrong with it, and what its people do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpcore
import pytest
from django.test import Client
from pytest_django import Settings

from portal.laptop.fake_providers.asking import FakesSilent, asked
from portal.laptop.fake_providers.control import Control
from portal.laptop.fake_providers.people import FIRST_ACCOUNT
from portal.laptop.fake_providers.places import CONTROL, places_choose, url_of
from portal.laptop.fake_providers.running import RunningFakes

pytestmark = pytest.mark.django_db

NUMBER = "+79161234512"


@pytest.fixture
def local() -> Client:
    """A browser at the machine itself."""
    return Client(REMOTE_ADDR="127.0.0.1")


@pytest.fixture
def fakes(tmp_path: Path, settings: Settings) -> Iterator[RunningFakes]:
    """The fakes as a laptop runs them."""
    settings.VAR_DIR = tmp_path
    places = places_choose(tmp_path)
    running = RunningFakes(places, {})
    control = Control(running, secret=settings.SANDBOX_SECRET, port=places[CONTROL])
    with control, running.smsc, running.smsru, running.max, running.smpp, running.ownapp:
        yield running


def sent(fakes: RunningFakes, text: str) -> None:
    """One SMS over SMS.RU."""
    body = f"api_id={fakes.smsru.api_id}&to[{NUMBER[1:]}]={text}".encode()
    httpcore.request("POST", f"{fakes.smsru.url}/sms/send", content=body)


def test_the_list_shows_each_fake_and_how_it_is(local: Client, fakes: RunningFakes) -> None:
    page = local.get("/sandbox/fakes/").content.decode()

    assert re.findall(r"Учебн\w+ (?:SMSC.ru|SMS.RU|MAX|приложение|оператор)", page)
    assert page.count("работает") == 5
    assert page.count("не создано") == 5


def test_without_their_process_the_page_says_so(local: Client, tmp_path: Path, settings: Settings) -> None:
    settings.VAR_DIR = tmp_path
    for path in ("", "smsc/", "person/213000001/"):
        answer = local.get(f"/sandbox/fakes/{path}")

        assert answer.status_code == 200
        assert "Учебные провайдеры не запущены" in answer.content.decode()


def test_what_a_phone_got_can_be_read_and_pressed(local: Client, fakes: RunningFakes) -> None:
    sent(fakes, "Код 123456, http://testserver/k/A")
    page = local.get("/sandbox/fakes/smsru/").content.decode()

    assert "доставлено" in page
    assert 'data-copy="123456"' in page
    assert '<a href="http://testserver/k/A">' in page


@pytest.mark.parametrize(
    ("state", "fault"), [("error", "unavailable"), ("busy", "busy"), ("silent", "silent"), ("well", "")]
)
def test_a_fake_goes_wrong_as_told(local: Client, fakes: RunningFakes, state: str, fault: str) -> None:
    local.post("/sandbox/fakes/smsru/act/", {"act": "state", "state": state})

    assert fakes.smsru.fault == fault
    assert f'value="{state}" checked' in local.get("/sandbox/fakes/smsru/").content.decode()


def test_a_fake_goes_and_comes_back(local: Client, fakes: RunningFakes) -> None:
    local.post("/sandbox/fakes/max/act/", {"act": "state", "state": "gone"})
    assert not fakes.max.is_listening
    assert "Отключился" in local.get("/sandbox/fakes/max/").content.decode()
    local.post("/sandbox/fakes/max/act/", {"act": "state", "state": "well"})

    assert fakes.max.is_listening


def test_smpp_can_be_silent(local: Client, fakes: RunningFakes) -> None:
    local.post("/sandbox/fakes/smpp/act/", {"act": "state", "state": "silent"})

    assert fakes.smpp.is_silent
    assert "Молчит" in local.get("/sandbox/fakes/smpp/").content.decode()


def test_the_money_ends_and_comes_back(local: Client, fakes: RunningFakes) -> None:
    local.post("/sandbox/fakes/smsc/act/", {"act": "balance", "balance": "empty"})
    assert fakes.smsc.balance == 0
    assert "нет денег" in local.get("/sandbox/fakes/smsc/").content.decode()
    local.post("/sandbox/fakes/smsc/act/", {"act": "balance", "balance": "full"})

    assert fakes.smsc.balance > 0


@pytest.mark.parametrize("values", [{}, {"act": "state"}, {"act": "write", "phone": NUMBER}, {"act": "other"}])
def test_half_a_wish_changes_nothing(local: Client, fakes: RunningFakes, values: dict[str, str]) -> None:
    assert local.post("/sandbox/fakes/smsc/act/", values).status_code == 302
    assert fakes.smsc.fault == ""


@pytest.mark.parametrize("path", ["fakes/nobody/", "fakes/person/7/"])
def test_what_there_is_not_is_not_found(local: Client, fakes: RunningFakes, path: str) -> None:
    assert local.get(f"/sandbox/{path}").status_code == 404


def test_an_unknown_state_is_not_found(local: Client, fakes: RunningFakes) -> None:
    assert local.post("/sandbox/fakes/smsc/act/", {"act": "state", "state": "dancing"}).status_code == 404


def test_somebody_new_opens_the_bot_and_talks_with_it(local: Client, fakes: RunningFakes) -> None:
    first = local.post("/sandbox/fakes/person/", {"payload": "abc"}).headers["Location"]
    local.post(f"{first}act/", {"act": "write", "text": "где мой заказ"})
    local.post(f"{first}act/", {"act": "share", "text": NUMBER})
    local.post(f"{first}act/", {"act": "stop"})
    page = local.get(f"{first}?part=lines").content.decode()

    assert first == f"/sandbox/fakes/person/{FIRST_ACCOUNT}/"
    assert "где мой заказ" in page
    told = [one["update_type"] for one in fakes.max.delivery.happened]
    assert told == ["bot_started", "message_created", "message_created", "bot_stopped"]
    assert fakes.max.delivery.happened[0]["payload"] == "abc"
    assert fakes.max.person(FIRST_ACCOUNT).state == "stopped"
    assert local.post("/sandbox/fakes/person/").headers["Location"] == f"/sandbox/fakes/person/{FIRST_ACCOUNT + 1}/"


def test_buttons_of_the_bot_can_be_pressed(local: Client, fakes: RunningFakes) -> None:
    person = fakes.max.person(FIRST_ACCOUNT)
    person.start()
    rows = [
        [{"type": "callback", "text": "Да", "payload": "yes"}],
        [{"type": "link", "text": "Открыть", "url": "https://testserver/k/A"}],
    ]
    body = {"text": "Пишем вам?", "attachments": [{"type": "inline_keyboard", "payload": {"buttons": rows}}]}
    url = f"{fakes.max.url}/messages?user_id={FIRST_ACCOUNT}"
    httpcore.request("POST", url, headers={"Authorization": fakes.max.token}, content=json.dumps(body).encode())
    page = local.get(f"/sandbox/fakes/person/{FIRST_ACCOUNT}/").content.decode()
    local.post(f"/sandbox/fakes/person/{FIRST_ACCOUNT}/act/", {"act": "press", "text": "Да"})
    gone = local.post(f"/sandbox/fakes/person/{FIRST_ACCOUNT}/act/", {"act": "press", "text": "Нет"}, follow=True)

    assert 'form="press" name="text" value="Да"' in page
    assert 'href="https://testserver/k/A"' in page
    assert fakes.max.delivery.happened[-1]["callback"]["payload"] == "yes"
    assert "Этой кнопки на экране уже нет" in gone.content.decode()


def test_the_control_opens_with_the_secret_alone(fakes: RunningFakes, settings: Settings) -> None:
    assert len(asked("/fakes")["fakes"]) == 5
    settings.SANDBOX_SECRET = "another"

    with pytest.raises(FakesSilent):
        asked("/fakes")


def test_their_ports_stay_from_start_to_start_while_they_are_free(tmp_path: Path) -> None:
    first = places_choose(tmp_path)
    again = places_choose(tmp_path)
    fakes = RunningFakes(first, {})
    with fakes.smsc, fakes.smsru, fakes.max, fakes.smpp, fakes.ownapp:
        moved = places_choose(tmp_path)

    assert first == again
    assert moved["smsc"] != first["smsc"]
    assert url_of(first["smsc"]) == fakes.smsc.url
