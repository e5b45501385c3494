"""Pages of the sandbox: a phone, a mailbox and MAX, so that one person can play both sides."""

from typing import Any, Final

from csp.constants import SELF
from django.contrib import messages
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consents.enums import Channel
from consents.errors import BadValue
from consents.normalise import email_normalise, phone_normalise
from portal.client import number_asked
from portal.laptop.sandbox import fakes, max_phone
from portal.laptop.sandbox.access import sandbox_open, shown
from portal.laptop.sandbox.inbox import deliver_sandbox_callbacks
from portal.models import SandboxMessage
from portal.operations.nudges import nudge
from portal.staff.decorators import policy_with

DEVICES: Final = {Channel.SMS: "phone", Channel.EMAIL: "mailbox"}
"""Names of page, template and address."""
MOST_BOXES: Final = 12
NEWEST: Final = 50
LETTER_POLICY: Final = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; font-src 'none'; form-action 'none'; "
    "base-uri 'self'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A letter is somebody else's page: no script, no form, nothing from another host; its links open outside."""


@require_safe
@sandbox_open
def home(request: HttpRequest) -> HttpResponse:
    """Show what the sandbox is and what it holds."""
    counts = dict(SandboxMessage.objects.values_list("channel").annotate(count=Count("id")))
    return shown(request, "sandbox/home.html", {"counts": counts, "here": ""})


@require_safe
@sandbox_open
def device(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Show the in-built phone or mailbox: addresses, and the messages of the chosen, or newest, one."""
    boxes = _boxes(channel)
    asked = request.GET.get("box", "")
    named = SandboxMessage.objects.filter(pk=number_asked(asked) or 0).first()
    chosen = named.address if named else boxes[0].address if boxes else ""
    return _device_page(request, channel, chosen)


@require_POST
@sandbox_open
def box_find(request: HttpRequest, channel: Channel) -> HttpResponseBase:
    """Find the box of an address that was typed, and lead to it by a number: an address stands in no URL."""
    page = f"sandbox:{DEVICES[channel]}"
    found = _messages(channel, _stored(channel, request.POST.get("address", "").strip())).first()
    if found is None:
        messages.info(request, _("На этот адрес ещё ничего не приходило."))
        return _device_page(request, channel, request.POST.get("address", "").strip())
    return redirect(f"{reverse(page)}?box={found.pk}")


def _device_page(request: HttpRequest, channel: Channel, chosen: str) -> HttpResponse:
    """Show a device with the messages of one address: of a box, or of one that was typed and has none."""
    context = {"boxes": _boxes(channel), "chosen": chosen, "messages_shown": _messages(channel, chosen)}
    return shown(request, f"sandbox/{DEVICES[channel]}.html", context | {"here": DEVICES[channel]})


@policy_with({"frame-src": [SELF]})
@require_safe
@sandbox_open
def letter(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one letter; its HTML stands in a frame of its own address."""
    kept = get_object_or_404(SandboxMessage, pk=message_id)
    return shown(request, "sandbox/letter.html", {"letter": kept, "here": DEVICES[Channel.EMAIL]})


@require_safe
@sandbox_open
def letter_html(request: HttpRequest, message_id: int) -> HttpResponse:
    """Return the HTML of a letter under a policy that allows no scripts, forms and requests."""
    kept = get_object_or_404(SandboxMessage, pk=message_id)
    response = HttpResponse(f'<base target="_blank">{kept.html}')
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@require_safe
@sandbox_open
def max_accounts(request: HttpRequest) -> HttpResponse:
    """Show the accounts that have talked with the bot."""
    accounts = [(account, max_phone.is_open(account)) for account in max_phone.accounts_known()]
    return shown(request, "sandbox/max_accounts.html", {"accounts": accounts, "here": "max"})


@require_safe
@sandbox_open
def max_start(request: HttpRequest) -> HttpResponse:
    """Answer a deep link the way MAX does: show the bot with a «Начать» button. Opening it starts nothing."""
    payload = request.GET.get("start", "")[:128]
    context = {
        "payload": payload,
        "fresh": max_phone.account_for(payload),
        "accounts": max_phone.accounts_known(),
        "is_fake_on": fakes.max_is_on(),
        "here": "max",
    }
    return shown(request, "sandbox/max_start.html", context)


@require_POST
@sandbox_open
def max_start_press(request: HttpRequest) -> HttpResponseBase:
    """Press «Начать», here or in the fake of MAX."""
    if request.POST.get("where") == "fake":
        return fakes.person_start(request.POST.get("payload", "")[:128])
    account = _account(request)
    max_phone.start_press(account=account, payload=request.POST.get("payload", "")[:128])
    nudge(deliver_sandbox_callbacks)
    return redirect("sandbox:max_dialogue", account)


@require_safe
@sandbox_open
def max_dialogue(request: HttpRequest, account: int) -> HttpResponse:
    """Show one dialogue; with `part` only its lines, for the page that keeps itself fresh."""
    context = {
        "account": account,
        "lines": max_phone.dialogue(account),
        "is_open": max_phone.is_open(account),
        "here": "max",
        "live_url": f"{reverse('sandbox:max_dialogue', args=[account])}?part=lines",
    }
    if request.GET.get("part"):
        return render(request, "sandbox/max_lines.html", context)
    return shown(request, "sandbox/max_dialogue.html", context)


@require_safe
@sandbox_open
def max_image(request: HttpRequest, message_id: int) -> HttpResponse:
    """Return the picture of one message."""
    content = max_phone.image_received(message_id)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="image/png" if content.startswith(b"\x89PNG") else "image/jpeg")


@require_POST
@sandbox_open
def max_act(request: HttpRequest, account: int) -> HttpResponseBase:
    """Write to the bot, start it again, or stop it."""
    act = request.POST.get("act", "")
    if act == "stop":
        max_phone.stop_press(account=account)
    elif act == "start":
        max_phone.start_press(account=account, payload="")
    elif text := request.POST.get("text", "").strip()[:4000]:
        max_phone.text_write(account=account, text=text)
    nudge(deliver_sandbox_callbacks)
    return redirect("sandbox:max_dialogue", account)


def _account(request: HttpRequest) -> int:
    given = number_asked(request.POST.get("account", ""))
    if given is None:
        raise Http404
    return given


def _boxes(channel: Channel) -> list[Any]:
    """Return the addresses of a channel, the one with the newest message first.

    ``newest_id`` is that of a message: it names the box, because addresses stand in no URL.
    """
    rows = SandboxMessage.objects.filter(channel=channel).values("address")
    counted = rows.annotate(count=Count("id"), newest_id=Max("id"), newest_at=Max("received_at"))
    # Only now are they named: a row that was named before it was counted has no names for what was counted.
    named = counted.values_list("address", "count", "newest_id", "newest_at", named=True)
    return list(named.order_by("-newest_at")[:MOST_BOXES])


def _messages(channel: Channel, address: str) -> QuerySet[SandboxMessage]:
    """Return the newest messages of an address, newest first."""
    return SandboxMessage.objects.filter(channel=channel, address=address).order_by("-id")[:NEWEST]


def _stored(channel: Channel, given: str) -> str:
    """Bring what a person types to its stored spelling; what is no contact is looked for as it is."""
    try:
        return phone_normalise(given).e164 if channel == Channel.SMS else email_normalise(given)
    except BadValue:
        return given
