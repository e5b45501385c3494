"""What a check of a domain may find, and what to do about it: the one table of codes and sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from notify.channels.setup import gettext_noop

Level = Literal["ok", "advice", "bad"]
"""Bad: letters are refused or taken for spam, or it was not found out. Advice: they arrive, and it could be better."""

LONGEST: Final = 300
"""Signs of a value; a record may be longer."""

CODES: Final[Mapping[str, tuple[Level, str]]] = {
    # The question itself.
    "domain_unreadable": ("bad", gettext_noop("Имя «{value}» записано с ошибкой. Проверьте его.")),
    "domain_missing": (
        "bad",
        gettext_noop("Домена {value} нет в DNS. Проверьте, верно ли имя и продлена ли регистрация."),
    ),
    "ip_unreadable": (
        "bad",
        gettext_noop("«{value}» — не IP-адрес. Укажите адрес, с которого письма уходят в интернет."),
    ),
    "ip_inner": (
        "bad",
        gettext_noop("{value} — внутренний адрес. Укажите адрес, с которого письма уходят в интернет."),
    ),
    "dns_timeout": ("bad", gettext_noop("Серверы DNS не успели ответить про {value}. Повторите проверку позже.")),
    "dns_failed": (
        "bad",
        gettext_noop("Серверы DNS ответили ошибкой про {value}. Проверьте зону и DNSSEC, затем повторите проверку."),
    ),
    # SPF (RFC 7208).
    "spf_ok": ("ok", gettext_noop("Запись SPF найдена: {value}")),
    "spf_missing": (
        "bad",
        gettext_noop("Нет записи SPF. Добавьте TXT-запись {value}: v=spf1 ip4:адрес-почтового-сервера ~all"),
    ),
    "spf_several": (
        "bad",
        gettext_noop("У {value} несколько записей SPF, поэтому не действует ни одна. Объедините их в одну."),
    ),
    "spf_syntax": ("bad", gettext_noop("В записи SPF ошибка, и она не действует. Исправьте: {value}")),
    "spf_lookups": (
        "bad",
        gettext_noop(
            "Запись SPF требует больше десяти запросов к DNS и не действует ({value}). "
            "Уберите лишние include или замените их на ip4 и ip6."
        ),
    ),
    "spf_loop": ("bad", gettext_noop("Запись SPF ссылается сама на себя и не действует. Уберите ссылку: {value}")),
    "spf_include_missing": (
        "bad",
        gettext_noop("Запись SPF ссылается на домен, у которого нет SPF, и не действует. Уберите ссылку: {value}"),
    ),
    "spf_all_pass": (
        "bad",
        gettext_noop("Запись SPF разрешает отправку с любого адреса. Замените +all на ~all или -all: {value}"),
    ),
    "spf_all_neutral": (
        "advice",
        gettext_noop("Запись SPF ничего не говорит о чужих адресах. Замените ?all на ~all или -all: {value}"),
    ),
    "spf_all_none": ("advice", gettext_noop("Запись SPF не закрыта. Допишите в конец ~all или -all: {value}")),
    "spf_ptr": ("advice", gettext_noop("Механизм ptr в записи SPF устарел. Замените его на ip4 или a: {value}")),
    "spf_void": (
        "advice",
        gettext_noop("Запись SPF больше двух раз спрашивает о том, чего нет в DNS. Уберите лишнее: {value}"),
    ),
    "spf_ip_ok": ("ok", gettext_noop("Запись SPF разрешает отправку с адреса {value}")),
    "spf_ip_missing": (
        "bad",
        gettext_noop("Запись SPF не разрешает отправку с вашего адреса. Добавьте в неё: {value}"),
    ),
    "spf_ip_unsure": (
        "advice",
        gettext_noop("Не удалось узнать, разрешает ли запись SPF ваш адрес. Отправьте пробное письмо: {value}"),
    ),
    # DKIM (RFC 6376, 8301, 8463).
    "dkim_ok": ("ok", gettext_noop("Ключ DKIM найден: {value}")),
    "dkim_unasked": (
        "advice",
        gettext_noop("Селектор DKIM не указан, ключ не проверен. Узнайте селектор у почтового сервиса."),
    ),
    "dkim_missing": (
        "bad",
        gettext_noop("Нет ключа DKIM. Добавьте TXT-запись {value} со значением, которое дал почтовый сервис."),
    ),
    "dkim_several": ("bad", gettext_noop("Ключей DKIM несколько, должен быть один. Уберите лишние записи {value}")),
    "dkim_syntax": ("bad", gettext_noop("Запись DKIM не читается. Скопируйте её у почтового сервиса заново: {value}")),
    "dkim_revoked": ("bad", gettext_noop("Ключ DKIM отозван: p= пусто. Добавьте новый ключ: {value}")),
    "dkim_weak": (
        "bad",
        gettext_noop("Ключ DKIM короче 1024 бит, подписи не принимают. Замените его на ключ в 2048 бит: {value}"),
    ),
    "dkim_short": ("advice", gettext_noop("Ключ DKIM короче 2048 бит. Замените его при случае: {value}")),
    "dkim_ed25519": (
        "advice",
        gettext_noop("Ключ Ed25519 понимают не все. Подписывайте письма ещё и ключом RSA: {value}"),
    ),
    "dkim_hash": ("bad", gettext_noop("Ключ DKIM не допускает SHA-256. Уберите h= из записи: {value}")),
    "dkim_testing": (
        "advice",
        gettext_noop("Ключ DKIM помечен как пробный. Когда всё проверите, уберите из записи t=y: {value}"),
    ),
    # DMARC (RFC 7489 and its successor).
    "dmarc_ok": ("ok", gettext_noop("Запись DMARC найдена: {value}")),
    "dmarc_missing": (
        "bad",
        gettext_noop("Нет записи DMARC. Добавьте TXT-запись {value}: v=DMARC1; p=none; rua=mailto:адрес-для-отчётов"),
    ),
    "dmarc_several": (
        "bad",
        gettext_noop("Записей DMARC несколько, поэтому не действует ни одна. Оставьте одну: {value}"),
    ),
    "dmarc_syntax": ("bad", gettext_noop("В записи DMARC ошибка, и она не действует. Исправьте: {value}")),
    "dmarc_none": (
        "advice",
        gettext_noop("DMARC только наблюдает. Когда отчёты станут чистыми, замените p=none на p=quarantine: {value}"),
    ),
    "dmarc_no_rua": ("advice", gettext_noop("Отчёты DMARC никуда не приходят. Допишите rua=mailto:адрес: {value}")),
    "dmarc_rua": ("advice", gettext_noop("Адрес отчётов DMARC не читается, нужно rua=mailto:адрес: {value}")),
    "dmarc_spf_apart": (
        "advice",
        gettext_noop("Адрес возврата на другом домене ({value}): для DMARC письма держатся на одном DKIM."),
    ),
    # Where bounces come back to, and where letters come from.
    "mx_ok": ("ok", gettext_noop("Возвраты примет {value}")),
    "mx_missing": ("bad", gettext_noop("Домен возвратов не принимает почту. Добавьте MX-запись {value}")),
    "mx_null": ("bad", gettext_noop("MX-запись запрещает почту домену возвратов. Замените её: {value}")),
    "mx_implicit": (
        "advice",
        gettext_noop("У домена возвратов нет MX-записи, почта идёт на его A-запись. Добавьте MX-запись {value}"),
    ),
    "mx_unresolved": (
        "bad",
        gettext_noop("У сервера из MX-записи нет адреса. Исправьте имя или добавьте A-запись {value}"),
    ),
    "ptr_ok": ("ok", gettext_noop("Имя адреса подтверждено: {value}")),
    "ptr_missing": (
        "bad",
        gettext_noop("У адреса {value} нет имени (PTR). Попросите хостинг задать имя почтового сервера."),
    ),
    "ptr_unconfirmed": (
        "bad",
        gettext_noop("Имя адреса не ведёт обратно на него. Добавьте A- или AAAA-запись: {value}"),
    ),
    # Not needed to send.
    "tls_rpt_ok": ("ok", gettext_noop("Отчёты о шифровании включены: {value}")),
    "tls_rpt_missing": (
        "advice",
        gettext_noop(
            "Необязательно: TXT-запись {value} со значением v=TLSRPTv1; rua=mailto:адрес даст отчёты о шифровании."
        ),
    ),
    "mta_sts_ok": ("ok", gettext_noop("Защита входящей почты MTA-STS включена: {value}")),
    "mta_sts_missing": (
        "advice",
        gettext_noop("Необязательно: TXT-запись {value} и файл MTA-STS запретят входящую почту без шифрования."),
    ),
}
"""Each code with its level and what a person reads; ``{value}`` is filled in after the translation."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out. ``value`` is of the DNS: shown, never trusted."""

    code: str
    level: Level
    value: str = ""

    @property
    def sentence(self) -> str:
        """Return what a person reads, to be translated and then formatted with ``value``."""
        return CODES[self.code][1]


def finding(code: str, value: str = "") -> Finding:
    """Return the finding of a code, its value in printable signs and no longer than one can read."""
    shown = "".join(sign if sign.isprintable() else " " for sign in value)
    return Finding(code, CODES[code][0], shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…")
