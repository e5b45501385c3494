"""Channels as cards: what will come there and how often."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consents.channels.spec import ContactKindSpec, Words
from consents.customers.contacts_read import OwnContact, contacts_of
from consents.enums import Channel, ContactKind
from consents.reach.barring import barred_kinds
from notify.channel_settings import channel_texts, channels_connected
from notify.links.account_tokens import channels_to_link
from portal.flows.change_preferences import choose_channels
from portal.public.forms import ChannelsForm
from portal.public.pages import Visit, customer_page, is_post, require_level, visit_mark, visit_mark_check
from portal.public.steps import lead_on
from portal.templatetags.ui import phone
from portal.visits.levels import Capability


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CHOOSE_CHANNELS)
def channels_page(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show the cards, each with its contact; the choice leads on. Choosing a channel allows nothing yet."""
    form = ChannelsForm(request.POST if is_post(request) else None)
    chosen = request.POST.getlist("channels") if form.is_bound else _chosen_before(visit)
    barred = barred_kinds(customer_id=visit.owner_id)
    cards = channel_cards(contacts_of(customer_id=visit.owner_id), chosen=chosen, barred=barred)
    if is_post(request):
        visit_mark_check(request, visit)
        if request.POST.get("decision") == "keep":
            messages.info(request, _("Ничего не изменилось: действует то, что было раньше."))
            return redirect("public:home")
    usable = {card["channel"] for card in cards if not card["disabled"]}
    if form.is_valid() and (wanted := [one for one in form.cleaned_data["channels"] if one in usable]):
        visitor = choose_channels(visitor=visit.visitor, channels=wanted)
        return lead_on(request, Visit(visitor, visit.link))
    context = {"form": form, "cards": cards, "nothing_chosen": form.is_bound, "visit_mark": visit_mark(visit)}
    context |= _barred_words(cards, barred)
    return customer_page(request, "public/channels.html", context, status=400 if form.is_bound else 200)


def channel_cards(
    contacts: list[OwnContact], *, chosen: Collection[str], barred: Collection[ContactKind] = ()
) -> list[dict[str, Any]]:
    """Describe every channel for one customer: its contact and how to change it, or what is missing.

    At contacts of the kinds ``barred`` mailings are forbidden at the operator: their channel cannot be chosen.
    """
    by_kind = {contact.kind: contact for contact in contacts}
    texts = channel_texts()
    offered = offer_of(channels_connected())
    return [
        _card(channel, by_kind.get(channel.kind), channel in chosen, offered)
        | (_closed(channel.spec.barred) if channel.kind in barred else {})
        | {"text": texts[channel]}
        for channel in Channel
        if offered.fits(channel, has_contact=channel.kind in by_kind) or offered.explains(channel)
    ]


def _barred_words(cards: Sequence[dict[str, Any]], barred: Collection[ContactKind]) -> dict[str, Any]:
    """Return the numbers at which mailings are forbidden at the operator, and the channels that are offered instead."""
    channels = [(Channel(card["channel"]), card) for card in cards]
    return {
        "barred": [card["contact"] for channel, card in channels if channel.kind in barred],
        "instead": [channel.spec.short for channel, _card in channels if channel.kind not in barred],
    }


def _chosen_before(visit: Visit) -> Collection[str]:
    selection = visit.visitor.progress.selection
    return selection.channels if selection is not None and selection.is_first_way else ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a company offers: the channels that are connected, and those of them whose account a person can link."""

    connected: frozenset[Channel]
    to_link: tuple[Channel, ...]

    def fits(self, channel: Channel, *, has_contact: bool) -> bool:
        """Return whether somebody can be reached there, or bring about that they are."""
        can_add = channel.spec.contact.code_methods is not None or channel in self.to_link
        return channel in self.connected and (has_contact or can_add)

    def explains(self, channel: Channel) -> bool:
        """Return whether its card is shown to those who have no contact too, with what is to be done elsewhere."""
        return channel in self.connected and channel.spec.contact.is_customer_number


def offer_of(connected: frozenset[Channel]) -> Offer:
    """Return what the connected channels let a customer do."""
    return Offer(connected, channels_to_link(connected))


def needs_contact(channel: Channel, contacts: Sequence[OwnContact]) -> bool:
    """Return whether a channel has no contact that it could reach. Only those count that a person can add."""
    reached = [one for one in contacts if one.kind == channel.kind and not one.kind.refuses_line(one.line_type)]
    return _is_typed(channel.spec.contact) and not reached


def _is_typed(kind: ContactKindSpec) -> bool:
    """Return whether a person adds such a contact by typing it in and entering the code that comes there."""
    return kind.code_methods is not None and not kind.is_account


def _card(channel: Channel, contact: OwnContact | None, is_chosen: bool, offered: Offer) -> dict[str, Any]:
    kind = channel.spec.contact
    card: dict[str, Any] = {
        "channel": channel.value,
        "icon": channel.spec.icon,
        "name": channel.spec.card_name,
        "input_id": f"channel_{channel.value}",
        "checked": is_chosen,
        "disabled": False,
        "contact": "",
        "tag": "",
        "tone": "neutral",
    }
    if _is_typed(kind):
        card |= {"url": reverse(f"public:contact_{channel.kind}"), "url_label": _("Изменить")}
    if kind.is_account and (contact or channel in offered.to_link):
        tag, tone = (_("подключён"), "ok") if contact else (_("подключим дальше"), "neutral")
        return card | {"tag": tag, "tone": tone}
    if contact is None:
        return card | _missing(channel.spec.contact_missing, channel.spec.contact_add)
    card["contact"] = phone(contact.value)
    if contact.line_type in channel.spec.lines_refused:
        return card | _missing(channel.spec.line_refused, channel.spec.contact_add)
    return card | ({"tag": _("подтверждён"), "tone": "ok"} if contact.confirmed else {"tag": _("подтвердим кодом")})


def _missing(word: Words, add: Words) -> dict[str, Any]:
    """Return what a channel lacks and the words of how a person can add it."""
    return _closed(word) | {"url_label": add}


def _closed(word: Words) -> dict[str, Any]:
    """Return why a channel cannot be chosen."""
    return {"disabled": True, "checked": False, "tag": word, "tone": "warn"}
