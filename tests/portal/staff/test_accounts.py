"""Accounts of staff: made by an administrator or a command, never left without an administrator."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from consents.models import Company
from portal.accounts.accounts import (
    password_link,
    staff_activate,
    staff_create,
    staff_deactivate,
    staff_factors_reset,
    staff_role_change,
)
from portal.errors import EmailTaken, LastAdministrator, OwnAccount
from portal.models import StaffAction, User
from portal.models.user import Role
from tests.factories.consents import company_make
from tests.factories.staff import client_of, second_factor_make, user_make
from tests.support.confirming import confirm
from tests.support.staff_letters import staff_letters

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "quite-a-new-password-7"


@pytest.fixture
def administrator() -> User:
    return user_make(Role.ADMINISTRATOR)


def test_an_address_makes_one_account_however_it_is_written() -> None:
    staff_create(email="Anna@Romashka.example", name="Анна", role=Role.DPO)

    with pytest.raises(EmailTaken):
        staff_create(email="anna@romashka.EXAMPLE", name="Другая", role=Role.OPERATOR)
    assert User.objects.get().email == "anna@romashka.example"


def test_a_role_is_changed_once(administrator: User) -> None:
    user = user_make(Role.OPERATOR)

    assert staff_role_change(user_id=user.pk, role=Role.DPO, changed_by_id=administrator.pk)
    assert not staff_role_change(user_id=user.pk, role=Role.DPO, changed_by_id=administrator.pk)


def test_the_last_administrator_stays(administrator: User) -> None:
    user_make(Role.ADMINISTRATOR, is_active=False)
    other = user_make(Role.MARKETING)

    with pytest.raises(LastAdministrator):
        staff_role_change(user_id=administrator.pk, role=Role.DPO, changed_by_id=other.pk)
    with pytest.raises(LastAdministrator):
        staff_deactivate(user_id=administrator.pk, changed_by_id=other.pk)
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == (Role.ADMINISTRATOR, True)


def test_nobody_changes_their_own_account(administrator: User) -> None:
    user_make(Role.ADMINISTRATOR)
    pk = administrator.pk

    with pytest.raises(OwnAccount):
        staff_role_change(user_id=pk, role=Role.DPO, changed_by_id=pk)
    for act in (staff_deactivate, staff_activate, staff_factors_reset):
        with pytest.raises(OwnAccount):
            act(user_id=pk, changed_by_id=pk)


def test_switching_off_ends_the_sessions_at_once(administrator: User) -> None:
    user = user_make(Role.MARKETING)
    client = client_of(user)
    client.get("/staff/")

    staff_deactivate(user_id=user.pk, changed_by_id=administrator.pk)

    assert client.get("/staff/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_lost_factors_are_forgotten(administrator: User) -> None:
    user = user_make(Role.MARKETING)
    second_factor_make(user)

    assert staff_factors_reset(user_id=user.pk, changed_by_id=administrator.pk) == 1
    assert not Authenticator.objects.filter(user=user).exists()


def test_a_password_link_works_once(administrator: User) -> None:
    page = client_of(administrator).post(
        "/staff/users/new/", {"name": "Анна", "email": "anna@romashka.example", "role": "operator"}
    )
    link = next(word for word in page.content.decode().split() if "/password/reset/key/" in word)
    path = link.split("testserver")[-1].split("<")[0].split(">")[-1]
    path = path[path.index("/accounts") :]

    client = Client()
    form = client.get(path, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    user = User.objects.get(email="anna@romashka.example")
    assert user.check_password(NEW_PASSWORD)
    assert "no-store" in page["Cache-Control"]
    assert StaffAction.objects.filter(action="staff.password_changed", user=user).exists()
    again = Client().get(path, follow=True)
    assert "password1" not in again.content.decode()


def test_a_link_is_kept_nowhere(administrator: User) -> None:
    user = user_make()
    link = password_link(user_id=user.pk)

    confirm(client_of(administrator), f"/staff/users/{user.pk}/password/")

    token = link.rstrip("/").rsplit("-", 1)[-1]
    assert token not in str(list(StaffAction.objects.values()))


@pytest.mark.parametrize(
    ("path", "words"),
    [("factors", "сбросил второй фактор"), ("password", "задаётся новый пароль")],
)
def test_a_person_whose_way_in_is_touched_is_told(administrator: User, path: str, words: str) -> None:
    user = user_make(Role.DPO)
    second_factor_make(user)

    page = confirm(client_of(administrator), f"/staff/users/{user.pk}/{path}/").content.decode()

    [letter] = staff_letters()
    assert letter.address == user.email
    assert words in letter.text
    assert administrator.name in letter.text
    assert "/password/reset/key/" not in letter.text
    assert "/password/reset/key/" in page or path == "factors"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("administrator", "dpo", True), ("operator", "dpo", True), ("dpo", "administrator", False)],
)
def test_the_dpo_is_told_who_gains_rights_over_people(administrator: User, old: str, new: str, told: bool) -> None:
    dpo, person = user_make(Role.DPO), user_make(old)

    confirm(client_of(administrator), f"/staff/users/{person.pk}/role/", {"role": new})

    assert User.objects.get(pk=person.pk).role == new
    assert [letter.address for letter in staff_letters()] == ([dpo.email] if told else [])
    for letter in staff_letters():
        assert person.email in letter.text
        assert administrator.name in letter.text


@pytest.mark.parametrize(("role", "told"), [("dpo", True), ("operator", True), ("administrator", False)])
def test_the_dpo_is_told_of_a_new_account_over_people(administrator: User, role: str, told: bool) -> None:
    dpo = user_make(Role.DPO)

    client_of(administrator).post("/staff/users/new/", {"name": "Анна", "email": "anna@romashka.example", "role": role})

    assert [letter.address for letter in staff_letters()] == ([dpo.email] if told else [])


def test_an_account_that_comes_back_is_told_of_and_without_a_dpo_the_company_is(administrator: User) -> None:
    company_make()
    person = user_make(Role.DPO, is_active=False)

    confirm(client_of(administrator), f"/staff/users/{person.pk}/on/")

    [letter] = staff_letters()
    assert letter.address == Company.objects.latest("id").dpo_email


def test_a_repeat_of_an_act_leaves_no_row(administrator: User) -> None:
    user, client = user_make(Role.MARKETING), client_of(administrator)

    for _ in range(2):
        confirm(client, f"/staff/users/{user.pk}/off/")

    assert StaffAction.objects.filter(action="user.deactivated").count() == 1


def test_every_change_is_written_down(administrator: User) -> None:
    user = user_make(Role.MARKETING)
    client = client_of(administrator)

    confirm(client, f"/staff/users/{user.pk}/role/", {"role": "dpo"})
    confirm(client, f"/staff/users/{user.pk}/off/")
    confirm(client, f"/staff/users/{user.pk}/on/")

    found = StaffAction.objects.filter(object_kind="user", object_id=str(user.pk)).order_by("id")
    assert [row.action for row in found] == ["user.role_changed", "user.deactivated", "user.activated"]
    assert found[0].details == {"old": "marketing", "new": "dpo"}


def test_accounts_are_changed_only_after_confirming_the_login(administrator: User) -> None:
    user = user_make(Role.MARKETING)

    answer = client_of(administrator, confirmed=False).post(f"/staff/users/{user.pk}/role/", {"role": "dpo"})

    user.refresh_from_db()
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert user.role == Role.MARKETING


def test_the_dpo_looks_but_has_no_buttons() -> None:
    other = user_make(Role.MARKETING)

    page = client_of(user_make(Role.DPO)).get(f"/staff/users/{other.pk}/").content.decode()

    assert other.email in page
    assert "Изменить роль" not in page


class TestTheCommand:
    """`staff_create` for the first administrator."""

    def test_makes_a_password_and_prints_it_once(self) -> None:
        out = StringIO()

        call_command("staff_create", "root@romashka.example", name="Корень", role="administrator", stdout=out)

        password = out.getvalue().split()[-1]
        user = User.objects.get()
        assert user.check_password(password)
        assert (user.role, user.is_superuser) == ("administrator", False)
        record = StaffAction.objects.get()
        assert (record.user, record.actor, record.action) == (None, "manage.py staff_create", "user.created")

    def test_takes_a_password_from_its_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", StringIO(f"{NEW_PASSWORD}\n"))

        call_command("staff_create", "a@romashka.example", name="А", role="dpo", ask=True, stdout=StringIO())

        assert User.objects.get().check_password(NEW_PASSWORD)

    def test_refuses_a_weak_password_an_odd_address_and_a_second_account(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", StringIO("12345\n"))
        with pytest.raises(CommandError):
            call_command("staff_create", "a@romashka.example", name="А", role="dpo", ask=True)
        with pytest.raises(CommandError, match="не адрес"):
            call_command("staff_create", "not an address", name="А", role="dpo")
        user_make(email="a@romashka.example")
        with pytest.raises(CommandError, match="уже есть"):
            call_command("staff_create", "a@romashka.example", name="А", role="dpo")

        assert User.objects.count() == 1
        assert not StaffAction.objects.exists()
