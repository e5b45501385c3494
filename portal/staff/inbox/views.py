"""The inbox: lists of dialogues, search, and what pages ask again and again."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from consents.enums import Channel
from notify.dialogues.answering import ANSWER_LIMIT
from notify.dialogues.reading import (
    COUNTED,
    DialogueView,
    Listed,
    dialogues_page,
    inbox_news,
    newest_inbound,
)
from notify.dialogues.searching import dialogues_found
from notify.messages.sms_segments import sms_parts
from portal.audit.acts import AuditedAction
from portal.audit.permissions import Right, right_required
from portal.audit.record import recorded
from portal.audit.request_actor import acting_user, actor_of
from portal.client import number_asked
from portal.staff.inbox.cabinets import CabinetsShown, cabinet_titles, cabinets_shown
from portal.staff.inbox.forms import SearchForm
from portal.staff.inbox.words import LISTS, DialogueRow, Words, dialogue_row
from portal.staff.lists.paging import slice_of
from portal.ui.words import count_word


@right_required(Right.ANSWER_CUSTOMERS, "GET", "POST")
def inbox(request: HttpRequest) -> HttpResponse:
    """List dialogues, or find some. Whom a list or a search showed is recorded."""
    return _search(request) if request.method == "POST" else _list(request)


@right_required(Right.ANSWER_CUSTOMERS, "GET")
def news(request: HttpRequest) -> HttpResponse:
    """Return how many dialogues wait and the newest messages, for a page that asks again and again."""
    found = inbox_news()
    dialogue_id = number_asked(request.GET.get("dialogue", ""))
    answer: dict[str, int | str] = {
        "waiting": count_word(found.waiting, limit=COUNTED),
        "newest": found.newest_id,
    }
    if dialogue_id is not None:
        answer["newest"] = newest_inbound(dialogue_id=dialogue_id)
    return JsonResponse(answer)


@right_required(Right.ANSWER_CUSTOMERS, "POST")
def check(request: HttpRequest) -> HttpResponse:
    """Return how long an answer is, and in how many messages it leaves, while it is typed."""
    text = request.POST.get("text", "").replace("\r\n", "\n")[: ANSWER_LIMIT * 2].strip()
    channel = request.POST.get("channel", "")
    counts_parts = channel in Channel.values and Channel(channel).spec.is_in_segments
    parts = len(sms_parts(text)) if text and counts_parts else 0
    return render(request, "staff/inbox/length.html", {"count": len(text), "parts": parts})


class _Rows:
    """Lets a page be cut out of a list."""

    def __init__(self, listed: Listed, user_id: int) -> None:
        self._listed = listed
        self._user_id = user_id

    def __getitem__(self, place: slice, /) -> list[DialogueView]:
        return dialogues_page(
            listed=self._listed, user_id=self._user_id, start=place.start, size=place.stop - place.start
        )


def _list(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("list", "")
    cabinets = cabinets_shown()
    lists = _lists(cabinets)
    listed: Listed = next((name for name in lists if name == asked), "waiting")
    with recorded(actor_of(request), AuditedAction.INBOX_LISTED, "dialogue") as note:
        # Read before the rows: a message that comes in between is told of, not missed.
        newest = inbox_news().newest_id
        page = slice_of(request, _Rows(listed, acting_user(request).pk))
        note.details |= {"inbox": listed, "customers": _customers(page.rows)}
    context = {
        "form": SearchForm(),
        "page": page,
        "listed": listed,
        "newest": newest,
        "list_url": f"{reverse('staff:inbox')}?list={listed}",
        "rows": _rows(request, page.rows),
        "cabinets": cabinets,
        "lists": lists.items(),
    }
    return render(request, "staff/inbox/list.html", context)


def _search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.POST)
    found: list[DialogueView] = []
    if form.is_valid():
        with recorded(actor_of(request), AuditedAction.INBOX_SEARCHED, "dialogue") as note:
            found = dialogues_found(text=form.cleaned_data["text"])
            note.details |= {"found": len(found), "customers": _customers(found)}
    cabinets = cabinets_shown()
    context = {
        "form": form,
        "is_search": form.is_valid(),
        "rows": _rows(request, found),
        "cabinets": cabinets,
        "lists": _lists(cabinets).items(),
    }
    return render(request, "staff/inbox/list.html", context)


def _lists(cabinets: CabinetsShown) -> dict[Listed, Words]:
    """Return the lists by name; that of those who wait in a cabinet where there is any."""
    lists = dict(LISTS)
    if cabinets.label:
        lists["cabinet"] = cabinets.label
    return lists


def _rows(request: HttpRequest, found: Sequence[DialogueView]) -> list[DialogueRow]:
    user_id, titles = acting_user(request).pk, cabinet_titles(view.cabinet for view in found)
    return [dialogue_row(view, user_id=user_id, titles=titles) for view in found]


def _customers(found: Iterable[DialogueView]) -> list[int]:
    return [view.customer_id for view in found if view.customer_id is not None]
