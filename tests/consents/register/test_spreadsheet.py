"""Cells that a spreadsheet would run or convert, made inert and given back."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consents.register.spreadsheet import cell_guard, cell_unguard, csv_stream

DANGEROUS = ("=1+1", "+7916", "-2", "@SUM(A1)", "＝1", '=HYPERLINK("http://x")', "'=1")
NOT_LITERAL = ("\t=1", "\r=1", "\0=1", "\n=1", "=" + "1" * 255)
CONVERTED = (
    "000123", "12345678901234567890", "1E5", "01.02.2026", "1-2", "1/2", "0012.50", "TRUE", "ложь", "MARCH1", "01.фев",
    "8 916 123-45-67", "10:30", "10:30 PM", "2026-11-24T09:15:00.000042Z", "50%", "1 000,00 ₽",
)  # fmt: skip


@pytest.mark.parametrize("text", [*DANGEROUS, *CONVERTED])
def test_a_text_that_would_be_run_or_converted_becomes_a_formula_of_itself(text: str) -> None:
    quoted = text.replace('"', '""')
    assert cell_guard(text) == f'="{quoted}"'


@pytest.mark.parametrize("text", NOT_LITERAL)
def test_a_text_that_cannot_be_a_literal_gets_an_apostrophe(text: str) -> None:
    assert cell_guard(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Ёлкина", "", "'кавычка", "a=b", "C-000130", "ООО «Раз 2»", "ivan@example.ru"])
def test_any_other_text_stays(text: str) -> None:
    assert cell_guard(text) == text


@given(st.one_of(st.text(), st.sampled_from([*DANGEROUS, *NOT_LITERAL]).map(lambda text: "'" * 3 + text)))
def test_a_guarded_text_is_inert_and_comes_back_whole(text: str) -> None:
    guarded = cell_guard(text)

    assert not guarded.startswith(("+", "-", "@", "\t", "\r", "\n", "\0"))
    if guarded.startswith("="):
        # Between its quotes nothing ends the literal.
        assert guarded.startswith('="')
        assert guarded.endswith('"')
        assert '"' not in guarded[2:-1].replace('""', "")
    assert cell_unguard(guarded) == text


@given(
    st.lists(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4), max_size=5)
)
def test_every_row_comes_back_from_the_file(rows: list[list[str]]) -> None:
    data = b"".join(csv_stream(["заголовок"], rows))

    _header, *read = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    assert [[cell_unguard(cell) for cell in row] for row in read] == rows


def test_the_file_is_what_excel_of_a_russian_office_opens() -> None:
    data = b"".join(csv_stream(["Имя", "Сколько"], [["Ёж", 5]] * 1200))

    assert data.startswith('\ufeff"Имя";"Сколько"\r\n"Ёж";"5"\r\n'.encode())
    assert data.count(b"\r\n") == 1201
