"""The words of a receipt, in one table for the page and the paper: an answer for people, its proof behind it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from consents.channels.registry import ContactKind
from consents.conf import key_page
from consents.documents.company_reading import CompanyView
from consents.enums import EventKind, ProofMethod, Purpose
from consents.ledger.history import EventView
from consents.ledger.tree.reading import InclusionProof
from consents.receipts.reading import ReceiptLine, ReceiptView
from consents.words import fact_words, moment_words

Rows = list[tuple[str, str]]

_ANSWERS: Final = frozenset({EventKind.SHOWN, EventKind.GRANTED, EventKind.REFUSED, EventKind.WITHDRAWN})
_ACCOUNT_DIGITS: Final = 2
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_NO_BREAK_HYPHEN: Final = "\N{NON-BREAKING HYPHEN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptAnswer:
    """One answer in the words of its person. ``until`` is empty where nothing was allowed."""

    purpose: str
    channel: str
    contact: str
    word: str
    when: str
    until: str
    event: EventView


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptProof:
    """What stands behind one event. ``codes`` are long values that are copied whole.

    ``path`` leads from the event to the signed sum, hash by hash; empty until it is signed.
    """

    title: str
    rows: Rows
    codes: Rows
    path: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptWords:
    """A whole receipt: one sheet for people, and the proofs. ``seal`` is the signed sum that all the paths lead to."""

    about: Rows
    answers: list[ReceiptAnswer]
    acts: Rows
    notes: list[str]
    questions: str
    proof_notes: list[str]
    proofs: list[ReceiptProof]
    seal: Rows


def receipt_words(*, receipt: ReceiptView, site: str) -> ReceiptWords:
    """Return a receipt in words; ``site`` is the address at which the customer comes back."""
    events = [line.event for line in receipt.lines]
    proven = [line.proof for line in receipt.lines if line.proof]
    answered = sorted((event for event in events if event.kind in _ANSWERS), key=_purpose_place)
    return ReceiptWords(
        about=_about(receipt),
        answers=[_answer(event) for event in answered],
        acts=[(event.label("kind"), _act(event)) for event in events if event.kind not in _ANSWERS],
        notes=[*_notes(events), _("Изменить или отозвать любой ответ можно на личной странице: %(site)s. "
                                  "Отзыв действует сразу.") % {"site": site}],
        questions=_questions(receipt.company),
        proof_notes=_proof_notes(is_signed=bool(proven)),
        proofs=[_proof(line) for line in receipt.lines],
        seal=_seal(proven[0]) if proven else [],
    )  # fmt: skip


def _purpose_place(event: EventView) -> int:
    return Purpose.values.index(event.values["purpose"])


def remains() -> str:
    """Return what a withdrawal does not end: messages that must be sent, and the record itself."""
    return _(
        "Обязательные сообщения, которые мы должны направить по закону или по договору, могут приходить и без "
        "согласия. Запись о согласии и его отзыве хранится как доказательство не меньше трёх лет."
    )


def _about(receipt: ReceiptView) -> Rows:
    local = receipt.lines[0].event.local_time if receipt.lines else receipt.created_at
    erased = _("данные уничтожены")
    return [
        (_("Кому"), receipt.name or (erased if receipt.is_erased else _("имя не указано"))),
        (_("Номер клиента"), receipt.external_id or erased),
        (_("Выдана"), moment_words(receipt.created_at.astimezone(local.tzinfo))),
    ]


def _answer(event: EventView) -> ReceiptAnswer:
    return ReceiptAnswer(
        purpose=event.label("purpose"),
        channel=event.label("channel"),
        contact=_contact(event),
        word=event.label("kind"),
        when=moment_words(event.local_time),
        until=_until(event) if event.kind == EventKind.GRANTED else "",
        event=event,
    )


def _act(event: EventView) -> str:
    scope = fact_words("stop_scope", event.personal.get("stop_scope", ""))
    return ", ".join(filter(None, [scope, _contact(event), moment_words(event.local_time)]))


def _contact(event: EventView) -> str:
    """Return the contact masked; of an account, whose mask is only a word, also its last digits."""
    kind, value = event.personal.get("contact_kind", ""), event.personal.get("contact", "")
    if value and ContactKind(kind).spec.is_account:
        return _("профиль %(digits)s") % {"digits": f"••{value[-_ACCOUNT_DIGITS:]}"}
    return event.contact_masked


def _until(event: EventView) -> str:
    until = event.personal.get("valid_until", "")
    if not until:
        return _("до отзыва")
    day = datetime.fromisoformat(until).astimezone(event.local_time.tzinfo)
    return _("до %(day)s") % {"day": f"{day:%d.%m.%Y}"}


def _notes(events: list[EventView]) -> Iterator[str]:
    """Yield how a demand came that staff wrote down, what a withdrawal leaves, until when the law gives the rest."""
    demands = [event.personal for event in events if event.personal.get("demand_kind")]
    for kind, received in dict.fromkeys((one["demand_kind"], one["demand_received"]) for one in demands):
        said = {"kind": fact_words("demand_kind", kind), "day": f"{date.fromisoformat(received):%d.%m.%Y}"}
        yield _("Требование пришло %(day)s: %(kind)s.") % said
    ended = [event for event in events if event.kind == EventKind.WITHDRAWN]
    if ended:
        yield remains()
        yield from dict.fromkeys(filter(None, (event.personal.get("other_basis", "") for event in ended)))
        yield from dict.fromkeys(filter(None, map(_destruction, ended)))


def _destruction(event: EventView) -> str:
    by = event.personal.get("destroy_by", "")
    if not by:
        return ""
    day = datetime.fromisoformat(by).astimezone(event.local_time.tzinfo)
    return _(
        "Данные, которые больше ни для чего не нужны, мы обязаны уничтожить до %(day)s "
        "(часть 5 статьи 21 закона № 152-ФЗ)."
    ) % {"day": f"{day:%d.%m.%Y}"}


def _questions(company: CompanyView | None) -> str:
    if company is None:
        return ""
    phone = company.dpo_phone.replace(" ", _NO_BREAK).replace("-", _NO_BREAK_HYPHEN)
    return ", ".join(filter(None, [company.dpo_title, company.dpo_email, phone]))


def _proof_notes(*, is_signed: bool) -> list[str]:
    notes = [_("По номеру записи мы обязаны показать, на что и когда вы ответили.")]
    if is_signed:
        notes.append(
            _("Контрольные суммы всех записей журнала сведены в одну, она подписана ключом компании. Если изменить "
              "запись, суммы не сойдутся. Всё, что нужно для такой проверки, лежит в файле JSON этой квитанции; ключ "
              "опубликован по адресу %(keys)s.") % {"keys": key_page()}
        )  # fmt: skip
    return notes


def _proof(line: ReceiptLine) -> ReceiptProof:
    event = line.event
    named = [event.label(column) for column in ("purpose", "channel") if event.values[column]]
    rows = [
        (_("Точное время"), moment_words(event.local_time, seconds=True)),
        (_("Документ"), _document(line)),
        (_("Сообщения отправляет"), line.processor if event.kind == EventKind.GRANTED else ""),
        (_("Как подтверждён контакт"), _method(event.personal.get("contact_method", ""))),
        (_("Как подтверждён ответ"), event.label("method")),
        *_place(line),
    ]
    codes = [
        (_("Номер записи"), str(event.uuid)),
        (_("Контрольная сумма текста, SHA-256"), event.personal.get("text_sha256", "")),
        *_sum(line),
    ]
    return ReceiptProof(
        title=", ".join([event.label("kind"), *named]),
        rows=[row for row in rows if row[1]],
        codes=[code for code in codes if code[1]],
        path=[step.hex() for step in line.proof.path] if line.proof else [],
    )


def _document(line: ReceiptLine) -> str:
    edition = line.event.personal.get("edition", "")
    return ", ".join(filter(None, [line.title, _("редакция № %(number)s") % {"number": edition} if edition else ""]))


def _method(method: str) -> str:
    """Return how the contact itself was proven, which may have happened in an earlier visit than the answer."""
    return str(ProofMethod(method).label) if method in ProofMethod.values else ""


def _sum(line: ReceiptLine) -> Rows:
    if line.proof:
        return [(_("Контрольная сумма записи"), line.proof.leaf.hex())]
    return [(_("Начало контрольной суммы записи"), line.event.promise)]


def _place(line: ReceiptLine) -> Rows:
    if line.proof:
        words = _("место %(place)d из %(size)d")
        return [(_("Подписано"), words % {"place": line.proof.index + 1, "size": line.proof.head.size})]
    if line.is_broken:
        return [(_("Подпись"), _("сейчас не удаётся подтвердить запись: сообщите нам об этом"))]
    return [(_("Подпись"), _("запись ожидает подписи"))]


def _seal(proof: InclusionProof) -> Rows:
    return [
        (_("Итоговая контрольная сумма"), proof.head.root.hex()),
        (_("Время подписи"), proof.head.time),
        (_("Ключ подписи"), proof.head.key_id),
        (_("Подпись"), proof.head.signature.hex()),
    ]
