"""Checks of what a restore could set back: the epoch of the database, the files outside it, the file of heads."""

import os
from typing import Final

from django.conf import settings

from consents.enums import SetBack
from consents.errors import HeadsUnreadable
from consents.ledger.tree.heads import last_head
from consents.ledger.tree.publishing import heads_file
from consents.ledger.tree.reading import last_seal
from consents.ledger.tree.signing import Head
from consents.outside.epochs import epoch_check
from consents.outside.files import outside_folder
from portal.operations.diagnosis.part import Diagnosis, Part, asks_database

_GONE: Final = "Файла контрольных точек heads.jsonl нет или он пуст. Верните его: docs/ledger.md, «Heads»."


@asks_database("Не восстановлена ли база из копии, неизвестно")
def _epoch() -> Diagnosis:
    try:
        folder, current = outside_folder(), epoch_check()
    except OSError:
        return Diagnosis(False, "Папка OUTSIDE_DIR недоступна: без неё ничего не отправляется. Дайте на неё права.")
    if current.is_held:
        how = "Откройте в кабинете «Восстановление» или выполните manage.py restore status."
        return Diagnosis(False, f"Рассылка остановлена: {SetBack(current.held_for).label}. {how}")
    if not os.access(folder, os.W_OK):
        return Diagnosis(True, f"Записи рядом с базой лежат в {folder}; этому пользователю они закрыты.", is_note=True)
    return Diagnosis(True, "База не отстаёт от записей рядом с ней.")


@asks_database("Цел ли файл контрольных точек, неизвестно")
def _heads() -> Diagnosis:
    stored = last_seal()
    if stored is None:
        return Diagnosis(True, "Контрольных точек журнала ещё нет.")
    try:
        outside = last_head(heads_file())
    except PermissionError:
        return Diagnosis(True, "Файл контрольных точек этому пользователю закрыт.", is_note=True)
    except (OSError, HeadsUnreadable):
        return Diagnosis(False, "Файл контрольных точек не читается или повреждён: docs/ledger.md, «Heads».")
    if outside is None:
        return Diagnosis(False, _GONE)
    return _compared(stored, outside)


def _compared(stored: Head, outside: Head) -> Diagnosis:
    if outside.size > stored.size:
        return Diagnosis(False, f"В файле контрольных точек записей {outside.size}, в базе — {stored.size}.")
    if outside.size < stored.size:
        user = " и есть ли место на диске" if settings.MODE == "production" else ""
        return Diagnosis(False, f"Контрольные точки не попадают в файл: проверьте права на него{user}.")
    return Diagnosis(True, "Контрольные точки журнала есть и вне базы.")


PARTS: Final[tuple[Part, ...]] = (_epoch, _heads)
