"""A paper prints whatever a name holds: by a font, or by a sign in its place."""

import unicodedata
from io import BytesIO
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from consents.receipts import typesetting
from consents.receipts.typesetting import REPLACEMENT, typeset

CATEGORIES: Any = sorted({unicodedata.category(chr(point)) for point in range(0x110000)})
ANY_SIGN = st.one_of(*(st.text(st.characters(categories=[one]), max_size=12) for one in CATEGORIES))
ANY_TEXT = st.lists(ANY_SIGN, max_size=4).map("".join)


def receipt_of(name: str, company: str = "АО «Пример»", address: str = "Москва") -> dict[str, Any]:
    """The data of a receipt with these words in it."""
    words = {name: name for name in ("page", "of", "answers", "acts", "notes", "questions", "proofs", "path", "seal")}
    return {
        "title": "Квитанция", "foot": company, "company": company, "requisites": f"{company}, {address}",
        "words": {**words, "heads": ["Цель", "Канал", "Ответ", "Действует"]},
        "about": [["Кому", name]], "answers": [[[name], ["СМС", name], ["да"], ["—"]]], "acts": [], "notes": [address],
        "questions": company, "proof_notes": [], "seal": [],
        "proofs": [{
            "title": f"Реклама {name}", "rows": [[company, address]], "codes": [["Сумма", "0f" * 32]], "path": [],
        }],
    }  # fmt: skip


def paper(name: str, **words: str) -> PdfReader:
    return PdfReader(BytesIO(typeset(paper="receipt.typ", data=receipt_of(name, **words))))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=ANY_TEXT, company=ANY_TEXT, address=ANY_TEXT)
@example(name="漢字 😀", company="\ud800\udfff", address="\u202eмосква")
@example(name="e\u0301\u0327\u0489" * 9, company="\U000f0000\ue000\uffff", address="\0\x1b\n\u2028")
def test_a_paper_prints_whatever_signs_name_company_and_address_hold(name: str, company: str, address: str) -> None:
    made = typeset(paper="receipt.typ", data=receipt_of(name, company, address))

    assert made.startswith(b"%PDF")
    root: Any = PdfReader(BytesIO(made)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(
    "name", ["Ёлкина Алёна", "Šķēle Ģirts", "Γιώργος", "მარიამ", "Հայկ", "مريم", "משה", "Ҳасан Ӯғли", "Nguyễn Thị Ánh"]
)
def test_names_of_the_neighbours_have_fonts_of_their_own(name: str) -> None:
    assert REPLACEMENT not in text_of(paper(name))


def test_a_sign_without_a_font_leaves_a_sign_in_its_place_and_the_rest_as_it_is() -> None:
    text = text_of(paper("Анна 漢 Петровна"))

    assert f"Анна {REPLACEMENT} Петровна" in text
    assert "漢" not in text


def test_a_paper_comes_even_if_the_compiler_names_nothing_that_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_without_font", lambda _error: frozenset({"not there"}))

    assert f"Анна {REPLACEMENT}" in text_of(paper("Анна 漢"))


def test_a_fault_that_is_not_about_fonts_is_not_hidden() -> None:
    with pytest.raises(Exception, match="answers"):
        typeset(paper="receipt.typ", data={"title": "", "foot": "", "company": "", "requisites": "", "about": [],
                                           "words": {}})  # fmt: skip


@pytest.mark.parametrize("word", ["Щ" * 300, "anna." * 60 + "@example.ru", "e\u0301" * 200])
def test_a_long_word_breaks_inside_the_sheet(word: str) -> None:
    shown = paper("Короткое имя", address=word)
    heights: set[int] = set()

    def note(text: str, place: list[float], _matrix: Any, _font: Any, _size: Any) -> None:
        if len(text) > 3 and set(text) <= {*word, *unicodedata.normalize("NFC", word), "\u200b", "\n"}:
            heights.add(round(place[5]))

    shown.pages[0].extract_text(visitor_text=note)

    assert len(heights) > 2


def test_a_sum_in_hex_is_never_broken() -> None:
    assert "0f" * 32 in text_of(paper("Анна"))


@override_settings(PAPER_FONTS="/no/such/folder")
def test_a_folder_of_fonts_that_is_not_there_stops_no_paper() -> None:
    typesetting._fonts.cache_clear()
    try:
        assert "Анна" in text_of(paper("Анна"))
    finally:
        typesetting._fonts.cache_clear()
