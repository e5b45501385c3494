"""The words of a receipt for each of its events, in one table for the page and the paper. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from consents.conf import DESTRUCTION_TERM
from consents.enums import EventKind, ProofMethod
from consents.ledger.history import EventView
from consents.ledger.tree.reading import InclusionProof
from consents.receipts.reading import ReceiptLine

_TIME: Final = "%d.%m.%Y %H:%M:%S"

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPart:
    """One event of a receipt. ``codes`` are long values that are copied whole.

    ``proof`` leads from the event to the signed root, hash by hash; empty until it is sealed.
    """

    title: str
    rows: Rows
    codes: Rows
    proof: Rows


def receipt_part(line: ReceiptLine) -> ReceiptPart:
    """Return one event in words."""
    event = line.event
    is_withdrawal = event.kind == EventKind.WITHDRAWN
    rows = [
        (_("Отзыв принят") if is_withdrawal else _("Когда"), moment_words(event.local_time)),
        *(_withdrawal_rows(line) if is_withdrawal else _answer_rows(line)),
        (_("Контакт"), event.contact_masked),
        (_("Как подтверждён контакт"), _contact_proof(event)),
        (_("Чем подтверждена личность"), event.label("method")),
        (_("Текст"), line.title),
        (_("Редакция"), f"№ {edition}" if (edition := event.personal.get("edition")) else ""),
        (_("Действует до"), _until(event.personal.get("valid_until", ""), event.local_time)),
        (_("Сообщения отправляет"), "" if is_withdrawal else line.processor),
    ]
    return ReceiptPart(
        title=event.label("kind"),
        rows=[row for row in rows if row[1]],
        codes=_codes(line),
        proof=_proof(line.proof) if line.proof else [],
    )


def _contact_proof(event: EventView) -> str:
    """Return how the contact itself was proven, which may have happened in an earlier visit than the answer."""
    method = event.personal.get("contact_method", "")
    return str(ProofMethod(method).label) if method in ProofMethod.values else ""


def moment_words(moment: datetime) -> str:
    """Write a moment with its offset, the way evidence names it."""
    offset = f"{moment:%z}"
    return f"{moment:{_TIME}} (UTC{offset[:3]}:{offset[3:5]})"


def _answer_rows(line: ReceiptLine) -> Rows:
    return [(_("Цель"), line.event.label("purpose")), (_("Путь"), line.event.label("channel"))]


def remains() -> str:
    """Return what a withdrawal does not end: messages under the contract, and the record itself."""
    return _(
        "Сообщения, которые компания обязана направить по договору, могут приходить и без согласия; те из них, что "
        "идут рассылкой, останавливает «Отказаться от всех сообщений» на личной странице. Данные, без которых не "
        "исполнить договор, пока он действует (пункт 5 части 1 статьи 6 закона № 152-ФЗ). Запись о согласии и его "
        "отзыве: три года как доказательство."
    )


def _withdrawal_rows(line: ReceiptLine) -> Rows:
    """Return the rows of a withdrawal: what has ended, what stays and why, until when data are destroyed."""
    event = line.event
    return [
        (
            _("Прекращено"),
            _("Согласие «%(purpose)s, %(channel)s»")
            % {"purpose": event.label("purpose"), "channel": event.label("channel")},
        ),
        (_("Остаётся"), remains()),
        (
            _("Уничтожение"),
            _("Данные, которые больше ни для чего не нужны: до %(day)s")
            % {"day": f"{event.local_time + DESTRUCTION_TERM:%d.%m.%Y}"},
        ),
    ]


def _codes(line: ReceiptLine) -> Rows:
    codes = [(_("Номер записи"), str(line.event.uuid))]
    if line.event.personal.get("text_sha256"):
        codes.append((_("Отпечаток текста SHA-256"), line.event.personal["text_sha256"]))
    return [*codes, *_place(line)]


def _place(line: ReceiptLine) -> Rows:
    """Return the rows of the event's place in the journal, with its hash and the key that signed the head."""
    if line.proof:
        words = _("Заверено: место %(place)d из %(size)d")
        place = words % {"place": line.proof.index + 1, "size": line.proof.head.size}
        return [(place, line.proof.head.root.hex()), (_("Ключ подписи"), line.proof.head.key_id)]
    if line.is_broken:
        return [(_("Заверено, но доказательство сейчас не складывается: сообщите нам об этом"), line.event.promise)]
    return [(_("Запись ждёт заверения; начало её отпечатка"), line.event.promise)]


def _proof(proof: InclusionProof) -> Rows:
    steps = enumerate(proof.path, start=1)
    return [
        (_("Отпечаток этой записи"), proof.leaf.hex()),
        *((_("Соседний отпечаток, шаг %(step)d") % {"step": step}, neighbour.hex()) for step, neighbour in steps),
        (_("Время итога"), proof.head.time),
        (_("Подпись итога"), proof.head.signature.hex()),
    ]


def _until(moment: str, local: datetime) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(local.tzinfo):{_TIME}}" if moment else ""
