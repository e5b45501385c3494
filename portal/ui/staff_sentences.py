"""Sentences about errors that only staff meet: downloads, accounts, secrets."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.ui.sentence import Sentence

STAFF_SENTENCES: Final[Mapping[str, Sentence]] = {
    "export_missing": Sentence(
        _("Этой выгрузки нет"),
        _("Файл получает только тот, кто его запросил, в течение суток. Запись о ней осталась. Запросите её ещё раз."),
        404,
    ),
    "export_changed": Sentence(
        _("Файл выгрузки изменился"),
        _("Он не совпадает с подготовленным и не выдан. Запросите выгрузку ещё раз и сообщите администратору."),
    ),
    "last_administrator": Sentence(
        _("Это последний администратор"), _("Ничего не изменилось. Сначала назначьте администратором ещё кого-то.")
    ),
    "own_account": Sentence(
        _("Это ваша учётная запись"),
        _("Ничего не изменилось. Свою роль и свою запись меняет другой администратор."),
        403,
    ),
    "email_taken": Sentence(
        _("Такая учётная запись уже есть"), _("Новая не создана. Найдите её в списке сотрудников."), 409
    ),
    "staff_contact_refused": Sentence(_("Код не отправлен"), _("Проверьте номер или повторите позже."), 400),
    "secret_unreadable": Sentence(
        _("Секрет не читается"),
        _("Ключ установки изменился. Администратору: верните прежний ключ или задайте секрет заново."),
        500,
    ),
}
