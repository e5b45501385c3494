"""The ledger for the DPO: sealed, checked, and a button to check it now."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from consents.ledger.checking.checks_read import last_heads, ledger_checks
from consents.ledger.checking.health import ledger_health
from portal.audit.actor import actor_of
from portal.audit.permissions import Right, right_required
from portal.flows.register import check_ledger
from portal.staff.navigation import crumb


@right_required(Right.READ_REGISTER)
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Show how the ledger is, its last checks and heads."""
    context = {
        "health": ledger_health(),
        "checks": ledger_checks(),
        "heads": [
            {
                "size": head.size,
                "time": datetime.fromisoformat(head.time),
                "hex": head.root.hex(),
                "key_id": head.key_id,
            }
            for head in last_heads()
        ],
        "crumbs": [crumb(_("Реестр согласий"), "staff:register")],
    }
    return render(request, "staff/register/ledger.html", context)


@right_required(Right.READ_REGISTER)
@require_POST
def ledger_check(request: HttpRequest) -> HttpResponse:
    """Have a worker check the whole ledger; the result comes to the same page."""
    check_ledger(actor=actor_of(request))
    messages.info(request, _("Проверка запущена. Результат появится на этой странице, обычно в течение минуты."))
    return redirect("staff:ledger")
