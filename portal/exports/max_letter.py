"""The letter to MAX: whose the account is, how it was linked, what was agreed and sent, who answers for it.

MAX waits three calendar days (rules of the platform, section 4).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consents.database.clock import database_now
from consents.documents.company_reading import company_current
from consents.enums import EventKind
from consents.ledger.history import EventView
from consents.receipts.pdf import Table, letter_pdf
from consents.words import moment_words
from notify.dialogues.account_facts import DialogueFacts, SentMessage

ANSWER_WITHIN: Final = timedelta(days=3)
DIGITS_A_LINE: Final = 24
ANSWERS: Final = frozenset({EventKind.GRANTED, EventKind.REFUSED, EventKind.WITHDRAWN, EventKind.STOP_SET})
LINKS: Final = frozenset({EventKind.MAX_LINKED, EventKind.MAX_UNLINKED})


def answer_by(asked_on: date) -> date:
    """Return the last day on which MAX may be answered."""
    return asked_on + ANSWER_WITHIN


def moment_said(moment: datetime | None) -> str:
    """Return a moment on the clock of the installation; empty for none."""
    return moment_words(timezone.localtime(moment)) if moment else ""


def max_letter(
    *,
    account: str,
    asked_on: date,
    number: str,
    events: Sequence[EventView] | None,
    dialogue: DialogueFacts | None,
    messages: Sequence[SentMessage],
    files: Mapping[str, bytes],
) -> bytes:
    """Return the letter as PDF. ``events`` are None for an account that no customer has; ``files`` lie beside it."""
    about = [
        [_("Пользователь MAX, служебный номер"), account],
        [_("Запрос получен"), f"{asked_on:%d.%m.%Y}"],
        [_("Ответить до"), f"{answer_by(asked_on):%d.%m.%Y}"],
        [_("Ответ подготовлен"), moment_said(database_now())],
        [_("Номер пакета"), number],
    ]
    company = company_current()
    return letter_pdf(
        title=_("Основание обработки данных пользователя MAX"),
        addressee=_("Администрации мессенджера MAX"),
        about=about,
        paragraphs=[*_said(is_owned=events is not None, dialogue=dialogue), *_sent_said(messages), *_company_said()],
        tables=[*_tables(events or ()), *_contents(files)],
        signer=company.dpo_title if company else "",
    )


def _said(*, is_owned: bool, dialogue: DialogueFacts | None) -> list[str]:
    """Return whose account it is, and how the dialogue stands."""
    if is_owned:
        said = [
            _(
                "Пользователь с этим номером — наш клиент. Профиль он подключил сам: когда и как, видно в таблице. "
                "Согласия, отказы и запреты, которые относятся к этому профилю, записаны в журнал в момент ответа."
            )
        ]
    else:
        said = [
            _(
                "Среди наших клиентов этого профиля нет и не было: он ни к кому не подключён. "
                "Согласий от его имени мы не записывали и рассылок на него не отправляли."
            )
        ]
    return [*said, _dialogue_said(dialogue)]


def _dialogue_said(dialogue: DialogueFacts | None) -> str:
    if dialogue is None:
        return _("Диалога с нашим ботом у этого профиля не было.")
    moment = moment_said(dialogue.changed_at)
    if dialogue.is_open:
        said = _("Диалог с ботом открыл сам пользователь: %(moment)s. Он открыт и сейчас.") % {"moment": moment}
    else:
        said = _("Диалог с ботом пользователь закрыл: %(moment)s.") % {"moment": moment}
    if dialogue.first_at is None:
        return said
    return said + " " + _("Первое сообщение боту: %(moment)s.") % {"moment": moment_said(dialogue.first_at)}


def _sent_said(messages: Sequence[SentMessage]) -> list[str]:
    sent = [message.sent_at for message in messages if message.sent_at]
    if not sent:
        return [_("Сообщений этому пользователю мы не отправляли.")]
    return [
        _("Отправлено сообщений: %(count)s, первое %(first)s, последнее %(last)s. Тексты сообщений мы не храним.")
        % {"count": len(sent), "first": moment_said(min(sent)), "last": moment_said(max(sent))}
    ]


def _company_said() -> list[str]:
    company = company_current()
    if company is None:
        return []
    contacts = ", ".join(filter(None, (company.dpo_email, company.dpo_phone)))
    return [
        _("Оператор персональных данных: %(name)s, ИНН %(inn)s, адрес: %(address)s.")
        % {"name": company.name, "inn": company.inn, "address": company.address},
        _("Политика обработки персональных данных: %(page)s")
        % {"page": f"{settings.SITE_URL}{reverse('public:policy')}"},
        _("Ответственный за обработку персональных данных: %(title)s, %(contacts)s.")
        % {"title": company.dpo_title, "contacts": contacts},
    ]


def _tables(events: Sequence[EventView]) -> list[Table]:
    tables = [
        Table(
            title=_("Как подключён профиль"),
            heads=[_("Когда"), _("Что"), _("Как подтверждено")],
            rows=[
                [moment_said(event.occurred_at), event.label("kind"), event.label("method")]
                for event in events
                if event.kind in LINKS
            ],
        ),
        Table(
            title=_("Согласия, отказы и запреты"),
            heads=[_("Когда"), _("Что"), _("Цель"), _("Как подтверждено")],
            rows=[
                [moment_said(event.occurred_at), event.label("kind"), event.label("purpose"), event.label("method")]
                for event in events
                if event.kind in ANSWERS
            ],
        ),
    ]
    return [table for table in tables if table.rows]


def _contents(files: Mapping[str, bytes]) -> list[Table]:
    """Return the list of what lies beside the letter, with the sum of each file."""
    if not files:
        return []
    words = {
        "events": _("записи журнала с текстами, которые видел клиент"),
        "proofs": _("квитанции и места записей в подписанном журнале"),
        "messages": _("сообщения: вид, время, состояние"),
    }
    rows = [
        [name, words[name.split(".")[0].split("-")[0]], _in_lines(hashlib.sha256(content).hexdigest())]
        for name, content in files.items()
    ]
    return [Table(title=_("Приложения"), heads=[_("Файл"), _("Что в нём"), "SHA-256"], rows=rows)]


def _in_lines(digest: str) -> str:
    """Return a sum in lines that fit into a column."""
    return "\n".join(digest[at : at + DIGITS_A_LINE] for at in range(0, len(digest), DIGITS_A_LINE))
