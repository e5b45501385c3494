"""Every act of staff that is recorded, with the words of the journal."""

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AuditedAction(models.TextChoices):
    """Dotted names: object, then what became of it."""

    LOGGED_IN = "staff.logged_in", _("Вход")
    LOGIN_FAILED = "staff.login_failed", _("Неудачный вход")
    SECOND_FACTOR_FAILED = "staff.second_factor_failed", _("Второй фактор не подошёл")
    LOGGED_OUT = "staff.logged_out", _("Выход")
    SESSION_EXPIRED = "staff.session_expired", _("Сеанс истёк")
    SECOND_FACTOR_CHANGED = "staff.second_factor_changed", _("Изменён второй фактор")
    PASSWORD_CHANGED = "staff.password_changed", _("Изменён пароль")
    ACCESS_DENIED = "access.denied", _("Отказано в доступе")

    IMPORT_UPLOADED = "import.uploaded", _("Загружен файл клиентов")
    IMPORT_MAPPED = "import.mapped", _("Исправлено соответствие столбцов")
    IMPORT_REREAD = "import.reread", _("Файл клиентов прочитан заново")
    IMPORT_STARTED = "import.started", _("Запущена загрузка клиентов")
    IMPORT_REPORTED = "import.reported", _("Скачан отчёт о загрузке")
    IMPORT_DISCARDED = "import.discarded", _("Удалён загруженный файл")
    IMPORT_CLOSED = "import.closed", _("Закрыта незавершённая загрузка")

    CUSTOMER_SEARCHED = "customer.searched", _("Поиск клиента")
    CUSTOMERS_LISTED = "customer.listed", _("Открыт список клиентов, контакты скрыты")
    CUSTOMER_VIEWED = "customer.viewed", _("Открыта карточка клиента, контакты скрыты")
    CUSTOMER_REVEALED = "customer.revealed", _("Открыты контакты клиента")
    CUSTOMER_LINKS_CLOSED = "customer.links_closed", _("Закрыты ссылки клиента")
    CUSTOMER_REFUSAL_RECORDED = "customer.refusal_recorded", _("Записан отказ клиента")
    CUSTOMER_STOP_LIFTED = "customer.stop_lifted", _("Снят запрет на сообщения")

    ALARM_MANY_CARDS = "alarm.many_cards", _("Тревога: слишком много открытых карточек за час")
    ALARM_MANY_LOOKS = "alarm.many_looks", _("Тревога: слишком много поисков и просмотров за час")

    CAMPAIGN_CREATED = "campaign.created", _("Создана кампания")
    CAMPAIGN_CHANGED = "campaign.changed", _("Изменена кампания")
    CAMPAIGN_PREVIEWED = "campaign.previewed", _("Просмотрено сообщение получателя")
    CAMPAIGN_TESTED = "campaign.tested", _("Отправлено тестовое сообщение")
    CAMPAIGN_SUBMITTED = "campaign.submitted", _("Кампания отправлена на проверку")
    CAMPAIGN_RETURNED = "campaign.returned", _("Кампания возвращена в черновики")
    CAMPAIGN_LAUNCHED = "campaign.launched", _("Кампания запущена")
    CAMPAIGN_PAUSED = "campaign.paused", _("Кампания приостановлена")
    CAMPAIGN_BRAKED = "campaign.braked", _("Кампания приостановлена из-за сбоя")
    CAMPAIGN_CONTINUED = "campaign.continued", _("Кампания продолжена")
    CAMPAIGN_STOPPED = "campaign.stopped", _("Кампания остановлена")
    CAMPAIGN_LINKS_REVOKED = "campaign.links_revoked", _("Отозваны ссылки кампании")
    CAMPAIGN_LISTED = "campaign.listed", _("Открыт список получателей кампании")
    CAMPAIGN_REPORTED = "campaign.reported", _("Скачан отчёт о кампании")
    CAMPAIGN_PRICED = "campaign.priced", _("Запрошена цена кампании")
    MESSAGE_SETTLED = "message.settled", _("Уточнён результат отправки")
    MESSAGES_SETTLED = "message.list_settled", _("Уточнены результаты отправки по списку")

    REGISTER_SEARCHED = "register.searched", _("Поиск в реестре")
    REGISTER_VIEWED = "register.viewed", _("Открыта история клиента")
    REGISTER_TEXT_VIEWED = "register.text_viewed", _("Открыт показанный клиенту текст")
    REGISTER_EVENTS_VIEWED = "register.events_viewed", _("Открыт журнал согласий")
    RECEIPT_VIEWED = "receipt.viewed", _("Открыта квитанция")
    LEDGER_CHECKED = "ledger.checked", _("Запущена проверка журнала")

    EXPORT_REQUESTED = "export.requested", _("Запрошена выгрузка")
    EXPORT_MADE = "export.made", _("Выгрузка готова")
    EXPORT_FAILED = "export.failed", _("Не удалось подготовить выгрузку")
    EXPORT_DOWNLOADED = "export.downloaded", _("Выгрузка скачана")

    DOCUMENT_DRAFTED = "document.drafted", _("Создан черновик документа")
    DOCUMENT_CHANGED = "document.changed", _("Изменён черновик документа")
    DOCUMENT_DISCARDED = "document.discarded", _("Удалён черновик документа")
    DOCUMENT_PUBLISHED = "document.published", _("Опубликован документ")

    INBOX_LISTED = "inbox.listed", _("Открыт список обращений, контакты скрыты")
    INBOX_SEARCHED = "inbox.searched", _("Поиск в обращениях")
    DIALOGUE_VIEWED = "dialogue.viewed", _("Открыт диалог с клиентом")
    DIALOGUE_CLAIMED = "dialogue.claimed", _("Диалог взят в работу")
    DIALOGUE_HANDED_OVER = "dialogue.handed_over", _("Диалог передан")
    DIALOGUE_GIVEN_BACK = "dialogue.given_back", _("Диалог возвращён в общий список")
    DIALOGUE_ANSWERED = "dialogue.answered", _("Отправлен ответ клиенту")
    DIALOGUE_NOTED = "dialogue.noted", _("Добавлена заметка к диалогу")
    DIALOGUE_CLOSED = "dialogue.closed", _("Диалог закрыт")
    DIALOGUE_FOLLOWED = "dialogue.followed", _("Открыт диалог в кабинете провайдера")
    READY_ANSWER_CHANGED = "ready_answer.changed", _("Изменён готовый ответ")
    SCENARIO_CHANGED = "scenario.changed", _("Изменён сценарий бота")
    SCENARIO_PUBLISHED = "scenario.published", _("Опубликован сценарий бота")
    SCENARIO_SWITCHED = "scenario.switched", _("Сценарий бота включён или выключен")
    PROVIDER_CREATED = "provider.created", _("Подключён провайдер")
    PROVIDER_CHANGED = "provider.changed", _("Изменено подключение провайдера")
    PROVIDER_CHECKED = "provider.checked", _("Проверено подключение провайдера")
    PROVIDER_SECRET_ROTATED = "provider.secret_rotated", _("Сменён секрет вебхука")
    PROVIDER_SECRET_SHOWN = "provider.secret_shown", _("Показан секрет вебхука")
    PROVIDER_REMOVED = "provider.removed", _("Удалено подключение провайдера")

    SENDER_NAME_CREATED = "sender_name.created", _("Внесено имя отправителя")
    SENDER_NAME_CHANGED = "sender_name.changed", _("Изменено имя отправителя")
    SENDER_TEMPLATE_ADDED = "sender_template.added", _("Добавлен шаблон имени отправителя")
    SENDER_TEMPLATE_CHANGED = "sender_template.changed", _("Изменено согласование шаблона")
    SENDER_TEMPLATE_REMOVED = "sender_template.removed", _("Удалён шаблон имени отправителя")
    TEST_CONTACT_ASKED = "test_contact.asked", _("Начато подтверждение контакта для тестов")
    TEST_CONTACT_TRIED = "test_contact.tried", _("Подтверждался контакт для тестов")
    TEST_CONTACT_REMOVED = "test_contact.removed", _("Удалён контакт для тестов")

    RESTORE_READ_BACK = "restore.read_back", _("Возвращены отказы, ссылки и исходы после восстановления базы")
    RESTORE_ENDED = "restore.ended", _("Закончено восстановление базы")

    USER_CREATED = "user.created", _("Создана учётная запись")
    USER_ROLE_CHANGED = "user.role_changed", _("Изменена роль")
    USER_DEACTIVATED = "user.deactivated", _("Учётная запись отключена")
    USER_ACTIVATED = "user.activated", _("Учётная запись включена")
    USER_PASSWORD_ISSUED = "user.password_issued", _("Выдана ссылка для пароля")
    USER_FACTOR_RESET = "user.factor_reset", _("Сброшен второй фактор")
    CHANNEL_CHANGED = "channel.changed", _("Изменены настройки канала")
    CONTRACT_CHANGED = "contract.changed", _("Изменён договор с платформой")
    CODES_SWITCHED = "codes.switched", _("Коды через канал включены или выключены")
    COMPANY_CHANGED = "company.changed", _("Сохранены данные компании")
    LOGO_CHANGED = "logo.changed", _("Сменён логотип компании")
    SENDER_CHANGED = "sender.changed", _("Изменён исполнитель по каналу")


OBJECTS: Final[Mapping[str, Promise]] = {
    "user": _("сотрудник"),
    "right": _("право"),
    "customer": _("клиент"),
    "campaign": _("кампания"),
    "message": _("сообщение"),
    "register": _("реестр"),
    "ledger": _("журнал"),
    "export": _("выгрузка"),
    "document": _("редакция"),
    "channel": _("канал"),
    "company": _("реквизиты"),
    "import": _("загрузка"),
    "dialogue": _("диалог"),
    "ready_answer": _("готовый ответ"),
    "scenario": _("сценарий"),
    "provider": _("провайдер"),
    "sender_name": _("имя отправителя"),
    "test_contact": _("контакт для тестов"),
    "restore": _("восстановление базы"),
}
"""Kinds of object, as the journal names them."""

DETAILS: Final[Mapping[str, Promise]] = {
    "found": _("найдено"),
    "customers": _("клиенты"),
    "customer_id": _("клиент"),
    "filter": _("отбор"),
    "filters": _("отбор"),
    "event": _("запись"),
    "receipt": _("квитанция"),
    "rows": _("строк"),
    "kind": _("вид"),
    "sha256": _("контрольная сумма файла"),
    "list_sha256": _("контрольная сумма списка"),
    "content_sha256": _("контрольная сумма кампании"),
    "body_sha256": _("контрольная сумма текста"),
    "size": _("получателей"),
    "is_new": _("первый запуск"),
    "revision": _("правка"),
    "image": _("картинка"),
    "outcome": _("исход"),
    "campaign": _("кампания"),
    "role": _("роль"),
    "old": _("было"),
    "new": _("стало"),
    "number": _("редакция"),
    "refreshed": _("обновлено"),
    "changed": _("изменены поля"),
    "contract": _("договор"),
    "count": _("сколько"),
    "stop": _("запрет"),
    "scope": _("запрещены"),
    "is_asked": _("по просьбе клиента"),
    "demand": _("требование"),
    "refused": _("отказ"),
    "is_reopened": _("контакт снова открыт"),
    "change": _("что"),
    "opened": _("открыто"),
    "way": _("способ"),
    "group": _("список"),
    "list": _("список"),
    "since": _("с"),
    "until": _("по"),
    "purpose": _("цель"),
    "channel": _("канал"),
    "is_open": _("открыт"),
    "per_second": _("сообщений в секунду"),
    "contract_note": _("номер договора"),
    "signed_on": _("подписан"),
    "asked_on": _("дата запроса"),
    "answer_by": _("ответить до"),
    "kinds": _("что разрешает"),
    "frequency": _("как часто пишем"),
    "basis": _("основание"),
    "later_steps": _("следующие шаги"),
    "step": _("шаг"),
    "removed_step": _("удалён шаг"),
    "norm": _("норма"),
    "subscriber_consent": _("согласие абонента на рассылку"),
    "contract_clause": _("договор и его пункт"),
    "contract_date": _("дата договора"),
    "offers": _("похоже на рекламу"),
    "offer_reason": _("почему это не реклама"),
    "title": _("название"),
    "is_on": _("включено"),
    "place": _("порядок"),
    "fields": _("изменены поля"),
    "trouble": _("что не так"),
    "to": _("кому"),
    "answer": _("последний ответ"),
    "inbox": _("список"),
    "provider": _("подключение"),
    "sender_name": _("имя"),
    "operator": _("оператор"),
    "traffic": _("трафик"),
    "state": _("состояние"),
    "valid_until": _("действует до"),
    "template": _("шаблон"),
    "is_approved": _("согласовано"),
    "is_right": _("подтверждён"),
    "is_own": _("на свой контакт"),
    "is_dpo": _("запустил ответственный за персональные данные"),
}
"""What an act says besides its object."""
