"""Letters about accounts go through the queue: no page waits for a mail server, and none tells who has an account."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from notify.enums import MessageKind, MessageState
from notify.models import ChannelSetting, Message
from notify.outbox.loops import transactional_messages_send
from portal.models.user import Role
from tests.factories.staff import client_of, user_make
from tests.fakes.smtp_sink import SmtpSink
from tests.support.staff_letters import staff_letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    """The company's mail server."""
    with SmtpSink() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = running.host, running.port
        yield running


ROOT = Path(__file__).parents[3]
FORGOTTEN = "/accounts/password/reset/"


def test_a_forgotten_password_is_answered_while_the_mail_server_is_away(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    user = user_make(Role.DPO)

    answer = Client().post(FORGOTTEN, {"email": user.email})

    assert answer["Location"] == "/accounts/password/reset/done/"
    [letter] = staff_letters()
    assert (letter.address, letter.state) == (user.email, MessageState.PLANNED)


def test_the_letter_leaves_by_a_worker_and_its_link_sets_a_password(sink: SmtpSink) -> None:
    user = user_make(Role.DPO)
    Client().post(FORGOTTEN, {"email": user.email})
    ChannelSetting.objects.update_or_create(channel="email", defaults={"is_open": False})

    assert transactional_messages_send() == 1

    [taken] = sink.taken
    assert taken.address == user.email
    found = re.search(r"http\S+(/accounts/password/reset/key/\S+)", taken.text())
    assert found is not None
    assert Client().get(found[1]).status_code == 302
    assert Message.objects.get().context == {}


def test_neither_link_nor_subject_is_made_of_the_header_that_a_browser_sends(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://move.bank.example"
    user = user_make(Role.DPO)

    Client().post(FORGOTTEN, {"email": user.email}, HTTP_HOST="evil.example:6666")

    [letter] = staff_letters()
    assert "https://move.bank.example/accounts/password/reset/key/" in letter.text
    assert "evil" not in letter.text + letter.subject
    assert letter.subject == "Новый пароль для «Мостика»"


def test_an_address_without_an_account_gets_no_letter_and_the_same_answer(sink: SmtpSink) -> None:
    user = user_make(Role.DPO)
    gone = user_make(Role.DPO, is_active=False)
    answers = []
    for address in (user.email, gone.email, "stranger@mail.example"):
        with CaptureQueriesContext(connection) as asked:
            answer = Client().post(FORGOTTEN, {"email": address})
        writes = [query["sql"].split()[:3] for query in asked if query["sql"].startswith(("INSERT", "UPDATE"))]
        page = Client().get(answer["Location"]).content
        answers.append((answer.status_code, answer["Location"], page.split(b"csrf")[0], writes))

    assert answers[0] == answers[1] == answers[2]
    transactional_messages_send()
    assert [taken.address for taken in sink.taken] == [user.email]
    assert not Message.objects.filter(address__contains="stranger").exists()


def test_the_link_lies_nowhere_in_clear() -> None:
    user = user_make(Role.DPO)
    Client().post(FORGOTTEN, {"email": user.email})

    with connection.cursor() as cursor:
        cursor.execute("SELECT m::text FROM notify_message m")
        (row,) = cursor.fetchone()

    assert "password/reset" not in row
    assert "password/reset" in staff_letters()[0].text


@pytest.mark.django_db(transaction=True)
def test_connecting_the_app_shows_the_recovery_codes_while_the_mail_server_is_away(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client = client_of(user_make(Role.DPO), second_factor=False)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    answer = client.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True)

    assert answer.status_code == 200
    assert re.search(r"\b[0-9a-f]{8,10}\b|\b\d{8}\b", answer.content.decode())
    assert "Приложение с кодами подключено" in [letter.subject for letter in staff_letters()]


def test_a_letter_of_another_key_ends_as_failed(sink: SmtpSink, settings: Settings) -> None:
    Client().post(FORGOTTEN, {"email": user_make(Role.DPO).email})
    settings.FIELD_KEY = b"k" * 32

    transactional_messages_send()

    assert Message.objects.values_list("kind", "state", "error_code").get() == (
        MessageKind.STAFF, MessageState.FAILED, "letter_unreadable",
    )  # fmt: skip
    assert not sink.taken


def test_no_page_opens_a_connection_to_a_mail_server() -> None:
    """Only tasks may call Django's own mail, whose workers wait for nobody's page."""
    callers = {
        str(path.relative_to(ROOT))
        for room in ("portal", "notify", "consents")
        for path in (ROOT / room).rglob("*.py")
        if "laptop" not in path.parts and _imports_mail(path)
    }

    assert django_settings.ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS is False
    assert callers == {"portal/operations/tasks.py"}


def _imports_mail(path: Path) -> bool:
    tree = ast.parse(path.read_text())
    return any(isinstance(node, ast.ImportFrom) and node.module == "django.core.mail" for node in ast.walk(tree))
