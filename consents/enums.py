"""The words of the consents room: every list that is stored in a column. Channels and kinds of contact are open."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consents.channels.registry import Channel as Channel  # noqa: PLC0414 - handed on
from consents.channels.registry import ContactKind as ContactKind  # noqa: PLC0414 - handed on


class ContactOrigin(models.TextChoices):
    """Who gave the company this contact."""

    FILE = "file", _("из файла")
    PERSON = "person", _("указан клиентом")
    STAFF = "staff", _("записан сотрудником")
    MAX = "max", _("из MAX")
    LINKED = "linked", _("подключён клиентом")
    COMPANY = "company", _("из системы компании")


class LineType(models.TextChoices):
    """What a phone number can receive; only a mobile line takes SMS."""

    MOBILE = "mobile", _("мобильный")
    FIXED = "fixed", _("городской")
    OTHER = "other", _("другой")


class Purpose(models.TextChoices):
    """Why a message is sent. One purpose = one document = one answer."""

    SERVICE = "service", _("Сервисные сообщения")
    PROMOTION = "promotion", _("Подбор предложений")
    ADVERTISING = "advertising", _("Реклама")


class LegalBasis(models.TextChoices):
    """On what ground a message may go out (152-FZ art. 6 part 1)."""

    CONTRACT = "contract", _("договор")
    CONSENT = "consent", _("согласие")
    LAW = "law", _("обязательное по закону или договору")


class SubscriberConsent(models.TextChoices):
    """Where a subscriber's consent to mailings is (126-FZ art. 44.1); the basis of the data is another thing."""

    OWN = "own", _("согласие клиента, данное нам")
    CONTRACT = "contract", _("пункт договора с клиентом")


class DocumentKind(models.TextChoices):
    """Kinds of versioned text: each consent is a document of its own (152-FZ art. 9 part 1)."""

    PD_SERVICE = "pd_service", _("Согласие на сервисные сообщения")
    PD_PROMO = "pd_promo", _("Согласие на обработку данных для подбора предложений")
    ADS = "ads", _("Согласие на получение рекламы")
    PEP_RULES = "pep_rules", _("Правила простой электронной подписи")
    POLICY = "policy", _("Политика обработки персональных данных")


class SignatureRules(models.TextChoices):
    """Whether the company has rules of the simple electronic signature; no consent needs them (152-FZ art. 9 p. 1)."""

    OFF = "off", _("нет: ответ доказывают код, текст и время")
    CONTRACT = "contract", _("есть в договоре с клиентом")
    ASK = "ask", _("предложить на личной странице")


class DocumentStatus(models.TextChoices):
    """A published version never changes; a newer one takes its place."""

    DRAFT = "draft", _("черновик")
    PUBLISHED = "published", _("действует")
    RETIRED = "retired", _("заменена")


class EventKind(models.TextChoices):
    """What happened, as the ledger records it.

    Accounts of MAX keep the words that they were released with; those of every other channel share two words, and the
    event's channel says which it is. ``rows_recorded`` is about nobody: it holds rows that the answers of all rest on.
    """

    SHOWN = "shown", _("Текст показан")
    GRANTED = "granted", _("Согласие дано")
    REFUSED = "refused", _("Отказ")
    WITHDRAWN = "withdrawn", _("Согласие отозвано")
    RULES_ACCEPTED = "rules_accepted", _("Правила электронной подписи приняты")
    RULES_REFUSED = "rules_refused", _("Отказ от правил электронной подписи")
    CONTACT_CONFIRMED = "contact_confirmed", _("Контакт подтверждён")
    CONTACT_ADDED = "contact_added", _("Контакт добавлен")
    CONTACT_CHANGED = "contact_changed", _("Контакт изменён")
    CONTACT_RESTORED = "contact_restored", _("Прежний контакт возвращён")
    CONTACT_DENIED = "contact_denied", _("«Это не я»")
    MAX_LINKED = "max_linked", _("MAX подключён")
    MAX_UNLINKED = "max_unlinked", _("MAX отключён")
    ACCOUNT_LINKED = "account_linked", _("Профиль подключён")
    ACCOUNT_UNLINKED = "account_unlinked", _("Профиль отключён")
    STOP_SET = "stop_set", _("Запрет поставлен")
    STOP_LIFTED = "stop_lifted", _("Запрет снят")
    ERASED = "erased", _("Данные уничтожены")
    ROWS_RECORDED = "rows_recorded", _("Учтены тексты, реквизиты, квитанции и запреты")


class StateValue(models.TextChoices):
    """Where one purpose on one channel stands now for one customer."""

    GRANTED = "granted", _("разрешено")
    REFUSED = "refused", _("отказ")
    WITHDRAWN = "withdrawn", _("отозвано")


class ProofMethod(models.TextChoices):
    """How the person was identified for this event."""

    LINK = "link", _("ссылка")
    LINK_SMS_CODE = "link+sms_code", _("ссылка и код из СМС")
    LINK_EMAIL_CODE = "link+email_code", _("ссылка и код из письма")
    CODE_SMS = "sms_code", _("код из СМС")
    CODE_EMAIL = "email_code", _("код из письма")
    LINK_MAX_CODE = "link+max_code", _("ссылка и код из MAX")
    CODE_MAX = "max_code", _("код из MAX")
    LINK_MAX_BOT = "link+max_bot", _("ссылка и бот MAX")
    MAX_BOT = "max_bot", _("бот MAX")
    MAX_PHONE = "max_phone", _("номер, переданный через MAX")
    LINK_DIALOGUE = "link+dialogue", _("ссылка и сообщение из профиля")
    DIALOGUE = "dialogue", _("действие в диалоге")
    OWN_APP = "own_app", _("сообщение сервера приложения")
    REPLY = "reply", _("ответное сообщение")
    ONE_CLICK = "one_click", _("отписка одним нажатием")
    STAFF = "staff", _("записано сотрудником")
    SYSTEM = "system", _("система")


class ActorKind(models.TextChoices):
    """Who acted."""

    CUSTOMER = "customer", _("клиент")
    STAFF = "staff", _("сотрудник")
    SYSTEM = "system", _("система")


class ProofLevel(models.IntegerChoices):
    """How much the session had proven."""

    LINK = 0, _("без кода")
    KNOWN_CONTACT = 1, _("код на контакт из базы")
    NEW_CONTACT = 2, _("код на новый контакт")


class StopScope(models.TextChoices):
    """What a stop stops."""

    ALL = "all", _("все сообщения")
    ADVERTISING = "advertising", _("реклама")


class StopReason(models.TextChoices):
    """Why an address is not written to."""

    REFUSED_ALL = "refused_all", _("отказ от сообщений")
    NOT_MINE = "not_mine", _("«Это не я»")
    UNSUBSCRIBED = "unsubscribed", _("отписка одним нажатием")
    BOUNCED = "bounced", _("адрес не существует")
    BARRED = "barred", _("абонент запретил рассылки у оператора")
    IMPORTED = "imported", _("отказ из файла")
    SAME_CONTACT = "same_contact", _("отказ с того же телефона или адреса")
    STAFF = "staff", _("записано сотрудником")


class StopHolder(models.TextChoices):
    """Whom a stop holds for."""

    PERSON = "person", _("клиент, все контакты")
    CONTACT = "contact", _("этот контакт клиента")
    ADDRESS = "address", _("этот контакт, чей бы он ни был")


class DemandKind(models.TextChoices):
    """How a demand came that was not made on our pages."""

    LETTER = "letter", _("письмо на бумаге")
    EMAIL = "email", _("электронное письмо")
    CALL = "call", _("звонок")
    BRANCH = "branch", _("в отделении")
    REGULATOR = "regulator", _("через Роскомнадзор")


class ImportStatus(models.TextChoices):
    """States of one uploaded file."""

    READING = "reading", _("разбирается")
    REFUSED = "refused", _("не принят")
    UPLOADED = "uploaded", _("готов к запуску")
    QUEUED = "queued", _("в очереди")
    RUNNING = "running", _("идёт")
    FINISHED = "finished", _("завершена")
    FAILED = "failed", _("остановлена")
    CLOSED = "closed", _("закрыта")


class IssueSeverity(models.TextChoices):
    """How much an issue of a row matters."""

    REFUSED = "refused", _("не загружена")
    DOUBTFUL = "doubtful", _("загружена с замечаниями")


class CheckOutcome(models.TextChoices):
    """The result of a check of the ledger."""

    OK = "ok", _("журнал цел")
    MISMATCH = "mismatch", _("найдено расхождение")
    UNDECIDED = "undecided", _("проверить не удалось")


class EpochState(models.TextChoices):
    """Whether work may leave. ``held``: the database has been set back, or that cannot be ruled out."""

    IN_FORCE = "in_force", _("работает")
    HELD = "held", _("остановлено после восстановления")
    OVER = "over", _("закончено")


class SetBack(models.TextChoices):
    """How it shows that the database has been set back."""

    BEHIND = "behind", _("база отстаёт от записей рядом с ней")
    OTHER = "other", _("рядом с базой лежат записи другой базы")
    MISSING = "missing", _("записей рядом с базой нет")
    HEADS = "heads", _("база отстаёт от контрольных точек журнала")
