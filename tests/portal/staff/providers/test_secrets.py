"""No secret stands in a page, a log, a row or a session once it is kept; the login is confirmed before one is typed."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from notify.kept_secrets.secrets import webhook_secret_show
from notify.models import ProviderSetup
from notify.provider_setups import setup_create, setup_values
from portal.models import StaffAction
from portal.models.user import Role
from portal.staff.decorators import FORM_SECONDS
from tests.factories.staff import client_of, user_make
from tests.fakes.loft_kind import KEY, LoftFake, loft_fields
from tests.support.confirming import confirm

NEW = "/staff/providers/new/loft/"


def _typed(url: str, **changed: str) -> dict[str, str]:
    return {f"field_{name}": value for name, value in loft_fields(url, **changed).items()}


def _everything_stored() -> str:
    """Every row of every table as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            found.append(cursor.fetchone()[0] or "")
    return "\n".join(found)


def _sessions() -> str:
    return str([session.get_decoded() for session in Session.objects.all()])


@contextmanager
def _later(client: Client, seconds: int) -> Iterator[None]:
    """Move what the session knows of the last confirmation into the past."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - seconds
    session.save()
    yield


def test_no_page_row_or_line_of_the_log_holds_a_secret(
    administrator: Client, fake: LoftFake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    answers = [
        administrator.post(NEW, _typed(fake.url)),
        administrator.post(NEW, _typed(fake.url, birds="0")),
        administrator.post(NEW, _typed(fake.url, login="no-roof")),
        administrator.post("/staff/providers/loft/check/"),
    ]
    fake.keys.clear()
    answers.append(administrator.post("/staff/providers/loft/check/", follow=True))
    fake.notes = None  # type: ignore[assignment]  # what no provider should answer
    fake.keys.add(KEY)
    answers.append(administrator.post("/staff/providers/loft/check/", follow=True))
    answers += [
        administrator.get(path)
        for path in ("/staff/providers/", "/staff/providers/loft/", "/staff/providers/loft/edit/", "/staff/channels/")
    ]

    assert setup_values(name="loft").values["key"] == KEY
    assert [number for number, answer in enumerate(answers) if KEY in answer.content.decode()] == []
    assert KEY not in caplog.text
    assert KEY not in _everything_stored()
    assert KEY not in _sessions()


def test_an_error_page_holds_no_secret(administrator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_fields: object) -> str:
        raise RuntimeError("not of the rooms")

    monkeypatch.setattr("portal.staff.providers.views.create_provider", broken)
    administrator.raise_request_exception = False

    answer = administrator.post(NEW, _typed("http://127.0.0.1:9"))

    assert answer.status_code == 500
    assert KEY not in answer.content.decode()


def test_the_form_opens_after_the_login_is_confirmed(db: None) -> None:
    client = client_of(user_make(Role.ADMINISTRATOR), confirmed=False)

    answer = client.get(NEW)

    assert answer["Location"] == f"/accounts/reauthenticate/?next={NEW.replace('/', '%2F')}"


def test_what_is_typed_within_half_an_hour_is_taken(administrator: Client, fake: LoftFake) -> None:
    with _later(administrator, FORM_SECONDS - 60):
        assert administrator.post(NEW, _typed(fake.url))["Location"] == "/staff/providers/loft/"


def test_what_is_typed_later_is_kept_nowhere(administrator: Client, fake: LoftFake) -> None:
    with _later(administrator, FORM_SECONDS + 60):
        answer = administrator.post(NEW, _typed(fake.url))

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert KEY not in _sessions()
    assert not ProviderSetup.objects.exists()


def test_without_any_confirmation_a_form_is_not_taken(db: None, fake: LoftFake) -> None:
    client = client_of(user_make(Role.ADMINISTRATOR), confirmed=False)

    assert client.post(NEW, _typed(fake.url))["Location"].startswith("/accounts/reauthenticate/")
    assert not ProviderSetup.objects.exists()


class TestTheWebhook:
    """Its secret is shown once, to somebody who has confirmed the login."""

    def test_a_secret_is_shown_once_and_the_look_is_written_down(self, administrator: Client, loft: str) -> None:
        secret = setup_values(name=loft).webhook_secrets[0]
        before = administrator.get(f"/staff/providers/{loft}/").content.decode()

        shown = administrator.post(f"/staff/providers/{loft}/secret/")
        again = administrator.post(f"/staff/providers/{loft}/secret/")

        assert secret not in before
        assert "Показать секрет" in before
        assert secret in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert (again.status_code, secret in again.content.decode()) == (409, False)
        after = administrator.get(f"/staff/providers/{loft}/").content.decode()
        assert "Показать секрет" not in after
        assert secret not in after
        assert StaffAction.objects.filter(action="provider.secret_shown", object_id=loft).count() == 1
        assert secret not in str(list(StaffAction.objects.values()))

    @pytest.mark.parametrize("path", ["secret/", "secret/new/"])
    def test_the_login_is_confirmed_first(self, loft: str, path: str) -> None:
        client = client_of(user_make(Role.ADMINISTRATOR), confirmed=False)
        before = setup_values(name=loft).webhook_secrets

        answer = client.post(f"/staff/providers/{loft}/{path}")

        assert answer["Location"].startswith("/accounts/reauthenticate/")
        assert setup_values(name=loft).webhook_secrets == before
        assert ProviderSetup.objects.get().webhook_secret_shown_at is None

    def test_a_rotation_keeps_the_old_one_in_force_and_shows_the_new_one(
        self, administrator: Client, loft: str
    ) -> None:
        old = webhook_secret_show(name=loft)

        question = administrator.get(f"/staff/providers/{loft}/secret/new/").content.decode()
        confirm(administrator, f"/staff/providers/{loft}/secret/new/")
        shown = administrator.post(f"/staff/providers/{loft}/secret/").content.decode()

        new, kept = setup_values(name=loft).webhook_secrets
        assert kept == old
        assert new != old
        assert new in shown
        assert "а прежний — до следующей смены" in question
        assert StaffAction.objects.filter(action="provider.secret_rotated", object_id=loft).exists()

    def test_only_who_may_change_set_ups_sees_the_address(self, administrator: Client, loft: str) -> None:
        path = setup_values(name=loft).webhook_url
        dpo = client_of(user_make(Role.DPO)).get(f"/staff/providers/{loft}/").content.decode()

        assert path in administrator.get(f"/staff/providers/{loft}/").content.decode()
        assert path not in dpo
        assert "Показать секрет" not in dpo

    def test_a_provider_that_is_told_by_a_call_gets_the_new_secret(
        self, administrator: Client, loft: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[tuple[str, bool]] = []

        def keep(*, name: str, is_new: bool = False) -> bool:
            told.append((name, is_new))
            return True

        monkeypatch.setattr("portal.flows.providers.setups.webhook_keep", keep)

        page = confirm(administrator, f"/staff/providers/{loft}/secret/new/", follow=True).content.decode()

        assert told == [(loft, True)]
        assert "передан провайдеру" in page

    def test_one_that_calls_nobody_has_no_such_card(self, administrator: Client, fake: LoftFake) -> None:
        name = setup_create(kind="nest", title="", fields={"url": fake.url, "password": "nest-password"})

        assert "Вебхук" not in administrator.get(f"/staff/providers/{name}/").content.decode()
