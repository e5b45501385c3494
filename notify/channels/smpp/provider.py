"""The generic provider of SMPP, as an administrator sets it up."""

from typing import Any, Final, cast

from notify.channels.base import Misconfigured
from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues, gettext_noop, is_on
from notify.channels.smpp.adapter import SmppAdapter
from notify.channels.smpp.conf import SmppConf
from notify.channels.smpp.webhook import SmppReader

HOUR: Final = 3600
LAST_PORT: Final = 65535

FIELDS: Final = (
    ConfigField(
        name="host",
        label=gettext_noop("Сервер"),
        help=gettext_noop("Адрес сервера SMPP из договора, без порта."),
        pattern=r"[0-9A-Za-z.:_-]{1,253}",
    ),
    ConfigField(name="port", label=gettext_noop("Порт"), kind="number", default="2775", pattern=r"[1-9][0-9]{0,4}"),
    ConfigField(
        name="tls",
        label=gettext_noop("Соединяться через TLS"),
        help=gettext_noop("Включите, если оператор дал отдельный порт для TLS."),
        kind="switch",
        is_required=False,
    ),
    ConfigField(name="system_id", label="system_id", help=gettext_noop("Логин SMPP."), pattern=r"[!-~]{1,15}"),
    ConfigField(name="password", label=gettext_noop("Пароль"), kind="secret", pattern=r"[!-~]{1,64}"),
    ConfigField(
        name="system_type",
        label="system_type",
        help=gettext_noop("Заполните, только если оператор назвал значение."),
        is_required=False,
        pattern=r"[!-~]{0,12}",
    ),
    ConfigField(
        name="service_type",
        label="service_type",
        help=gettext_noop("Заполните, только если оператор назвал значение."),
        is_required=False,
        pattern=r"[!-~]{0,5}",
    ),
    ConfigField(
        name="source",
        label=gettext_noop("Отправитель"),
        help=gettext_noop("Имя, которое одобрил оператор, или номер."),
        pattern=r"[ -~]{1,20}",
    ),
    ConfigField(
        name="source_ton",
        label=gettext_noop("TON отправителя"),
        help=gettext_noop("5 — имя, 1 — номер телефона, 3 — короткий номер."),
        kind="number",
        default="5",
        pattern=r"[0-6]",
    ),
    ConfigField(
        name="source_npi",
        label=gettext_noop("NPI отправителя"),
        help=gettext_noop("0 для имени, если оператор не назвал другое; 1 для номера."),
        kind="number",
        default="0",
        pattern=r"0|1|3|4|6|8|9|14|18",
    ),
    ConfigField(
        name="esm_class",
        label="esm_class",
        help=gettext_noop("0, если оператор не назвал другое."),
        kind="number",
        default="0",
        pattern=r"[0-3]",
    ),
    ConfigField(
        name="window",
        label=gettext_noop("Окно"),
        help=gettext_noop("Сколько сообщений можно отправить, не дожидаясь ответа."),
        kind="number",
        default="10",
        pattern=r"[1-9][0-9]{0,2}",
    ),
    ConfigField(
        name="per_second",
        label=gettext_noop("Сообщений в секунду"),
        help=gettext_noop("Предел по договору; каждая часть длинного сообщения считается отдельно. 0 — без предела."),
        kind="number",
        default="10",
        pattern=r"[0-9]{1,4}",
    ),
    ConfigField(
        name="validity",
        label=gettext_noop("Срок доставки, часов"),
        help=gettext_noop("Сколько оператор пытается доставить сообщение. Если оставить пустым, решит он сам."),
        kind="number",
        is_required=False,
        pattern=r"[1-9][0-9]{0,2}",
    ),
    ConfigField(
        name="long_texts",
        label=gettext_noop("Длинные сообщения"),
        help=gettext_noop("Как передавать текст, который не помещается в одно СМС."),
        kind="choice",
        default="udh8",
        choices=(
            ("udh8", gettext_noop("Частями с заголовком UDH в 6 байт")),
            ("udh16", gettext_noop("Частями с заголовком UDH в 7 байт")),
            ("sar", gettext_noop("Частями с параметрами SAR")),
            ("payload", gettext_noop("Целиком в message_payload")),
        ),
    ),
    ConfigField(
        name="id_format",
        label=gettext_noop("Номер сообщения"),
        help=gettext_noop("Как оператор пишет номер в ответе и в отчёте о доставке."),
        kind="choice",
        default="same",
        choices=(
            ("same", gettext_noop("Одинаково")),
            ("hex_decimal", gettext_noop("В ответе шестнадцатеричный, в отчёте десятичный")),
            ("decimal_hex", gettext_noop("В ответе десятичный, в отчёте шестнадцатеричный")),
        ),
    ),
    ConfigField(
        name="absent_numbers",
        label=gettext_noop("Коды «номера нет»"),
        help=gettext_noop(
            "Значения err в отчётах, после которых писать на номер незачем, через пробел. Таблицу даёт оператор."
        ),
        is_required=False,
        pattern=r"[0-9A-Za-z ,]{0,200}",
    ),
)


def _conf(setup: SetupValues) -> SmppConf:
    given = {one.name: setup.values.get(one.name) or one.default for one in FIELDS}
    if not all(one.fits(given[one.name]) for one in FIELDS) or int(given["port"]) > LAST_PORT:
        raise Misconfigured("bad_field")
    return SmppConf(
        name=setup.name,
        host=given["host"],
        port=int(given["port"]),
        tls=is_on(given["tls"]),
        system_id=given["system_id"],
        password=given["password"],
        system_type=given["system_type"],
        service_type=given["service_type"],
        esm_class=int(given["esm_class"]),
        source=given["source"],
        source_ton=int(given["source_ton"]),
        source_npi=int(given["source_npi"]),
        window=int(given["window"]),
        per_second=int(given["per_second"]),
        validity_seconds=int(given["validity"] or 0) * HOUR,
        long_texts=cast(Any, given["long_texts"]),
        id_format=cast(Any, given["id_format"]),
    )


def _make(setup: SetupValues) -> Provider:
    conf = _conf(setup)
    absent = frozenset(setup.values.get("absent_numbers", "").replace(",", " ").split())
    return Provider(
        name=conf.name,
        channels=("sms",),
        adapter=lambda _channel: SmppAdapter(conf),
        webhook=SmppReader(conf.id_format, absent),
        per_second=conf.per_second,
        has_own_process=True,
    )


SMPP: Final = ProviderKind(
    code="smpp",
    label=gettext_noop("SMPP (любой оператор или агрегатор)"),
    channels=("sms",),
    fields=FIELDS,
    make=_make,
    page="smpp",
)
