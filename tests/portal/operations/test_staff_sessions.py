"""The clock deletes what is left of sessions of staff that ended."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from portal.operations.tasks import clean_staff_sessions
from tests.factories.staff import StaffFactory


@pytest.mark.django_db
def test_ended_sessions_go_with_their_browsers_and_living_ones_stay() -> None:
    user = StaffFactory()
    for key, ends, began in (
        ("over", -timedelta(hours=1), timedelta(days=15)),
        ("lives", timedelta(hours=1), timedelta()),
    ):
        Session.objects.create(session_key=key, session_data="", expire_date=Now() + ends)
        browser = UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1")
        UserSession.objects.filter(pk=browser.pk).update(created_at=Now() - began)

    assert clean_staff_sessions() == 2
    assert list(Session.objects.values_list("session_key", flat=True)) == ["lives"]
    assert list(UserSession.objects.values_list("session_key", flat=True)) == ["lives"]
