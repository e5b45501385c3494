"""Where a second factor is required, nobody sees a page without one, and its secret cannot be read."""

import json
import re
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from consents.errors import SecretUnreadable
from consents.field_encryption import text_decrypt, text_encrypt
from portal.accounts.mfa_adapter import PLACE
from portal.models import StaffAction, User
from portal.models.user import Role
from tests.factories.staff import PASSWORD, client_of, second_factor_make, user_make
from tests.portal.staff.matrix import MATRIX, ROLES
from tests.portal.staff.world import World
from tests.support.clock import Clock
from tests.support.confirming import confirm


def _code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_nobody_reaches_a_page_without_a_second_factor(world: World, settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    reached = []
    for role in ROLES:
        client = client_of(world.people[role], second_factor=False)
        for row in MATRIX:
            url = reverse(f"staff:{row.name}", kwargs=row.where(world))
            answer = client.get(url) if row.method == "GET" else client.post(url, row.data)
            if (answer.status_code, answer.get("Location")) != (302, "/accounts/2fa/"):
                reached.append((role, str(row)))

    assert reached == []
    assert set(StaffAction.objects.values_list("action", flat=True)) <= {"export.made"}


@pytest.mark.django_db
def test_the_page_that_sets_a_factor_up_and_the_way_out_stay_open(settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    client = client_of(user_make(Role.MARKETING), second_factor=False)

    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/2fa/"
    assert client.post("/accounts/logout/").status_code == 302


@pytest.mark.django_db
def test_without_the_requirement_pages_open(settings: Settings) -> None:
    settings.MFA_REQUIRED = False
    client = client_of(user_make(Role.MARKETING), second_factor=False)

    assert client.get("/staff/").status_code == 200


@pytest.mark.django_db
def test_password_and_code_log_in_and_both_steps_are_needed() -> None:
    user = user_make(Role.DPO)
    secret = second_factor_make(user)
    client = Client()

    first = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert first["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/staff/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": _code(secret)})

    assert client.get("/staff/").status_code == 200
    assert list(StaffAction.objects.values_list("action", "user_id")) == [("staff.logged_in", user.pk)]


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("/accounts/2fa/authenticate/", {"code": "000000"}, "code"),
    ("/accounts/2fa/authenticate/", {"credential": '{"id": "x"}'}, "passkey"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "entered", "way"), WRONG)
def test_a_wrong_second_factor_is_written_down_under_the_account(path: str, entered: dict[str, str], way: str) -> None:
    user = user_make(Role.DPO)
    second_factor_make(user)
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    client.post(path, entered)

    [record] = StaffAction.objects.all()
    assert (record.action, record.user_id, record.details) == ("staff.second_factor_failed", user.pk, {"way": way})
    assert "000000" not in str(record.__dict__)


@pytest.mark.django_db
def test_a_wrong_factor_is_written_down_wherever_it_is_asked_for() -> None:
    user = user_make(Role.DPO)
    client = client_of(user, confirmed=False)
    client.post("/accounts/2fa/reauthenticate/", {"code": "000000"})
    fresh = client_of(user_make(Role.DPO), second_factor=False)
    fresh.get("/accounts/2fa/totp/activate/")
    fresh.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    Client().post("/accounts/2fa/webauthn/login/", {"credential": '{"id": "x"}'})

    records = StaffAction.objects.filter(action="staff.second_factor_failed").order_by("id")
    assert [record.details["way"] for record in records] == ["code", "setup", "passkey"]
    assert records[2].user is None


@pytest.mark.django_db
def test_the_seed_of_one_time_codes_cannot_be_read_in_the_database() -> None:
    user = user_make()
    secret = second_factor_make(user)

    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        stored = "".join(row[0] for row in cursor.fetchall())

    assert secret not in stored
    assert json.loads(stored)["secret"].startswith("v1:")
    assert TOTP(Authenticator.objects.get()).validate_code(_code(secret))


@pytest.mark.django_db
def test_a_seed_written_by_hand_is_refused() -> None:
    user = user_make()
    secret = second_factor_make(user)
    Authenticator.objects.update(data={"secret": secret})

    with pytest.raises(SecretUnreadable):
        TOTP(Authenticator.objects.get()).validate_code(_code(secret))


def test_a_sealed_text_opens_only_with_its_key_and_in_its_place(settings: Settings) -> None:
    sealed = text_encrypt("JBSWY3DPEHPK3PXP", place=PLACE)

    assert text_decrypt(sealed, place=PLACE) == "JBSWY3DPEHPK3PXP"
    assert text_encrypt("JBSWY3DPEHPK3PXP", place=PLACE) != sealed
    with pytest.raises(SecretUnreadable):
        text_decrypt(sealed, place="another.column")
    with pytest.raises(SecretUnreadable):
        text_decrypt(sealed[:-4] + "AAA=", place=PLACE)
    with pytest.raises(SecretUnreadable):
        text_decrypt("v1:not base64", place=PLACE)
    settings.FIELD_KEY = bytes(32)
    with pytest.raises(SecretUnreadable):
        text_decrypt(sealed, place=PLACE)


@pytest.mark.django_db
def test_a_changed_factor_is_written_down() -> None:
    user = user_make(Role.OPERATOR)
    client = client_of(user)

    client.post("/accounts/2fa/totp/deactivate/")

    last = StaffAction.objects.latest("id")
    assert (last.action, last.user_id, last.details) == (
        "staff.second_factor_changed",
        user.pk,
        {"change": "totp_deactivated"},
    )


def test_nothing_bypasses_the_second_factor() -> None:
    assert django_settings.MFA_WEBAUTHN_USER_VERIFICATION == "required"
    assert django_settings.MFA_TOTP_TOLERANCE == 0
    assert not getattr(django_settings, "MFA_TOTP_INSECURE_BYPASS_CODE", None)
    assert not getattr(django_settings, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False)
    assert not django_settings.MFA_TRUST_ENABLED


@pytest.mark.django_db
def test_a_login_of_this_minute_is_not_asked_for_again_and_an_older_one_is(clock: Clock) -> None:
    user, other = user_make(Role.ADMINISTRATOR), user_make(Role.MARKETING)
    secret = second_factor_make(user)
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": _code(secret)})
    url = f"/staff/users/{other.pk}/off/"

    assert confirm(client, url)["Location"] == f"/staff/users/{other.pk}/"
    clock.shift(301)
    assert confirm(client, f"/staff/users/{other.pk}/on/")["Location"].startswith("/accounts/reauthenticate/")
    assert not User.objects.get(pk=other.pk).is_active


@pytest.mark.django_db
def test_the_code_that_connects_an_app_does_not_log_in_once_more() -> None:
    user = user_make(Role.DPO)
    client = client_of(user, second_factor=False)
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    code = _code(secret)
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    assert Authenticator.objects.filter(user=user, type="totp").exists()

    thief = Client()
    thief.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    thief.post("/accounts/2fa/authenticate/", {"code": code})

    assert thief.get("/staff/").status_code == 302


@pytest.mark.django_db
def test_a_passkey_is_offered_to_those_alone_who_have_one() -> None:
    user = user_make(Role.DPO)
    second_factor_make(user)
    client = Client(HTTP_HOST="localhost")

    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}, follow=True)

    page = answer.content.decode()
    assert "введите шесть цифр" in page
    assert "Использовать ключ доступа" not in page


@pytest.mark.django_db
def test_recovery_codes_are_printed_and_saved_from_the_page_that_shows_them_once() -> None:
    client = client_of(user_make(Role.DPO))

    page = client.post("/accounts/2fa/recovery-codes/generate/", follow=True).content.decode()

    assert "data-print" in page
    assert "print.js" in page
    saved = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', page)
    assert saved
    shown = re.findall(r"<li>([^<]+)</li>", page.split('class="codes paper"')[1].split("</ul>")[0])
    assert unquote(saved[1]).split() == shown
    assert len(shown) == 10
