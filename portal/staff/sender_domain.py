"""What mail servers see of the domain that letters are sent from, and what to mend."""

from email.utils import parseaddr
from typing import Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.channels.domain_check.check import domain_check
from notify.channels.domain_check.findings import Finding
from portal.audit.permissions import Right, right_required
from portal.staff.navigation import crumb

SECONDS: Final = 4.0
"""Of all questions to the DNS: a page answers within five seconds."""
TONES: Final = {"bad": "danger", "advice": "warn", "ok": "ok"}
TYPED_WRONG: Final = {
    "domain_unreadable": ("domain", "bounce_domain"),
    "ip_unreadable": ("sending_ip",),
    "ip_inner": ("sending_ip",),
}
"""Findings about what was typed, not about the DNS -> the fields that they may belong to."""


class DomainForm(forms.Form):
    """What is asked about. All but the domain may stay empty."""

    domain = forms.CharField(label=gettext_lazy("Домен отправителя"), max_length=253)
    selector = forms.CharField(
        label=gettext_lazy("Селектор DKIM"),
        required=False,
        max_length=63,
        help_text=gettext_lazy("Имя ключа, которым почтовый сервер подписывает письма, например mail или s1."),
    )
    sending_ip = forms.CharField(
        label=gettext_lazy("IP-адрес почтового сервера"),
        required=False,
        max_length=45,
        help_text=gettext_lazy("Адрес, с которого письма уходят в интернет."),
    )
    bounce_domain = forms.CharField(
        label=gettext_lazy("Домен адреса возврата"),
        required=False,
        max_length=253,
        help_text=gettext_lazy("Если возвраты приходят на другой домен."),
    )


@right_required(Right.READ_SETTINGS, "GET", "POST")
def sender_domain(request: HttpRequest) -> HttpResponse:
    """Show the form, and after a press what the DNS says. Nothing is stored."""
    form = DomainForm(request.POST or None, initial=_known())
    found = domain_check(**form.cleaned_data, seconds=SECONDS) if form.is_bound and form.is_valid() else ()
    found = tuple(one for one in found if not _beside_its_field(form, one))
    return render(
        request,
        "staff/channels/sender_domain.html",
        {
            "form": form,
            "findings": [_shown(one) for one in found],
            "crumbs": [crumb(_("Каналы"), "staff:channels")],
        },
    )


def _known() -> dict[str, str]:
    return {
        "domain": parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2],
        "bounce_domain": settings.BOUNCE_ADDRESS.rpartition("@")[2],
    }


def _beside_its_field(form: DomainForm, one: Finding) -> bool:
    """Put a finding beside the field that it is about; return False where it is about none."""
    typed = {name: form.data.get(name, "").strip() for name in TYPED_WRONG.get(one.code, ())}
    field = next((name for name, text in typed.items() if text == one.value), "")
    if field:
        form.add_error(field, _said(one))
    return bool(field)


def _said(one: Finding) -> str:
    return _(one.sentence).format(value=one.value)


def _shown(one: Finding) -> dict[str, str]:
    words = {"bad": _("исправить"), "advice": _("совет"), "ok": _("в порядке")}
    return {
        "sentence": _said(one),
        "tone": TONES[one.level],
        "word": words[one.level],
    }
