"""From a claimed row to a message that can leave: texts compiled once, filled for each person."""

import html
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from consents.accent import DEFAULT_ACCENT, words_on
from consents.documents.operator import Operator, operator_current
from consents.enums import Channel, LegalBasis
from consents.reach.recipients import RecipientRow
from notify.channels.base import Button, OutboundMessage
from notify.conf import notify_conf
from notify.enums import TextKind
from notify.links.issuing import IssuedLink, token_bits
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

LAYOUT_FIELDS: Final = (*FIELDS, "картинка", "отписка")
"""Fields that only our own layout prints: address of the QR picture, address of the one-click unsubscribe."""

DEFAULT_BUTTON: Final = "Открыть личную страницу"
SENDER_ID: Final = "mostik"
SAMPLE_NAME: Final = "Анна Петровна Ёлкина"


class Unwritable(Exception):
    """This message cannot be written: its code has run out, nobody is there to read it. ``reason`` goes to its row."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CampaignText:
    """One campaign's texts, checked and cut."""

    campaign_id: int
    channel: Channel
    touchpoint_id: int
    link_life: timedelta
    subject: Compiled
    text: Compiled
    html: Compiled | None
    button: Compiled
    company: str
    feedback_id: str

    def values(self, recipient: RecipientRow, link: IssuedLink) -> Values:
        """What this person's copy is filled with."""
        addresses = {"ссылка": link.url, "картинка": link.qr_url, "отписка": link.unsubscribe_url}
        return self.values_for(recipient, Values(addresses))

    def values_for(self, recipient: RecipientRow, addresses: Values) -> Values:
        """The same with addresses given: a preview has only an example of them."""
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
        """The person's copy. Raises `HeaderRefused` when a value would break a header."""
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


def campaign_text(*, campaign_id: int) -> CampaignText:
    """Read and compile one campaign. Its text does not change after the launch, so keep it for a chunk."""
    campaign = Campaign.objects.get(pk=campaign_id)
    touchpoint, _ = Touchpoint.objects.get_or_create(campaign_id=campaign_id, kind=campaign.channel, label="")
    return text_of(campaign, touchpoint_id=touchpoint.pk)


def text_of(campaign: Campaign, *, touchpoint_id: int) -> CampaignText:
    """Compile ``campaign`` as it is in memory: a preview has no touchpoint yet."""
    operator = operator_current()
    channel = Channel(campaign.channel)
    is_letter = channel.spec.is_letter
    return CampaignText(
        campaign_id=campaign.pk,
        channel=channel,
        touchpoint_id=touchpoint_id,
        link_life=timedelta(days=campaign.link_days),
        subject=header_compile(campaign.subject),
        text=_mail_text(campaign, operator) if is_letter else text_compile(campaign.text),
        html=_mail_html(campaign, operator) if is_letter else None,
        button=header_compile(campaign.button or DEFAULT_BUTTON),
        company=operator.short_name if operator else "",
        feedback_id=f"c{campaign.pk}:{campaign.text_kind}:{operator.inn if operator else ''}:{SENDER_ID}",
    )


def _mail_html(campaign: Campaign, operator: Operator | None) -> Compiled:
    context = _context(campaign, operator) | {"body": mark_safe(html_source(campaign.text))}  # noqa: S308 - escaped by html_source
    return text_compile(render_to_string("messages/email/campaign.html", context), fields=LAYOUT_FIELDS)


def _mail_text(campaign: Campaign, operator: Operator | None) -> Compiled:
    context = _context(campaign, operator) | {"body": campaign.text.replace("\r\n", "\n").strip()}
    return text_compile(render_to_string("messages/email/campaign.txt", context), fields=LAYOUT_FIELDS)


def _context(campaign: Campaign, operator: Operator | None) -> dict[str, object]:
    return {
        "company": company_words(operator),
        "button": campaign.button or DEFAULT_BUTTON,
        "subject": campaign.subject,
        "has_link": "ссылка" in text_compile(campaign.text).fields,
        "by_consent": campaign.legal_basis == LegalBasis.CONSENT,
        "is_advertising": campaign.text_kind == TextKind.ADVERTISING,
    }


def company_words(operator: Operator | None) -> dict[str, str]:
    """Requisites as plain strings that cannot be taken for a placeholder."""
    names = ("name", "short_name", "inn", "ogrn", "licence", "address", "website", "support_phone", "accent")
    if operator is None:
        return dict.fromkeys(names, "") | {"accent": DEFAULT_ACCENT, "on_accent": words_on(DEFAULT_ACCENT)}
    words = {name: str(getattr(operator, name)).replace("((", "( (") for name in names}
    return words | {"on_accent": words_on(operator.accent)}


def sample_values(
    *, channel: str, company: str, name: str = SAMPLE_NAME, flags: frozenset[str] = frozenset(FLAGS)
) -> Values:
    """Values for a test or a preview: nobody's link, but one as long as the channel's own."""
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
