"""A channel that nobody has heard of walks through the whole house: declared and registered, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from consents.channels.registry import CHANNELS
from consents.enums import Channel, ContactKind
from consents.ledger.tree.signing import key_ring_read
from consents.models import ContactPoint, Customer
from consents.reach.channel_facts import channel_facts_store
from consents.reach.coverage import coverage, people_of
from consents.receipts.content import receipt_json
from consents.receipts.reading import receipt_view, receipts_of
from consents.touchpoint import touchpoint_labels
from notify.campaigns.drafts import steps_drafted
from notify.campaigns.funnel import funnel
from notify.campaigns.lifecycle import campaign_create, campaign_launch, campaign_submit
from notify.campaigns.planning import campaign_plan
from notify.campaigns.reading import campaign_status, step_previews
from notify.campaigns.recipients import step_forecast
from notify.channel_settings import channels_connected, channels_listed, writable_channels
from notify.channels import registry
from notify.conf import webhook_path
from notify.inbound.handling import payload_handle
from notify.messages.transactional import notice_send
from notify.models import ChannelSetting, InboundPayload, Message
from notify.outbox.loops import campaign_messages_send, transactional_messages_send
from portal.public.own_data import own_data
from tests.factories.consents import ContactPointFactory, launch_ready_make
from tests.factories.notify import spec_make
from tests.factories.staff import StaffFactory
from tests.fakes import pigeon
from tests.fakes.provider import FakeProvider
from tests.portal.public.people import customer_make, walked_to_level_one

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_launch(db: None) -> None:
    """The company and its texts stand: nothing here is about their lack."""
    launch_ready_make()


TEXT = "Здравствуйте, ((имя))! Проверьте, куда вам писать."


@pytest.fixture(autouse=True)
def loft(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    """The channel and its provider: one line in each registry, and a provider that listens on a socket."""
    monkeypatch.setitem(CHANNELS, "pigeon", pigeon.PIGEON)
    monkeypatch.setattr(registry, "PROVIDERS", [*registry.PROVIDERS, pigeon.loft_provider])
    with FakeProvider() as running:
        settings.LOFT_URL = running.url
        yield running


@pytest.fixture
def migrated(db: None) -> None:
    """What `migrate` does at its end, on a server that was updated."""
    channel_facts_store(using="default")


def ringed(**fields: object) -> Customer:
    """A customer with a phone, an address and a ring that is known to be theirs."""
    customer = customer_make(phone=f"+7916{uuid4().int % 10**7:07d}", email=f"{uuid4().hex[:12]}@yandex.ru")
    ContactPointFactory(
        customer=customer, kind="ring", value=f"R-{customer.pk}", line_type="", country="", confirmed=True, **fields
    )
    return customer


def launched(*people: Customer) -> int:
    """A campaign by pigeon, from its author's words to its rows."""
    spec = spec_make(
        channel="pigeon", subject="", text=TEXT, audience={"customer_ids": [person.pk for person in people]}
    )
    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    submitted = campaign_submit(campaign_id=campaign_id)
    campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=submitted.sha256)
    campaign_plan(campaign_id=campaign_id)
    return campaign_id


def told(call: dict[str, str], secret: str = pigeon.SECRETS[0]) -> int:
    """The provider calls the webhook; return what it is answered."""
    body = json.dumps({"at": timezone.now().isoformat(), **call}).encode()
    client = Client(headers={pigeon.SIGNATURE: pigeon.signature_of(body, secret)})
    answer = client.post(webhook_path(provider=pigeon.PROVIDER), body, content_type="application/json")
    for payload in InboundPayload.objects.filter(handled_at=None):
        payload_handle(payload_id=payload.pk)
    return answer.status_code


def test_it_is_a_channel_like_any_other() -> None:
    channel = Channel("pigeon")

    assert [one.value for one in Channel] == ["max", "sms", "email", "vk", "app", "pigeon"]
    assert [kind.value for kind in ContactKind] == ["phone", "email", "max", "vk", "app", "ring"]
    assert (channel.kind.channel, channel.kind.refuses_line("fixed")) == (channel, False)
    assert channel in channels_connected()
    assert "pigeon" in [view.channel for view in channels_listed()]
    assert channel in writable_channels()
    assert touchpoint_labels()["pigeon"] == "записка"


def test_without_a_provider_it_is_known_and_carries_nothing(settings: Settings) -> None:
    settings.LOFT_URL = ""

    assert Channel("pigeon") not in channels_connected()
    assert campaign_messages_send(channel="pigeon") == 0


def test_audience_preview_and_plan_find_its_contacts(company: None, migrated: None) -> None:
    with_ring, without = ringed(), customer_make()
    spec = spec_make(channel="pigeon", subject="", text=TEXT, audience={"customer_ids": [with_ring.pk, without.pk]})

    forecast = step_forecast(steps_drafted(spec)[0])
    (preview,) = step_previews(steps_drafted(spec)[0])

    assert (forecast.will_send, forecast.refused) == (1, {"no_contact": 1})
    assert preview.mask.startswith("Кольцо •••")
    campaign_id = launched(with_ring, without)
    assert sorted(Message.objects.filter(campaign_id=campaign_id).values_list("state", "skip_reason")) == [
        ("planned", ""),
        ("skipped", "no_contact"),
    ]


def test_coverage_counts_whom_only_it_reaches(migrated: None) -> None:
    ringed()
    only_ring = ringed()
    only_ring.contact_points.exclude(kind="ring").update(is_current=False)

    found = coverage(channels=tuple(Channel))

    assert (found.by_channel[Channel("pigeon")], found.reachable) == (1, 2)
    assert list(people_of("pigeon", channels=tuple(Channel))) == [only_ring]


def test_a_campaign_leaves_as_its_provider_can_carry_it(company: None, migrated: None, loft: FakeProvider) -> None:
    person = ringed()
    launched(person)

    assert campaign_messages_send(channel="pigeon") == 1

    (note,) = loft.taken
    assert note["address"] == f"R-{person.pk}"
    words, button = note["text"].split("\n\n")
    assert words.endswith("Проверьте, куда вам писать.")
    assert button.startswith(f"Открыть личную страницу: {site.SITE_URL}/k/")


def test_a_closed_channel_holds_it_back(company: None, migrated: None, loft: FakeProvider) -> None:
    ChannelSetting.objects.create(channel="pigeon", is_open=False)
    launched(ringed())

    campaign_messages_send(channel="pigeon", seconds=0.1)

    assert loft.taken == []


def test_its_webhook_is_verified_by_its_own_reader_and_moves_the_message(
    company: None, migrated: None, loft: FakeProvider
) -> None:
    campaign_id = launched(ringed(), ringed())
    campaign_messages_send(channel="pigeon")
    landed, eaten = Message.objects.filter(campaign_id=campaign_id).order_by("id")

    assert told({"key": "1", "word": "landed", "note": landed.provider_id}, secret="stolen") == 403
    assert not InboundPayload.objects.exists()
    assert told({"key": "1", "word": "landed", "note": landed.provider_id}) == 200
    assert told({"key": "2", "word": "eaten", "note": eaten.provider_id}, secret="old grain") == 200
    assert told({"ring": "R-1", "song": "курлык"}) == 200

    status = campaign_status(campaign_id=campaign_id)
    assert (status.sent, status.delivered, status.failed) == (1, 1, 1)
    assert funnel(campaign_id=campaign_id)[0].delivered == 1
    assert [payload.error_code for payload in InboundPayload.objects.all()] == ["", "", ""]


def test_a_notice_leaves_by_it(company: None, loft: FakeProvider) -> None:
    person = ringed()
    contact = ContactPoint.objects.get(customer=person, kind="ring")
    notice_send(
        notice="contact_changed",
        channel="pigeon",
        customer_id=person.pk,
        contact_point_id=contact.pk,
        request_key="k",
    )

    assert transactional_messages_send() == 1
    assert "этот контакт заменён другим" in loft.taken[0]["text"]


def test_its_card_its_consent_and_its_receipt(company: None, tmp_path: Path) -> None:
    person = ringed()
    walker = walked_to_level_one(person)
    walker.get("/me/contacts/")
    assert "Кольцо на подоконнике" in walker.text
    walker.get("/me/channels/")
    assert "Голубиная почта" in walker.text
    walker.press("/me/channels/", channels=["pigeon"])
    assert f"записки к кольцу R-{person.pk}" in walker.text
    walker.answer("grant")

    assert "Сервисные сообщения голубем" in walker.get("/me/done/").content.decode()
    assert "Голубиная почта" in walker.get("/me/home/").content.decode()
    assert "Голубь" in walker.get("/me/history/").content.decode()
    assert ("Кольцо", f"R-{person.pk}, из файла") in [
        (label, value.split(", подтверждён")[0]) for label, value in own_data(customer_id=person.pk).contacts
    ]
    (receipt,) = receipts_of(customer_id=person.pk)
    view = receipt_view(customer_id=person.pk, receipt_uuid=receipt.uuid)
    assert view is not None
    written = receipt_json(receipt=view, keys=key_ring_read(site.SEAL_KEY_FILE), site="https://consent.example.ru")
    records = written["dpv:hasRecordOfActivity"]
    (given,) = [record for record in records if record.get("dpv:hasConsentStatus") == "dpv:ConsentGiven"]
    assert given["mostik:channel"] == "pigeon"
    assert "pd:AccountIdentifier" in given["dpv:hasPersonalData"]
    assert given["mostik:contact"]["mostik:masked"] == "Кольцо"
