"""The desk: stops are seen and lifted with a reason, links of one customer are closed; each act is written down."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from consents.answers.withdrawing import contacts_deny
from consents.enums import DemandKind, EventKind, ProofLevel, ProofMethod, StopReason
from consents.errors import StopMissing
from consents.models import ConsentEvent, ConsentState, ContactPoint, Receipt, Stop
from consents.reach.lifting import stop_lift
from consents.types import Demand
from notify.links.issuing import link_make, link_view
from notify.models import Link
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.consents import ContactPointFactory, StopFactory, circumstances_make
from tests.factories.staff import client_of
from tests.portal.staff.matrix import DEMAND, REASON, REFUSAL
from tests.portal.staff.world import World
from tests.support.confirming import confirm, shown_on

REFUSED = StaffAction.objects.filter(action="customer.refusal_recorded")
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
        general = StopFactory(
            customer=world.customer,
            scope="advertising",
            reason="imported",
            created_at=datetime(2025, 12, 31, 20, 30, tzinfo=UTC),
        )

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
    """A question, a demand with its date and sender, one row of the journal."""

    @pytest.mark.parametrize("missing", [*DEMAND, "a past day", "all"])
    def test_asks_first_and_changes_nothing_without_a_whole_demand(self, world: World, missing: str) -> None:
        stop, client = denied(world), client_of(world.people[Role.OPERATOR])
        url = lift_url(stop, world.customer.pk)

        asked = client.get(url).content.decode()
        kept = {} if missing == "all" else DEMAND | {missing: ""}
        if missing == "a past day":
            kept = DEMAND | {"received_on": (timezone.now() + timedelta(days=2)).date().isoformat()}
        refused = confirm(client, url, kept)

        assert "Снять запрет с клиента" in asked
        assert "Контакт снова откроется" in asked
        assert "Запрет снимают только по требованию" in asked
        assert "по ошибке" not in asked
        assert refused.status_code == 200
        assert Stop.objects.filter(pk=stop.pk, lifted_at=None).exists()
        assert not LIFTED.exists()

    def test_of_not_me_opens_the_contact_and_is_written_down(self, world: World) -> None:
        stop, operator = denied(world), world.people[Role.OPERATOR]

        answer = confirm(client_of(operator), lift_url(stop, world.customer.pk), DEMAND, follow=True)

        assert answer.request["PATH_INFO"] == f"/staff/customers/{world.customer.pk}/"
        assert "контакт снова открыт" in answer.content.decode()
        assert ContactPoint.objects.get(pk=world.contact.pk).is_current
        event = ConsentEvent.objects.get(kind=EventKind.CONTACT_RESTORED)
        assert (event.contact, event.actor_kind, event.actor) == (world.contact.uuid, "staff", str(operator.pk))
        stop.refresh_from_db()
        assert stop.lifted_by == str(operator.pk)
        row = LIFTED.get()
        assert (row.user, row.object_id, row.reason) == (operator, str(world.customer.pk), "")
        lifted = ConsentEvent.objects.get(kind=EventKind.STOP_LIFTED)
        assert row.details == {
            "stop": "not_mine",
            "scope": "all",
            "demand": "letter",
            "event": str(lifted.uuid),
            "is_reopened": True,
        }
        assert lifted.evidence.personal["demand_details"] == DEMAND["details"]
        assert lifted.evidence.personal["button"] == "Снять запрет"

    @pytest.mark.parametrize("reason", ["refused_all", "unsubscribed", "imported"])
    def test_of_what_the_person_asked_for_needs_the_person_to_ask(self, world: World, reason: str) -> None:
        stop = StopFactory(customer=world.customer, reason=reason)
        url, client = lift_url(stop, world.customer.pk), client_of(world.people[Role.DPO])

        question = client.get(url).content.decode()
        confirm(client, url, {"reason": "ошибка"})

        assert "поставлен по просьбе клиента" in question
        assert "только если клиент сам просит снова писать" in question
        assert not LIFTED.exists()
        answer = confirm(client, url, DEMAND, follow=True)
        assert answer.request["PATH_INFO"] == f"/staff/register/{world.customer.pk}/"
        assert not Stop.objects.filter(customer=world.customer, lifted_at=None).exists()
        assert LIFTED.get().details["stop"] == reason

    def test_warns_that_a_dead_address_is_lifted_for_everybody(self, world: World) -> None:
        stop = StopFactory(customer=None, kind="phone", value=world.contact.value, reason=StopReason.BOUNCED)

        page = client_of(world.people[Role.OPERATOR]).get(lift_url(stop, world.customer.pk)).content.decode()

        assert "снимется у всех" in page
        assert world.contact.value not in page

    def test_twice_is_once(self, world: World) -> None:
        stop, client = denied(world), client_of(world.people[Role.OPERATOR])
        url = lift_url(stop, world.customer.pk)

        form = DEMAND | {"shown": shown_on(client, url)}

        answers = [client.post(url, form, follow=True) for _ in range(3)]

        assert {answer.status_code for answer in answers} == {200}
        assert "Этого запрета уже нет" in answers[-1].content.decode()
        assert LIFTED.count() == ConsentEvent.objects.filter(kind=EventKind.CONTACT_RESTORED).count() == 1

    def test_of_a_stop_that_a_later_no_has_replaced_leaves_the_later_one(self, world: World) -> None:
        stop = StopFactory(customer=world.customer, reason="refused_all")
        client, url = client_of(world.people[Role.OPERATOR]), lift_url(stop, world.customer.pk)
        form = DEMAND | {"shown": shown_on(client, url)}
        Stop.objects.filter(pk=stop.pk).update(lifted_at=timezone.now(), lifted_by="1")
        later = StopFactory(customer=world.customer, reason="refused_all")

        answer = client.post(url, form, follow=True)

        assert "новый запрет виден ниже" in answer.content.decode()
        assert lift_url(later, world.customer.pk) in answer.content.decode()
        assert Stop.objects.filter(pk=later.pk, lifted_at=None).exists()
        assert not LIFTED.exists()

    def test_of_a_stop_with_another_time_than_the_one_shown_is_refused(self, world: World) -> None:
        stop = StopFactory(customer=world.customer, reason="refused_all")

        with pytest.raises(StopMissing):
            stop_lift(
                customer_id=world.customer.pk,
                stop_id=stop.pk,
                since=stop.created_at - timedelta(seconds=1),
                demand=Demand(kind=DemandKind.LETTER, received_on=stop.created_at.date(), sender="", details=""),
                circumstances=circumstances_make(),
            )

        assert Stop.objects.filter(pk=stop.pk, lifted_at=None).exists()

    def test_from_the_page_of_another_customer_does_nothing(self, world: World) -> None:
        stop = denied(world)
        other = ContactPointFactory().customer_id

        client_of(world.people[Role.OPERATOR]).post(lift_url(stop, other), DEMAND)

        assert Stop.objects.filter(pk=stop.pk, lifted_at=None).exists()
        assert not LIFTED.exists()

    @pytest.mark.parametrize("role", [Role.MARKETING, Role.ADMINISTRATOR])
    def test_by_another_role_does_nothing(self, world: World, role: Role) -> None:
        stop = denied(world)

        answer = client_of(world.people[role]).post(lift_url(stop, world.customer.pk), DEMAND)

        assert answer.status_code == 403
        assert Stop.objects.filter(pk=stop.pk, lifted_at=None).exists()


class TestRecordingARefusal:
    """A letter, a call, a visit to a branch: the no acts at once, and its number can be read out."""

    def _url(self, world: World) -> str:
        return f"/staff/customers/{world.customer.pk}/refusal/"

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.DPO])
    def test_acts_at_once_names_a_number_and_is_written_down(self, world: World, role: Role) -> None:
        client, staff = client_of(world.people[role]), world.people[role]
        assert self._url(world) in client.get(card(world, role)).content.decode()
        assert "Записать отказ" in client.get(self._url(world)).content.decode()

        answer = client.post(self._url(world), REFUSAL, follow=True)

        receipt = Receipt.objects.filter(customer=world.customer).latest("id")
        assert receipt.number in answer.content.decode()
        stop = Stop.objects.get(customer=world.customer)
        assert (stop.scope, stop.reason) == ("all", "staff")
        row = REFUSED.get()
        assert (row.user, row.object_id) == (staff, str(world.customer.pk))
        assert row.details == {"demand": "letter", "refused": "all", "receipt": receipt.number}
        events = ConsentEvent.objects.filter(pk__in=receipt.event_ids)
        assert {(event.actor_kind, event.actor, event.method) for event in events} == {
            ("staff", str(staff.pk), "staff")
        }
        for event in events:
            kept = event.evidence.personal
            assert (kept["demand_kind"], kept["demand_received"]) == ("letter", "2026-11-01")
            assert (kept["demand_sender"], kept["demand_details"]) == (DEMAND["sender"], DEMAND["details"])
            assert kept["button"] == "Записать отказ"

    def test_what_was_typed_stays_out_of_the_journal(self, world: World) -> None:
        client_of(world.people[Role.DPO]).post(self._url(world), REFUSAL)

        row = REFUSED.get()
        assert DEMAND["details"] not in f"{row.reason}{row.details}"

    @pytest.mark.parametrize(
        ("scope", "stopped", "refused"),
        [
            ("all:all", [("", "all")], {"service", "promotion", "advertising"}),
            ("all:advertising", [("", "advertising")], {"promotion", "advertising"}),
            ("channel:sms", [("phone", "all")], {"service", "promotion", "advertising"}),
            ("purpose:advertising", [], {"advertising"}),
            ("purpose:service", [], {"service"}),
        ],
    )
    def test_refuses_what_it_is_about_and_no_more(
        self, world: World, scope: str, stopped: list[tuple[str, str]], refused: set[str]
    ) -> None:
        client_of(world.people[Role.OPERATOR]).post(self._url(world), REFUSAL | {"scope": scope})

        stops = Stop.objects.filter(customer=world.customer)
        assert list(stops.values_list("kind", "scope")) == stopped
        noes = ConsentState.objects.filter(customer=world.customer).exclude(value="granted")
        assert set(noes.values_list("purpose", flat=True)) == refused

    def test_the_same_form_twice_is_one_refusal(self, world: World) -> None:
        client = client_of(world.people[Role.OPERATOR])

        answers = [client.post(self._url(world), REFUSAL, follow=True).content.decode() for _ in range(2)]

        assert Stop.objects.filter(customer=world.customer).count() == 1
        number = Receipt.objects.filter(customer=world.customer).latest("id").number
        assert all(number in answer for answer in answers)

    def test_another_one_that_refuses_the_same_is_recorded_too_with_a_number(self, world: World) -> None:
        client = client_of(world.people[Role.OPERATOR])
        client.post(self._url(world), REFUSAL)
        receipts = Receipt.objects.filter(customer=world.customer).count()

        again = client.post(self._url(world), REFUSAL | {"form_key": str(uuid4())}, follow=True).content.decode()

        assert Receipt.objects.filter(customer=world.customer).count() == receipts + 1
        assert Receipt.objects.filter(customer=world.customer).latest("id").number in again
        assert Stop.objects.filter(customer=world.customer, lifted_at=None).count() == 1

    @pytest.mark.parametrize("missing", [*REFUSAL])
    def test_without_one_of_its_facts_records_nothing(self, world: World, missing: str) -> None:
        answer = client_of(world.people[Role.OPERATOR]).post(self._url(world), REFUSAL | {missing: ""})

        assert answer.status_code == 200
        assert not Stop.objects.filter(customer=world.customer).exists()
        assert not REFUSED.exists()

    @pytest.mark.parametrize("role", [Role.MARKETING, Role.ADMINISTRATOR])
    def test_by_another_role_does_nothing(self, world: World, role: Role) -> None:
        answer = client_of(world.people[role]).post(self._url(world), REFUSAL)

        assert answer.status_code == 403
        assert not Stop.objects.filter(customer=world.customer).exists()


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
        assert client.post(self._url(world), {"shown": shown_on(client, self._url(world))}).status_code == 200
        assert Client().get(f"/k/{tokens[0]}").status_code == 303
        answer = confirm(client, self._url(world), REASON, follow=True)

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

        confirm(client_of(world.people[Role.OPERATOR]), self._url(world), REASON)

        assert link_view(link_id=kept) is not None

    def test_again_finds_none(self, world: World) -> None:
        self._links(world)
        client = client_of(world.people[Role.OPERATOR])

        answers = [confirm(client, self._url(world), REASON, follow=True).content.decode() for _ in range(2)]

        assert "Закрыто ссылок: 0" in answers[-1]
        assert list(CLOSED.values_list("details__count", "reason")) == [(2, REASON["reason"])]

    @pytest.mark.parametrize("role", [Role.MARKETING, Role.ADMINISTRATOR])
    def test_by_another_role_does_nothing(self, world: World, role: Role) -> None:
        tokens = self._links(world)

        answer = client_of(world.people[role]).post(self._url(world))

        assert answer.status_code == 403
        assert Client().get(f"/k/{tokens[0]}").status_code == 303
