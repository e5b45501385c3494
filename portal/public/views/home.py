"""The personal page: what is allowed, off at once, on by a new consent; history, own data, the way out."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from consents.answers.preferences import AnswerState
from consents.customers.contacts_read import OwnContact, contacts_of
from consents.customers.customers_read import customer_named, zone_of
from consents.enums import Channel, Purpose
from consents.ledger.history import EventView, event_of
from consents.reach.barring import barred_kinds
from consents.receipts.issuing import IssuedReceipt
from consents.receipts.pdf import shown_text_pdf
from consents.receipts.reading import receipts_of
from consents.register.search import person_timeline
from notify.channel_settings import channels_connected
from portal.errors import FormStale
from portal.flows.change_preferences import ask_consent
from portal.flows.withdraw import switch_account_off, withdraw_consent
from portal.public.buttons import CAPTIONS, buttons_shown, pressed
from portal.public.own_data import own_data
from portal.public.pages import Visit, customer_page, require_level, visit_mark, visit_mark_check
from portal.public.steps import lead_on
from portal.public.views.channels import Offer, needs_contact, offer_of
from portal.public.views.switches import switches_shown
from portal.public.words import event_words
from portal.templatetags.ui import clock, day, phone
from portal.ui.download import download
from portal.ui.zones import in_zone
from portal.visits import cookie, session
from portal.visits.evidence import request_key
from portal.visits.levels import Capability
from portal.visits.web_evidence import circumstances

LINK_WORDS: Final = {
    "max": _("Подключить MAX"),
    "vk": _("Подключить ВКонтакте"),
}


@require_safe
@require_level(Capability.SEE_OWN)
def home(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show where every consent stands, and the ways to all the rest."""
    contacts = contacts_of(customer_id=visit.owner_id)
    answers = AnswerState(visit.owner_id)
    offered = offer_of(channels_connected())
    name, number = customer_named(customer_id=visit.owner_id)
    context = {
        "whose": ", ".join(filter(None, [name, _("номер клиента %(number)s") % {"number": number} if number else ""])),
        "groups": switches_shown(answers, visit, offered, barred=barred_kinds(customer_id=visit.owner_id)),
        "offers_rules": answers.offers_rules or answers.accepted_rules is not None,
        "contacts": [_contact(contact) for contact in contacts],
        "has_unconfirmed": not all(contact.confirmed for contact in contacts),
        "accounts": _accounts(contacts, visit, offered),
        "receipts": receipts_of(customer_id=visit.owner_id),
        "zone": zone_of(customer_id=visit.owner_id),
        "visit_mark": visit_mark(visit),
        **buttons_shown("switch_off", "no_here", *(f"{one}_off" for one in _linked_channels())),
    }
    return customer_page(request, "public/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.WITHDRAW, on_read="public:home")
def withdraw(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Switch one consent off at once."""
    purpose, channel = _named(request)
    name = "no_here" if "no_here" in request.POST else "switch_off"
    how = _how(request, visit, button=name)
    receipt = withdraw_consent(customer_id=visit.owner_id, purpose=purpose, channel=channel, circumstances=how)
    said = _("Отказ принят") if name == "no_here" else _("Отзыв принят")
    return _switched_off(request, visit, receipt, said)


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CONSENT, on_read="public:home")
def allow(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Lead to the text of one consent: only an answer there switches it on. Without a contact ask for one first."""
    visit_mark_check(request, visit)
    purpose, channel = _named(request)
    visitor = ask_consent(visitor=visit.visitor, purpose=purpose, channel=channel)
    if needs_contact(channel, contacts_of(customer_id=visit.owner_id)):
        return redirect(f"public:contact_{channel.kind}")
    return lead_on(request, Visit(visitor, visit.link))


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.LINK_ACCOUNT, on_read="public:home")
def account_off(request: HttpRequest, visit: Visit, channel: str) -> HttpResponseBase:
    """Cut the tie with the account of a channel."""
    how = _how(request, visit, button=f"{channel}_off")
    receipt = switch_account_off(customer_id=visit.owner_id, channel=Channel(channel), circumstances=how)
    return _switched_off(request, visit, receipt, _("Отзыв принят"))


@require_safe
@require_level(Capability.SEE_OWN)
def history(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show all that the ledger holds about the person."""
    timeline = person_timeline(customer_id=visit.owner_id)
    return customer_page(request, "public/history.html", {"events": [event_words(event) for event in timeline]})


@require_safe
@require_level(Capability.SEE_OWN)
def event_text(request: HttpRequest, visit: Visit, event: uuid.UUID) -> HttpResponseBase:
    """Show the exact text of one event of this person."""
    found = _event_with_text(visit, event)
    return customer_page(request, "public/event_text.html", {"event": found, "personal": found.personal})


@require_safe
@require_level(Capability.SEE_OWN)
def event_text_pdf(request: HttpRequest, visit: Visit, event: uuid.UUID) -> HttpResponseBase:
    """Return the same text on paper."""
    return download(shown_text_pdf(event=_event_with_text(visit, event)), "application/pdf", "tekst.pdf")


@require_safe
@require_level(Capability.SEE_OWN)
def own_data_page(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show what is kept about the person besides answers and receipts."""
    return customer_page(request, "public/own_data.html", {"own": own_data(customer_id=visit.owner_id)})


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.FINISH, on_read="public:next")
def finish(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """End the visit, whosever it is by now, and leave nothing in the browser."""
    if visit.visitor.session_id is not None:
        session.session_end(visitor=visit.visitor)
    response = redirect("public:finished")
    cookie.cookie_drop(response)
    if request.is_secure() or settings.SANDBOX:
        # Browsers honour it on secure origins only; 127.0.0.1 is one.
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@require_safe
def finished(request: HttpRequest) -> HttpResponse:
    """Show the last page of the visit."""
    return customer_page(request, "public/finished.html")


def _event_with_text(visit: Visit, event_uuid: uuid.UUID) -> EventView:
    """Return an event of this person that keeps a text. Raises Http404."""
    found = event_of(customer_id=visit.owner_id, event_uuid=event_uuid)
    if found is None or not found.personal.get("text"):
        raise Http404
    return found


def _switched_off(request: HttpRequest, visit: Visit, receipt: IssuedReceipt | None, said: Any) -> HttpResponse:
    """Go back to the personal page and say there under which number the no was taken."""
    if receipt is not None:
        moment = in_zone(receipt.created_at, zone_of(customer_id=visit.owner_id))
        values = {"said": said, "when": f"{day(moment)} {clock(moment)}", "number": receipt.number}
        messages.success(request, _("%(said)s %(when)s, номер %(number)s. Он действует сразу.") % values)
    return redirect("public:home")


def _accounts(contacts: Sequence[OwnContact], visit: Visit, offered: Offer) -> list[dict[str, Any]]:
    """Return the accounts that can be cut off or linked: of each channel what its one button does."""
    own = {contact.kind for contact in contacts}
    return [
        {
            "is_linked": channel.kind in own,
            "url": reverse(f"public:{channel}_off" if channel.kind in own else f"public:{channel}"),
            "caption": CAPTIONS[f"{channel}_off"] if channel.kind in own else LINK_WORDS[channel],
            "key": request_key(f"{channel}-off", visit.visitor.session_id, *_ids(contacts)),
        }
        for channel in _linked_channels()
        if channel.kind in own or channel in offered.to_link
    ]


def _linked_channels() -> list[Channel]:
    """Return the channels whose accounts have pages here."""
    return [channel for channel in Channel if channel in LINK_WORDS]


def _contact(contact: Any) -> dict[str, Any]:
    is_account = contact.kind.spec.is_account
    return {
        "label": contact.kind.spec.own_name,
        "value": _("подключён") if is_account else phone(contact.value),
        "word": "" if is_account else _("подтверждён") if contact.confirmed else _("не подтверждён"),
        "tone": "ok" if contact.confirmed else "neutral",
    }


def _named(request: HttpRequest) -> tuple[Purpose, Channel]:
    """Read which consent is meant. Raises `FormStale` for words that no page of ours sends."""
    try:
        return Purpose(request.POST.get("purpose", "")), Channel(request.POST.get("channel", ""))
    except ValueError as error:
        raise FormStale from error


def _how(request: HttpRequest, visit: Visit, *, button: str) -> Any:
    """Describe a press of this visit; the form's key makes a double one a single act. Raises `FormStale`."""
    visit_mark_check(request, visit)
    key = request.POST.get("key", "")
    try:
        key = str(uuid.UUID(key))
    except ValueError as error:
        raise FormStale from error
    return pressed(circumstances(request, visit.visitor, key=key, touchpoint=visit.touchpoint), request, button)


def _ids(contacts: Any) -> list[str]:
    return [str(contact.contact_uuid) for contact in contacts]
