"""A mailbox for answers and for letters that came back, as a company sets it up."""

from contextlib import closing
from typing import Final, cast

from notify.channels.base import AccountState, Misconfigured
from notify.channels.mailbox.imap import Mailbox, MailboxConf, Security
from notify.channels.mailbox.references import Marks
from notify.channels.mailbox.webhook import MailboxReader
from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues, gettext_noop
from notify.channels.verp import verp_check

HOST: Final = r"[\w.:-]{1,253}"
"""A name of the DNS, also one in Cyrillic, or an IP address."""


def mailbox_provider(values: SetupValues) -> Provider:
    """Return the reader of stored letters. Nothing is sent here, so there is no channel and no adapter."""

    def look() -> AccountState:
        with closing(mailbox_of(values)) as box:
            box.open()
        return AccountState()

    return Provider(name=values.name, webhook=MailboxReader(_marks(values)), check=look)


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
    if values.bounce_address:
        verp_check(values.bounce_address)
    return Marks(domain=values.mail_domain, bounce_address=values.bounce_address, bounce_key=values.bounce_key)


MAILBOX: Final = ProviderKind(
    code="mailbox",
    label=gettext_noop("Почтовый ящик для ответов и возвратов"),
    channels=(),
    fields=(
        ConfigField(
            name="host",
            label=gettext_noop("Сервер IMAP"),
            help=gettext_noop("Например, imap.yandex.ru."),
            pattern=HOST,
        ),
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
            help=gettext_noop("Яндекс и Mail требуют отдельный пароль для приложения."),
            kind="secret",
        ),
        ConfigField(name="folder", label=gettext_noop("Папка с новыми письмами"), default="INBOX", is_required=False),
        ConfigField(
            name="done_folder",
            label=gettext_noop("Папка для прочитанных писем"),
            help=gettext_noop(
                "Сюда Мостик переносит письма, которые прочитал. Если оставить пустой, он отметит их прочитанными "
                "на месте, и тогда открывать этот ящик вручную нельзя: письмо, которое прочли раньше, будет пропущено."
            ),
            default="Mostik",
            is_required=False,
        ),
    ),
    make=mailbox_provider,
    page="email",
)
