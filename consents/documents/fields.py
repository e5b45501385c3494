"""The names that a text may ask for by ((name)). Company values are fixed at publishing, person values at rendering."""

from collections.abc import Sequence
from dataclasses import dataclass

from consents.accent import DEFAULT_ACCENT
from consents.enums import ContactKind

SENDER = "исполнитель"
PERSON_FIELDS = ("имя", "номер клиента", "вид контакта", "контакт")
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
SENDER_NAMES = "исполнители"
"""Frozen beside the sentence about the senders, for data that names them; no text may ask for it."""
NO_NAME = "имя не указано"
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


def person_values(*, name: str, external_id: str, contact_kind: str, contact: str) -> dict[str, str]:
    """Return the values of one reader; contact words are empty where there is no contact."""
    return {
        "имя": name or NO_NAME,
        "номер клиента": external_id,
        "вид контакта": ContactKind(contact_kind).spec.in_texts if contact_kind else "контакт не указан",
        "контакт": contact,
    }


def sample_values(contact_kind: ContactKind) -> dict[str, str]:
    """Return the values of a reader who does not exist, for previews."""
    return person_values(
        name=SAMPLE_NAME,
        external_id=SAMPLE_NUMBER,
        contact_kind=contact_kind,
        contact=contact_kind.spec.sample,
    )


def company_values(
    *, company: CompanyDetails, senders: Sequence[SenderNames], personal_page: str, valid_days: int | None
) -> dict[str, str]:
    """Return the values that an edition keeps once it is published."""
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
        SENDER: _senders(senders),
        "личная страница": personal_page,
        "срок": _term(valid_days),
    }


def sender_names(senders: Sequence[SenderNames]) -> str:
    """Return the names of who sends on the company's behalf; empty where the company sends by itself."""
    return "; ".join(sender.name for sender in senders)


def _senders(senders: Sequence[SenderNames]) -> str:
    if not senders:
        return "Сообщения отправляет сам оператор, другим лицам данные для этого не передаются."
    named = "; ".join(
        _joined(
            sender.name, _pair("ИНН", sender.inn), _pair("адрес:", sender.address), _pair("договор", sender.contract)
        )
        for sender in senders
    )
    return f"По поручению оператора сообщения отправляет: {named}."


def _term(valid_days: int | None) -> str:
    if valid_days is None:
        return "До прекращения отношений с оператором либо до отзыва, смотря что наступит раньше."
    days = "дня" if valid_days % 10 == 1 and valid_days % 100 != 11 else "дней"
    return (
        f"В течение {valid_days} {days} со дня, когда дано согласие (этот день записан в квитанции), либо до "
        "отзыва, смотря что наступит раньше."
    )


def _pair(word: str, value: str) -> str:
    return f"{word} {value}" if value else ""


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
