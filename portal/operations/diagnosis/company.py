"""Checks of what campaigns need: requisites, senders, published texts, contracts, and two members of staff."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

from consents.documents.company_reading import company_current, senders
from consents.documents.editions import texts_missing, texts_stale
from consents.documents.readiness import readiness
from consents.enums import DocumentKind
from notify.channel_settings import channels_connected
from notify.contracts import contracts_ending
from portal.audit.permissions import Right, holders
from portal.models import User
from portal.models.user import Role
from portal.operations.diagnosis.part import Diagnosis, Part, asks_database
from portal.ui.sending.readiness_words import requisites_words


@asks_database("Заполнены ли реквизиты, неизвестно")
def _requisites() -> Diagnosis:
    company = company_current()
    missing = readiness().requisites
    if company is None:
        return Diagnosis(False, "Реквизиты компании не заполнены. Откройте в консоли страницу «Компания».")
    if missing:
        said = requisites_words(missing)
        return Diagnosis(False, f"В реквизитах компании нет: {said}. Откройте в консоли страницу «Компания».")
    return Diagnosis(True, f"Реквизиты компании заполнены: {company.short_name}.")


@asks_database("Кто отправляет сообщения, неизвестно")
def _senders() -> Diagnosis:
    connected = channels_connected()
    said = [f"{row.channel.label} — {row.name or 'сама компания'}" for row in senders() if row.channel in connected]
    hint = "Если отправляет другая организация по договору, впишите её на странице «Компания» до публикации текстов."
    by_itself = any(not row.name for row in senders() if row.channel in connected)
    return Diagnosis(True, f"Кто отправляет: {', '.join(said)}." + (f" {hint}" if by_itself else ""), is_note=by_itself)


@asks_database("Опубликованы ли тексты, неизвестно")
def _texts() -> Diagnosis:
    missing = [kind for kind in texts_missing() if kind != DocumentKind.PEP_RULES]
    needed = readiness().texts
    if needed:
        return Diagnosis(
            False, f"Спросить согласие нельзя, не опубликовано: {_listed(needed)}. Опубликуйте на странице «Документы»."
        )
    if texts_stale():
        hint = "Опубликуйте их заново на странице «Документы»."
        return Diagnosis(True, f"Тексты называют прежние реквизиты или отправителей. {hint}", is_note=True)
    if missing:
        return Diagnosis(True, f"О рекламе спросить нельзя, не опубликовано: {_listed(missing)}.", is_note=True)
    return Diagnosis(True, "Все тексты опубликованы.")


@asks_database("Есть ли администратор, неизвестно")
def _administrator() -> Diagnosis:
    if User.objects.filter(is_active=True, role=Role.ADMINISTRATOR).exists():
        return Diagnosis(True, "Администратор есть.")
    hint = "Выполните manage.py staff_create АДРЕС --name ИМЯ --role administrator."
    return Diagnosis(False, f"Нет ни одного действующего администратора. {hint}")


@asks_database("Кому запускать кампании, неизвестно")
def _launchers() -> Diagnosis:
    """Return whether a campaign can be launched: that takes its author and a second person."""
    authors, launchers = set(holders(Right.DRAFT_CAMPAIGN)), set(holders(Right.APPROVE_CAMPAIGN))
    if authors and launchers and len(authors | launchers) > 1:
        return Diagnosis(True, "Есть кому подготовить кампанию и кому её запустить.")
    return Diagnosis(
        False,
        "Запустить кампанию некому: готовит её сотрудник маркетинга, запускает другой человек из маркетинга или "
        "ответственный за персональные данные. Добавьте людей на странице «Пользователи и роли».",
    )


@asks_database("Действуют ли договоры с платформами, неизвестно")
def _contracts() -> Diagnosis:
    """Return whether a contract ends soon without another that goes on with its kinds."""
    try:
        ending = contracts_ending()
    except ZoneInfoNotFoundError:
        return Diagnosis(
            False, "Действуют ли договоры с платформами, неизвестно: нет часового пояса DEFAULT_TIME_ZONE."
        )
    if not ending:
        return Diagnosis(True, "Среди договоров с платформами нет таких, что скоро закончатся.")
    said = ", ".join(f"{one.channel.label}, «{one.number}» — по {one.valid_until:%d.%m.%Y}" for one in ending)
    hint = "Продлите их и запишите новые на странице «Каналы»: без договора сообщения не уйдут."
    return Diagnosis(True, f"Скоро закончатся договоры с платформами: {said}. {hint}", is_note=True)


def _listed(kinds: Sequence[DocumentKind]) -> str:
    return ", ".join(f"«{kind.label}»" for kind in kinds)


PARTS: Final[tuple[Part, ...]] = (_requisites, _senders, _texts, _contracts, _administrator, _launchers)
