"""Papers as tagged PDF: a receipt, and one text as one person saw it."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from consents.documents.company_reading import CompanyView, company_current, company_of
from consents.documents.logo import logo_content
from consents.documents.rendering import BOX, text_sha256
from consents.errors import EditionAltered
from consents.ledger.history import EventView
from consents.receipts.reading import ReceiptView
from consents.receipts.typesetting import typeset
from consents.receipts.words import ReceiptAnswer, receipt_words
from consents.types import RenderedDocument
from consents.words import moment_words

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a letter."""

    title: str
    heads: Sequence[str]
    rows: Rows


_NUMBERED = re.compile(r"\d+\. ")


def text_pdf(*, document: RenderedDocument, company: CompanyView | None) -> bytes:
    """Return a text with one person's own values («Скачать PDF»)."""
    data = {
        "title": document.title,
        "edition": document.edition_line,
        "parts": [{"heading": "", "text": "\n".join(document.summary)}] * bool(document.summary)
        + [{"heading": heading, "text": text} for heading, text in document.paragraphs],
        "checkbox": document.checkbox,
        "sha256": document.sha256,
        "foot": document.title,
    }
    return _paper("text.typ", data, company)


def shown_text_pdf(*, event: EventView) -> bytes:
    """Return the text of an event as its person saw it, of the evidence alone; the event has one.

    Raises EditionAltered when the text is not the one that its hash was taken of: no paper vouches for that.
    """
    if text_sha256(event.personal["text"]) != event.personal.get("text_sha256"):
        raise EditionAltered(f"the text of event {event.uuid} was changed")
    data = shown_text(event)
    data["edition"] = ", ".join([data["edition"], moment_words(event.local_time), str(event.uuid)])
    data["foot"] = data["title"]
    return _paper("text.typ", data, company_of(event.values["operator_profile"]), event.occurred_at)


def shown_text(event: EventView) -> dict[str, Any]:
    """Return the text of an event as its person saw it, in the pieces that a paper is made of."""
    title, edition, *blocks = [*event.personal["text"].rstrip("\n").split("\n\n"), "", ""]
    parts = [block for block in blocks if block]
    checkbox = parts.pop().removeprefix(f"{BOX} ") if parts and parts[-1].startswith(BOX) else ""
    return {
        "title": title,
        "edition": edition,
        "parts": [_part(block) for block in parts],
        "checkbox": checkbox,
        "sha256": event.personal.get("text_sha256", ""),
    }


def _part(block: str) -> dict[str, str]:
    """Return a paragraph with its numbered heading, if it has one."""
    heading, _newline, text = block.partition("\n")
    return {"heading": heading, "text": text} if _NUMBERED.match(heading) else {"heading": "", "text": block}


def receipt_pdf(*, receipt: ReceiptView, site: str) -> bytes:
    """Return a receipt: a sheet for people, then the proofs. ``site`` is where the customer comes back."""
    title = _("Квитанция № %(number)s") % {"number": receipt.number}
    words = receipt_words(receipt=receipt, site=site)
    data = {
        "title": title,
        "about": words.about,
        "answers": [_row(answer) for answer in words.answers],
        "acts": words.acts,
        "notes": words.notes,
        "questions": words.questions,
        "proof_notes": words.proof_notes,
        "proofs": [asdict(proof) for proof in words.proofs],
        "seal": words.seal,
        "foot": title,
    }
    return _paper("receipt.typ", data, receipt.company, receipt.created_at)


def _row(answer: ReceiptAnswer) -> list[list[str]]:
    """Return the cells of an answer, each with its lines."""
    cells = [
        [answer.purpose],
        [answer.channel, answer.contact],
        [answer.word, answer.when],
        [answer.until or "—"],
    ]
    return [[line for line in cell if line] for cell in cells]


def _paper(paper: str, data: dict[str, Any], company: CompanyView | None, moment: datetime | None = None) -> bytes:
    words = {
        "page": _("стр."), "of": _("из"), "hash": _("Контрольная сумма текста, SHA-256"),
        "answers": _("Ваши ответы"), "acts": _("Что ещё записано"), "heads": _answer_heads(),
        "notes": _("Что важно знать"), "questions": _("Вопросы"), "proofs": _("Доказательства"),
        "path": _("Цепочка до итоговой контрольной суммы"), "seal": _("Подпись журнала"),
    }  # fmt: skip
    whole = {
        **data,
        "words": words,
        "company": company.name if company else "",
        "requisites": _requisites(company),
        "logo": list(logo_content() or b""),
    }
    return typeset(paper=paper, data=whole, moment=moment)


def letter_pdf(
    *, title: str, addressee: str, about: Rows, paragraphs: Sequence[str], tables: Sequence[Table], signer: str
) -> bytes:
    """Return a letter of the company, with the requisites of today."""
    data = {
        "title": title,
        "addressee": addressee,
        "about": about,
        "paragraphs": paragraphs,
        "tables": [{"title": table.title, "heads": table.heads, "rows": table.rows} for table in tables],
        "signer": signer,
        "foot": title,
    }
    return _paper("letter.typ", data, company_current())


def evidence_pdf(*, title: str, about: Rows, tables: Sequence[Table], events: Sequence[Any], texts: Any) -> bytes:
    """Return the evidence of one customer: what holds now, every event with its facts and proof, the texts answered.

    ``events`` are mappings of title, when, rows and codes; ``texts`` those of `shown_text` with a ``ref``.
    """
    data = {
        "title": title,
        "about": about,
        "tables": [{"title": table.title, "heads": table.heads, "rows": table.rows} for table in tables],
        "events_title": _("Записи журнала по порядку"),
        "events": events,
        "texts": texts,
        "foot": title,
    }
    return _paper("evidence.typ", data, company_current())


def _answer_heads() -> list[str]:
    return [_("Цель"), _("Канал и контакт"), _("Ответ"), _("Действует")]


def _requisites(company: CompanyView | None) -> str:
    if company is None:
        return ""
    named = [company.name, f"ИНН {company.inn}", f"ОГРН {company.ogrn}" if company.ogrn else "", company.address]
    return ", ".join(filter(None, named))
