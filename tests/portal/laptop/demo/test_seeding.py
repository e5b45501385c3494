"""The demo company: nobody real is written to, the printed link counts, and what is printed belongs to its database."""

import io
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from consents.customers.customers_read import customers_of_source
from consents.ledger.checking.checking import ledger_check
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import key_create
from consents.models import ConsentEvent, Receipt
from notify.campaigns.funnel import funnel
from notify.links.issuing import customer_links_revoke
from notify.links.tracking import LinkStage, stage_record
from notify.models import Link
from portal.laptop.demo import people as demo_people
from portal.laptop.demo.note import DemoNote, note_read, note_words
from portal.laptop.demo.people import demo_file
from portal.laptop.demo.seeding import SOURCE
from portal.models import User

pytestmark = pytest.mark.django_db

PEOPLE = 15


@pytest.fixture
def note(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DemoNote:
    """A seeded installation with a folder of its own, and fewer people than a visitor gets."""
    monkeypatch.setattr(demo_people, "COUNT", PEOPLE)
    settings.VAR_DIR = tmp_path
    call_command("seed_demo", stdout=io.StringIO())
    made = note_read()
    assert made is not None
    return made


def test_every_address_of_the_demo_lies_in_a_zone_that_nobody_serves() -> None:
    cells = demo_file().decode("utf-8-sig").replace("\r\n", ";").split(";")
    addresses = [cell for cell in cells if "@" in cell]

    assert len(addresses) > 100
    assert [address for address in addresses if not address.endswith("@mail.example")] == []


def test_the_printed_link_moves_the_funnel_of_the_letter(note: DemoNote) -> None:
    before = funnel(campaign_id=note.demo.campaign_id)
    link_id = Link.objects.order_by("-id").values_list("id", flat=True)[0]

    stage_record(link_id=link_id, stage=LinkStage.CONFIRMED)

    after = funnel(campaign_id=note.demo.campaign_id)
    assert sum(row.confirmed for row in after) == sum(row.confirmed for row in before) + 1
    assert Client().get(note.path).status_code == 303


def test_every_printed_password_opens_its_account(note: DemoNote) -> None:
    words = note_words(note)

    assert len(note.demo.accounts) == 4
    for account in note.demo.accounts:
        assert User.objects.get(email=account.email, role=account.role).check_password(account.password)
        assert account.password in words


def test_the_note_is_readable_for_its_owner_only(note: DemoNote, tmp_path: Path) -> None:
    (file,) = (tmp_path / "secrets").iterdir()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_start_over_a_live_link_keeps_it_and_a_port_of_its_own_is_followed(
    note: DemoNote, settings: Settings
) -> None:
    settings.SITE_URL = "http://127.0.0.1:8080"
    again = note_read()

    assert again == note
    assert f"http://127.0.0.1:8080{note.path}" in note_words(note)


def test_a_link_that_no_longer_opens_is_replaced_by_one_that_does(note: DemoNote) -> None:
    customer_links_revoke(customer_id=Link.objects.latest("id").customer_id)

    fresh = note_read()

    assert fresh is not None
    assert fresh.demo == note.demo
    assert fresh.token != note.token
    assert Client().get(fresh.path).status_code == 303
    assert note_read() == fresh


def test_another_database_behind_the_same_folder_gets_nothing_of_it(note: DemoNote) -> None:
    """Another database has other accounts: the first of them was made at another moment."""
    first = User.objects.order_by("pk").get(pk=User.objects.order_by("pk").values("pk")[:1])
    User.objects.filter(pk=first.pk).update(date_joined=first.date_joined + timedelta(seconds=1))
    assert note_read() is None

    User.objects.filter(pk=first.pk).update(date_joined=first.date_joined)
    assert note_read() == note


def test_an_installation_in_use_is_left_alone(note: DemoNote) -> None:
    count = len(customers_of_source(source=SOURCE))

    with pytest.raises(CommandError, match="только в пустой установке"):
        call_command("seed_demo", stdout=io.StringIO())

    assert len(customers_of_source(source=SOURCE)) == count == PEOPLE


def test_the_evidence_of_the_demo_is_what_pages_would_have_sealed(note: DemoNote) -> None:
    events = list(ConsentEvent.objects.filter(actor_kind="customer").select_related("evidence"))
    kept = {(event.kind, *map(event.evidence.personal.get, ("button", "box_default", "box"))) for event in events}

    assert kept | {("refused", "Не разрешаю", "unticked", "empty")} == {
        ("contact_confirmed", "Подтвердить", None, None),
        ("granted", "Разрешаю", "unticked", "ticked"),
        ("refused", "Не разрешаю", "unticked", "empty"),
    }
    assert {event.evidence.personal["page_language"] for event in events} == {"ru"}
    answers = {event.id for event in events if event.kind in ("granted", "refused")}
    assert answers == {one for receipt in Receipt.objects.all() for one in receipt.event_ids}


def test_the_ledger_of_the_demo_is_whole_with_all_that_its_proofs_rest_on(note: DemoNote, settings: Settings) -> None:
    settings.SEAL_KEY_FILE = Path(settings.VAR_DIR) / "secrets" / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)

    ledger_seal()

    assert ledger_check().kept == []
