"""Workbooks: cells read exactly, and everything that an archive can do to us."""

import random
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consents.errors import FileRefused
from consents.importing.files.sheet_book import book_rows
from consents.importing.shape import shape_detect
from consents.models import ImportJob
from tests.consents.importing.conftest import Load, contacts_of, sample
from tests.consents.importing.workbooks import (
    CONTENT_TYPES,
    LINKS,
    RELATIONS,
    WORKBOOK,
    packed,
    parts,
    refusal,
    rows_of,
    sheet,
)


def test_every_kind_of_cell_is_read_as_text(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>в ячейке</t></is></c>'
        '<c r="C1"><v>79161234567</v></c><c r="D1"><v>7.9161234567E10</v></c><c r="E1"><v>1.50</v></c>'
        '<c r="F1" t="b"><v>1</v></c><c r="G1" t="str"><f>A1</f><v>итог</v></c><c r="H1" t="e"><v>#N/A</v></c></row>'
    )
    strings = '<si><r><t xml:space="preserve">из </t></r><r><t>двух</t></r><rPh><t>чтение</t></rPh></si>'

    found = rows_of(tmp_path / "f", parts(rows, strings=strings))

    values = ["из двух", "в ячейке", "79161234567", "79161234567", "1.5", "1", "итог", "#N/A"]
    assert found == [(1, values)]


def test_gaps_keep_columns_and_line_numbers(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="4"><c r="C4"><v>3</v></c><c r="E4"/></row>'

    assert rows_of(tmp_path / "f", parts(rows)) == [(1, ["1"]), (4, ["", "", "3"])]


def test_cells_without_references_stand_in_order(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"

    assert rows_of(tmp_path / "f", parts(rows)) == [(1, ["1", "2"]), (2, ["3"])]


def test_a_prefix_of_names_changes_nothing(tmp_path: Path) -> None:
    rows = '<x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row>'
    prefixed = f'<x:worksheet xmlns:x="n"><x:sheetData>{rows}</x:sheetData></x:worksheet>'

    assert rows_of(tmp_path / "f", parts() | {"xl/worksheets/sheet1.xml": prefixed}) == [(1, ["7"])]


def test_a_hidden_first_sheet_is_passed_over(tmp_path: Path) -> None:
    workbook = WORKBOOK.replace("<sheets>", '<sheets><sheet name="0" sheetId="9" state="hidden" r:id="rId9"/>')

    hidden = f'<Relationship Id="rId9" Type="{LINKS}/worksheet" Target="worksheets/0.xml"/>'
    more = {
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": RELATIONS.replace("</", f"{hidden}</"),
        "xl/worksheets/0.xml": sheet("<row><c><v>2</v></c></row>"),
    }

    assert rows_of(tmp_path / "f", parts("<row><c><v>1</v></c></row>") | more) == [(1, ["1"])]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("79161234567", "79161234567"),
        ("7.9161234567E10", "79161234567"),
        ("7.9161234567000002E10", "79161234567"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("1.23456789012345E14", "123456789012345"),
        ("4.0817810099910004E+19", "4.081781009991E+19"),
        ("1E+15", "1E+15"),
        ("40817810099910004321", "4.081781009991E+19"),
        ("1E+400", "#ERROR!"),
        ("0.1", "0.1"),
        ("-12", "-12"),
        ("NaN", "#ERROR!"),
        ("1E-7", "0.0000001"),
        ("1E-300", "1E-300"),
        ("0", "0"),
        ("100", "100"),
        ("два", "два"),
    ],
)
def test_numbers_are_written_out(tmp_path: Path, text: str, written: str) -> None:
    assert rows_of(tmp_path / "f", parts(f"<row><c><v>{text}</v></c></row>")) == [(1, [written])]


def test_phones_that_are_numbers_in_the_sheet_are_read_exactly(load: Load) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["ID", "ФИО", "Телефон"])
    book.worksheets[0].append([12345678901234, "Ёлкин", 79161234567])
    book.worksheets[0].append(["К-2", "Иванов", 89161234568.0])
    stream = BytesIO()
    book.save(stream)

    job = load(stream.getvalue(), name="book.xlsx")

    assert job.created_count == 2
    assert contacts_of("12345678901234") == {"phone": "+79161234567"}
    assert contacts_of("К-2") == {"phone": "+79161234568"}


def test_a_number_of_a_customer_that_lost_its_last_digits_is_refused_like_in_a_csv(load: Load) -> None:
    cells = '<c r="A2"><v>4.0817810099910004E+19</v></c><c r="B2"><v>79161234567</v></c>'
    headings = '<c r="A1" t="inlineStr"><is><t>ID</t></is></c><c r="B1" t="inlineStr"><is><t>Телефон</t></is></c>'

    job = load(packed(parts(f'<row r="1">{headings}</row><row r="2">{cells}</row>')), name="book.xlsx")

    assert list(job.issues.values_list("line", "code")) == [(2, "id_scientific")]


def test_a_blank_row_in_a_sheet_does_not_shift_the_lines(load: Load) -> None:
    book = openpyxl.Workbook()
    for row in (["ID", "Телефон"], [], ["1", "89161234567"], [], [], ["2", "4.479E+11"]):
        book.worksheets[0].append(row)
    book.worksheets[0]["A6"], book.worksheets[0]["B6"] = "2", "4.479E+11"
    stream = BytesIO()
    book.save(stream)

    job = load(stream.getvalue(), name="book.xlsx")

    assert job.total_rows == 2
    assert list(job.issues.values_list("line", "code")) == [(6, "phone_scientific")]


BOMB_ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (lambda: parts() | {"xl/worksheets/sheet1.xml": sheet(ROW, before=BOMB_ENTITIES)}, "file_xml_entities"),
        (lambda: parts() | {"xl/worksheets/sheet1.xml": sheet(ROW, before=EXTERNAL)}, "file_xml_entities"),
        (lambda: parts() | {"xl/workbook.xml": EXTERNAL + WORKBOOK}, "file_xml_entities"),
        (lambda: parts() | {"xl/sharedStrings.xml": BOMB_ENTITIES + "<sst/>"}, "file_xml_entities"),
        (lambda: parts() | {"xl/_rels/workbook.xml.rels": BOMB_ENTITIES + RELATIONS}, "file_xml_entities"),
        (lambda: parts("<row>" + " " * 60_000_000 + "</row>"), "file_bomb"),
        (lambda: parts(**{f"xl/media/{n}": "" for n in range(2100)}), "file_bomb"),
        (lambda: parts(f"<row><c t='inlineStr'><is><t>{'я' * 40_000}</t></is></c></row>"), "cell_too_long"),
        (
            lambda: parts('<row><c t="s"><v>0</v></c></row>', strings=f"<si><t>{'я' * 40_000}</t></si>"),
            "cell_too_long",
        ),
        (lambda: parts('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "columns_too_many"),
        (lambda: parts('<row r="2000000"><c><v>1</v></c></row>'), "rows_too_many"),
        (lambda: parts('<row r="2"/><row r="1"/>'), "file_broken"),
        (lambda: parts('<row r="1"><c r="B1"/><c r="A1"/></row>'), "file_broken"),
        (lambda: parts('<row r="x"/>'), "file_broken"),
        (lambda: parts('<row><c t="s"><v>5</v></c></row>'), "file_broken"),
        (lambda: parts('<row><c t="s"><v>-1</v></c></row>'), "file_broken"),
        (lambda: parts("<row><c>"), "file_broken"),
        (lambda: {"[Content_Types].xml": CONTENT_TYPES}, "file_no_sheet"),
        (lambda: parts() | {"xl/workbook.xml": "<workbook/>"}, "file_no_sheet"),
        (lambda: {k: v for k, v in parts().items() if "sheet1" not in k}, "file_broken"),
        (lambda: parts(**{"xl/vbaProject.bin": "x"}), "file_macros"),
        (lambda: parts() | {"[Content_Types].xml": "<Types>sheet.macroEnabled.main+xml</Types>"}, "file_macros"),
    ],
)
def test_a_dangerous_or_broken_workbook_is_refused(
    tmp_path: Path, contents: Callable[[], dict[str, str]], reason: str
) -> None:
    assert refusal(tmp_path / "f", contents()) == reason


def test_one_name_twice_in_an_archive_is_refused(tmp_path: Path) -> None:
    stream = BytesIO(packed(parts()))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/workbook.xml", WORKBOOK)

    assert refusal(tmp_path / "f", stream.getvalue()) == "file_bomb"


def test_a_refused_workbook_leaves_nothing_half_unpacked(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    packed(parts('<row r="1"><c><v>1</v></c></row><row r="1"/>'), folder / "f")

    with pytest.raises(FileRefused):
        shape_detect(ImportJob(path=str(folder / "f"), file_kind="xlsx"))

    assert [place.name for place in folder.iterdir()] == ["f"]


WORDS = (
    "file_broken",
    "file_no_sheet",
    "file_bomb",
    "file_macros",
    "file_xml_entities",
    "cell_too_long",
    "columns_too_many",
    "rows_too_many",
)


def test_damaged_bytes_of_a_workbook_never_make_the_reader_stumble(tmp_path: Path) -> None:
    whole = sample("sheet.xlsx")
    chance = random.Random(7)
    for _attempt in range(120):
        data = bytearray(whole[: chance.choice((len(whole), chance.randrange(len(whole))))])
        for _place in range(chance.randrange(1, 20)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)

        # In this process: a hundred others would take a minute.
        assert refusal(tmp_path / "f", bytes(data), reader=book_rows) in ("", *WORDS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=20),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=6,
    )
)
@example([[" ", " a ", "b"]])
def test_what_a_workbook_writer_wrote_is_read_back(tmp_path: Path, written: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    for number, row in enumerate(written, start=1):
        for column, text in enumerate(row, start=1):
            if text:
                cell = book.worksheets[0].cell(number, column)
                cell.value = text
                cell.data_type = "s"  # also what looks like a number or a formula
    book.save(tmp_path / "f")

    read = dict(book_rows(tmp_path / "f"))

    for number, row in enumerate(written, start=1):
        cells = read.get(number, [])
        # A cell of spaces alone is an empty one: it means nothing in any column.
        assert cells + [""] * (len(row) - len(cells)) == [text if text.strip(" ") else "" for text in row]
