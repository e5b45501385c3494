"""The table of roles and rights, and the decorator that asks it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from portal.audit.permissions import RIGHTS, Right, has_right, right_required
from portal.models import StaffAction, User
from portal.models.user import Role
from tests.factories.staff import second_factor_make, user_make

PERSONAL = {
    Right.SEE_CUSTOMER_MASKED,
    Right.SEE_CUSTOMER_FULL,
    Right.RECORD_REFUSALS,
    Right.LIFT_STOPS,
    Right.CLOSE_LINKS,
    Right.READ_REGISTER,
    Right.EXPORT_CONSENTS,
    Right.IMPORT_CUSTOMERS,
    Right.READ_CAMPAIGNS,
}


def _request(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/staff/journal/?page=2")
    request.user = user
    return request


@right_required(Right.READ_JOURNAL, "GET")
def _page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


def test_an_administrator_sees_no_customer() -> None:
    assert not RIGHTS[Role.ADMINISTRATOR] & PERSONAL


def test_nobody_but_the_dpo_reads_the_register_or_takes_an_export_away() -> None:
    for right in (Right.READ_REGISTER, Right.EXPORT_CONSENTS, Right.PUBLISH_DOCUMENTS, Right.SIGN_AS_DPO):
        assert [role for role in Role if right in RIGHTS[role]] == [Role.DPO]


def test_only_an_administrator_manages_accounts_and_channels() -> None:
    for right in (Right.MANAGE_USERS, Right.MANAGE_CHANNELS, Right.MANAGE_COMPANY):
        assert [role for role in Role if right in RIGHTS[role]] == [Role.ADMINISTRATOR]


def test_noes_are_recorded_and_lifted_where_the_person_speaks_to_somebody() -> None:
    for right in (Right.RECORD_REFUSALS, Right.LIFT_STOPS, Right.CLOSE_LINKS):
        assert {role for role in Role if right in RIGHTS[role]} == {Role.DPO, Role.OPERATOR}


def test_every_right_belongs_to_somebody() -> None:
    assert set(Right) == set().union(*RIGHTS.values())


def test_a_superuser_has_no_right_beyond_the_role() -> None:
    user = User(email="root@romashka.example", role=Role.OPERATOR, is_superuser=True, is_staff=True)

    assert not has_right(user, Right.MANAGE_USERS)


def test_a_deactivated_account_has_no_right() -> None:
    assert not has_right(User(role=Role.DPO, is_active=False), Right.READ_REGISTER)


@pytest.mark.django_db
def test_a_missing_right_is_refused_and_written_down() -> None:
    user = user_make(Role.MARKETING)
    second_factor_make(user)

    with pytest.raises(PermissionDenied):
        _page(_request(user))

    denied = StaffAction.objects.get()
    assert (denied.action, denied.object_id, denied.ip) == ("access.denied", "read_journal", "127.0.0.1")


@pytest.mark.django_db
def test_someone_without_a_second_factor_goes_to_set_one_up(settings: Settings) -> None:
    settings.MFA_REQUIRED = True

    answer = _page(_request(user_make(Role.DPO)))

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")


def test_a_visitor_who_sends_a_form_comes_back_to_the_overview() -> None:
    """The address of a form opens nothing by itself: the login would end on an error."""
    request = RequestFactory().post("/staff/register/ledger/check/")
    request.user = AnonymousUser()

    assert _page(request)["Location"] == "/accounts/login/?next=/staff/"


def test_a_visitor_goes_to_the_login_page_and_comes_back() -> None:
    answer = _page(_request(AnonymousUser()))

    assert answer["Location"] == "/accounts/login/?next=/staff/journal/%3Fpage%3D2"
