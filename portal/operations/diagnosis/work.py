"""Checks of the running work: beat and workers, sealing, overdue messages, guessed codes."""

from datetime import timedelta
from typing import Final

from django.db.models import F
from django.db.models.functions import Now

from consents.errors import ConsentsError
from consents.ledger.checking.finding_sentences import stop_line
from consents.ledger.checking.health import ledger_health
from consents.ledger.tree.publishing import heads_check
from consents.outside.epochs import epoch_current
from consents.verification.reading import entrance_alarm, wrong_code_alarm
from notify import queues
from notify.outbox.brake import brakes_on
from notify.outbox.watching.overdue import OVERDUE_AFTER, REFUSED_SPAN, codes_refused, messages_overdue
from notify.outbox.watching.resolution import messages_in_doubt
from portal.models import Heartbeat
from portal.operations.diagnosis.part import Diagnosis, Part, asks_database, on_a_server
from portal.ui.sending.brake_words import brake_words

SILENT_AFTER: Final = dict.fromkeys(queues.QUEUES, timedelta(minutes=3)) | {queues.LONG: timedelta(minutes=30)}
"""How old the last heartbeat of a queue may be. In the long one a task may take a worker's whole time for minutes."""


@asks_database("Работают ли часы и обработчики, неизвестно")
def _workers() -> Diagnosis:
    ages = dict(Heartbeat.objects.values_list("queue", Now() - F("beat_at")))
    silent = [queue for queue, patience in SILENT_AFTER.items() if queue not in ages or ages[queue] > patience]
    if not silent:
        return Diagnosis(True, "Часы и все обработчики работают.")
    units = " ".join(f"mostik-worker@{queue}" for queue in silent)
    if len(silent) == len(queues.QUEUES):
        who, units = "Часы или все обработчики стоят", f"mostik-beat {units}"
    else:
        who = f"Молчат обработчики: {', '.join(silent)}"
    hint = f"Выполните systemctl start {units}." if on_a_server() else "Остановите make run и запустите снова."
    return Diagnosis(False, f"{who}. {hint}")


@asks_database("Подписан ли журнал согласий, неизвестно")
def _seals() -> Diagnosis:
    health = ledger_health()
    if health.is_sealing_late and epoch_current().is_held:
        return Diagnosis(False, "Журнал согласий не подписывается, пока не закончено восстановление базы.")
    try:
        heads_check()
    except ConsentsError as error:
        return Diagnosis(False, stop_line(error))
    if health.is_sealing_late:
        minutes = int(health.delay.total_seconds() // 60)
        hint = "Проверьте celery beat и обработчик seal; если они работают, manage.py ledger_seal скажет, что мешает."
        return Diagnosis(False, f"Записи журнала ожидают подписи {minutes} мин. {hint}")
    return Diagnosis(True, f"Журнал согласий подписан, записей: {health.tree_size}.")


@asks_database("Уходят ли сообщения, неизвестно")
def _messages() -> Diagnosis:
    if refused := codes_refused():
        said = ", ".join(f"{channel.label} — {count}" for channel, count in refused.items())
        minutes = int(REFUSED_SPAN.total_seconds() // 60)
        return Diagnosis(
            False, f"Коды и уведомления не проходят, за {minutes} мин отказов: {said}. Спросите провайдера."
        )
    overdue = messages_overdue()
    if not overdue:
        return Diagnosis(True, "Сообщения, которым пора, уходят.")
    counts = ", ".join(f"{channel.label} — {count}" for channel, count in overdue.items())
    minutes = int(OVERDUE_AFTER.total_seconds() // 60)
    hint = "Посмотрите в журнале служб, что пишут обработчики transactional и send."
    return Diagnosis(False, f"Сообщения ждут дольше {minutes} мин и не уходят: {counts}. {hint}")


@asks_database("Не остановились ли кампании сами, неизвестно")
def _brakes() -> Diagnosis:
    """Return whether a campaign was paused by itself, and how many outcomes a person has to find out."""
    stopped = brakes_on()
    if stopped:
        said = "; ".join(f"{number} «{brake.name}»: {brake_words(brake)}" for number, brake in stopped.items())
        return Diagnosis(False, f"Приостановлены из-за сбоя кампании {said} Устраните причину и продолжите их.")
    doubtful = messages_in_doubt()
    if doubtful:
        hint = "Спросите провайдера и запишите исход на странице кампании или командой manage.py messages_resolve."
        return Diagnosis(True, f"Неизвестен исход сообщений: {doubtful}. {hint}", is_note=True)
    return Diagnosis(True, "Ни одна кампания не остановилась сама, исход всех сообщений известен.")


@asks_database("Подбирают ли коды, неизвестно")
def _codes() -> Diagnosis:
    seen = wrong_code_alarm()
    if seen.is_alarm:
        hint = "Посмотрите адреса в журнале прокси и закройте их."
        return Diagnosis(False, f"Коды подбирают: за {seen.span_s // 60} мин неверных {seen.wrong}. {hint}")
    return Diagnosis(True, f"Неверных кодов за {seen.span_s // 60} мин: {seen.wrong}.")


@asks_database("Сколько кодов запросили на входе, неизвестно")
def _entrance_codes() -> Diagnosis:
    seen = entrance_alarm()
    if seen.is_alarm:
        hint = (
            "На пределе уходят только коды по личным ссылкам. Посмотрите адреса в журнале прокси или поднимите предел"
        )
        return Diagnosis(
            False, f"Кодов с общего входа за сутки: {seen.sent} из {seen.limit}. {hint}: ENTRANCE_CODES_PER_DAY."
        )
    return Diagnosis(True, f"Кодов с общего входа за сутки: {seen.sent} из {seen.limit}.")


PARTS: Final[tuple[Part, ...]] = (_workers, _seals, _messages, _brakes, _codes, _entrance_codes)
