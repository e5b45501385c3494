"""Help: the topics that a role needs, found by words, and one of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.audit.permissions import Right, has_right, right_required
from portal.audit.request_actor import acting_user
from portal.staff.help.topics import TOPICS, Topic, topic
from portal.staff.navigation import crumb

WORDS_SHOWN = 80


@right_required(Right.SEE_OVERVIEW, "GET")
def help_topics(request: HttpRequest) -> HttpResponse:
    """List what the role may do, section by section; with words, the sections that hold them."""
    words = request.GET.get("q", "").strip()[:WORDS_SHOWN]
    found = [(one, [part for part in one.sections if part.has(words)]) for one in _topics(request)]
    context = {"words": words, "topics": [(one, parts) for one, parts in found if parts]}
    return render(request, "staff/help/list.html", context)


@right_required(Right.SEE_OVERVIEW, "GET")
def help_topic(request: HttpRequest, name: str) -> HttpResponse:
    """Show one topic."""
    shown = next((one for one in _topics(request) if one.name == name), None)
    if shown is None:
        raise Http404
    context = {"topic": shown, "crumbs": [crumb(_("Справка"), "staff:help")]}
    return render(request, "staff/help/topic.html", context)


def _topics(request: HttpRequest) -> list[Topic]:
    user, language = acting_user(request), get_language() or "ru"
    return [topic(name, language) for name, right in TOPICS.items() if has_right(user, right)]
