"""The public entrance: for posters, banners, posts in old messengers, and for those who lost their link."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.client import client_address
from portal.flows.code_process import CodeTarget, code_reaches
from portal.flows.sign_in import SignIn, needs_number
from portal.flows.tasks import answer_entrances
from portal.operations.nudges import nudge
from portal.public.buttons import buttons_shown, pressed
from portal.public.codes import codes_refused
from portal.public.forms import EntranceForm, NumberForm
from portal.public.pages import Visit, customer_page, is_post, require_level, too_many
from portal.visits import cookie, session
from portal.visits.evidence import request_key
from portal.visits.levels import Capability
from portal.visits.throttle import entrances_of_address, throttle_hit
from portal.visits.web_evidence import circumstances


@require_http_methods(["GET", "HEAD", "POST"])
def entrance(request: HttpRequest) -> HttpResponseBase:
    """Ask for a phone or an address. The answer is the same whether or not anybody is known by it."""
    if not is_post(request):
        return _asked(request, EntranceForm(), lost=False)
    if not throttle_hit(entrances_of_address(), client_address(request)):
        return too_many(request, "entrance")
    form = EntranceForm(request.POST)
    if form.is_valid() and not code_reaches(form.cleaned_data["kind"]):
        form.add_error("value", _("Коды по СМС мы пока не отправляем. Введите адрес электронной почты."))
    if not form.is_valid():
        return _asked(request, form, lost=False, status=400)
    visitor, key = session.session_start(customer_id=None)
    SignIn(visitor).initiate(CodeTarget(kind=form.cleaned_data["kind"], value=form.cleaned_data["value"]))
    nudge(answer_entrances)
    response = redirect("public:code")
    cookie.session_cookie_set(response, key=key)
    return response


@require_safe
def lost(request: HttpRequest) -> HttpResponse:
    """Show the same form under the words «Потеряли ссылку?»."""
    return _asked(request, EntranceForm(), lost=True)


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.ASK_CODE, otherwise="public:next")
def which_customer(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Ask for a name or the customer's number where several customers share the contact that was proven."""
    if not needs_number(visit.visitor):
        return redirect("public:next")
    form = NumberForm(request.POST if is_post(request) else None)
    if not form.is_valid():
        context = buttons_shown("go_on") | {"form": form}
        return customer_page(request, "public/which_customer.html", context, status=400 if form.errors else 200)
    refused = codes_refused(request, visit)
    if refused is not None:
        return refused
    key = request_key("entrance-number", visit.visitor.session_id)
    how = circumstances(request, visit.visitor, key=key, touchpoint=visit.touchpoint)
    how = pressed(how, request, "go_on")
    proof = SignIn(visit.visitor).customer_choose(said=form.cleaned_data["number"], circumstances=how)
    if proof.check.outcome == "wrong":
        context = buttons_shown("go_on") | {"form": form, "check": proof.check}
        return customer_page(request, "public/which_customer.html", context, status=400)
    if not proof.key:
        # The tries are used up, or a press at the same moment was right: the next page tells them apart.
        return redirect("public:next")
    response = redirect("public:next")
    cookie.session_cookie_set(response, key=proof.key)
    return response


def _asked(request: HttpRequest, form: EntranceForm, *, lost: bool, status: int = 200) -> HttpResponse:
    return customer_page(request, "public/entrance.html", {"form": form, "lost": lost}, status=status)
