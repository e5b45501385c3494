"""Channels as cards: what will come there and how often."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from consents.customers.contacts_read import OwnContact, contacts_of
from consents.enums import Channel, ContactKind, LineType
from consents.words import KIND_OF
from notify.channel_settings.reading import channels_connected
from portal.flows.change_preferences import channels_choose
from portal.public.forms import ChannelsForm
from portal.public.pages import Visit, page, pressed, shown, visit_mark, visit_mark_check
from portal.public.steps import next_page
from portal.visits.levels import Act

NAMES: Final = {
    Channel.MAX: gettext_lazy("Мессенджер MAX"),
    Channel.SMS: gettext_lazy("СМС"),
    Channel.EMAIL: gettext_lazy("Электронная почта"),
}
TEXTS: Final = {
    Channel.MAX: gettext_lazy(
        "Ответы на обращения и ход операций в диалоге с нашим ботом. Только по делу, обычно до трёх сообщений в неделю."
    ),
    Channel.SMS: gettext_lazy("Короткие и срочные сообщения: статус, напоминание. Обычно до двух сообщений в неделю."),
    Channel.EMAIL: gettext_lazy("Подробные письма и документы. Обычно до двух писем в неделю."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@page(Act.CHOOSE_CHANNELS)
def channels_page(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show the cards; the choice leads to the first text. Choosing a channel allows nothing yet."""
    if pressed(request):
        visit_mark_check(request, visit)
    form = ChannelsForm(request.POST if pressed(request) else None)
    cards = channel_cards(
        contacts_of(customer_id=visit.owner_id), chosen=request.POST.getlist("channels") if form.is_bound else []
    )
    usable = {card["channel"] for card in cards if not card["disabled"]}
    if form.is_valid() and (wanted := [one for one in form.cleaned_data["channels"] if one in usable]):
        person = channels_choose(person=visit.person, channels=wanted)
        return redirect(next_page(Visit(person, visit.link)))
    context = {"form": form, "cards": cards, "nothing_chosen": form.is_bound, "visit_mark": visit_mark(visit)}
    return shown(request, "public/channels.html", context, status=400 if form.is_bound else 200)


def channel_cards(contacts: list[OwnContact], *, chosen: list[str]) -> list[dict[str, Any]]:
    """Describe every channel for one customer: usable, or what is missing."""
    by_kind = {contact.kind: contact for contact in contacts}
    cards = [_card(channel, by_kind.get(KIND_OF[channel]), channel in chosen) for channel in Channel]
    return [card for card in cards if card["channel"] in channels_connected()]


def max_is_offered() -> bool:
    """Tell whether there is a bot to link with."""
    return Channel.MAX in channels_connected()


def needs_contact(channel: Channel, contacts: Sequence[OwnContact]) -> bool:
    """Tell whether a channel has no contact that it could reach. A MAX account comes by linking it."""
    reached = [one for one in contacts if one.kind == KIND_OF[channel] and one.line_type != LineType.FIXED]
    return channel != Channel.MAX and not reached


def _card(channel: Channel, contact: OwnContact | None, is_chosen: bool) -> dict[str, Any]:
    card: dict[str, Any] = {
        "channel": channel.value,
        "name": NAMES[channel],
        "text": TEXTS[channel],
        "input_id": f"channel_{channel.value}",
        "checked": is_chosen,
        "disabled": False,
        "tag": "",
        "tone": "neutral",
    }
    if channel == Channel.MAX:
        return card | {"tag": _("связан") if contact else "", "tone": "ok"}
    if contact is None:
        return card | _missing(channel, _("Нет номера") if channel == Channel.SMS else _("Нет адреса"))
    if contact.kind == ContactKind.PHONE and contact.line_type == LineType.FIXED:
        return card | _missing(channel, _("Городской номер не принимает СМС"))
    return card | {"tag": contact.mask}


def _missing(channel: Channel, word: str) -> dict[str, Any]:
    """Say what a channel lacks and where to add it."""
    return {
        "disabled": True,
        "checked": False,
        "tag": word,
        "tone": "warn",
        "url": reverse(f"public:contact_{KIND_OF[channel]}"),
        "url_label": _("Добавить мобильный номер") if channel == Channel.SMS else _("Добавить адрес почты"),
    }
