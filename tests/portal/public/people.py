"""A person at a browser: opens links, presses buttons, reads codes where the message would carry them."""

import html
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from consents.enums import ContactKind
from consents.models import ContactPoint, Customer, Verification
from consents.verification.confirming import code_for_sending
from notify.enums import MessageKind, MessageState
from notify.links.issuing import IssuedLink, link_make
from notify.models import Campaign, Link, Message
from tests.factories.consents import ContactPointFactory, CustomerFactory
from tests.factories.notify import CampaignFactory, step_of, touchpoint_make

PHONE_BROWSER = (
    "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile "
    "Safari/537.36"
)
MARKED = {
    "/me/cancel/": "/me/cancel/",
    **dict.fromkeys(("/me/deny/", "/me/refuse/"), "/me/refuse/"),
    **dict.fromkeys(
        (
            "/me/contacts/phone/", "/me/contacts/email/", "/me/contacts/confirm/", "/me/channels/",
            "/me/offers/", "/me/max/", "/me/max/skip/", "/me/done/", "/me/home/withdraw/", "/me/home/allow/",
            "/me/home/max/off/", "/me/vk/", "/me/vk/skip/", "/me/home/vk/off/",
        ),
        "/me/home/",
    ),
}  # fmt: skip
"""Addresses whose form names the visit that it was made for, each with a page that is sure to have such a form."""
CAPTIONED = {
    "/me/cancel/": "/me/cancel/",
    "/me/deny/": "/me/deny/",
    "/me/refuse/": "/me/refuse/",
    "/me/home/withdraw/": "/me/home/",
    "/me/home/max/off/": "/me/home/",
    "/me/home/vk/off/": "/me/home/",
}
"""Addresses whose form carries the captions of its page, each with that page."""
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def customer_make(*, phone: str = "+79161234512", email: str = "ivan@yandex.ru", **fields: Any) -> Customer:
    """Somebody from the file with a phone and an address; an empty value leaves one out."""
    customer = CustomerFactory(**fields)
    if phone:
        ContactPointFactory(customer=customer, value=phone)
    if email:
        ContactPointFactory(customer=customer, email=True, value=email)
    return customer


def link_for(customer: Customer, *, campaign: Campaign | None = None, **fields: Any) -> IssuedLink:
    """A live personal link, of a campaign's letter if one is given."""
    touchpoint = touchpoint_make(campaign)
    values: dict[str, Any] = {
        "expires_at": timezone.now() + timedelta(days=30),
        "touchpoint_id": touchpoint.pk,
    } | fields
    return link_make(customer_id=customer.pk, **values)


def letter_link(
    customer: Customer, kind: ContactKind = ContactKind.EMAIL, *, campaign: Campaign | None = None
) -> IssuedLink:
    """The link of a campaign's message that went to one of the customer's contacts."""
    return link_sent_to(contact_of(customer, kind), campaign=campaign)


def link_sent_to(contact: ContactPoint, *, campaign: Campaign | None = None) -> IssuedLink:
    """A live personal link in a campaign's message to this very contact."""
    campaign = campaign or CampaignFactory()
    issued = link_for(contact.customer, campaign=campaign)
    now = timezone.now()
    message = Message.objects.create(
        campaign=campaign,
        step=step_of(campaign),
        kind=MessageKind.CAMPAIGN,
        channel=ContactKind(contact.kind).channel,
        customer=contact.customer,
        contact_point=contact,
        state=MessageState.ACCEPTED,
        priority=5,
        not_before=now,
        created_at=now,
    )
    Link.objects.filter(pk=newest_link().pk).update(message=message)
    return issued


@dataclass
class Walker:
    """One browser."""

    client: Client = field(default_factory=lambda: Client(headers={"user-agent": PHONE_BROWSER}))
    page: Any = None

    def get(self, address: str) -> Any:
        """Open an address and follow where it leads."""
        self.page = self.client.get(address, follow=True)
        return self.page

    def press(self, address: str, **values: Any) -> Any:
        """Press a button and follow where it leads; a form that names its visit is looked at first."""
        if address in MARKED and "visit" not in values:
            values["visit"] = self.hidden_of(MARKED[address], "visit")
        if address in CAPTIONED and "buttons" not in values:
            values["buttons"] = self.hidden_of(CAPTIONED[address], "buttons")
        self.page = self.client.post(address, values, follow=True)
        return self.page

    @property
    def text(self) -> str:
        """What the page says."""
        return str(self.page.content.decode())

    @property
    def where(self) -> str:
        """Address of the page."""
        return str(self.page.request["PATH_INFO"])

    def hidden(self, name: str) -> str:
        """Value of a hidden field of the page."""
        return html.unescape(dict(HIDDEN.findall(self.text))[name])

    def hidden_of(self, address: str, name: str) -> str:
        """Value of a hidden field of another page; nothing where the page has none."""
        return html.unescape(dict(HIDDEN.findall(self.client.get(address).content.decode())).get(name, ""))

    def open_link(self, link: IssuedLink) -> Any:
        """Open a personal link."""
        return self.get(f"/k/{link.token}")

    def prove(self, contact: ContactPoint) -> Any:
        """Get a code to a contact on file and enter it."""
        self.press("/me/code/send/", contact=str(contact.uuid))
        return self.press("/me/code/enter/", code=code_now())

    def choose(self, *channels: str) -> Any:
        """Choose channels."""
        return self.press("/me/channels/", channels=list(channels))

    def answer(self, decision: str = "grant") -> Any:
        """Answer the text on the screen."""
        values = {"decision": decision, "shown": self.hidden("shown")}
        if decision == "grant":
            values["read"] = "on"
        return self.press(self.where, **values)


def code_now() -> str:
    """The newest code, as its message would carry it."""
    newest = Verification.objects.filter(voided_at=None, customer__isnull=False).latest("id")
    issued = code_for_sending(verification_uuid=newest.uuid)
    assert issued is not None
    return issued[0]


def half_an_hour_later() -> None:
    """Let the pauses between codes pass."""
    for row in Verification.objects.all():
        Verification.objects.filter(pk=row.pk).update(created_at=row.created_at - timedelta(minutes=30))


def contact_of(customer: Customer, kind: ContactKind = ContactKind.PHONE) -> ContactPoint:
    """A current contact of a customer."""
    return customer.contact_points.get(kind=kind, is_current=True)


def walked_to_level_one(customer: Customer, kind: ContactKind = ContactKind.PHONE) -> Walker:
    """A browser in which one contact has just been proven."""
    walker = Walker()
    walker.open_link(link_for(customer))
    walker.prove(contact_of(customer, kind))
    return walker


def answered(customer: Customer) -> Walker:
    """A browser at the end of the way: service messages by SMS allowed, a receipt taken."""
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    walker.answer("grant")
    return walker


def newest_link() -> Link:
    """The link made last."""
    return Link.objects.latest("id")
