"""From a claimed row to a message that can leave: texts compiled once, filled for each person."""

import html
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from consents.accent import DEFAULT_ACCENT, words_on
from consents.documents.company_reading import CompanyView, company_current
from consents.enums import Channel, LegalBasis
from consents.reach.recipients import RecipientRow
from notify.channels.base import Button, Capabilities, OutboundMessage
from notify.conf import notify_conf
from notify.enums import TextKind
from notify.links.issuing import IssuedLink, LinkOrder, token_bits
from notify.links.tokens import BITS_PER_CHARACTER, link_path, qr_path, unsubscribe_path
from notify.messages.rendering import (
    FIELDS,
    FLAGS,
    UNNAMED,
    Compiled,
    Values,
    header_check,
    header_compile,
    html_source,
    text_compile,
)
from notify.models import Campaign, Touchpoint
from notify.types import LeasedMessage

LAYOUT_FIELDS: Final = (*FIELDS, "картинка", "отписка")
"""Fields that only our own layout prints: address of the QR picture, address of the one-click unsubscribe."""

DEFAULT_BUTTON: Final = "Открыть личную страницу"
SENDER_ID: Final = "mostik"
SAMPLE_NAME: Final = "Анна Петровна Ёлкина"


class RenderFailed(Exception):
    """A message that cannot be written: its code has run out, or its recipient is gone. ``reason`` goes to its row."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Composer(Protocol):
    """Writes the messages of one kind of row."""

    def link_order(self, row: LeasedMessage) -> LinkOrder | None:
        """Return the link that the message of ``row`` carries; None for one without."""

    def compose(self, row: LeasedMessage, recipient: RecipientRow | None, link: IssuedLink | None) -> OutboundMessage:
        """Return the message of ``row``. Raises `RenderFailed`, `NotifyError`."""


@dataclass(frozen=True, slots=True)
class CampaignText:
    """One campaign's words, checked and cut."""

    channel: Channel
    subject: Compiled
    text: Compiled
    html: Compiled | None
    button: Compiled
    company: str
    feedback_id: str

    def values(self, recipient: RecipientRow, link: IssuedLink) -> Values:
        """Return the values of this person's copy."""
        addresses = {"ссылка": link.url, "картинка": link.qr_url, "отписка": link.unsubscribe_url}
        return self.values_for(recipient, Values(addresses))

    def values_for(self, recipient: RecipientRow, addresses: Values) -> Values:
        """Return the values with addresses given: a preview has only an example of them."""
        flags = {
            "есть имя": bool(recipient.name),
            "закрытый мессенджер": recipient.has_closed_messenger,
            "контакт подтверждён": recipient.contact_confirmed,
        }
        fields = {
            **addresses.fields,
            "имя": recipient.name or UNNAMED,
            "компания": self.company,
        }
        return Values(fields, frozenset(name for name, holds in flags.items() if holds))

    def compose(self, *, reference: str, address: str, values: Values) -> OutboundMessage:
        """Return the person's copy. Raises `HeaderRefused` when a value would break a header."""
        url = values.fields["ссылка"]
        return OutboundMessage(
            reference=reference,
            address=address,
            subject=header_check(self.subject.render(values)),
            text=self.text.render(values),
            html=self.html.render(values, html.escape) if self.html else "",
            buttons=(Button(self.button.render(values), url),) if self.channel.spec.has_buttons else (),
            sender_name=self.company,
            unsubscribe_url=values.fields["отписка"] if self.channel.spec.is_letter else "",
            feedback_id=self.feedback_id,
        )


@dataclass(frozen=True, slots=True)
class CampaignRoute:
    """Where the links of one campaign are counted, and how long they live."""

    touchpoint_id: int
    link_life: timedelta


class CampaignComposer:
    """Writes the messages of campaigns. A text does not change after the launch: it is compiled once and kept."""

    def __init__(self) -> None:
        self._campaigns: dict[int, tuple[CampaignText, CampaignRoute]] = {}

    def link_order(self, row: LeasedMessage) -> LinkOrder | None:
        """Return the personal link of the message."""
        if row.campaign_id is None:
            return None
        _, route = self._campaign(row.campaign_id)
        return LinkOrder(row.id, route.touchpoint_id, timezone.now() + route.link_life)

    def compose(self, row: LeasedMessage, recipient: RecipientRow | None, link: IssuedLink | None) -> OutboundMessage:
        """Fill the campaign's text for one person."""
        if recipient is None or link is None or row.campaign_id is None:
            raise RenderFailed("no_contact")
        text, _ = self._campaign(row.campaign_id)
        values = text.values(recipient, link)
        return text.compose(reference=str(row.reference), address=recipient.address, values=values)

    def _campaign(self, campaign_id: int) -> tuple[CampaignText, CampaignRoute]:
        if campaign_id not in self._campaigns:
            campaign = Campaign.objects.get(pk=campaign_id)
            touchpoint, _ = Touchpoint.objects.get_or_create(campaign=campaign, kind=campaign.channel, label="")
            route = CampaignRoute(touchpoint.pk, timedelta(days=campaign.link_days))
            self._campaigns[campaign_id] = text_of(campaign), route
        return self._campaigns[campaign_id]


def fitted(message: OutboundMessage, *, channel: str, capabilities: Capabilities) -> OutboundMessage:
    """Return ``message`` as its provider can carry it: buttons may become lines of the text, HTML may be left out.

    Raises `RenderFailed` for a text that is longer than the channel or the provider takes.
    """
    if message.buttons and not capabilities.buttons:
        lines = "\n".join(f"{button.text}: {button.url}" for button in message.buttons)
        message = replace(message, text=f"{message.text}\n\n{lines}", buttons=())
    if message.html and not capabilities.html:
        message = replace(message, html="")
    limits = [limit for limit in (Channel(channel).spec.text_limit, capabilities.text_limit) if limit]
    if limits and len(message.text) > min(limits):
        raise RenderFailed("text_too_long")
    return message


def text_of(campaign: Campaign) -> CampaignText:
    """Compile ``campaign`` as it is in memory."""
    profile = company_current()
    channel = Channel(campaign.channel)
    is_letter = channel.spec.is_letter
    return CampaignText(
        channel=channel,
        subject=header_compile(campaign.subject),
        text=_mail_text(campaign, profile) if is_letter else text_compile(campaign.text),
        html=_mail_html(campaign, profile) if is_letter else None,
        button=header_compile(campaign.button or DEFAULT_BUTTON),
        company=profile.short_name if profile else "",
        feedback_id=f"c{campaign.pk}:{campaign.text_kind}:{profile.inn if profile else ''}:{SENDER_ID}",
    )


def _mail_html(campaign: Campaign, profile: CompanyView | None) -> Compiled:
    context = _context(campaign, profile) | {"body": mark_safe(html_source(campaign.text))}  # noqa: S308 - escaped by html_source
    return text_compile(render_to_string("messages/email/campaign.html", context), fields=LAYOUT_FIELDS)


def _mail_text(campaign: Campaign, profile: CompanyView | None) -> Compiled:
    context = _context(campaign, profile) | {"body": campaign.text.replace("\r\n", "\n").strip()}
    return text_compile(render_to_string("messages/email/campaign.txt", context), fields=LAYOUT_FIELDS)


def _context(campaign: Campaign, profile: CompanyView | None) -> dict[str, object]:
    return {
        "company": company_words(profile),
        "button": campaign.button or DEFAULT_BUTTON,
        "subject": campaign.subject,
        "has_link": "ссылка" in text_compile(campaign.text).fields,
        "by_consent": campaign.legal_basis == LegalBasis.CONSENT,
        "is_advertising": campaign.text_kind == TextKind.ADVERTISING,
    }


def company_words(profile: CompanyView | None) -> dict[str, str]:
    """Return the requisites as plain strings that cannot be taken for a placeholder."""
    names = ("name", "short_name", "inn", "ogrn", "licence", "address", "website", "support_phone", "accent")
    if profile is None:
        return dict.fromkeys(names, "") | {"accent": DEFAULT_ACCENT, "on_accent": words_on(DEFAULT_ACCENT)}
    words = {name: str(getattr(profile, name)).replace("((", "( (") for name in names}
    return words | {"on_accent": words_on(profile.accent)}


def sample_values(
    *, channel: str, company: str, name: str = SAMPLE_NAME, flags: frozenset[str] = frozenset(FLAGS)
) -> Values:
    """Return values for a test or a preview, with a made-up link as long as the channel's own."""
    site = notify_conf().site_url
    token = "0" * -(-token_bits(channel) // BITS_PER_CHARACTER)  # shaped like a token, opens nothing
    fields = {
        "имя": name or UNNAMED,
        "ссылка": site + link_path(token),
        "компания": company,
        "картинка": site + qr_path(token),
        "отписка": site + unsubscribe_path(token),
    }
    return Values(fields, flags)
