"""Codes, notices, tests, replies: rows of priority 0 in a queue of their own, so that no campaign holds them up.

The way in starts ``send_transactional`` on commit. What must not lie in a row (the code, the text) is made when
the message leaves.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.utils import translation

from consents.channels.spec import Style
from consents.conf import code_key, code_limits
from consents.database.clock import database_now
from consents.documents.company_reading import CompanyView, company_current
from consents.enums import Channel, ContactKind
from consents.reach.recipients import RecipientRow
from consents.verification.codes import code_of
from consents.verification.confirming import code_for_sending
from consents.words import span_words
from notify.channel_settings import codes_pass
from notify.channels.base import Button, OutboundMessage
from notify.conf import notify_conf
from notify.enums import MessageKind
from notify.errors import CampaignNotFound, ChannelRefused, TestAddressRefused
from notify.links.issuing import IssuedLink, LinkOrder
from notify.messages.composing import RenderFailed, company_words, sample_link, text_of
from notify.messages.queueing import message_plan
from notify.messages.staff_letters import staff_letter
from notify.messages.templates import NOTICES
from notify.models import CampaignStep, Reply
from notify.types import LeasedMessage

NOTICE_LIFE: Final = timedelta(hours=24)
TEST_LIFE: Final = timedelta(hours=1)
LANGUAGE: Final = "ru"
PERSONAL_PAGE: Final = "((личная страница))"
"""Where an answer of the bot gets its link: made when the message leaves, for no token lies in a row."""
REPLY_LINK_LIFE: Final = timedelta(days=30)

_FOLDERS: Final[Mapping[Style, str]] = {"letter": "email", "short": "sms", "dialogue": "dialogue"}
"""Whose templates a style has."""


def code_send(*, verification_uuid: UUID, customer_id: int, channel: str, expires_at: datetime) -> int:
    """Plan the message that carries the code of one verification, over the very channel that is being proven.

    A repeat for the same verification adds nothing and gives the same number. Raises `ChannelRefused` for a channel
    that carries no codes: none at all, or not without the word of the DPO and a contract (`codes_pass`).
    """
    if not codes_pass(channel):
        raise ChannelRefused(channel=channel)
    return message_plan(
        uuid5(NAMESPACE_OID, f"code:{verification_uuid}"),
        expires_at,
        kind=MessageKind.CODE,
        channel=channel,
        customer_id=customer_id,
        context={"verification": str(verification_uuid)},
    )


def staff_code_send(*, proof: UUID, phone: str, expires_at: datetime) -> int:
    """Plan the SMS with the code by which a member of staff proves their own phone; a repeat gives the same number.

    The code is made of ``proof`` when the message leaves, as those of customers.
    """
    return message_plan(
        uuid5(NAMESPACE_OID, f"staff-code:{proof}"),
        expires_at,
        kind=MessageKind.CODE,
        channel=Channel.SMS,
        address=phone,
        context={"staff_code": str(proof)},
    )


def notice_send(
    *,
    notice: str,
    channel: str,
    customer_id: int | None,
    request_key: str,
    contact_point_id: int | None = None,
    address: str = "",
    context: dict[str, str] | None = None,
) -> int:
    """Plan a notice of `NOTICES` to a contact on file, or to an ``address`` that no longer is.

    A notice tells a person of an act on their own page, so no consent is asked for. Without a ``customer_id`` it
    carries no link. A repeat with the same ``request_key`` adds nothing and gives the same number.
    """
    if notice not in NOTICES:
        raise KeyError(notice)
    return message_plan(
        uuid5(NAMESPACE_OID, f"notice:{notice}:{channel}:{customer_id}:{request_key}"),
        database_now() + NOTICE_LIFE,
        kind=MessageKind.NOTICE,
        channel=channel,
        customer_id=customer_id,
        contact_point_id=contact_point_id,
        address="" if contact_point_id else address,
        context={"notice": notice, **(context or {})},
    )


def reply_plan(*, channel: str, account: str, customer_id: int | None, request_key: str) -> int:
    """Plan the message of a `Reply`, which holds its text; a repeat with the same key gives the same number."""
    return message_plan(
        reply_reference(request_key),
        database_now() + NOTICE_LIFE,
        kind=MessageKind.REPLY,
        channel=channel,
        customer_id=customer_id,
        address=account,
    )


def reply_reference(request_key: str) -> UUID:
    """Return the reference of the message that `reply_plan` plans for this key."""
    return uuid5(NAMESPACE_OID, f"reply:{request_key}")


def step_test(*, step_id: int, asked_by_id: int, address: str = "", is_proven: bool = False) -> int:
    """Plan one copy of a step with made-up values to the person who asks; each call makes another.

    E-mail goes to the staff member's own address only. A phone or a MAX account must be one that the way in has
    checked as that person's own (``is_proven``); any other is taken in the sandbox alone, where nobody's real
    phone is reached. Raises `TestAddressRefused`.
    """
    step = CampaignStep.objects.filter(pk=step_id).values("campaign_id", "channel").first()
    if step is None:
        raise CampaignNotFound
    channel = step["channel"]
    own = get_user_model().objects.values_list("email", flat=True).get(pk=asked_by_id)
    if Channel(channel).kind == ContactKind.EMAIL:
        if address and address.lower() != own.lower():
            raise TestAddressRefused
        address = own
    elif not address or not (is_proven or notify_conf().sandbox):
        raise TestAddressRefused
    return message_plan(
        uuid4(),
        database_now() + TEST_LIFE,
        kind=MessageKind.TEST,
        campaign_id=step["campaign_id"],
        step_id=step_id,
        channel=channel,
        address=address,
    )


class TransactionalComposer:
    """Writes codes, notices, tests, replies and letters to staff."""

    def link_order(self, row: LeasedMessage) -> LinkOrder | None:
        """Return the link of a notice or of a bot's answer; None where it carries none, or has nobody to lead to."""
        if row.kind == MessageKind.REPLY:
            return _reply_link(row)
        notice = NOTICES.get(row.context.get("notice", ""))
        if notice is None or not notice.button or row.customer_id is None:
            return None
        return LinkOrder(row.id, None, database_now() + notice.link_life, notice.scope)

    def compose(self, row: LeasedMessage, recipient: RecipientRow | None, link: IssuedLink | None) -> OutboundMessage:
        """Write the message in the language of all letters."""
        with translation.override(LANGUAGE):
            if row.kind == MessageKind.CODE:
                return _code(row)
            if row.kind == MessageKind.TEST:
                return _test(row)
            if row.kind == MessageKind.REPLY:
                return _reply(row, link.url if link else "")
            if row.kind == MessageKind.STAFF:
                return staff_letter(row)
            return _notice(row, recipient, link.url if link else "")


def _code(row: LeasedMessage) -> OutboundMessage:
    is_of_staff = "staff_code" in row.context
    if is_of_staff:
        issued: tuple[str, str] | None = code_of(UUID(row.context["staff_code"]), code_key()), row.address
    else:
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
        text=render_to_string(
            f"messages/{_FOLDERS[spec.style]}/{'staff_code' if is_of_staff else 'code'}.txt", context
        ),
        html=render_to_string("messages/email/code.html", context) if spec.is_letter else "",
        sender_name=profile.short_name if profile else "",
        is_automatic=True,
    )


def _notice(row: LeasedMessage, recipient: RecipientRow | None, url: str) -> OutboundMessage:
    notice = NOTICES[row.context["notice"]]
    profile = company_current()
    company = company_words(profile)
    words = _words(row, profile, company["short_name"], url)
    paragraphs = [str(paragraph).format(**words) for paragraph in notice.paragraphs]
    context: dict[str, Any] = {
        "company": company,
        "subject": notice.subject,
        "paragraphs": paragraphs,
        "button": notice.button,
        "url": url,
    }
    spec = Channel(row.channel).spec
    text: str
    if spec.is_letter:
        text = render_to_string("messages/email/notice.txt", context)
    elif spec.style == "short":
        text = str(notice.short).format(**words)
    else:
        text = "\n\n".join(paragraphs)
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


def _reply_link(row: LeasedMessage) -> LinkOrder | None:
    """Return the link of an answer that names the personal page. What staff type is sent as it is typed."""
    named = Reply.objects.filter(message_id=row.id, text__contains=PERSONAL_PAGE).exclude(scenario="")
    if row.customer_id is None or not named.exists():
        return None
    return LinkOrder(row.id, None, database_now() + REPLY_LINK_LIFE)


def _reply(row: LeasedMessage, url: str) -> OutboundMessage:
    reply = Reply.objects.get(message_id=row.id)
    words = reply.text.replace(PERSONAL_PAGE, url) if url else reply.text
    profile = company_current()
    company = company_words(profile)
    spec = Channel(row.channel).spec
    context: dict[str, Any] = {"company": company, "subject": reply.subject, "text": words}
    return OutboundMessage(
        reference=str(row.reference),
        address=row.address,
        subject=reply.subject if spec.is_letter else "",
        text=render_to_string("messages/email/reply.txt", context) if spec.is_letter else words,
        html=render_to_string("messages/email/reply.html", context) if spec.is_letter else "",
        buttons=tuple(Button(caption) for caption in reply.buttons) if spec.has_buttons else (),
        sender_name=company["short_name"],
    )


def _words(row: LeasedMessage, profile: CompanyView | None, company: str, url: str) -> dict[str, str]:
    """Return what a notice may name: company and how to reach it, link, and the facts that came with the notice."""
    reach = (profile.support_phone or profile.dpo_email) if profile else ""
    return {name: str(value) for name, value in row.context.items()} | {
        "company": company, "reach": reach, "url": url, "by": str(Channel(row.channel).spec.by),
    }  # fmt: skip


def _test(row: LeasedMessage) -> OutboundMessage:
    step = CampaignStep.objects.get(messages=row.id)
    link = sample_link(step.channel)
    return text_of(step).compose(reference=str(row.reference), address=row.address, person=None, link=link)
