"""Dialogues and lines of a thread in the words of the inbox: who, how long, what became of it. Contacts masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.database.clock import database_now
from consents.normalise import contact_mask
from consents.words import noun_of
from notify.dialogues.reading import DialogueView, Listed
from notify.dialogues.thread import ThreadItem
from notify.enums import InboundOutcome, MessageState
from portal.ui.sending.message_words import why_text
from portal.ui.words import initials

Words = str | Promise
Tone = str

LISTS: Final[Mapping[Listed, Words]] = {
    "waiting": gettext_lazy("Ждут ответа"),
    "mine": gettext_lazy("Мои"),
    "all": gettext_lazy("Все"),
}

NO_TITLES: Final[Mapping[str, str]] = {}

WARN_AFTER: Final = timedelta(hours=1)
DANGER_AFTER: Final = timedelta(hours=24)

_ON_THE_WAY: Final[tuple[Words, Tone]] = (gettext_lazy("отправляется"), "neutral")
STATES: Final[Mapping[MessageState, tuple[Words, Tone]]] = {
    MessageState.PLANNED: _ON_THE_WAY,
    MessageState.CLAIMED: _ON_THE_WAY,
    MessageState.SENDING: _ON_THE_WAY,
    MessageState.HELD: _ON_THE_WAY,
    MessageState.ACCEPTED: (gettext_lazy("отправлено"), "neutral"),
    MessageState.DELIVERED: (gettext_lazy("доставлено"), "ok"),
    MessageState.FAILED: (gettext_lazy("не доставлено"), "danger"),
    MessageState.UNKNOWN: (gettext_lazy("неизвестно, дошло ли"), "warn"),
    MessageState.SKIPPED: (gettext_lazy("не отправлено"), "danger"),
}
"""States of a message as whoever answers customers reads them."""

OUTCOMES: Final[Mapping[InboundOutcome, Words]] = {
    InboundOutcome.RULE: gettext_lazy("выполнено само"),
    InboundOutcome.SCENARIO: gettext_lazy("ответил бот"),
    InboundOutcome.CLOSED: gettext_lazy("закрыто без ответа"),
}
"""What became of a customer's message, where the thread itself does not show it."""

SENT_ALONG: Final[Mapping[str, Words]] = {
    "image": gettext_lazy("изображение"),
    "video": gettext_lazy("видео"),
    "audio": gettext_lazy("аудиозапись"),
    "file": gettext_lazy("файл"),
    "contact": gettext_lazy("контакт"),
    "location": gettext_lazy("место на карте"),
    "sticker": gettext_lazy("стикер"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueRow:
    """One dialogue of a list, as its template draws it."""

    view: DialogueView
    title: str
    mask: str
    preview: str
    waiting: str
    waiting_tone: Tone
    is_mine: bool
    cabinet: str
    """The title of the provider in whose cabinet it is led."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadLine:
    """One line of a thread, as its template draws it."""

    item: ThreadItem
    who: str
    sent_along: str
    tag: str
    tone: Tone


def dialogue_row(view: DialogueView, *, user_id: int, titles: Mapping[str, str] = NO_TITLES) -> DialogueRow:
    """Put one dialogue into words for this member of staff. ``titles`` are those of providers, by set-up."""
    since = view.waiting_since or view.cabinet_since
    return DialogueRow(
        view=view,
        title=dialogue_title(view),
        mask=account_mask(view),
        preview=_preview(view),
        waiting=waiting_words(since) if since else "",
        waiting_tone=waiting_tone(since) if since else "",
        is_mine=view.holder_id == user_id,
        cabinet=titles.get(view.cabinet, view.cabinet),
    )


def dialogue_title(view: DialogueView) -> str:
    """Return the number and the initials of the customer; who writes from an unknown contact has neither."""
    if view.customer_id is None:
        return _("Не найден среди клиентов")
    return f"{view.external_id} · {initials(view.customer_name)}"


def account_mask(view: DialogueView) -> str:
    """Return the contact that the customer wrote from last, as the card shows contacts."""
    return contact_mask(view.channel.kind, view.account)


def waiting_words(since: datetime) -> str:
    """Return how long an answer is waited for, in the largest whole unit: «ждёт 12 минут»."""
    minutes = max(int((database_now() - since).total_seconds()) // 60, 0)
    if minutes < 1:
        return _("ждёт меньше минуты")
    for size, forms in ((1440, _("день, дня, дней")), (60, _("час, часа, часов")), (1, _("минуту, минуты, минут"))):
        if minutes >= size:
            count = minutes // size
            return _("ждёт %(count)s %(unit)s") % {"count": count, "unit": noun_of(count, forms)}
    raise AssertionError(minutes)


def waiting_tone(since: datetime) -> Tone:
    """Return how urgent an answer is."""
    waited = database_now() - since
    if waited >= DANGER_AFTER:
        return "danger"
    return "warn" if waited >= WARN_AFTER else "info"


def thread_line(item: ThreadItem, *, titles: Mapping[str, str] = NO_TITLES) -> ThreadLine:
    """Put one line of a thread into words. ``titles`` are those of providers, by set-up."""
    tag, tone = _tag(item, titles)
    return ThreadLine(item=item, who=_who(item, titles), sent_along=_sent_along(item.attachments), tag=tag, tone=tone)


def _who(item: ThreadItem, titles: Mapping[str, str]) -> str:
    if item.kind == "inbound":
        return _("Клиент")
    if item.kind == "message":
        return str(item.message_kind.label if item.message_kind else "").capitalize()
    return item.author or titles.get(item.provider, item.provider) or _("Бот")


def _tag(item: ThreadItem, titles: Mapping[str, str]) -> tuple[str, Tone]:
    if item.outcome == InboundOutcome.CABINET:
        return _("ждёт ответа в %(title)s") % {"title": titles.get(item.provider, item.provider)}, "info"
    if item.is_automatic:
        return _("автоматически"), "neutral"
    if item.state is not None:
        word, tone = STATES[item.state]
        why = why_text(skip_reason=item.skip_reason or "", error_code=item.error_code)
        return f"{word}: {why}" if why else str(word), tone
    if item.outcome is not None:
        return str(OUTCOMES.get(item.outcome, "")), "neutral"
    return "", ""


def _sent_along(kinds: tuple[str, ...]) -> str:
    return ", ".join(str(SENT_ALONG.get(kind, _("вложение"))) for kind in kinds)


def _preview(view: DialogueView) -> str:
    if view.last is None:
        return ""
    ours = _("Мы:")
    has_only_more = view.last.has_attachments and not view.last.text
    text = _("Вложение без текста") if has_only_more else view.last.text
    return f"{ours} {text}" if view.last.is_ours else text
