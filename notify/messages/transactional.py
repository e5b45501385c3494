"""Texts of codes, notices and tests, made at the moment they leave."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone, translation

from consents.channels.spec import Style
from consents.conf import code_limits
from consents.documents.company_reading import company_current
from consents.enums import Channel
from consents.reach.recipients import RecipientRow
from consents.verification.confirming import code_for_sending
from consents.words import span_words
from notify.channels.base import Button, OutboundMessage
from notify.conf import notify_conf
from notify.enums import MessageKind
from notify.links.issuing import IssuedLink, LinkOrder
from notify.messages.composing import RenderFailed, company_words, sample_values, text_of
from notify.messages.templates import NOTICES
from notify.models import Campaign
from notify.types import LeasedMessage

LANGUAGE: Final = "ru"

_FOLDERS: Final[Mapping[Style, str]] = {"letter": "email", "short": "sms", "dialogue": "sms"}
"""Whose templates a style has."""


class TransactionalComposer:
    """Writes codes, notices and tests."""

    def link_order(self, row: LeasedMessage) -> LinkOrder | None:
        """Return the link of a notice; None when it has no button or nobody to lead to, or is no notice."""
        notice = NOTICES.get(row.context.get("notice", ""))
        if notice is None or not notice.button or row.customer_id is None:
            return None
        return LinkOrder(row.id, None, timezone.now() + notice.link_life, notice.scope)

    def compose(self, row: LeasedMessage, recipient: RecipientRow | None, link: IssuedLink | None) -> OutboundMessage:
        """Write the message in the language of all letters."""
        with translation.override(LANGUAGE):
            if row.kind == MessageKind.CODE:
                return _code(row)
            if row.kind == MessageKind.TEST:
                return _test(row)
            return _notice(row, recipient, link.url if link else "")


def _code(row: LeasedMessage) -> OutboundMessage:
    issued = code_for_sending(verification_uuid=UUID(row.context["verification"]))
    if issued is None:
        # It has run out, or was replaced by a newer one.
        raise RenderFailed("code_expired")
    code, target = issued
    profile = company_current()
    context: dict[str, Any] = {
        "company": company_words(profile),
        "code": code,
        "life": span_words(code_limits().ttl_s),
        "domain": notify_conf().domain,
    }
    spec = Channel(row.channel).spec
    return OutboundMessage(
        reference=str(row.reference),
        address=target,
        subject=translation.gettext("Код подтверждения") if spec.is_letter else "",
        text=render_to_string(f"messages/{_FOLDERS[spec.style]}/code.txt", context),
        html=render_to_string("messages/email/code.html", context) if spec.is_letter else "",
        sender_name=profile.short_name if profile else "",
        is_automatic=True,
    )


def _notice(row: LeasedMessage, recipient: RecipientRow | None, url: str) -> OutboundMessage:
    notice = NOTICES[row.context["notice"]]
    profile = company_current()
    company = company_words(profile)
    context: dict[str, Any] = {
        "company": company,
        "subject": notice.subject,
        "paragraphs": notice.paragraphs,
        "button": notice.button,
        "url": url,
    }
    spec = Channel(row.channel).spec
    text: str
    if spec.is_letter:
        text = render_to_string("messages/email/notice.txt", context)
    elif spec.style == "short":
        text = str(notice.short).format(company=company["short_name"], url=url)
    else:
        text = "\n\n".join(str(paragraph) for paragraph in notice.paragraphs)
    return OutboundMessage(
        reference=str(row.reference),
        address=recipient.address if recipient else row.address,
        subject=str(notice.subject) if spec.is_letter else "",
        text=text,
        html=render_to_string("messages/email/notice.html", context) if spec.is_letter else "",
        buttons=(Button(str(notice.button), url),) if url and spec.has_buttons else (),
        sender_name=company["short_name"],
        is_automatic=True,
    )


def _test(row: LeasedMessage) -> OutboundMessage:
    campaign = Campaign.objects.get(messages=row.id)
    text = text_of(campaign)
    values = sample_values(channel=campaign.channel, company=text.company)
    return text.compose(reference=str(row.reference), address=row.address, values=values)
