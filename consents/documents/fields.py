"""The names that a text may ask for by ((name)). Company values are fixed at publishing, person values at rendering."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from consents.accent import DEFAULT_ACCENT
from consents.enums import Channel

SENDER = "исполнитель"
_NAME = "имя исполнителя"
SUBSCRIBER = "согласие абонента"
PERSON_FIELDS = ("имя", "номер клиента", "контакты", SUBSCRIBER)
COMPANY_FIELDS = (
    "оператор",
    "оператор кратко",
    "реквизиты",
    "адрес",
    "сайт",
    "ответственный",
    "почта ответственного",
    SENDER,
    "личная страница",
    "срок",
)
NO_CONTACT = "контакт не указан"
NO_NAME = "имя не указано"
_SUBSCRIBER_CONSENT = "Это и согласие абонента на рассылку по СМС (статья 44.1 закона № 126-ФЗ)."
SAMPLE_NAME = "Иванова Анна Петровна"
SAMPLE_NUMBER = "000123"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyDetails:
    """The company's requisites as somebody has entered them."""

    name: str
    short_name: str
    inn: str
    address: str
    website: str
    dpo_title: str
    dpo_email: str
    ogrn: str = ""
    licence: str = ""
    dpo_phone: str = ""
    support_phone: str = ""
    covered_by_41fz: str = "unsure"
    signature_rules: str = "off"
    accent: str = DEFAULT_ACCENT
    time_zone: str = "Europe/Moscow"
    data_place: str = ""
    """Country and address of the databases, in the company's words; empty: nothing is said of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderNames:
    """Who sends on the company's behalf (152-FZ art. 6 part 3)."""

    name: str = ""
    address: str = ""
    inn: str = ""
    contract: str = ""


def person_values(*, name: str, external_id: str, contacts: Mapping[Channel, str]) -> dict[str, str]:
    """Return the values of one reader with the contacts that a text is about, by the channel that writes there.

    Where one of the channels needs the consent of the subscriber to mailings (126-FZ art. 44.1 part 1), a text says
    that a yes is that consent too; elsewhere that value is empty.
    """
    places = [channel.spec.in_texts.format(contact=value) for channel, value in contacts.items()]
    to_subscribers = any(channel.spec.needs_subscriber_consent for channel in contacts)
    return {
        "имя": name or NO_NAME,
        "номер клиента": external_id,
        "контакты": "; ".join(places) or NO_CONTACT,
        SUBSCRIBER: _SUBSCRIBER_CONSENT if to_subscribers else "",
    }


def sample_values(channels: Iterable[Channel]) -> dict[str, str]:
    """Return the values of a reader who does not exist, with a contact of each of ``channels``, for previews."""
    contacts = {channel: channel.spec.contact.sample for channel in channels}
    return person_values(name=SAMPLE_NAME, external_id=SAMPLE_NUMBER, contacts=contacts)


def company_values(
    *, company: CompanyDetails, senders: Mapping[str, SenderNames], personal_page: str, valid_days: int | None
) -> dict[str, str]:
    """Return the values that an edition may ask for. ``senders`` are by channel."""
    return {
        "оператор": company.name,
        "оператор кратко": company.short_name,
        "реквизиты": _joined(_pair("ИНН", company.inn), _pair("ОГРН", company.ogrn), company.licence),
        "адрес": company.address,
        "сайт": company.website,
        "ответственный": _joined(
            company.dpo_title, _pair("почта", company.dpo_email), _pair("телефон", company.dpo_phone)
        ),
        "почта ответственного": company.dpo_email,
        SENDER: _senders(map(_sender, senders.values())),
        "личная страница": personal_page,
        "срок": _term(valid_days),
    }


def sender_values(senders: Mapping[str, SenderNames]) -> dict[str, str]:
    """Return what an edition that names the senders keeps of each channel's: the words about them, and the name."""
    found = {f"{SENDER} {channel}": _sender(sender) for channel, sender in senders.items()}
    return found | {f"{_NAME} {channel}": sender.name for channel, sender in senders.items()}


def senders_for(values: Mapping[str, str], channels: Iterable[Channel]) -> dict[str, str]:
    """Return the sentence about who sends over these channels, by what the edition has kept; nothing without any."""
    if SENDER not in values:
        return {}
    return {SENDER: _senders(values[f"{SENDER} {one}"] for one in channels if f"{SENDER} {one}" in values)}


def sender_name(values: Mapping[str, str], channel: Channel) -> str:
    """Return who sends over a channel by the edition's values; empty where the company sends by itself."""
    return values.get(f"{_NAME} {channel}", "")


def _sender(sender: SenderNames) -> str:
    return _joined(
        sender.name, _pair("ИНН", sender.inn), _pair("адрес:", sender.address), _pair("договор", sender.contract)
    )


def _senders(named: Iterable[str]) -> str:
    different = "; ".join(dict.fromkeys(named))
    if not different:
        return "Отправляет сам оператор, другим лицам данные для этого не передаются."
    return f"По поручению оператора: {different}."


def _term(valid_days: int | None) -> str:
    if valid_days is None:
        return "до отзыва"
    days = "дня" if valid_days % 10 == 1 and valid_days % 100 != 11 else "дней"
    return f"в течение {valid_days} {days} со дня ответа или до отзыва"


def _pair(word: str, value: str) -> str:
    return f"{word} {value}" if value else ""


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
