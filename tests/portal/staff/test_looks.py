"""Every look and search leaves a record, in the same transaction, without the personal data itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from consents.enums import Purpose
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import key_create
from consents.models import ContactPoint
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded
from portal.audit.request_actor import actor_of
from portal.models import ExportJob, StaffAction
from portal.models.user import Role
from tests.consents.tampering import as_superuser
from tests.factories.consents import ContactPointFactory, CustomerFactory, answer_make
from tests.factories.staff import client_of, user_make
from tests.portal.staff.world import World

Path = Callable[[World], str]

LOOKS: list[tuple[Role, Path, str, str]] = [
    (Role.DPO, lambda w: f"/staff/register/{w.customer.pk}/", "register.viewed", "customer"),
    (Role.DPO, lambda w: f"/staff/register/{w.customer.pk}/event/{w.event}/", "register.text_viewed", "customer"),
    (Role.DPO, lambda w: f"/staff/register/{w.customer.pk}/receipt/{w.receipt}/", "receipt.viewed", "customer"),
    (Role.DPO, lambda _: "/staff/register/events/?kind=granted", "register.events_viewed", "register"),
    (Role.OPERATOR, lambda w: f"/staff/customers/{w.customer.pk}/", "customer.viewed", "customer"),
    (Role.OPERATOR, lambda _: "/staff/inbox/", "inbox.listed", "dialogue"),
    (Role.OPERATOR, lambda w: f"/staff/inbox/{w.dialogue.pk}/", "dialogue.viewed", "dialogue"),
    (Role.MARKETING, lambda _: "/staff/customers/group/sms/", "customer.listed", "customer"),
    (Role.MARKETING, lambda w: f"/staff/campaigns/{w.draft.pk}/preview/", "campaign.previewed", "campaign"),
    (Role.MARKETING, lambda w: f"/staff/campaigns/{w.draft.pk}/letter/0/", "campaign.previewed", "campaign"),
    (Role.DPO, lambda w: f"/staff/campaigns/{w.review.pk}/launch/", "campaign.previewed", "campaign"),
    (Role.MARKETING, lambda w: f"/staff/campaigns/{w.running.pk}/people/sent/", "campaign.listed", "campaign"),
    (Role.MARKETING, lambda w: f"/staff/campaigns/{w.running.pk}/messages/unknown/", "campaign.listed", "campaign"),
]


def _last() -> StaffAction:
    return StaffAction.objects.latest("id")


@pytest.mark.parametrize(("role", "path", "action", "kind"), LOOKS, ids=range(len(LOOKS)))
def test_a_look_is_written_down(world: World, role: Role, path: Path, action: str, kind: str) -> None:
    before = StaffAction.objects.count()

    answer = client_of(world.people[role]).get(path(world))

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert StaffAction.objects.count() == before + 1
    assert (_last().action, _last().object_kind, _last().user) == (action, kind, world.people[role])


@pytest.mark.parametrize(
    ("role", "path", "action"),
    [
        (Role.DPO, "/staff/register/", "register.searched"),
        (Role.OPERATOR, "/staff/customers/", "customer.searched"),
        (Role.OPERATOR, "/staff/inbox/", "inbox.searched"),
    ],
)
def test_a_search_is_written_down_by_whom_it_found(world: World, role: Role, path: str, action: str) -> None:
    page = client_of(world.people[role]).post(path, {"text": world.contact.value})

    assert world.customer.external_id in page.content.decode()
    assert (_last().action, _last().details) == (action, {"found": 1, "customers": [world.customer.pk]})


def test_a_list_is_written_down_by_whom_it_showed(world: World) -> None:
    page = client_of(world.people[Role.OPERATOR]).get("/staff/customers/group/sms/").content.decode()

    assert world.customer.external_id in page
    assert _last().details == {"group": "sms", "customers": [world.customer.pk]}


def test_no_record_holds_a_contact_a_name_or_what_was_typed(world: World) -> None:
    dpo, operator = client_of(world.people[Role.DPO]), client_of(world.people[Role.OPERATOR])
    for text in (world.contact.value, "Ёлкина", "lena@yandex.ru"):
        dpo.post("/staff/register/", {"text": text})
        operator.post("/staff/customers/", {"text": text})
    dpo.get(f"/staff/register/{world.customer.pk}/")
    operator.post(f"/staff/customers/{world.customer.pk}/open/", {"reason": "клиент звонит"})

    stored = str(list(StaffAction.objects.values("action", "object_id", "reason", "details")))

    for value in (*ContactPoint.objects.values_list("value", flat=True), "Ёлкина", "lena@yandex.ru"):
        assert value not in stored


class TestTheDesk:
    """One customer at a time, with a reason."""

    def test_the_card_is_masked(self, world: World) -> None:
        page = client_of(world.people[Role.OPERATOR]).get(f"/staff/customers/{world.customer.pk}/").content.decode()

        assert world.contact.value[2:] not in page.replace("\xa0", "").replace("-", "")
        assert world.customer.name not in page
        assert "Ё. А. П." in page

    def test_a_reason_opens_it_and_stays_in_the_journal(self, world: World) -> None:
        client = client_of(world.people[Role.OPERATOR])
        email = ContactPoint.objects.get(customer=world.customer, kind="email").value

        refused = client.post(f"/staff/customers/{world.customer.pk}/open/", {"reason": "да"}).content.decode()
        assert email not in refused
        assert not StaffAction.objects.filter(action="customer.revealed").exists()
        opened = client.post(f"/staff/customers/{world.customer.pk}/open/", {"reason": "клиент звонит"})

        assert email in opened.content.decode()
        assert "no-store" in opened["Cache-Control"]
        assert (_last().action, _last().reason) == ("customer.revealed", "клиент звонит")

    def test_the_next_look_is_masked_again(self, world: World) -> None:
        client = client_of(world.people[Role.OPERATOR])
        client.post(f"/staff/customers/{world.customer.pk}/open/", {"reason": "клиент звонит"})

        page = client.get(f"/staff/customers/{world.customer.pk}/").content.decode()

        assert "контакты скрыты" in page

    def test_finds_nobody_by_a_beginning_or_a_name(self, world: World) -> None:
        client = client_of(world.people[Role.OPERATOR])

        for text in ("Ёлкина Алёна Петровна", world.customer.external_id[:-1], world.contact.value[:-1]):
            page = client.post("/staff/customers/", {"text": text}).content.decode()
            assert "Никто не найден" in page

    def test_two_people_with_one_phone_are_both_found(self, world: World) -> None:
        ContactPointFactory(customer=CustomerFactory(external_id="К-сосед"), value=world.contact.value)

        page = client_of(world.people[Role.OPERATOR]).post("/staff/customers/", {"text": world.contact.value})

        assert "К-сосед" in page.content.decode()
        assert world.customer.external_id in page.content.decode()


class TestTheLedgerPages:
    """What waits for its first seal is not called empty."""

    @pytest.mark.parametrize("path", ["/staff/register/ledger/", "/staff/"])
    def test_events_that_wait_are_not_called_missing(self, world: World, path: str) -> None:
        page = client_of(world.people[Role.DPO]).get(path).content.decode()

        assert "ещё нет записей" not in page
        assert "записей ещё нет" not in page
        assert "первой подписи" in page


@pytest.mark.django_db
class TestOneTransaction:
    """The act and its record stay or go together."""

    def _request(self) -> HttpRequest:
        request = RequestFactory().post("/staff/")
        request.user = user_make(Role.DPO)
        return request

    def test_an_act_that_fails_leaves_no_record(self) -> None:
        with pytest.raises(LookupError), recorded(actor_of(self._request()), AuditedAction.LEDGER_CHECKED):
            raise LookupError

        assert not StaffAction.objects.exists()

    def test_a_record_that_fails_takes_the_act_back(self) -> None:
        request = self._request()
        author: Any = request.user

        with (
            pytest.raises(TypeError),
            recorded(actor_of(request), AuditedAction.EXPORT_REQUESTED, details={"not JSON": object()}),
        ):
            ExportJob.objects.create(kind="period", created_by=author)

        assert not ExportJob.objects.exists()

    def test_a_record_is_never_changed_or_deleted(self, world: World) -> None:
        client_of(world.people[Role.DPO]).get(f"/staff/register/{world.customer.pk}/")

        for change in (lambda: StaffAction.objects.update(actor="другой"), lambda: StaffAction.objects.all().delete()):
            with (
                pytest.raises(Exception, match="only added"),
                recorded(actor_of(self._request()), AuditedAction.LEDGER_CHECKED),
            ):
                change()

    def test_a_word_of_a_proxy_instead_of_an_address_is_left_out(self) -> None:
        request = self._request()
        request.META["REMOTE_ADDR"] = "unknown"

        with recorded(actor_of(request), AuditedAction.LEDGER_CHECKED):
            pass

        assert _last().ip is None


class TestTheRegister:
    """The person's page and the exact text."""

    def test_shows_the_text_that_the_person_saw_and_compares_its_hash(self, world: World) -> None:
        page = client_of(world.people[Role.DPO]).get(f"/staff/register/{world.customer.pk}/event/{world.event}/")

        text = page.content.decode()
        assert "Контрольная сумма совпала." in text
        assert '<div class="paper prewrap">Согласие\n</div>' in text
        assert "войдёт в подписанный журнал" in text

    def test_an_event_of_somebody_else_is_not_found(self, world: World) -> None:
        stranger = CustomerFactory()

        answer = client_of(world.people[Role.DPO]).get(f"/staff/register/{stranger.pk}/event/{world.event}/")

        assert answer.status_code == 404

    def test_the_pseudonym_leads_to_the_person(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])

        answer = client.get(f"/staff/register/subject/{world.customer.subject}/")

        assert answer["Location"] == f"/staff/register/{world.customer.pk}/"

    def test_the_journal_of_events_names_nobody(self, world: World) -> None:
        page = client_of(world.people[Role.DPO]).get("/staff/register/events/").content.decode()

        assert world.customer.name not in page
        assert "Согласие дано: сервисные сообщения, СМС" in page


def test_pages_about_an_event_open_when_a_node_of_the_tree_is_gone(world: World, settings: Settings) -> None:
    """The proof is what is missing then, not the event."""
    settings.SEAL_KEY_FILE = settings.VAR_DIR / "keys" / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)
    for _ in range(4):
        answer_make(ContactPointFactory(customer=CustomerFactory(), confirmed=True), Purpose.SERVICE)
    ledger_seal()
    as_superuser("DELETE FROM consents_treenode")
    dpo = client_of(world.people[Role.DPO])

    for page in (f"event/{world.event}/", f"receipt/{world.receipt}/"):
        answer = dpo.get(f"/staff/register/{world.customer.pk}/{page}")

        assert answer.status_code == 200
        assert "не удаётся подтвердить запись" in answer.content.decode()
