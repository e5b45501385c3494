"""The viewer: who may look, what can be pressed, and letters that can do nothing."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from consents.enums import Channel
from notify.links.account_tokens import account_token_issue
from portal.laptop.sandbox import max_phone
from portal.laptop.sandbox.inbox import mail_take, message_take
from portal.laptop.templatetags.sandbox import code_in, pressable
from portal.models import SandboxCallback, SandboxMessage
from tests.factories.consents import CustomerFactory
from tests.factories.staff import client_of, user_make

pytestmark = pytest.mark.django_db

HTML = '<p>Здравствуйте</p><a href="http://testserver/k/X">Открыть</a><script>alert(1)</script>'


@pytest.fixture
def local() -> Client:
    """A browser at the machine itself."""
    return Client(REMOTE_ADDR="127.0.0.1")


def letter() -> int:
    """A letter in the mailbox."""
    return mail_take(
        address="ivan@yandex.ru",
        sender="Банк",
        subject="Тема",
        text="Код 123456",
        html=HTML,
        headers={"Message-ID": "<1>"},
    )


@pytest.mark.parametrize("path", ["", "phone/", "mail/", "max/", "max/start/?start=abc", "max/212000001/"])
def test_at_the_machine_itself_the_sandbox_is_open(local: Client, path: str) -> None:
    assert local.get(f"/sandbox/{path}").status_code == 200


@pytest.mark.parametrize("path", ["", "phone/", "mail/", "mail/1/html/", "max/212000001/"])
def test_from_another_machine_it_asks_to_log_in(path: str) -> None:
    answer = Client(REMOTE_ADDR="192.0.2.7").get(f"/sandbox/{path}")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_proxy_on_this_machine_does_not_make_everybody_local() -> None:
    answer = Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": "192.0.2.7"}).get("/sandbox/")

    assert answer.status_code == 302


def test_the_band_says_that_letters_leave_when_they_do(local: Client, settings: Settings) -> None:
    assert "сообщения никуда не уходят" in local.get("/sandbox/mail/").content.decode()

    settings.MAIL_LEAVES = True

    page = local.get("/sandbox/mail/").content.decode()
    assert "сообщения никуда не уходят" not in page
    assert "наружу ничего не уходит" not in page
    assert page.count("через почтовый сервер из EMAIL_URL") == 3


def test_staff_may_look_from_anywhere() -> None:
    client = client_of(user_make())

    assert client.get("/sandbox/phone/", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert "Войти" not in client.get("/sandbox/").content.decode()


def test_a_visitor_finds_the_login_and_the_door_of_customers(local: Client) -> None:
    page = local.get("/sandbox/").content.decode()

    assert '<a class="nav__item" href="/accounts/login/?next=/staff/">' in page
    assert '<a class="nav__item" href="/">' in page


def test_no_phone_and_no_mail_address_stands_in_an_address(local: Client) -> None:
    message_take(channel="sms", address="+79161234512", text="Первое", buttons=[], reference="1")
    message_take(channel="sms", address="+79161234599", text="Второе", buttons=[], reference="2")
    letter()

    for path in ("phone/", "mail/"):
        links = re.findall(r'(?:href|action)="([^"]*)"', local.get(f"/sandbox/{path}").content.decode())
        assert [link for link in links if re.search(r"\d{10}|@|%40|\+7|%2B", link)] == []

    found = local.post("/sandbox/phone/find/", {"address": "8 916 123-45-12"})
    assert re.fullmatch(r"/sandbox/phone/\?box=\d{1,9}", found.headers["Location"])
    assert "Первое" in local.get(found.headers["Location"]).content.decode()

    nothing = local.post("/sandbox/mail/find/", {"address": "nobody@ya.ru"}, follow=True)
    assert "На этот адрес ещё ничего не приходило" in nothing.content.decode()


def test_a_number_to_which_nothing_came_shows_nobody_elses_messages(local: Client) -> None:
    message_take(channel="sms", address="+79161234512", text="Первое", buttons=[], reference="1")

    page = local.post("/sandbox/phone/find/", {"address": "8 999 000-00-00"}).content.decode()

    assert "На этот адрес ещё ничего не приходило" in page
    assert 'value="8 999 000-00-00"' in page
    assert "Первое" not in page


def test_a_letter_with_html_offers_its_code_beside_the_frame(local: Client) -> None:
    page = local.get(f"/sandbox/mail/{letter()}/").content.decode()

    assert page.count('class="button" data-copy="123456"') == 1
    assert page.index("<iframe") < page.index('class="button" data-copy="123456"') < page.rindex("<details>")


def test_links_and_codes_in_max_can_be_pressed(local: Client) -> None:
    message_take(
        channel="max", address="212000001", text="Код 123456, http://testserver/k/A", buttons=[], reference="1"
    )

    page = local.get("/sandbox/max/212000001/?part=lines").content.decode()

    assert 'data-copy="123456"' in page
    assert '<a href="http://testserver/k/A">' in page


def test_the_phone_shows_messages_with_addresses_and_codes_that_can_be_pressed(local: Client) -> None:
    text = "Банк: код 123456. http://testserver/k/ABC\n\n@testserver #123456"
    message_take(channel="sms", address="+79161234512", text=text, buttons=[], reference="1")

    page = local.get("/sandbox/phone/").content.decode()

    assert '<a href="http://testserver/k/ABC">' in page
    assert 'data-copy="123456"' in page


def test_a_letter_stands_in_a_frame_that_can_do_nothing(local: Client) -> None:
    number = letter()

    page = local.get(f"/sandbox/mail/{number}/")
    frame = local.get(f"/sandbox/mail/{number}/html/")

    assert "<script>alert" not in page.content.decode()
    assert re.search(r"<iframe[^>]+sandbox=\"allow-popups allow-popups-to-escape-sandbox\"", page.content.decode())
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert policy.endswith("sandbox allow-popups allow-popups-to-escape-sandbox")


def test_a_letter_that_is_not_there_is_not_found(local: Client) -> None:
    assert local.get("/sandbox/mail/987654/").status_code == 404
    assert local.get("/sandbox/mail/987654/html/").status_code == 404


def test_opening_the_deep_link_starts_nothing_and_pressing_does(local: Client) -> None:
    customer = CustomerFactory()
    invitation = account_token_issue(
        channel=Channel.MAX, customer_id=customer.pk, link_id=None, session_key="session:1"
    )
    path = invitation.deep_link.removeprefix("http://testserver")

    page = local.get(path).content.decode()
    assert "Начать" in page
    assert not SandboxCallback.objects.exists()

    account = max_phone.account_for(invitation.payload)
    local.post("/sandbox/max/start/press/", {"payload": invitation.payload, "account": str(account)})
    body = SandboxCallback.objects.get().body
    assert (body["update_type"], body["payload"]) == ("bot_started", invitation.payload)
    assert max_phone.is_open(account)


def test_a_dialogue_shows_both_sides_in_the_order_of_time(local: Client) -> None:
    account = 212_000_001
    max_phone.start_press(account=account, payload="abc")
    message_take(
        channel="max",
        address=str(account),
        text="Связан",
        buttons=[{"text": "Открыть", "url": "http://testserver/k/A"}],
        reference="1",
    )
    local.post(f"/sandbox/max/{account}/act/", {"text": "Спасибо"})

    lines = max_phone.dialogue(account)

    assert [(line.text, line.is_own) for line in lines] == [("/start", True), ("Связан", False), ("Спасибо", True)]
    assert 'href="http://testserver/k/A"' in local.get(f"/sandbox/max/{account}/?part=lines").content.decode()


def test_stopping_the_bot_sends_both_updates_of_max(local: Client) -> None:
    account = 212_000_001
    max_phone.start_press(account=account, payload="")

    local.post(f"/sandbox/max/{account}/act/", {"act": "stop"})

    words = [row.body["update_type"] for row in SandboxCallback.objects.order_by("id")]
    assert words == ["bot_started", "bot_stopped", "dialog_removed"]
    assert not max_phone.is_open(account)


def test_the_boxes_name_the_newest_address_first(local: Client) -> None:
    for address in ("a@ya.ru", "b@ya.ru", "a@ya.ru"):
        mail_take(address=address, sender="Банк", subject="Тема", text="", html="", headers={})

    page = local.get("/sandbox/mail/").content.decode()

    assert page.index("a@ya.ru") < page.index("b@ya.ru")
    assert SandboxMessage.objects.count() == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("код 123456.", "123456"),
        ("Ваш код подтверждения:\n\n123456", "123456"),
        ("Никому не говорите код. 101000, Москва, код 123456", "123456"),
        ("101000, Москва", ""),
        ("код 1234567", ""),
        ("код #123456", ""),
        ("", ""),
        ("код 12-345678", ""),
    ],
)
def test_only_six_digits_that_are_called_a_code_are_one(text: str, code: str) -> None:
    assert code_in(text) == code


def test_a_postal_code_is_no_button() -> None:
    shown = pressable("код 123456, 101000, Москва")

    assert shown.count("<button") == 1
    assert 'data-copy="123456"' in shown


def test_a_hostile_text_stays_text() -> None:
    shown = pressable('<script>x</script> http://a.ru/"onclick="y" код 123456')

    assert "<script>" not in shown
    assert "onclick=" not in shown.replace("&quot;onclick=", "")


def test_each_box_leads_to_its_newest_message_and_says_how_many_it_holds(local: Client) -> None:
    newest = [
        mail_take(address="a@ya.ru", sender="Банк", subject="Тема", text="", html="", headers={}) for _ in range(3)
    ][-1]

    page = local.get("/sandbox/mail/").content.decode()

    assert f'href="?box={newest}"' in page
    assert ">3<" in re.sub(r"\s+", "", page)
