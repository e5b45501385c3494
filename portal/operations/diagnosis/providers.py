"""Each provider that is set up on the page, in a sentence: how it fares, its account, the last look at it."""

from django.db import DatabaseError
from django.utils import timezone

from notify.providers.checks import NO_PROCESS, UNUSABLE, ProviderHealth, providers_health
from portal.operations.diagnosis.part import Diagnosis
from portal.ui.provider_words import day_words, provider_title, state_said, warnings_said
from portal.ui.words import money

STOPS = frozenset({UNUSABLE, NO_PROCESS, "failing", "check_failed"})
"""Warnings of what keeps messages from leaving; the others give time."""


def diagnoses() -> list[Diagnosis]:
    """Return one diagnosis per set-up, and one for each provider of the environment that fails."""
    try:
        return [_diagnosis(health) for health in providers_health() if health.setup is not None or health.failures]
    except DatabaseError:
        return [Diagnosis(False, "Состояние подключений неизвестно: база данных не отвечает.")]


def _diagnosis(health: ProviderHealth) -> Diagnosis:
    who = f"Подключение «{provider_title(health)}» ({health.name})"
    warnings = health.warnings
    parts = [f"{who}: {state_said(health).label}", _account(health), _checked(health)]
    sentence = f"{', '.join(part for part in parts if part)}. {' '.join(dict.fromkeys(warnings_said(health)))}".strip()
    is_good = STOPS.isdisjoint(warnings)
    return Diagnosis(is_good, sentence, is_note=is_good and (bool(warnings) or not health.is_on))


def _account(health: ProviderHealth) -> str:
    account = health.account
    if account is None:
        return ""
    balance = money(account.balance, account.currency)
    said = [f"на счёте {balance}" if balance else "", f"оплачено до {day_words(account.paid_until)}"]
    return ", ".join(said if account.paid_until else said[:1])


def _checked(health: ProviderHealth) -> str:
    if health.checked_at is None:
        return ""
    return f"проверено {timezone.localtime(health.checked_at):%d.%m.%Y %H:%M}"
