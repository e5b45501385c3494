"""What is confirmed is what was shown: where it has changed since, nothing is done and the page comes anew."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from consents.documents.publishing import edition_draft, edition_publish
from consents.documents.reading import edition_as_published
from consents.errors import DraftChanged
from consents.models import Company, Edition
from notify.enums import CampaignState
from notify.links.issuing import link_make
from notify.models import Campaign, ChannelContract, ProviderSetup, ReadyAnswer, SenderTemplate
from portal.models import StaffAction, User
from portal.models.user import Role
from tests.factories.staff import client_of, second_factor_make
from tests.portal.staff.matrix import REASON
from tests.portal.staff.world import World
from tests.support.confirming import confirm, shown_on

ACCOUNT = "users/{author}/"


def redraft(world: World) -> None:
    """A colleague writes other words into the draft that somebody looks at."""
    edition_draft(kind="policy", title=world.edition.title, body=world.edition.body + "\nПередача третьим лицам.\n")


def rename(_world: World) -> None:
    """The company gets another name while the text that names it is looked at."""
    company = Company.objects.latest("id")
    company.pk, company.name = None, "АО «Другая»"
    company.save()


def change_account(**fields: Any) -> Callable[[World], object]:
    """Another administrator changes the account."""
    return lambda world: User.objects.filter(pk=world.author.pk).update(**fields)


def new_factor(world: World) -> None:
    """The person sets up another factor by themselves."""
    second_factor_make(world.author)


def new_link(world: World) -> None:
    link_make(customer_id=world.customer.pk, expires_at=timezone.now() + timedelta(days=1))


def change_row(model: Any, name: str, **fields: Any) -> Callable[[World], object]:
    """Somebody else changes the row that the page is about."""
    return lambda world: model.objects.filter(pk=ident(world, name)).update(**fields)


def change_provider(name: str) -> Callable[[World], object]:
    """Another administrator names a set-up anew."""
    return lambda world: ProviderSetup.objects.filter(name=getattr(world, name)).update(title="Иная")


def ident(world: World, name: str) -> Any:
    value = getattr(world, name)
    return getattr(value, "pk", value)


@dataclass(frozen=True, slots=True)
class Act:
    """An act that asks first: where, by whom, what is filled in, and what changes meanwhile."""

    url: str
    role: Role
    change: Callable[[World], object]
    data: dict[str, Any] = field(default_factory=dict)
    done: int = 302


ACTS = {
    "publish": Act("documents/{edition_draft}/publish/", Role.DPO, redraft),
    "publish under another company": Act("documents/{edition_draft}/publish/", Role.DPO, rename),
    "throw a draft away": Act("documents/{edition_draft}/discard/", Role.DPO, redraft),
    "close links": Act("customers/{customer}/links/close/", Role.OPERATOR, new_link, REASON),
    "change a role": Act(ACCOUNT + "role/", Role.ADMINISTRATOR, change_account(role="operator"), {"role": "dpo"}),
    "give a password": Act(ACCOUNT + "password/", Role.ADMINISTRATOR, change_account(role="dpo"), done=200),
    "reset factors": Act(ACCOUNT + "factors/", Role.ADMINISTRATOR, new_factor),
    "switch an account off": Act(ACCOUNT + "off/", Role.ADMINISTRATOR, change_account(name="Другая")),
    "switch an account on": Act(ACCOUNT + "on/", Role.ADMINISTRATOR, change_account(role="dpo")),
    "remove a provider": Act(
        "providers/{provider_off}/remove/",
        Role.ADMINISTRATOR,
        change_provider("provider_off"),
    ),
    "rotate a secret": Act(
        "providers/{provider}/secret/new/",
        Role.ADMINISTRATOR,
        change_provider("provider"),
    ),
    "stop a campaign": Act(
        "campaigns/{running}/stop/", Role.DPO, change_row(Campaign, "running", state=CampaignState.PAUSED)
    ),
    "revoke links": Act(
        "campaigns/{running}/links/revoke/", Role.DPO, change_row(Campaign, "running", state=CampaignState.PAUSED)
    ),
    "delete a ready answer": Act(
        "inbox/ready/{ready_answer}/delete/", Role.MARKETING, change_row(ReadyAnswer, "ready_answer", text="Другое")
    ),
    "remove a template": Act(
        "channels/names/{sender_name}/templates/{template}/remove/",
        Role.ADMINISTRATOR,
        change_row(SenderTemplate, "template", text="Другой %w"),
    ),
    "end a contract": Act(
        "channels/max/contracts/{contract}/end/",
        Role.ADMINISTRATOR,
        change_row(ChannelContract, "contract", valid_until=date(2098, 6, 1)),
        {"last_day": "2098-01-01"},
    ),
}


def address(world: World, act: Act) -> str:
    return "/staff/" + act.url.format(**{name: ident(world, name) for name in World.__dataclass_fields__})


@pytest.mark.parametrize("name", ACTS)
def test_what_has_changed_since_it_was_shown_is_not_confirmed(world: World, name: str) -> None:
    act = ACTS[name]
    client, url = client_of(world.people[act.role]), address(world, act)
    form = act.data | {"shown": shown_on(client, url, act.data)}
    before = StaffAction.objects.exclude(action="customer.viewed").count()
    act.change(world)

    refused = client.post(url, form)

    assert refused.status_code == 409
    assert "данные изменились" in refused.content.decode()
    assert StaffAction.objects.exclude(action="customer.viewed").count() == before
    assert confirm(client, url, act.data).status_code == act.done


@pytest.mark.parametrize("name", ACTS)
def test_a_form_that_nobody_was_shown_confirms_nothing(world: World, name: str) -> None:
    act = ACTS[name]

    answer = client_of(world.people[act.role]).post(address(world, act), act.data)

    assert answer.status_code == 409


def test_a_form_of_one_page_confirms_nothing_on_another(world: World) -> None:
    client = client_of(world.people[Role.ADMINISTRATOR])
    off, factors = (address(world, ACTS[name]) for name in ("switch an account off", "reset factors"))

    assert client.post(off, {"shown": shown_on(client, factors)}).status_code == 409
    assert User.objects.get(pk=world.author.pk).is_active


def test_a_draft_rewritten_between_the_look_and_the_lock_is_not_published(world: World) -> None:

    shown = edition_as_published(edition_id=world.edition_draft)
    redraft(world)

    with pytest.raises(DraftChanged):
        edition_publish(edition_id=world.edition_draft, shown=shown)
    assert Edition.objects.get(pk=world.edition_draft).published_at is None
