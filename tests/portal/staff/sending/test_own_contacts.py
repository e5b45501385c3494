"""Where one's own tests go: proven by oneself, used by oneself alone, kept so that nobody reads it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from pytest_django.fixtures import Settings

from consents.enums import ContactKind
from notify.channels.events import DialogueEvent
from notify.inbound.account_dialogues import dialogue_apply
from notify.links.staff_tokens import staff_invitation
from notify.models import Message, StaffMaxToken
from notify.outbox.loops import transactional_messages_send
from portal.accounts import own_contacts
from portal.accounts.own_contacts import OF_DAY, own_address_of, phone_code_ask, phone_code_enter
from portal.errors import StaffContactRefused
from portal.models import StaffAction, StaffContact, StaffPhoneProof, Throttle, User
from portal.models.user import Role
from tests.factories.notify import CampaignFactory, operator_make, people_make
from tests.factories.staff import client_of, user_make
from tests.fakes.provider import FakeProvider
from tests.support.clock import database_now

pytestmark = pytest.mark.django_db

PHONE = "+79161234567"
PAGE = "/staff/me/tests/"


@pytest.fixture
def user() -> User:
    """Somebody from marketing."""
    return user_make(Role.MARKETING)


@pytest.fixture
def client(user: User) -> Client:
    """Their browser."""
    return client_of(user)


def code_in(provider: FakeProvider) -> str:
    """The code of the last SMS."""
    transactional_messages_send()
    found = re.search(r"#(\d{6})", provider.taken[-1]["text"])
    assert found
    return found.group(1)


def an_earlier_code(user: User) -> None:
    """Let the last code be asked for a minute ago."""
    StaffPhoneProof.objects.filter(user=user).update(created_at=F("created_at") - timedelta(minutes=1))


def started(payload: str, account: int = 5001) -> DialogueEvent:
    """The bot as it is opened by a link."""
    return DialogueEvent(
        channel="max", kind="started", account=str(account), chat="7001", occurred_at=database_now(), payload=payload
    )


class TestAPhone:
    """Is proven by the code of an SMS."""

    def test_becomes_the_one_for_tests_by_its_code(self, client: Client, user: User, provider: FakeProvider) -> None:
        operator_make()
        client.post(PAGE + "phone/ask/", {"phone": "8 916 123-45-67"})
        code = code_in(provider)
        assert provider.taken[-1]["address"] == PHONE
        assert "Отправлен на" in client.get(PAGE).content.decode()

        answer = client.post(PAGE + "phone/enter/", {"code": code})

        assert answer.status_code == 302
        assert own_address_of(user_id=user.pk, kind=ContactKind.PHONE) == PHONE
        assert PHONE[-4:] not in client.get(PAGE).content.decode()

    def test_is_readable_neither_in_the_table_nor_in_the_journal(self, client: Client, provider: FakeProvider) -> None:
        client.post(PAGE + "phone/ask/", {"phone": PHONE})
        client.post(PAGE + "phone/enter/", {"code": code_in(provider)})

        kept: list[Any] = [
            *StaffContact.objects.values(),
            *StaffPhoneProof.objects.values(),
            *Throttle.objects.values(),
        ]
        kept += StaffAction.objects.values("object_id", "details", "reason")
        assert PHONE[1:] not in str(kept)
        assert [row.action for row in StaffAction.objects.order_by("id")] == [
            "test_contact.asked",
            "test_contact.tried",
        ]
        assert StaffAction.objects.latest("id").details == {"is_right": True}

    def test_is_not_proven_by_a_wrong_code_and_three_are_the_end(
        self, client: Client, user: User, provider: FakeProvider
    ) -> None:
        phone_code_ask(user_id=user.pk, phone=PHONE)
        code = code_in(provider)
        wrong = f"{(int(code) + 1) % 1_000_000:06}"

        answer = client.post(PAGE + "phone/enter/", {"code": wrong})
        assert "Код не подошёл" in answer.content.decode()
        assert phone_code_enter(user_id=user.pk, code=wrong) == "wrong"
        assert phone_code_enter(user_id=user.pk, code=wrong) == "over"

        assert phone_code_enter(user_id=user.pk, code=code) == "over"
        assert not StaffContact.objects.exists()

    def test_is_not_proven_by_a_code_that_is_ten_minutes_old(self, user: User, provider: FakeProvider) -> None:
        phone_code_ask(user_id=user.pk, phone=PHONE)
        code = code_in(provider)
        StaffPhoneProof.objects.update(expires_at=database_now())

        assert phone_code_enter(user_id=user.pk, code=code) == "over"

    def test_is_not_proven_by_a_code_of_somebody_else(self, user: User, provider: FakeProvider) -> None:
        phone_code_ask(user_id=user.pk, phone=PHONE)
        code = code_in(provider)
        other = user_make(Role.MARKETING)
        phone_code_ask(user_id=other.pk, phone="+79161234568")

        assert phone_code_enter(user_id=other.pk, code=code) == "wrong"

    def test_is_not_proven_by_the_code_that_was_replaced(self, user: User, provider: FakeProvider) -> None:
        phone_code_ask(user_id=user.pk, phone=PHONE)
        first = code_in(provider)
        an_earlier_code(user)
        phone_code_ask(user_id=user.pk, phone="+79161234568")
        second = code_in(provider)

        assert first == second or phone_code_enter(user_id=user.pk, code=first) == "wrong"
        assert phone_code_enter(user_id=user.pk, code=second) == "ok"
        assert own_address_of(user_id=user.pk, kind=ContactKind.PHONE) == "+79161234568"

    @pytest.mark.parametrize("phone", ["+7 495 123-45-67", "+375 29 123-45-67", "12", "слова"])
    def test_must_be_a_russian_mobile_one(self, client: Client, phone: str) -> None:
        answer = client.post(PAGE + "phone/ask/", {"phone": phone})

        assert "не российский мобильный номер" in answer.content.decode()
        assert not Message.objects.exists()

    def test_gets_no_second_code_at_once_nor_an_eleventh_of_the_day(self, user: User) -> None:
        phone_code_ask(user_id=user.pk, phone=PHONE)
        with pytest.raises(StaffContactRefused) as soon:
            phone_code_ask(user_id=user.pk, phone=PHONE)
        for number in range(OF_DAY - 1):
            an_earlier_code(user)
            phone_code_ask(user_id=user.pk, phone=f"+7916123450{number}")
        an_earlier_code(user)
        with pytest.raises(StaffContactRefused) as many:
            phone_code_ask(user_id=user.pk, phone="+79161234599")

        assert (soon.value.facts["problem"], many.value.facts["problem"]) == ("too_soon", "too_many")
        assert Message.objects.count() == OF_DAY

    def test_of_a_stranger_is_not_flooded_by_many_members_of_staff(self) -> None:
        for _ in range(own_contacts.TO_PHONE.most):
            phone_code_ask(user_id=user_make(Role.MARKETING).pk, phone=PHONE)
        one_more = user_make(Role.MARKETING)

        with pytest.raises(StaffContactRefused):
            phone_code_ask(user_id=one_more.pk, phone=PHONE)

    def test_can_be_removed(self, client: Client, user: User, provider: FakeProvider) -> None:
        phone_code_ask(user_id=user.pk, phone=PHONE)
        phone_code_enter(user_id=user.pk, code=code_in(provider))

        client.post(PAGE + "phone/remove/")

        assert own_address_of(user_id=user.pk, kind=ContactKind.PHONE) == ""


class TestAMaxAccount:
    """Is named by whoever opens the bot by the person's own link, and taken over by that person."""

    def test_becomes_the_one_for_tests(self, client: Client, user: User, provider: FakeProvider) -> None:
        client.post(PAGE + "max/ask/")
        invitation = staff_invitation(user_id=user.pk)
        assert invitation is not None
        assert invitation.payload in client.get(PAGE).content.decode()
        assert "data-live-done" not in client.get(PAGE + "max/state/").content.decode()

        dialogue_apply(event=started(invitation.payload))
        assert "data-live-done" in client.get(PAGE + "max/state/").content.decode()
        assert own_address_of(user_id=user.pk, kind=ContactKind.MAX) == ""
        client.post(PAGE + "max/take/")

        assert own_address_of(user_id=user.pk, kind=ContactKind.MAX) == "5001"
        assert not StaffMaxToken.objects.exists()
        assert transactional_messages_send() == 1
        assert "Подключить этот профиль" in provider.taken[-1]["text"]

    def test_is_tied_to_no_customer(self, client: Client, user: User) -> None:
        (person,) = people_make(1, channel="max")
        client.post(PAGE + "max/ask/")
        invitation = staff_invitation(user_id=user.pk)
        assert invitation is not None

        dialogue_apply(event=started(invitation.payload))

        assert person.contact_points.count() == 1
        assert Message.objects.get().customer_id is None

    def test_of_a_second_person_cannot_use_the_link(self, client: Client, user: User) -> None:
        client.post(PAGE + "max/ask/")
        invitation = staff_invitation(user_id=user.pk)
        assert invitation is not None
        dialogue_apply(event=started(invitation.payload, 5001))

        dialogue_apply(event=started(invitation.payload, 5002))
        client.post(PAGE + "max/take/")

        assert own_address_of(user_id=user.pk, kind=ContactKind.MAX) == "5001"
        assert [row.context["notice"] for row in Message.objects.order_by("id")] == ["staff_linked", "staff_refused"]

    def test_is_not_taken_by_a_link_that_has_run_out(self, client: Client, user: User) -> None:
        client.post(PAGE + "max/ask/")
        invitation = staff_invitation(user_id=user.pk)
        assert invitation is not None
        StaffMaxToken.objects.update(expires_at=database_now())

        dialogue_apply(event=started(invitation.payload))
        client.post(PAGE + "max/take/")

        assert not StaffContact.objects.exists()

    def test_of_one_person_is_not_offered_to_another(self, client: Client, user: User) -> None:
        client.post(PAGE + "max/ask/")
        invitation = staff_invitation(user_id=user.pk)
        assert invitation is not None
        dialogue_apply(event=started(invitation.payload))
        other = user_make(Role.MARKETING)

        client_of(other).post(PAGE + "max/take/")

        assert not StaffContact.objects.exists()


class TestATestOfACampaign:
    """Goes over SMS and MAX on a server too, to the person's own contact and no other."""

    def test_goes_to_the_proven_phone_outside_the_sandbox(
        self, client: Client, user: User, provider: FakeProvider, settings: Settings
    ) -> None:
        campaign = CampaignFactory(channel="sms", text="Проверьте контакты: ((ссылка))", created_by=user)
        phone_code_ask(user_id=user.pk, phone=PHONE)
        phone_code_enter(user_id=user.pk, code=code_in(provider))
        settings.SANDBOX = False
        page = client.get(f"/staff/campaigns/{campaign.pk}/").content.decode()

        client.post(f"/staff/campaigns/{campaign.pk}/test/", {"to": "own"})
        settings.SANDBOX = True
        transactional_messages_send()

        assert "Отправить тест себе" in page
        assert "Номер в песочнице" not in page
        assert (provider.taken[-1]["address"], len(provider.taken)) == (PHONE, 2)
        assert StaffAction.objects.latest("id").details == {"is_own": True}

    @pytest.mark.parametrize("asked", [{"to": "own"}, {"address": "+79169999999"}])
    def test_goes_nowhere_without_a_proven_contact(
        self, client: Client, user: User, settings: Settings, asked: dict[str, str]
    ) -> None:
        campaign = CampaignFactory(channel="sms", text="((ссылка))", created_by=user)
        settings.SANDBOX = False

        answer = client.post(f"/staff/campaigns/{campaign.pk}/test/", asked)

        assert answer.status_code == 403
        assert "Контакты для тестов" in answer.content.decode()
        assert not Message.objects.exists()

    def test_never_takes_an_address_beside_the_proven_one(
        self, client: Client, user: User, provider: FakeProvider, settings: Settings
    ) -> None:
        campaign = CampaignFactory(channel="sms", text="((ссылка))", created_by=user)
        phone_code_ask(user_id=user.pk, phone=PHONE)
        phone_code_enter(user_id=user.pk, code=code_in(provider))
        settings.SANDBOX = False

        client.post(f"/staff/campaigns/{campaign.pk}/test/", {"to": "own", "address": "+79169999999"})

        assert Message.objects.get(kind="test").address == PHONE
