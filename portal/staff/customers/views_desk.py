"""What the desk does for one customer: lift a stop with a reason, close the links that were sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consents.enums import ActorKind, ProofLevel, ProofMethod
from consents.errors import SuppressionMissing
from consents.reach.lifting import stop_lift as lift_service
from consents.types import Actor, Circumstances
from notify.links.issuing import customer_links_revoke
from notify.links.reading import customer_links_count
from portal import __version__
from portal.audit.acts import Act
from portal.audit.permissions import Right, has_right, right_required
from portal.audit.record import acting_user, recorded
from portal.staff.register.forms import LiftForm
from portal.staff.register.person_view import person_or_404


@right_required(Right.LIFT_STOPS)
@require_http_methods(["GET", "POST"])
@never_cache
def stop_lift(request: HttpRequest, customer_id: int, stop_id: int) -> HttpResponse:
    """Ask for a reason, then lift one stop. Whoever comes second is told that it is gone."""
    person = person_or_404(customer_id)
    stop = next((one for one in person.stops if one.id == stop_id), None)
    if stop is None:
        return _gone(request, customer_id)
    form = LiftForm(request.POST if request.method == "POST" else None, is_asked_for=stop.is_asked_for)
    if not form.is_valid():
        with recorded(request, Act.CUSTOMER_VIEWED, object_kind="customer", object_id=customer_id):
            context = {"person": person, "stop": stop, "form": form, "back": _back(request, customer_id)}
            return render(request, "staff/customers/lift.html", context)
    try:
        is_reopened = _lifted(request, customer_id, stop_id, form)
    except SuppressionMissing:
        return _gone(request, customer_id)
    if is_reopened:
        messages.success(request, _("Запрет снят, контакт снова открыт. Разрешения клиент даёт заново сам."))
    else:
        messages.success(request, _("Запрет снят. Разрешения, которых нет, клиент даёт сам."))
    return redirect(_back(request, customer_id))


@right_required(Right.CLOSE_LINKS)
@require_http_methods(["GET", "POST"])
@never_cache
def customer_links_close(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Ask once more, then close every link of one customer, for instance after a letter reached a stranger."""
    person = person_or_404(customer_id)
    if request.method == "POST":
        with recorded(request, Act.CUSTOMER_LINKS_CLOSED, object_kind="customer", object_id=customer_id) as note:
            note.details["count"] = count = customer_links_revoke(customer_id=customer_id)
        messages.success(request, _("Закрыто ссылок: %(count)s.") % {"count": count})
        return redirect(_back(request, customer_id))
    with recorded(request, Act.CUSTOMER_VIEWED, object_kind="customer", object_id=customer_id):
        count = customer_links_count(customer_id=customer_id)
    context = {"person": person, "count": count, "back": _back(request, customer_id)}
    return render(request, "staff/customers/close_links.html", context)


def _lifted(request: HttpRequest, customer_id: int, stop_id: int, form: LiftForm) -> bool:
    """Lift a stop and write it down; return whether its contact is open again."""
    reason, is_asked = form.cleaned_data["reason"], form.cleaned_data.get("is_asked", False)
    with recorded(
        request, Act.CUSTOMER_STOP_LIFTED, object_kind="customer", object_id=customer_id, reason=reason
    ) as note:
        lifted = lift_service(
            customer_id=customer_id,
            stop_id=stop_id,
            is_asked=is_asked,
            circumstances=_circumstances(request, key=f"stop-lift:{stop_id}"),
        )
        note.details |= {"stop": lifted.stop.reason, "scope": lifted.stop.scope}
        note.details |= {"is_asked": is_asked or None, "is_reopened": lifted.is_reopened or None}
    return lifted.is_reopened


def _circumstances(request: HttpRequest, *, key: str) -> Circumstances:
    """Describe an act of staff for the ledger: who, on which page, by which button."""
    return Circumstances(
        actor=Actor(kind=ActorKind.STAFF, ident=str(acting_user(request).pk)),
        level=ProofLevel.LINK,
        method=ProofMethod.STAFF,
        request_key=key,
        page=request.path,
        build=__version__,
        button="Снять запрет",
    )


def _gone(request: HttpRequest, customer_id: int) -> HttpResponse:
    messages.info(request, _("Этого запрета уже нет."))
    return redirect(_back(request, customer_id))


def _back(request: HttpRequest, customer_id: int) -> str:
    """Return the page of the customer that this role works on."""
    name = "person" if has_right(acting_user(request), Right.READ_REGISTER) else "customer"
    return reverse(f"staff:{name}", args=[customer_id])
