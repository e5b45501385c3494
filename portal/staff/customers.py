"""Customers at the desk: search, lists, a card masked until a reason is typed, stops lifted, links closed."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from consents.customers.groups import GROUPS, group_rows
from consents.enums import Channel
from consents.errors import StopMissing
from consents.register.search import RegisterPerson, customers_named_exactly
from notify.channel_settings import channels_in_use, writable_channels
from notify.dialogues.reading import dialogue_of_customer
from notify.links.issuing import customer_links_count
from portal.audit.acts import AuditedAction
from portal.audit.permissions import Right, has_right, right_required
from portal.audit.record import recorded
from portal.audit.request_actor import acting_user, actor_of
from portal.flows.desk import close_links, lift_stop, record_refusal
from portal.staff.alarm import cards_watch, looks_watch
from portal.staff.demands import DemandForm, RefusalForm
from portal.staff.lists.paging import slice_of
from portal.staff.lists.sorting import Sorting, sorting_of
from portal.staff.navigation import crumb
from portal.staff.register.forms import CloseForm, RevealForm, SearchForm, digits_hint
from portal.staff.register.person_view import person_or_404, ways_instead
from portal.staff.shown import is_as_shown, question
from portal.ui.words import contact_word, initials

SORTED: Final = {"number": "external_id", "city": "city", "segment": "segment"}


@right_required(Right.SEE_CUSTOMER_MASKED, "GET", "POST")
def customers(request: HttpRequest) -> HttpResponse:
    """Find one customer by what they themselves can name, whole: phone, e-mail or number."""
    form = SearchForm(request.POST or None)
    people: tuple[RegisterPerson, ...] | None = None
    if form.is_bound and form.is_valid():
        with recorded(actor_of(request), AuditedAction.CUSTOMER_SEARCHED, "customer") as note:
            people = customers_named_exactly(text=form.cleaned_data["text"])
            note.details |= {"found": len(people), "customers": [person.customer.pk for person in people]}
        looks_watch(user=acting_user(request))
    rows = None if people is None else [(initials(person.customer.name), person) for person in people]
    groups = list(_groups_shown().items())
    hint = digits_hint(form.cleaned_data["text"]) if people == () else ""
    context = {"form": form, "rows": rows, "groups": groups, "hint": hint}
    return render(request, "staff/customers/search.html", context)


@right_required(Right.SEE_CUSTOMER_MASKED, "GET")
def customer_group(request: HttpRequest, group: str) -> HttpResponse:
    """List one part of the customer base, masked."""
    if group not in _groups_shown():
        raise Http404
    sorting = sorting_of(request, SORTED, own=("id",))
    with recorded(actor_of(request), AuditedAction.CUSTOMERS_LISTED, "customer") as note:
        page = slice_of(request, _Rows(group, sorting))
        note.details |= {"group": group, "customers": [row.customer_id for row in page.rows]}
    looks_watch(user=acting_user(request))
    context = {
        "group": group,
        "label": GROUPS[group],
        "page": page,
        "sorting": sorting,
        "crumbs": [crumb(_("Клиенты"), "staff:customers")],
    }
    return render(request, "staff/customers/group.html", context)


@right_required(Right.SEE_CUSTOMER_MASKED, "GET")
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show one customer with everything personal masked."""
    shown = person_or_404(customer_id)
    with recorded(actor_of(request), AuditedAction.CUSTOMER_VIEWED, "customer", customer_id):
        answer = _card(request, shown, form=RevealForm(), is_open=False)
    looks_watch(user=acting_user(request))
    return answer


@right_required(Right.SEE_CUSTOMER_FULL, "POST")
def customer_reveal(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Open the contacts of this one customer for this one page, with a reason."""
    shown = person_or_404(customer_id)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _card(request, shown, form=form, is_open=False)
    with recorded(
        actor_of(request), AuditedAction.CUSTOMER_REVEALED, "customer", customer_id, reason=form.cleaned_data["reason"]
    ):
        answer = _card(request, shown, form=form, is_open=True)
    cards_watch(user=acting_user(request))
    return answer


def _groups_shown() -> dict[str, str | Promise]:
    """Return the groups with their names; that of a channel only where it is in use."""
    shown = channels_in_use()
    return {name: words for name, words in GROUPS.items() if name not in Channel.values or name in shown}


class _Rows:
    """Lets a page be cut out of a group."""

    def __init__(self, group: str, sorting: Sorting) -> None:
        self._group = group
        self._sorting = sorting

    def __getitem__(self, place: slice, /) -> list[object]:
        return list(
            group_rows(
                group=self._group,
                channels=writable_channels(),
                start=place.start,
                size=place.stop - place.start,
                order=self._sorting.order,
            )
        )


def _card(request: HttpRequest, shown: RegisterPerson, *, form: RevealForm, is_open: bool) -> HttpResponse:
    context = {
        "person": shown,
        "form": form,
        "is_open": is_open,
        "name": shown.customer.name if is_open else initials(shown.customer.name),
        "contacts": [(contact_word(contact.point.kind), contact) for contact in shown.contacts],
        "ways_instead": ways_instead(shown),
        "dialogue_id": dialogue_of_customer(customer_id=shown.customer.pk),
        "crumbs": [crumb(_("Клиенты"), "staff:customers")],
    }
    return render(request, "staff/customers/customer.html", context)


@right_required(Right.LIFT_STOPS, "GET", "POST")
def lift(request: HttpRequest, customer_id: int, stop_id: int) -> HttpResponse:
    """Ask on what demand, then lift one stop. Whoever comes second is told that it is gone."""
    person = person_or_404(customer_id)
    stop = next((one for one in person.stops if one.id == stop_id), None)
    if stop is None:
        return _gone(request, customer_id)
    form = DemandForm(request.POST if request.method == "POST" else None)
    facts = [stop.id, stop.since, stop.scope, stop.reason, stop.mask]
    is_changed = request.method == "POST" and not is_as_shown(request, facts)
    if is_changed or not form.is_valid():
        with recorded(actor_of(request), AuditedAction.CUSTOMER_VIEWED, "customer", customer_id):
            context = {"person": person, "stop": stop, "form": form, "back": _back(request, customer_id)}
            return question(request, "staff/customers/lift.html", context, facts=facts, is_changed=is_changed)
    try:
        is_reopened = lift_stop(
            actor=actor_of(request),
            customer_id=customer_id,
            stop_id=stop_id,
            since=stop.since,
            demand=form.demand,
            button=_("Снять запрет"),
        )
    except StopMissing:
        return redirect("staff:stop_lift", customer_id, stop_id)
    if is_reopened:
        words = _("Запрет снят, контакт снова открыт. Согласия при этом не появляются: их даёт только клиент.")
        messages.success(request, words)
    else:
        messages.success(request, _("Запрет снят. Согласия при этом не появляются: их даёт только клиент."))
    return redirect(_back(request, customer_id))


@right_required(Right.RECORD_REFUSALS, "GET", "POST")
def refusal(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Ask what a customer refused and how the demand came, then record it and name the number of its receipt."""
    person = person_or_404(customer_id)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        with recorded(actor_of(request), AuditedAction.CUSTOMER_VIEWED, "customer", customer_id):
            context = {"person": person, "form": form, "back": _back(request, customer_id)}
            return render(request, "staff/customers/refusal.html", context)
    receipt = record_refusal(
        actor=actor_of(request),
        customer_id=customer_id,
        scope=form.refused,
        demand=form.demand,
        form_key=str(form.cleaned_data["form_key"]),
        button=_("Записать отказ"),
    )
    if receipt is None:
        messages.info(request, _("Этот отказ уже действовал, нового записывать нечего."))
    else:
        words = _("Отказ записан и действует. Номер квитанции: %(number)s. Назовите его клиенту или укажите в ответе.")
        messages.success(request, words % {"number": receipt.number})
    return redirect(_back(request, customer_id))


@right_required(Right.CLOSE_LINKS, "GET", "POST")
def customer_links_close(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Ask why, then close every link of one customer, for instance after a letter reached a stranger."""
    person = person_or_404(customer_id)
    form = CloseForm(request.POST if request.method == "POST" else None)
    facts = count = customer_links_count(customer_id=customer_id)
    is_changed = request.method == "POST" and not is_as_shown(request, facts)
    if is_changed or not form.is_valid():
        with recorded(actor_of(request), AuditedAction.CUSTOMER_VIEWED, "customer", customer_id):
            context = {"person": person, "count": count, "form": form, "back": _back(request, customer_id)}
            return question(request, "staff/customers/close_links.html", context, facts=facts, is_changed=is_changed)
    closed = close_links(actor=actor_of(request), customer_id=customer_id, reason=form.cleaned_data["reason"])
    messages.success(request, _("Закрыто ссылок: %(count)s.") % {"count": closed})
    return redirect(_back(request, customer_id))


def _gone(request: HttpRequest, customer_id: int) -> HttpResponse:
    messages.info(
        request, _("Этого запрета уже нет. Если клиент за это время отказался ещё раз, новый запрет виден ниже.")
    )
    return redirect(_back(request, customer_id))


def _back(request: HttpRequest, customer_id: int) -> str:
    """Return the page of the customer that this role works on."""
    name = "person" if has_right(acting_user(request), Right.READ_REGISTER) else "customer"
    return reverse(f"staff:{name}", args=[customer_id])
