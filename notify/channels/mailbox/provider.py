"""A mailbox for answers and for letters that came back, as a company sets it up."""

from typing import Final, cast

from notify.channels.base import Misconfigured
from notify.channels.mailbox.imap import Mailbox, MailboxConf, Security
from notify.channels.mailbox.references import Marks
from notify.channels.mailbox.webhook import MailboxReader
from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues, gettext_noop
from notify.channels.verp import verp_check

DOMAIN: Final = r"[A-Za-z0-9.-]{3,253}"
ADDRESS: Final = r"[^\s@+]{1,23}@[A-Za-z0-9.-]{3,253}"
"""A longer name would leave no room for the number of a letter: 64 characters in all."""


def mailbox_provider(values: SetupValues) -> Provider:
    """Return the reader of stored letters. Nothing is sent here, so there is no channel and no adapter."""
    return Provider(name=values.name, webhook=MailboxReader(_marks(values)))


def mailbox_of(values: SetupValues) -> Mailbox:
    """Return the mailbox itself, for the job that fetches letters and stores them (`webhook.stored_form`)."""
    given = values.values
    if given["security"] not in ("tls", "starttls", "none") or not given["port"].isdigit():
        raise Misconfigured("bad_address")
    return Mailbox(
        MailboxConf(
            host=given["host"],
            port=int(given["port"]),
            security=cast("Security", given["security"]),
            user=given["user"],
            password=given["password"],
            folder=given.get("folder") or "INBOX",
            done_folder=given.get("done_folder", ""),
        )
    )


def _marks(values: SetupValues) -> Marks:
    bounce_address, key = values.values.get("bounce_address", ""), values.values.get("bounce_key", "")
    if bounce_address:
        verp_check(bounce_address)
        if not key:
            raise Misconfigured("no_bounce_key")
    return Marks(domain=values.values.get("domain", ""), bounce_address=bounce_address, bounce_key=key.encode())


MAILBOX: Final = ProviderKind(
    code="mailbox",
    label=gettext_noop("Почтовый ящик для ответов и возвратов"),
    channels=(),
    fields=(
        ConfigField(name="host", label=gettext_noop("Сервер IMAP"), help=gettext_noop("Например, imap.yandex.ru")),
        ConfigField(name="port", label=gettext_noop("Порт"), kind="number", default="993", pattern=r"\d{1,5}"),
        ConfigField(
            name="security",
            label=gettext_noop("Защита соединения"),
            kind="choice",
            default="tls",
            choices=(
                ("tls", gettext_noop("TLS с начала соединения")),
                ("starttls", gettext_noop("STARTTLS")),
                ("none", gettext_noop("Без защиты, только внутри своей сети")),
            ),
        ),
        ConfigField(name="user", label=gettext_noop("Имя пользователя")),
        ConfigField(
            name="password",
            label=gettext_noop("Пароль"),
            help=gettext_noop("Яндекс и Mail требуют отдельный пароль для приложения"),
            kind="secret",
        ),
        ConfigField(name="folder", label=gettext_noop("Папка с новыми письмами"), default="INBOX", is_required=False),
        ConfigField(
            name="done_folder",
            label=gettext_noop("Папка для прочитанных писем"),
            help=gettext_noop(
                "Сюда Мостик переносит письма, которые прочитал. Если оставить пустой, он отметит их прочитанными "
                "на месте, и тогда открывать этот ящик вручную нельзя: письмо, которое прочли раньше, будет пропущено"
            ),
            default="Mostik",
            is_required=False,
        ),
        ConfigField(
            name="domain",
            label=gettext_noop("Домен отправителя"),
            help=gettext_noop("Часть адреса после @, с которого уходят ваши письма. По ней узнаём, на что ответили"),
            pattern=DOMAIN,
            is_required=False,
        ),
        ConfigField(
            name="bounce_address",
            label=gettext_noop("Адрес возврата"),
            help=gettext_noop(
                "Тот же, что в подключении почтового сервера, например bounce@example.ru. Ящик должен принимать письма "
                "и на bounce+что-угодно@example.ru"
            ),
            pattern=ADDRESS,
            is_required=False,
        ),
        ConfigField(
            name="bounce_key",
            label=gettext_noop("Ключ адресов возврата"),
            help=gettext_noop("Тот же, что в подключении почтового сервера"),
            kind="secret",
            is_required=False,
        ),
    ),
    make=mailbox_provider,
    page="email",
)
