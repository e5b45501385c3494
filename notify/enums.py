"""The words of the notify room: every closed list that is stored in a column."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignState(models.TextChoices):
    """States of a campaign; the moves between them are the table in `notify.outbox.state`."""

    DRAFT = "draft", _("черновик")
    REVIEW = "review", _("на проверке")
    PLANNING = "planning", _("готовится")
    RUNNING = "running", _("идёт")
    PAUSED = "paused", _("приостановлена")
    STOPPED = "stopped", _("остановлена")
    FINISHED = "finished", _("завершена")


class StepCondition(models.TextChoices):
    """To whom of a campaign's people a step goes, asked when each is due and again when the message leaves."""

    EVERYBODY = "everybody", _("всем")
    NOT_ANSWERED = "not_answered", _("тем, кто не ответил")
    OPENED = "opened", _("тем, кто открыл ссылку и не ответил")
    NOT_DELIVERED = "not_delivered", _("тем, кому не доставлено сообщение предыдущего шага")
    NO_CONTACT = "no_contact", _("тем, у кого нет контакта для предыдущего шага")
    ANSWERED = "answered", _("тем, кто ответил")
    MAX_LINKED = "max_linked", _("тем, кто подключил MAX")


class BrakeReason(models.TextChoices):
    """Why a campaign was paused by itself."""

    REFUSED = "refused", _("провайдер отказывает подряд")
    DOUBTS = "doubts", _("исход неизвестен много раз подряд")
    SHARE = "share", _("больше половины сообщений не уходит")
    UNDELIVERED = "undelivered", _("принятые сообщения не доходят подряд")


class MessageState(models.TextChoices):
    """States of a message; the moves between them are the table in `notify.outbox.state`.

    ``claimed`` is always safe to give back. ``sending`` is committed alone, right before the call, and is
    never repeated by itself: when its lease runs out the row becomes ``unknown`` and is listed for a person.
    """

    PLANNED = "planned", _("в плане")
    CLAIMED = "claimed", _("взято в работу")
    SENDING = "sending", _("отправляется")
    ACCEPTED = "accepted", _("принято")
    DELIVERED = "delivered", _("доставлено")
    FAILED = "failed", _("не доставлено")
    HELD = "held", _("придержано")
    UNKNOWN = "unknown", _("исход неизвестен")
    SKIPPED = "skipped", _("исключено")


class MessageKind(models.TextChoices):
    """Kinds of messages; the kind decides the gate and the queue."""

    CAMPAIGN = "campaign", _("рассылка")
    CODE = "code", _("код")
    NOTICE = "notice", _("уведомление")
    TEST = "test", _("тест")
    REPLY = "reply", _("ответ")
    STAFF = "staff", _("письмо сотруднику")


class TextKind(models.TextChoices):
    """Service or advertising (38-FZ art. 18 asks for consent to that): mixed text is advertising."""

    SERVICE = "service", _("сервисное")
    ADVERTISING = "advertising", _("рекламное")


class ContractKind(models.TextChoices):
    """Kinds of messages that a platform allows by contract, as its rules name them.

    Those of campaigns are the words of `TextKind`.
    """

    AUTHORIZATION = "authorization", _("коды и ссылки для входа")
    TRANSACTIONAL = "transactional", _("сообщения о движении денег")
    SERVICE = "service", _("сервисные сообщения")
    ADVERTISING = "advertising", _("реклама и рассылки")


class SkipReason(models.TextChoices):
    """Why the gate kept a message back."""

    NO_CONTACT = "no_contact", _("нет контакта для канала")
    NO_CONSENT = "no_consent", _("нет согласия")
    WITHDRAWN = "withdrawn", _("согласие отозвано")
    REFUSED = "refused", _("клиент отказался от таких сообщений по этому каналу")
    NO_MAILING_CONSENT = "no_mailing_consent", _("не указано, где записано согласие абонента на рассылку")
    SUPPRESSED = "suppressed", _("адрес исключён")
    NOT_SMS_CAPABLE = "not_sms_capable", _("номер не принимает СМС")
    CHANNEL_CLOSED = "channel_closed", _("канал закрыт")
    NOT_IN_CONTRACT = "not_in_contract", _("договор с платформой не разрешает такие сообщения")
    CAMPAIGN_STOPPED = "campaign_stopped", _("кампания остановлена")
    EXPIRED = "expired", _("устарело")
    CONDITION = "condition", _("условие шага не выполнено")


class LinkScope(models.TextChoices):
    """What a link leads to."""

    PERSONAL = "personal", _("личная страница")
    CANCEL_CHANGE = "cancel_change", _("отмена смены контакта")


class DialogueState(models.TextChoices):
    """Where a dialogue stands for staff."""

    WAITING = "waiting", _("ждёт ответа")
    CLAIMED = "claimed", _("в работе")
    CLOSED = "closed", _("закрыт")


class InboundOutcome(models.TextChoices):
    """What became of a message that a customer wrote."""

    NEW = "new", _("получено")
    RULE = "rule", _("выполнено")
    SCENARIO = "scenario", _("ответил бот")
    OPEN = "open", _("ждёт ответа")
    CABINET = "cabinet", _("ждёт ответа у провайдера")
    ANSWERED = "answered", _("ответил сотрудник")
    CLOSED = "closed", _("закрыто без ответа")


class Operator(models.TextChoices):
    """Mobile operators that approve names of senders, each for its own subscribers."""

    ALL = "all", _("все операторы")
    MTS = "mts", _("МТС")
    MEGAFON = "megafon", _("МегаФон")
    BEELINE = "beeline", _("Билайн")
    T2 = "t2", _("T2")
    YOTA = "yota", _("Yota")


class Traffic(models.TextChoices):
    """What an operator has approved a name for; the price of an SMS depends on it."""

    SERVICE = "service", _("сервисный")
    TRANSACTIONAL = "transactional", _("транзакционный")
    ADVERTISING = "advertising", _("рекламный")


class SenderNameState(models.TextChoices):
    """What became of the request for a name."""

    REQUESTED = "requested", _("ждёт ответа")
    APPROVED = "approved", _("согласовано")
    REFUSED = "refused", _("отказано")
    ENDED = "ended", _("больше не действует")
