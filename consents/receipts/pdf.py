"""Papers as tagged PDF, by typst. Values go in as data, so that nothing a person wrote is read as mark-up."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from consents.conf import key_page
from consents.documents.company_reading import CompanyView
from consents.receipts.reading import ReceiptView
from consents.receipts.words import ReceiptPart, moment_words, receipt_part
from consents.types import RenderedDocument

PAPERS = Path(__file__).resolve().parents[2] / "templates" / "print"


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
    return _compile("text.typ", data, company)


def receipt_pdf(*, receipt: ReceiptView, site: str) -> bytes:
    """Return a receipt; ``site`` is the address at which the customer comes back."""
    title = _("Квитанция № %(number)s") % {"number": receipt.number}
    parts = [receipt_part(line) for line in receipt.lines]
    data = {
        "title": title,
        "about": _about(receipt),
        "events": [{"title": part.title, "rows": part.rows, "codes": part.codes} for part in parts],
        "notes": _notes(receipt, site),
        "proofs": [_proof(part) for part in parts if part.proof],
        "foot": title,
    }
    return _compile("receipt.typ", data, receipt.company, receipt.created_at)


def _about(receipt: ReceiptView) -> list[tuple[str, str]]:
    local = receipt.lines[0].event.local_time if receipt.lines else receipt.created_at
    return [
        (_("Выдана"), moment_words(receipt.created_at.astimezone(local.tzinfo))),
        (_("Кому"), receipt.name or (_("данные уничтожены") if receipt.is_erased else _("имя не указано"))),
        (_("Номер клиента"), receipt.external_id or _("данные уничтожены")),
    ]


def _proof(part: ReceiptPart) -> dict[str, Any]:
    """Return a proof under the number of its event. A line of paper holds 64 hex digits, so a signature takes two."""
    rows = [(label, [value[at : at + 64] for at in range(0, len(value), 64)]) for label, value in part.proof]
    return {"title": part.title, "number": part.codes[0][1], "rows": rows}


def _notes(receipt: ReceiptView, site: str) -> list[str]:
    notes = [
        _("Изменить или отозвать любой ответ можно в любой день на личной странице: %(site)s.") % {"site": site},
        _("Отзыв действует сразу. Данные, которые больше ни для чего не нужны, уничтожаются не позднее 30 дней."),
        _("По номеру записи компания обязана показать, что именно и когда было отвечено. "
          "Доказательство проверяется без участия компании: запись целиком лежит в файле JSON этой квитанции, "
          "ключ для проверки подписи опубликован по адресу %(keys)s.") % {"keys": key_page()},
    ]  # fmt: skip
    if receipt.company:
        contacts = [receipt.company.dpo_title, receipt.company.dpo_email, receipt.company.dpo_phone]
        notes.append(_("Вопросы: %(contacts)s.") % {"contacts": ", ".join(filter(None, contacts))})
    return notes


def _compile(paper: str, data: dict[str, Any], company: CompanyView | None, moment: datetime | None = None) -> bytes:
    words = {
        "page": _("стр."), "of": _("из"), "hash": _("Отпечаток текста SHA-256"),
        "rights": _("Ваши права"), "proof": _("Доказательство"),
    }  # fmt: skip
    whole = {**data, "words": words, "company": company.name if company else "", "requisites": _requisites(company)}
    made = typst.compile(
        str(PAPERS / paper),
        root=str(PAPERS),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(whole, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=moment.replace(microsecond=0) if moment else None,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst made no PDF")
    return made


@cache
def _fonts() -> typst.Fonts:
    """Return only the fonts embedded in typst, so that a paper looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _requisites(company: CompanyView | None) -> str:
    if company is None:
        return ""
    named = [company.name, f"ИНН {company.inn}", f"ОГРН {company.ogrn}" if company.ogrn else "", company.address]
    return ", ".join(filter(None, named))
