"""Checks of the running work: beat and workers, sealing, overdue messages, guessed codes."""

from typing import Final

from consents.ledger.checking.health import ledger_health
from consents.verification.reading import wrong_code_alarm
from notify import queues
from notify.outbox.overdue import OVERDUE_AFTER, messages_overdue
from portal.operations.diagnosis.finding import Finding, Part, asks_database, on_a_server
from portal.operations.heartbeats import queues_silent


@asks_database("Работают ли часы и обработчики, неизвестно")
def _workers() -> Finding:
    silent = queues_silent()
    if not silent:
        return Finding(True, "Часы и все обработчики работают.")
    units = " ".join(f"mostik-worker@{queue}" for queue in silent)
    if len(silent) == len(queues.QUEUES):
        who, units = "Часы или все обработчики стоят", f"mostik-beat {units}"
    else:
        who = f"Молчат обработчики: {', '.join(silent)}"
    hint = f"Выполните systemctl start {units}." if on_a_server() else "Остановите make run и запустите снова."
    return Finding(False, f"{who}. {hint}")


@asks_database("Заверен ли журнал согласий, неизвестно")
def _seals() -> Finding:
    health = ledger_health()
    if health.is_sealing_late:
        minutes = int(health.delay.total_seconds() // 60)
        return Finding(
            False, f"Записи журнала ждут заверения {minutes} мин. Запустите celery beat и обработчик reports."
        )
    return Finding(True, f"Журнал согласий заверен, записей: {health.tree_size}.")


@asks_database("Уходят ли сообщения, неизвестно")
def _messages() -> Finding:
    overdue = messages_overdue()
    if not overdue:
        return Finding(True, "Сообщения, которым пора, уходят.")
    counts = ", ".join(f"{channel.label} — {count}" for channel, count in overdue.items())
    minutes = int(OVERDUE_AFTER.total_seconds() // 60)
    hint = "Посмотрите в журнале служб, что пишут обработчики transactional и send."
    return Finding(False, f"Сообщения ждут дольше {minutes} мин и не уходят: {counts}. {hint}")


@asks_database("Подбирают ли коды, неизвестно")
def _codes() -> Finding:
    seen = wrong_code_alarm()
    if seen.is_alarm:
        hint = "Посмотрите адреса в журнале прокси и закройте их."
        return Finding(False, f"Коды подбирают: за {seen.span_s // 60} мин неверных {seen.wrong}. {hint}")
    return Finding(True, f"Неверных кодов за {seen.span_s // 60} мин: {seen.wrong}.")


PARTS: Final[tuple[Part, ...]] = (_workers, _seals, _messages, _codes)
