"""The check of what a restore could set back: the epoch of the database and the files outside it."""

import os
from typing import Final

from consents.enums import SetBack
from consents.outside.epochs import epoch_check
from consents.outside.files import outside_folder
from portal.operations.diagnosis.part import Diagnosis, Part, asks_database


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


PARTS: Final[tuple[Part, ...]] = (_epoch,)
