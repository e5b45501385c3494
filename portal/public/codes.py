"""Codes asked for on a page: counted, sent, or refused with words on the page that follows."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from consents.conf import code_limits
from consents.customers.contacts_read import OwnContact
from consents.errors import ConsentsError
from consents.types import CodeCheck
from consents.words import span_words
from notify.errors import ChannelRefused
from notify.tasks import send_transactional
from portal.client import client_address
from portal.flows.verify_contact import KnownContactCode, target_of
from portal.operations.nudges import nudge
from portal.public.pages import Visit, too_many
from portal.ui.sentences import sentence_for
from portal.visits.throttle import CODES_OF_VISIT, codes_of_address, throttle_hit


def codes_refused(request: HttpRequest, visit: Visit) -> HttpResponseBase | None:
    """Count one more code asked for or entered; None while both this visit and its address may go on.

    The visit is asked first: one person who hammers does not use up what many share behind one address.
    """
    if not throttle_hit(CODES_OF_VISIT, f"{visit.visitor.link_id}|{visit.visitor.session_id}"):
        return too_many(request, "visit")
    if not throttle_hit(codes_of_address(), client_address(request)):
        return too_many(request, "codes")
    return None


def code_to(request: HttpRequest, visit: Visit, contact: OwnContact, *, otherwise: str) -> HttpResponseBase:
    """Send a code to a contact on file and lead to its field, or say at ``otherwise`` why none was sent."""
    process = KnownContactCode(visit.visitor, visit.owner_id)
    return sent_or_said(request, lambda: process.initiate(target_of(contact)), otherwise=otherwise)


def sent_or_said(request: HttpRequest, send: Callable[[], object], *, otherwise: str) -> HttpResponseBase:
    """Send a code and lead to its field. What was refused is said at ``otherwise``."""
    try:
        send()
    except (ConsentsError, ChannelRefused) as error:
        sentence = sentence_for(error)
        messages.warning(request, f"{sentence.title}. {sentence.text}")
        return redirect(otherwise)
    nudge(send_transactional)
    return redirect("public:code")


def say_outcome(request: HttpRequest, check: CodeCheck) -> None:
    """Put on the next page what became of a code that was not right."""
    if check.outcome == "wrong" and check.tries_left:
        said = _("Код не подошёл. Осталось попыток: %(left)s. Введите код из последнего сообщения.")
        messages.error(request, said % {"left": check.tries_left})
    elif check.outcome == "expired":
        messages.warning(request, _("Срок действия кода истёк. Ничего не потеряно: запросите новый код."))
    elif check.outcome == "locked":
        said = _(
            "Ввод кода закрыт на %(span)s. Было слишком много неверных кодов, поэтому мы защитили ваши данные. "
            "Попробуйте завтра или позвоните нам."
        )
        messages.error(request, said % {"span": span_words(code_limits().lock_s)})
    else:
        messages.warning(request, _("Этот код больше не действует: попытки закончились или он уже введён."))
