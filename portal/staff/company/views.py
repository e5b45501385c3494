"""The company's requisites, every saved state of them, and who sends on its behalf."""

from dataclasses import asdict, fields
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from consents.documents.company_reading import CompanyView, SenderView, company_saved_list, senders
from consents.documents.editions import editions
from consents.documents.fields import CompanyDetails
from consents.documents.logo import logo_view
from notify.channel_settings import channels_in_use
from notify.errors import ImageRefused
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.documents import remove_logo, save_company, save_logo, save_sender
from portal.staff.company.forms import CompanyForm, LogoForm, SenderForm
from portal.staff.navigation import crumb
from portal.staff.saving import guarded, saved_in_turn
from portal.templatetags.ui import swatch
from portal.ui.zones import zone_words

CHOSEN: Final = ("covered_by_41fz", "signature_rules")


@right_required(Right.READ_SETTINGS, "GET")
def company(request: HttpRequest) -> HttpResponse:
    """Show the requisites as they stand, when they changed, the logo and the senders."""
    return _company_page(request)


def _company_page(request: HttpRequest, *, logo_form: LogoForm | None = None, status: int = 200) -> HttpResponse:
    history = company_saved_list()
    labels = CompanyForm().fields
    context = {
        "facts": [(labels[name].label, value) for name, value in _values(history[0])] if history else [],
        "history": history,
        "senders": _senders_shown(),
        "stale": sum(edition.is_stale for edition in editions()),
        "logo": logo_view(),
        "logo_form": logo_form or LogoForm(),
    }
    return render(request, "staff/company/company.html", context, status=status)


@right_required(Right.MANAGE_COMPANY, "POST")
def logo_put(request: HttpRequest) -> HttpResponse:
    """Take a logo; what is wrong with a file is said beside it, and nothing is changed."""
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            save_logo(actor=actor_of(request), file=form.cleaned_data["logo"])
        except ImageRefused as error:
            form.refuse(error)
    if form.errors:
        return _company_page(request, logo_form=form, status=400)
    messages.success(request, _("Логотип сохранён. Он стоит на страницах клиентов, в письмах и квитанциях."))
    return redirect("staff:company")


@right_required(Right.MANAGE_COMPANY, "POST")
def logo_remove(request: HttpRequest) -> HttpResponse:
    """Take the logo away."""
    remove_logo(actor=actor_of(request))
    messages.success(request, _("Логотип убран."))
    return redirect("staff:company")


@right_required(Right.MANAGE_COMPANY, "GET", "POST")
@saved_in_turn
def company_edit(request: HttpRequest) -> HttpResponse:
    """Save new requisites beside the old ones: events keep naming those that were shown."""
    history = company_saved_list(limit=1)
    start = asdict(history[0]) if history else {"time_zone": "Europe/Moscow"}
    form = guarded(CompanyForm(request.POST or None, initial=start))
    if form.is_bound and form.is_valid():
        save_company(actor=actor_of(request), details=CompanyDetails(**form.cleaned_data), changed=form.changed_data)
        messages.success(request, _("Данные компании сохранены. Прежние остаются в истории и в записанных согласиях."))
        return redirect("staff:company")
    return render(request, "staff/company/edit.html", {"form": form, "crumbs": [crumb(_("Компания"), "staff:company")]})


@right_required(Right.MANAGE_COMPANY, "GET", "POST")
@saved_in_turn
def sender(request: HttpRequest, name: str) -> HttpResponse:
    """Name who sends over one channel by contract."""
    shown = next((row for row in _senders_shown() if row.channel == name), None)
    if shown is None:
        raise Http404
    form = guarded(SenderForm(request.POST or None, initial=asdict(shown)))
    if form.is_bound and form.is_valid():
        save_sender(actor=actor_of(request), channel=name, fields=form.cleaned_data)
        messages.success(request, _("Исполнитель сохранён. Действующие тексты называют прежнего, пока их не обновят."))
        return redirect("staff:company")
    context = {"form": form, "sender": shown, "crumbs": [crumb(_("Компания"), "staff:company")]}
    return render(request, "staff/company/sender.html", context)


def _senders_shown() -> list[SenderView]:
    """Return the channels in use with who sends over them, and any other that somebody was named for."""
    shown = channels_in_use()
    return [row for row in senders() if row.channel in shown or row.name]


def _values(company: CompanyView) -> list[tuple[str, str]]:
    """Return name and value of each detail, choices in words."""
    words = {name: dict(CompanyForm.base_fields[name].choices) for name in CHOSEN}  # type: ignore[attr-defined]  # choice fields
    values = asdict(company) | {name: words[name].get(getattr(company, name), "") for name in CHOSEN}
    values |= {
        "time_zone": zone_words(company.time_zone),
        "accent": format_html("{} {}", swatch(company.accent), company.accent),
    }
    return [(field.name, values[field.name]) for field in fields(CompanyDetails)]
