"""From a claimed row to a message that can leave: texts compiled once, filled for each person."""

import html
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from consents.accent import DEFAULT_ACCENT, words_on
from consents.database.clock import database_now
from consents.documents.company_reading import CompanyView, company_current
from consents.enums import Channel, LegalBasis
from consents.normalise.names import address_name
from consents.reach.recipients import RecipientRow
from notify.channels.base import Button, Capabilities, Image, OutboundMessage
from notify.enums import TextKind
from notify.links.issuing import IssuedLink, LinkOrder, token_bits
from notify.links.tokens import token_sample
from notify.messages.advertising import advertising_text
from notify.messages.images import image_sent
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
from notify.models import CampaignStep, Touchpoint
from notify.types import LeasedMessage

LAYOUT_FIELDS: Final = (*FIELDS, "картинка", "отписка")
"""Fields that only our own layout prints: address of the QR picture, address of the one-click unsubscribe."""

DEFAULT_BUTTON: Final = "Открыть личную страницу"
SENDER_ID: Final = "mostik"
LOGO_HEIGHT: Final = 48
"""Points of the logo in a letter, at most."""
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
    """The words of one step, checked and cut."""

    channel: Channel
    subject: Compiled
    text: Compiled
    html: Compiled | None
    button: Compiled
    company: str
    feedback_id: str
    image: Image | None = None

    def compose(
        self, *, reference: str, address: str, person: RecipientRow | None, link: IssuedLink
    ) -> OutboundMessage:
        """Return the copy of ``person``; without one, with a made-up name and every flag.

        Raises `HeaderRefused` when a value would break a header.
        """
        values = _values(person, link, self.company)
        return OutboundMessage(
            reference=reference,
            address=address,
            subject=header_check(self.subject.render(values)),
            text=self.text.render(values),
            html=self.html.render(values, html.escape) if self.html else "",
            buttons=(Button(self.button.render(values), link.url),) if self.channel.spec.has_buttons else (),
            image=self.image,
            sender_name=self.company,
            unsubscribe_url=link.unsubscribe_url if self.channel.spec.is_letter else "",
            feedback_id=self.feedback_id,
        )


def _values(person: RecipientRow | None, link: IssuedLink, company: str) -> Values:
    name = person.name if person else SAMPLE_NAME
    fields = {
        "приветствие": _greeting(name),
        "имя": name or UNNAMED,
        "компания": company,
        "ссылка": link.url,
        "картинка": link.qr_url,
        "отписка": link.unsubscribe_url,
    }
    if person is None:
        return Values(fields, frozenset(FLAGS))
    flags = {
        "есть имя": bool(person.name),
        "иностранный мессенджер": person.has_foreign_messenger,
        "контакт подтверждён": person.contact_confirmed,
    }
    return Values(fields, frozenset(name for name, holds in flags.items() if holds))


def _greeting(name: str) -> str:
    spoken = address_name(name)
    return f"Здравствуйте, {spoken}!" if spoken else "Здравствуйте!"


def sample_link(channel: str) -> IssuedLink:
    """Return a link as long as the channel's own that opens a page with invented contacts and stores nothing."""
    return IssuedLink(token_sample(token_bits(channel)))


class CampaignComposer:
    """Writes the messages of campaigns. A text does not change after the launch: it is compiled once and kept."""

    def __init__(self) -> None:
        self._steps: dict[int, tuple[CampaignText, int, timedelta]] = {}

    def link_order(self, row: LeasedMessage) -> LinkOrder | None:
        """Return the personal link of the message."""
        if row.step_id is None:
            return None
        _, touchpoint_id, link_life = self._step(row.step_id)
        return LinkOrder(row.id, touchpoint_id, database_now() + link_life)

    def compose(self, row: LeasedMessage, recipient: RecipientRow | None, link: IssuedLink | None) -> OutboundMessage:
        """Fill the text of the step for one person."""
        if recipient is None or link is None or row.step_id is None:
            raise RenderFailed("no_contact")
        text, _, _ = self._step(row.step_id)
        return text.compose(reference=str(row.reference), address=recipient.address, person=recipient, link=link)

    def _step(self, step_id: int) -> tuple[CampaignText, int, timedelta]:
        """Return the text, where its links are counted, and how long they live."""
        if step_id not in self._steps:
            step = CampaignStep.objects.get(pk=step_id)
            touchpoint, _ = Touchpoint.objects.get_or_create(
                campaign_id=step.campaign_id, step=step, kind=step.channel, label=""
            )
            self._steps[step_id] = text_of(step), touchpoint.pk, timedelta(days=step.link_days)
        return self._steps[step_id]


def fitted(message: OutboundMessage, *, channel: str, capabilities: Capabilities) -> OutboundMessage:
    """Return ``message`` as its provider can carry it: buttons may become lines of the text, HTML may be left out.

    Raises `RenderFailed` for a text that is longer than the channel or the provider takes, and for a picture where the
    provider takes none: what was approved has one.
    """
    if message.image is not None and capabilities.images is None:
        raise RenderFailed("image_not_carried")
    if message.buttons and not capabilities.buttons:
        lines = "\n".join(f"{button.text}: {button.url}" if button.url else button.text for button in message.buttons)
        message = replace(message, text=f"{message.text}\n\n{lines}", buttons=())
    if message.html and not capabilities.html:
        message = replace(message, html="")
    limit = text_limit(channel, capabilities.text_limit)
    if limit and len(message.text) > limit:
        raise RenderFailed("text_too_long")
    return message


def text_limit(channel: str, *others: int) -> int:
    """Return how many characters a text may have by the strictest limit, the channel's or another; 0 without any."""
    return min((limit for limit in (Channel(channel).spec.text_limit, *others) if limit), default=0)


def text_of(step: CampaignStep) -> CampaignText:
    """Compile ``step`` as it is in memory, with the picture that is kept for it."""
    profile = company_current()
    channel = Channel(step.channel)
    words = _words(step, profile)
    text, html_text = text_compile(words), None
    if channel.spec.is_letter:
        plain = words.replace("\r\n", "\n").strip()
        marked = mark_safe(html_source(words))  # noqa: S308 - escaped by html_source
        has_link = "ссылка" in text.fields
        text = _letter("messages/email/campaign.txt", plain, step, profile, has_link=has_link)
        html_text = _letter("messages/email/campaign.html", marked, step, profile, has_link=has_link)
    return CampaignText(
        channel=channel,
        subject=header_compile(step.subject),
        text=text,
        html=html_text,
        button=header_compile(step.button or DEFAULT_BUTTON),
        company=profile.short_name if profile else "",
        feedback_id=f"c{step.campaign_id}:{step.text_kind}:{profile.inn if profile else ''}:{SENDER_ID}",
        image=image_sent(step),
    )


def _words(step: CampaignStep, profile: CompanyView | None) -> str:
    """Return the author's text, with what every advertising text carries."""
    if step.text_kind != TextKind.ADVERTISING:
        return step.text
    channel = Channel(step.channel).spec
    return advertising_text(
        step.text,
        company=profile.short_name if profile else "",
        fields=text_compile(step.text).fields,
        is_letter=channel.is_letter,
        is_short=channel.is_in_segments,
    )


def _letter(template: str, body: str, step: CampaignStep, profile: CompanyView | None, *, has_link: bool) -> Compiled:
    context = {
        "body": body,
        "company": company_words(profile),
        "button": step.button or DEFAULT_BUTTON,
        "subject": step.subject,
        "has_link": has_link,
        "by_consent": step.legal_basis == LegalBasis.CONSENT,
        "norm": step.norm.replace("((", "( (") if step.legal_basis == LegalBasis.LAW else "",
        "is_advertising": step.text_kind == TextKind.ADVERTISING,
    }
    return text_compile(render_to_string(template, context), fields=LAYOUT_FIELDS)


def company_words(profile: CompanyView | None) -> dict[str, str]:
    """Return the requisites as plain strings that cannot be taken for a placeholder."""
    drawn = profile.logo if profile else None
    logo = {
        "logo_url": f"{settings.SITE_URL}/brand.png?v={drawn.version}" if drawn else "",
        "logo_height": str(min(LOGO_HEIGHT, drawn.height)) if drawn else "",
    }
    names = ("name", "short_name", "inn", "ogrn", "licence", "address", "website", "support_phone", "accent")
    if profile is None:
        return dict.fromkeys(names, "") | {"accent": DEFAULT_ACCENT, "on_accent": words_on(DEFAULT_ACCENT), **logo}
    words = {name: str(getattr(profile, name)).replace("((", "( (") for name in names}
    return words | {"on_accent": words_on(profile.accent), **logo}
