"""Where one's own tests go: a phone proven by a code, a MAX account by the bot. Each person sees their own alone."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.enums import Channel, ContactKind
from notify.channel_settings import channels_connected
from notify.links.qr import render_qr
from notify.links.staff_tokens import staff_invitation, staff_token_account
from portal.accounts.own_contacts import own_contacts_of, phone_code_asked
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import acting_user, actor_of
from portal.errors import StaffContactRefused
from portal.flows.sending.own_contacts import (
    ask_phone_code,
    enter_phone_code,
    invite_max,
    remove_own_contact,
    take_max,
)
from portal.staff.sending.forms import CodeForm, PhoneForm

REFUSED: Final[dict[str, str | Promise]] = {
    "bad_phone": gettext_lazy("Это не российский мобильный номер. Проверьте цифры."),
    "too_soon": gettext_lazy("Код только что отправлен. Подождите полминуты и попробуйте ещё раз."),
    "too_many": gettext_lazy("Сегодня кодов больше не отправить. Попробуйте завтра."),
    "not_connected": gettext_lazy("К СМС не подключён провайдер: код не отправить. Скажите администратору."),
}
ENTERED: Final[dict[str, str | Promise]] = {
    "wrong": gettext_lazy("Код не подошёл. Проверьте цифры и введите ещё раз."),
    "over": gettext_lazy("Этот код больше не действует. Запросите новый."),
}


@right_required(Right.DRAFT_CAMPAIGN, "GET")
def own_contacts(request: HttpRequest) -> HttpResponse:
    """Show the person's own contacts for tests, and what is being proven."""
    return _page(request, PhoneForm(), CodeForm())


@right_required(Right.DRAFT_CAMPAIGN, "POST")
def own_phone_ask(request: HttpRequest) -> HttpResponse:
    """Send a code to a phone."""
    form = PhoneForm(request.POST)
    if form.is_valid():
        try:
            ask_phone_code(actor=actor_of(request), phone=form.cleaned_data["phone"])
        except StaffContactRefused as refused:
            form.add_error("phone", str(REFUSED[str(refused.facts["problem"])]))
        else:
            return redirect("staff:own_contacts")
    return _page(request, form, CodeForm())


@right_required(Right.DRAFT_CAMPAIGN, "POST")
def own_phone_enter(request: HttpRequest) -> HttpResponse:
    """Enter the code."""
    form = CodeForm(request.POST)
    if form.is_valid():
        outcome = enter_phone_code(actor=actor_of(request), code=form.cleaned_data["code"])
        if outcome == "ok":
            messages.success(request, _("Телефон подтверждён: тесты СМС придут на него."))
            return redirect("staff:own_contacts")
        if outcome == "over":
            messages.warning(request, str(ENTERED["over"]))
            return redirect("staff:own_contacts")
        form.add_error("code", str(ENTERED["wrong"]))
    return _page(request, PhoneForm(), form)


@right_required(Right.DRAFT_CAMPAIGN, "POST")
def own_max_ask(request: HttpRequest) -> HttpResponse:
    """Make a link to the bot."""
    invite_max(actor=actor_of(request))
    return redirect("staff:own_contacts")


@right_required(Right.DRAFT_CAMPAIGN, "GET")
def own_max_state(request: HttpRequest) -> HttpResponse:
    """Answer the page's own question whether the bot has been started."""
    return render(request, "staff/own_contacts/max_state.html", _max(request) | {"is_fragment": True})


@right_required(Right.DRAFT_CAMPAIGN, "POST")
def own_max_take(request: HttpRequest) -> HttpResponse:
    """Keep the account that has opened the bot."""
    if take_max(actor=actor_of(request)):
        messages.success(request, _("Профиль MAX подключён: тесты MAX придут в него."))
    else:
        messages.warning(request, _("Ссылкой пока никто не воспользовался, или она устарела. Получите новую."))
    return redirect("staff:own_contacts")


@right_required(Right.DRAFT_CAMPAIGN, "POST")
def own_contact_remove(request: HttpRequest, kind: str) -> HttpResponse:
    """Forget a contact."""
    if kind not in (ContactKind.PHONE, ContactKind.MAX):
        raise Http404
    remove_own_contact(actor=actor_of(request), kind=ContactKind(kind))
    messages.success(request, _("Контакт удалён: тесты туда больше не придут."))
    return redirect("staff:own_contacts")


def _page(request: HttpRequest, phone_form: PhoneForm, code_form: CodeForm) -> HttpResponse:
    user_id = acting_user(request).pk
    known, connected = own_contacts_of(user_id=user_id), channels_connected()
    context = {
        "phone": known.get(ContactKind.PHONE),
        "max": known.get(ContactKind.MAX),
        "asked": phone_code_asked(user_id=user_id),
        "phone_form": phone_form,
        "code_form": code_form,
        "has_sms": Channel.SMS in connected,
        "has_max": Channel.MAX in connected,
        **_max(request),
    }
    return render(request, "staff/own_contacts/page.html", context)


def _max(request: HttpRequest) -> dict[str, Any]:
    """Return how far the linking of MAX has come."""
    user_id = acting_user(request).pk
    invitation = staff_invitation(user_id=user_id)
    svg = render_qr(invitation.deep_link).decode() if invitation else ""
    return {
        "invitation": invitation,
        "qr": mark_safe(svg),  # noqa: S308 - drawn by the library from an address of ours
        "is_opened": staff_token_account(user_id=user_id) is not None,
    }
