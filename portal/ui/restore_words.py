"""What was read back after a restore, in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COUNTS: Final[Mapping[str, Promise]] = {
    "noes_recorded": _("Отказов и запретов записано заново"),
    "noes_known": _("Отказов и запретов уже есть в базе"),
    "noes_missing": _("Отказов клиентов, которых в базе нет: исполнятся, как только их загрузят"),
    "noes_broken": _("Отказов, которые записать не удалось: причина в журнале сервера, попытки продолжаются"),
    "unsubscribed": _("Отписок, которые ждали базы или своей ссылки"),
    "moved": _("Сообщений отмечено отправленными: второй раз не уйдут"),
    "made": _("Сообщений, о которых копия не знала"),
    "in_doubt": _("Из них с неизвестным исходом"),
    "links": _("Личных ссылок снова открывается"),
    "of_lost_campaign": _("Сообщений кампаний, которых в копии нет"),
    "of_lost_customer": _("Сообщений клиентам, которых в копии нет"),
    "unreadable": _("Строк рядом с базой, которые не читаются: номера в журнале сервера"),
}


def counts_said(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the counts with their words, in their order; those that say nothing are left out."""
    return [(str(label), counts[name]) for name, label in COUNTS.items() if counts.get(name)]
