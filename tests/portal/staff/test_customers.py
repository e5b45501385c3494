"""The desk: stops are seen and lifted with a reason, links of one customer are closed; each act is written down."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from consents.answers.withdrawing import contacts_deny
from consents.enums import EventKind, ProofLevel, ProofMethod, StopReason
from consents.models import ConsentEvent, ContactPoint, Stop
from notify.links.issuing import link_make, link_view
from notify.models import Link
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.consents import ContactPointFactory, StopFactory, circumstances_make
from tests.factories.staff import client_of
from tests.portal.staff.world import World

REASON = {"reason": "клиент звонит и просит"}
ASKED = REASON | {"is_asked": "on"}
LIFTED = StaffAction.objects.filter(action="customer.stop_lifted")
CLOSED = StaffAction.objects.filter(action="customer.links_closed")


def card(world: World, role: Role) -> str:
    """The page of the customer that a role works on."""
    place = "register" if role == Role.DPO else "customers"
    return f"/staff/{place}/{world.customer.pk}/"


def lift_url(stop: Stop, customer_id: int) -> str:
    return f"/staff/customers/{customer_id}/stops/{stop.pk}/lift/"


def denied(world: World) -> Stop:
    """The customer's phone, closed by «Это не я»."""
    contacts_deny(
        customer_id=world.customer.pk,
        contact_uuids=[world.contact.uuid],
        circumstances=circumstances_make(level=ProofLevel.LINK, method=ProofMethod.LINK),
    )
    return Stop.objects.get(customer=world.customer)


class TestTheStops:
    """What is stopped stands on the page of the customer, in words."""

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.DPO])
    def test_are_shown_with_reason_place_and_day_and_with_the_way_to_lift_them(self, world: World, role: Role) -> None:
        stop = denied(world)
        general = StopFactory(customer=world.customer, scope="advertising", reason="imported")
        Stop.objects.update(created_at=datetime(2025, 12, 31, 20, 30, tzinfo=UTC))

        page = client_of(world.people[role]).get(card(world, role)).content.decode()

        stops = page.partition("Запреты на сообщения")[2].partition("</section>")[0]
        for words in ("«Это не я»", "отказ из файла", "Реклама", "Все сообщения", "на все контакты", "+7 9•• •••-••-"):
            assert words in stops
        assert "с 01.01.2026" in stops
        assert lift_url(stop, world.customer.pk) in stops
        assert lift_url(general, world.customer.pk) in stops

    def test_are_shown_to_marketing_without_a_way_to_lift_them(self, world: World) -> None:
        stop = denied(world)

        page = client_of(world.people[Role.MARKETING]).get(card(world, Role.MARKETING)).content.decode()

        assert "Запреты на сообщения" in page
        assert lift_url(stop, world.customer.pk) not in page
        assert "Закрыть ссылки клиента" not in page

    def test_make_a_yes_that_they_override_read_as_stopped(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])
        assert "остановлено" not in client.get(card(world, Role.DPO)).content.decode()
        StopFactory(customer=world.customer, reason="imported")

        page = client.get(card(world, Role.DPO)).content.decode()
        found = client.post("/staff/register/", {"text": world.customer.external_id}).content.decode()

        states = page.partition("Что действует сейчас")[2].partition("</section>")[0]
        assert states.index("остановлено") < states.index("разрешено")
        assert "tag--ok" not in states
        assert "остановлено" in found
        assert "разрешено" not in found


class TestLifting:
    """A question, a typed reason, one row of the journal."""

    def test_asks_first_and_changes_nothing_without_a_reason(self, world: World) -> None:
        stop, client = denied(world), client_of(world.people[Role.OPERATOR])
        url = lift_url(stop, world.customer.pk)

        asked = client.get(url).content.decode()
        refused = client.post(url, {"reason": "да"})

        assert "Снять запрет с клиента" in asked
        assert "Контакт снова откроется" in asked
        assert "Клиент сам просит" not in asked
        assert refused.status_code == 200
        assert Stop.objects.filter(pk=stop.pk, lifted_at=None).exists()
        assert not LIFTED.exists()

    def test_of_not_me_opens_the_contact_and_is_written_down(self, world: World) -> None:
        stop, operator = denied(world), world.people[Role.OPERATOR]

        answer = client_of(operator).post(lift_url(stop, world.customer.pk), REASON, follow=True)

        assert answer.request["PATH_INFO"] == f"/staff/customers/{world.customer.pk}/"
        assert "контакт снова открыт" in answer.content.decode()
        assert ContactPoint.objects.get(pk=world.contact.pk).is_current
        event = ConsentEvent.objects.get(kind=EventKind.CONTACT_RESTORED)
        assert (event.contact, event.actor_kind, event.actor) == (world.contact.uuid, "staff", str(operator.pk))
        stop.refresh_from_db()
        assert stop.lifted_by == str(operator.pk)
        row = LIFTED.get()
        assert (row.user, row.object_id, row.reason) == (operator, str(world.customer.pk), REASON["reason"])
        assert row.details == {"stop": "not_mine", "scope": "all", "is_asked": None, "is_reopened": True}

    @pytest.mark.parametrize("reason", ["refused_all", "unsubscribed", "imported"])
    def test_of_what_the_person_asked_for_needs_the_person_to_ask(self, world: World, reason: str) -> None:
        stop = StopFactory(customer=world.customer, reason=reason)
        url, client = lift_url(stop, world.customer.pk), client_of(world.people[Role.DPO])

        question = client.get(url).content.decode()
        refused = client.post(url, REASON).content.decode()

        assert "поставлен по просьбе клиента" in question
        assert "только если клиент сам просит снова писать" in question
        assert "Без просьбы клиента этот запрет не снимается" in refused
        assert not LIFTED.exists()
        answer = client.post(url, ASKED, follow=True)
        assert answer.request["PATH_INFO"] == f"/staff/register/{world.customer.pk}/"
        assert not Stop.objects.filter(customer=world.customer, lifted_at=None).exists()
        assert LIFTED.get().details["is_asked"] is True

    def test_warns_that_a_dead_address_is_lifted_for_everybody(self, world: World) -> None:
        stop = StopFactory(customer=None, kind="phone", value=world.contact.value, reason=StopReason.BOUNCED)

        page = client_of(world.people[Role.OPERATOR]).get(lift_url(stop, world.customer.pk)).content.decode()

        assert "снимется у всех" in page
        assert world.contact.value not in page

    def test_twice_is_once(self, world: World) -> None:
        stop, client = denied(world), client_of(world.people[Role.OPERATOR])
        url = lift_url(stop, world.customer.pk)

        answers = [client.post(url, REASON, follow=True) for _ in range(3)]

        assert {answer.status_code for answer in answers} == {200}
        assert "Этого запрета уже нет" in answers[-1].content.decode()
        assert LIFTED.count() == ConsentEvent.objects.filter(kind=EventKind.CONTACT_RESTORED).count() == 1

    def test_from_the_page_of_another_customer_does_nothing(self, world: World) -> None:
        stop = denied(world)
        other = ContactPointFactory().customer_id

        client_of(world.people[Role.OPERATOR]).post(lift_url(stop, other), ASKED)

        assert Stop.objects.filter(pk=stop.pk, lifted_at=None).exists()
        assert not LIFTED.exists()

    @pytest.mark.parametrize("role", [Role.MARKETING, Role.ADMINISTRATOR])
    def test_by_another_role_does_nothing(self, world: World, role: Role) -> None:
        stop = denied(world)

        answer = client_of(world.people[role]).post(lift_url(stop, world.customer.pk), ASKED)

        assert answer.status_code == 403
        assert Stop.objects.filter(pk=stop.pk, lifted_at=None).exists()


class TestClosingLinks:
    """A letter reached the wrong person: none of the customer's links opens any more."""

    def _links(self, world: World) -> list[str]:
        until = timezone.now() + timedelta(days=1)
        return [link_make(customer_id=world.customer.pk, expires_at=until).token for _ in range(2)]

    def _url(self, world: World) -> str:
        return f"/staff/customers/{world.customer.pk}/links/close/"

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.DPO])
    def test_asks_first_and_then_closes_all_of_them_and_writes_it_down(self, world: World, role: Role) -> None:
        tokens, client = self._links(world), client_of(world.people[role])
        assert self._url(world) in client.get(card(world, role)).content.decode()

        question = client.get(self._url(world)).content.decode()
        assert "Действующих ссылок: 2" in question
        assert Client().get(f"/k/{tokens[0]}").status_code == 303
        answer = client.post(self._url(world), follow=True)

        assert "Закрыто ссылок: 2" in answer.content.decode()
        assert answer.request["PATH_INFO"] == card(world, role)
        assert {Client().get(f"/k/{token}").status_code for token in tokens} == {404}
        row = CLOSED.get()
        assert (row.user, row.object_id, row.details) == (
            world.people[role],
            str(world.customer.pk),
            {"count": 2},
        )

    def test_leaves_the_links_of_others(self, world: World) -> None:
        until = timezone.now() + timedelta(days=1)
        link_make(customer_id=ContactPointFactory().customer_id, expires_at=until)
        kept = Link.objects.latest("id").pk

        client_of(world.people[Role.OPERATOR]).post(self._url(world))

        assert link_view(link_id=kept) is not None

    def test_again_finds_none(self, world: World) -> None:
        self._links(world)
        client = client_of(world.people[Role.OPERATOR])

        answers = [client.post(self._url(world), follow=True).content.decode() for _ in range(2)]

        assert "Закрыто ссылок: 0" in answers[-1]
        assert list(CLOSED.order_by("id").values_list("details__count", flat=True)) == [2, 0]

    @pytest.mark.parametrize("role", [Role.MARKETING, Role.ADMINISTRATOR])
    def test_by_another_role_does_nothing(self, world: World, role: Role) -> None:
        tokens = self._links(world)

        answer = client_of(world.people[role]).post(self._url(world))

        assert answer.status_code == 403
        assert Client().get(f"/k/{tokens[0]}").status_code == 303
