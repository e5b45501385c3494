"""The page after a restore: what happened, what was read back, and going on as it was shown."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consents.models import Epoch
from consents.outside.epochs import epoch_check, mark_take
from consents.outside.files import lines_add
from notify.enums import CampaignState, MessageState
from notify.models import Campaign, Message
from portal.audit.acts import AuditedAction
from portal.flows.restoring.restore import read_back
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.notify import campaign_running, people_make
from tests.portal.staff.conftest import Login

pytestmark = pytest.mark.django_db

PAGE = "staff:restore"


@pytest.fixture
def campaign() -> Campaign:
    """A database with a campaign that is behind what lies outside it."""
    found = campaign_running(people_make(3))
    for _ in range(5):
        lines_add([mark_take().line("claimed", rows=[])])
    Epoch.objects.update(counter=2)
    epoch_check()
    return found


def shown(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', page)
    assert found
    return found[1]


@pytest.mark.usefixtures("campaign")
def test_every_page_of_staff_says_that_nothing_is_sent(login: Login) -> None:
    page = login(Role.MARKETING).get(reverse("staff:overview")).content.decode()

    assert "рассылка остановлена" in page
    assert reverse(PAGE) not in page
    assert reverse(PAGE) in login(Role.DPO).get(reverse("staff:overview")).content.decode()


def test_one_page_leads_from_what_happened_to_going_on(login: Login, campaign: Campaign) -> None:
    client = login(Role.ADMINISTRATOR)
    assert "shown" not in client.get(reverse(PAGE)).content.decode()
    assert client.post(reverse("staff:restore_read_back")).status_code == 302
    read_back()
    reference = Message.objects.order_by("id").values_list("reference", flat=True)[0]
    log = f"postfix/smtp: message-id=<{reference}@bank.example> status=sent\nother line\n"
    client.post(reverse("staff:restore_outcomes"), {"file": SimpleUploadedFile("maillog", log.encode())})
    assert Message.objects.get(reference=reference).state == MessageState.ACCEPTED

    page = client.get(reverse(PAGE)).content.decode()
    answer = client.post(reverse("staff:restore_end"), {"shown": shown(page)}, follow=True)

    assert "Восстановление закончено" in answer.content.decode()
    assert not epoch_check().is_held
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED
    acts = {*StaffAction.objects.values_list("action", flat=True)}
    assert {AuditedAction.RESTORE_READ_BACK, AuditedAction.RESTORE_ENDED, AuditedAction.MESSAGES_SETTLED} <= acts
    assert "рассылка остановлена" not in client.get(reverse("staff:overview")).content.decode()


def test_going_on_is_bound_to_what_was_shown(login: Login, campaign: Campaign) -> None:
    client = login(Role.DPO)
    read_back()
    page = client.get(reverse(PAGE)).content.decode()
    Message.objects.filter(campaign=campaign).update(state=MessageState.ACCEPTED)

    answer = client.post(reverse("staff:restore_end"), {"shown": shown(page)}, follow=True)

    assert "итоги изменились" in answer.content.decode()
    assert epoch_check().is_held


@pytest.mark.usefixtures("campaign")
def test_a_log_without_our_numbers_changes_nothing_and_says_so(login: Login) -> None:
    file = SimpleUploadedFile("maillog", f"status=sent {uuid4().hex}".encode())

    answer = login(Role.DPO).post(reverse("staff:restore_outcomes"), {"file": file})

    assert answer.status_code == 400
    assert "нет ни одного нашего номера" in answer.content.decode()
