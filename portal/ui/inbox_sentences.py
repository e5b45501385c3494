"""Sentences about errors of the inbox, by the stable code of the error."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.ui.sentence import Sentence

INBOX_SENTENCES: Final[Mapping[str, Sentence]] = {
    "dialogue_missing": Sentence(
        _("Диалог не найден"), _("Возможно, его объединили с другим. Откройте список обращений."), 404
    ),
    "dialogue_taken": Sentence(
        _("Диалог ведёт другой сотрудник"), _("Ничего не изменилось. Попросите передать диалог или заберите его.")
    ),
    "newer_message": Sentence(
        _("Клиент написал ещё"), _("Ничего не отправлено. Прочитайте новое сообщение и нажмите кнопку ещё раз.")
    ),
    "answer_blocked": Sentence(
        _("Ответ сейчас не уйдёт"), _("Канал закрыт, или к нему не подключён провайдер. Обратитесь к администратору.")
    ),
    "ready_answer_missing": Sentence(
        _("Готовый ответ не найден"), _("Возможно, его удалили. Откройте список готовых ответов."), 404
    ),
    "title_taken": Sentence(
        _("Такое название уже есть"), _("Ничего не сохранено. Назовите готовый ответ по-другому."), 400
    ),
}
