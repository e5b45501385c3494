"""Cells that a spreadsheet would run, made inert and given back."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consents.register.spreadsheet import cell_guard, cell_unguard, csv_stream

DANGEROUS = ("=1+1", "+7916", "-2", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "\n=1", "＝1", '=HYPERLINK("http://x")')


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cell_guard(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Ёлкина", "8 916 123-45-67", "", "'кавычка", "a=b", "1-2"])
def test_any_other_text_stays(text: str) -> None:
    assert cell_guard(text) == text


@given(st.one_of(st.text(), st.sampled_from(DANGEROUS).map(lambda text: "'" * 3 + text)))
def test_a_guarded_text_is_inert_and_comes_back_whole(text: str) -> None:
    guarded = cell_guard(text)

    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
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
