"""Channels as cards: what will come there and how often."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consents.channels.spec import Words
from consents.customers.contacts_read import OwnContact, contacts_of
from consents.enums import Channel
from notify.channel_settings import channel_texts, channels_connected
from portal.flows.change_preferences import choose_channels
from portal.public.forms import ChannelsForm
from portal.public.pages import Visit, customer_page, is_post, require_level, visit_mark, visit_mark_check
from portal.public.steps import next_page
from portal.visits.levels import Capability


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CHOOSE_CHANNELS)
def channels_page(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show the cards; the choice leads to the first text. Choosing a channel allows nothing yet."""
    if is_post(request):
        visit_mark_check(request, visit)
    form = ChannelsForm(request.POST if is_post(request) else None)
    cards = channel_cards(
        contacts_of(customer_id=visit.owner_id), chosen=request.POST.getlist("channels") if form.is_bound else []
    )
    usable = {card["channel"] for card in cards if not card["disabled"]}
    if form.is_valid() and (wanted := [one for one in form.cleaned_data["channels"] if one in usable]):
        visitor = choose_channels(visitor=visit.visitor, channels=wanted)
        return redirect(next_page(Visit(visitor, visit.link)))
    context = {"form": form, "cards": cards, "nothing_chosen": form.is_bound, "visit_mark": visit_mark(visit)}
    return customer_page(request, "public/channels.html", context, status=400 if form.is_bound else 200)


def channel_cards(contacts: list[OwnContact], *, chosen: list[str]) -> list[dict[str, Any]]:
    """Describe every channel for one customer: usable, or what is missing."""
    by_kind = {contact.kind: contact for contact in contacts}
    texts = channel_texts()
    cards = [
        _card(channel, by_kind.get(channel.kind), channel in chosen) | {"text": texts[channel]} for channel in Channel
    ]
    return [card for card in cards if card["channel"] in channels_connected()]


def max_is_offered() -> bool:
    """Return whether there is a bot to link with."""
    return Channel.MAX in channels_connected()


def needs_contact(channel: Channel, contacts: Sequence[OwnContact]) -> bool:
    """Return whether a channel has no contact that it could reach. Only those count that a person can add."""
    reached = [one for one in contacts if one.kind == channel.kind and not one.kind.refuses_line(one.line_type)]
    return channel.spec.contact.code_methods is not None and not reached


def _card(channel: Channel, contact: OwnContact | None, is_chosen: bool) -> dict[str, Any]:
    card: dict[str, Any] = {
        "channel": channel.value,
        "icon": channel.spec.icon,
        "name": channel.spec.card_name,
        "input_id": f"channel_{channel.value}",
        "checked": is_chosen,
        "disabled": False,
        "tag": "",
        "tone": "neutral",
    }
    if channel.spec.contact.is_account:
        return card | {"tag": _("связан") if contact else "", "tone": "ok"}
    if contact is None:
        return card | _missing(channel, channel.spec.contact_missing)
    if contact.line_type in channel.spec.lines_refused:
        return card | _missing(channel, channel.spec.line_refused)
    return card | {"tag": contact.mask}


def _missing(channel: Channel, word: Words) -> dict[str, Any]:
    """Return what a channel lacks and where to add it, if a person can: by a code to the new contact."""
    lacking: dict[str, Any] = {"disabled": True, "checked": False, "tag": word, "tone": "warn"}
    if channel.spec.contact.code_methods is None:
        return lacking
    return lacking | {"url": reverse(f"public:contact_{channel.kind}"), "url_label": channel.spec.contact_add}
