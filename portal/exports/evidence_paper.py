"""The evidence of one customer on paper, to be read: what the CSV holds, in words and in order."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from consents.documents.rendering import text_sha256
from consents.enums import ContactKind
from consents.errors import CustomerMissing
from consents.ledger.history import EventView
from consents.ledger.tree.reading import InclusionProof, inclusion_proofs, last_seal
from consents.receipts.pdf import Table, evidence_pdf, shown_text
from consents.receipts.reading import ReceiptRow, receipts_of, receipts_with
from consents.register.exports import Export
from consents.register.search import RegisterPerson, person_timeline, register_person
from consents.touchpoint import TouchpointName
from consents.words import moment_words
from portal.exports.evidence_words import event_title, evidence_facts
from portal.ui.zones import in_zone


def evidence_paper(*, customer_id: int, number: str, asked_by: str, reason: str) -> Export:
    """Put the paper of one customer together; its rows are the events. Raises CustomerMissing."""
    person = register_person(customer_id=customer_id)
    if person is None:
        raise CustomerMissing(f"no customer {customer_id}")
    events = tuple(reversed(person_timeline(customer_id=customer_id)))
    texts = _texts(events)
    proofs = inclusion_proofs([event.id for event in events])
    paper = evidence_pdf(
        title=_("Доказательства: клиент № %(number)s") % {"number": person.customer.external_id},
        about=_about(person, len(events), number=number, asked_by=asked_by, reason=reason),
        tables=_tables(person, receipts_of(customer_id=customer_id)),
        events=[
            _event(place, event, texts=texts, proof=proofs.get(event.id), customer_id=customer_id)
            for place, event in enumerate(events, start=1)
        ],
        texts=[shown_text(event) | {"ref": ref} for ref, event in texts.values()],
    )
    return len(events), iter([paper])


def _about(person: RegisterPerson, count: int, *, number: str, asked_by: str, reason: str) -> list[list[str]]:
    head = last_seal()
    rows = [
        [_("Клиент"), person.customer.name],
        [_("Источник"), person.customer.source],
        [_("Подготовлено"), moment_words(timezone.localtime())],
        [_("Кто выгрузил"), asked_by],
        [_("Цель"), reason],
        [_("Номер выгрузки"), number],
        [_("Записей о клиенте"), str(count)],
        [_("Подписано в журнале"), _("записей: %(size)s") % {"size": head.size} if head else _("пока ничего")],
    ]
    return [row for row in rows if row[1]]


def _tables(person: RegisterPerson, receipts: Sequence[ReceiptRow]) -> list[Table]:
    zone = person.customer.time_zone
    tables = [
        Table(
            title=_("Что действует сейчас"),
            heads=[_("Цель"), _("Канал"), _("Ответ"), _("С какого дня")],
            rows=[
                [
                    state.answer.get_purpose_display(),
                    "\n".join(filter(None, (state.channel_label, state.contact_mask))),
                    _("остановлено запретом") if state.stop else state.answer.get_value_display(),
                    f"{in_zone(state.answer.since, zone):%d.%m.%Y}",
                ]
                for state in person.states
            ],
        ),
        Table(
            title=_("Запреты"),
            heads=[_("Запрещены"), _("Куда"), _("Почему"), _("С какого дня")],
            rows=[
                [
                    str(stop.scope.label),
                    stop.mask or _("на все контакты"),
                    str(stop.reason.label),
                    f"{in_zone(stop.since, zone):%d.%m.%Y}",
                ]
                for stop in person.stops
            ],
        ),
        Table(
            title=_("Контакты"),
            heads=[_("Вид"), _("Контакт"), _("Состояние")],
            rows=[
                [str(ContactKind(one.point.kind).spec.word), one.point.value, _contact_state(one.point)]
                for one in person.contacts
            ],
        ),
        Table(
            title=_("Квитанции"),
            heads=[_("Номер"), _("Когда выдана")],
            rows=[[row.number, moment_words(in_zone(row.created_at, zone))] for row in receipts],
        ),
    ]
    return [table for table in tables if table.rows]


def _contact_state(point: Any) -> str:
    if not point.is_current:
        return _("прежний")
    return _("подтверждён") if point.confirmed_at else _("из файла")


def _texts(events: Sequence[EventView]) -> dict[str, tuple[str, EventView]]:
    """Return each text once, with the name by which events refer to it, by its hash."""
    found: dict[str, EventView] = {}
    for event in events:
        if event.personal.get("text"):
            found.setdefault(text_sha256(event.personal["text"]), event)
    named = enumerate(found.items(), start=1)
    return {sha256: (_("Текст %(place)d") % {"place": place}, event) for place, (sha256, event) in named}


def _event(
    place: int,
    event: EventView,
    *,
    texts: Mapping[str, tuple[str, EventView]],
    proof: InclusionProof | None,
    customer_id: int,
) -> dict[str, Any]:
    receipts = receipts_with(customer_id=customer_id, event_ids=[event.id])
    rows = [
        [_("Как подтверждено"), event.label("method")],
        [_("Кто записал"), event.label("actor_kind")],
        [_("Откуда пришёл клиент"), str(TouchpointName.parse(event.values["touchpoint"]).words)],
        *([label, value] for label, value in evidence_facts(event)),
        [_("Текст ответа"), _text_said(event, texts)],
        [_("Данные уничтожены"), _("да") if event.is_erased else ""],
        [_("Квитанция"), ", ".join(row.number for row in receipts)],
        [_("Место в журнале"), _proof_said(event, proof)],
    ]
    return {
        "title": f"{place}. {event_title(event)}",
        "when": moment_words(event.local_time, seconds=True),
        "rows": [[label, value] for label, value in rows if value],
        "codes": [
            [_("Номер записи"), str(event.uuid)],
            [_("Контрольная сумма записи"), event.leaf_hash.hex()],
        ],
    }


def _text_said(event: EventView, texts: Mapping[str, tuple[str, EventView]]) -> str:
    """Return which text of the appendix was answered, and whether it is the one that its hash was taken of."""
    text = event.personal.get("text", "")
    if not text:
        return ""
    ref, _first = texts[text_sha256(text)]
    if text_sha256(text) != event.personal.get("text_sha256"):
        return _("%(ref)s в приложении; не совпадает со своей контрольной суммой") % {"ref": ref}
    return _("%(ref)s в приложении, контрольная сумма совпадает") % {"ref": ref}


def _proof_said(event: EventView, proof: InclusionProof | None) -> str:
    if proof is not None:
        return _("№ %(place)d, подписано вместе с %(size)d записями") % {
            "place": proof.index + 1,
            "size": proof.head.size,
        }
    if event.leaf_index is None:
        return _("ждёт подписи")
    return _("№ %(place)d, доказательство не собрать: запустите проверку журнала") % {"place": event.leaf_index + 1}
