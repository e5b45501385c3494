"""What a person sees in a sheet is what is read: workbooks of many writers, formats and faults."""

from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from consents.importing.files.sheet_book import book_rows
from consents.models import Customer, Stop
from tests.consents.importing.conftest import Load, codes, contacts_of
from tests.consents.importing.workbooks import (
    LINKS,
    NS,
    RELATIONS,
    WORKBOOK,
    ods_parts,
    ods_row,
    packed,
    parts,
    refusal,
    sheet,
    xlsb,
)

SHEETS = Path(__file__).parents[2] / "data" / "sheets"
ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
STRINGS = "<si><t>К-1</t></si>"
STRICT = "http://purl.oclc.org/ooxml"
STRICT_LINKS = f"{STRICT}/officeDocument/relationships"

Parts = dict[str, str]


def read(path: Path, contents: Parts) -> list[tuple[int, list[str]]]:
    """Rows of a workbook, read in this process."""
    packed(contents, path)
    return list(book_rows(path))


def moved(contents: Parts, **places: str) -> Parts:
    """The same parts under other names, given by the last word of the old one."""
    return {
        next((new for old, new in places.items() if name.endswith(f"{old}.xml")), name): text
        for name, text in contents.items()
    }


def text_cell(reference: str, text: str, more: str = "") -> str:
    """A cell with a text of its own."""
    return f'<c r="{reference}" t="inlineStr"{more}><is><t>{text}</t></is></c>'


def customers_sheet(*rows: str) -> bytes:
    """A workbook of customers: the headings and these rows of cells."""
    heads = "".join(text_cell(f"{column}1", head) for column, head in zip("ABCDE", HEADS, strict=True))
    return packed(parts(f'<row r="1">{heads}</row>' + "".join(rows)))


HEADS = ("Код", "ФИО", "Телефон", "Город", "Отказ от рассылки")


@pytest.mark.parametrize(
    "contents",
    [
        lambda: moved(parts(ROW, strings=STRINGS), sharedStrings="xl/SharedStrings.xml"),
        lambda: {name.replace("/", "\\"): text for name, text in parts(ROW, strings=STRINGS).items()},
        lambda: parts(ROW, strings=STRINGS) | {"xl/_rels/workbook.xml.rels": RELATIONS.replace('="work', '="/xl/work')},
        lambda: {
            name.replace("workbook.xml", "workbook2.xml"): text.replace("xl/workbook.xml", "xl/workbook2.xml")
            for name, text in parts(ROW, strings=STRINGS).items()
        },
        lambda: {
            name: text.replace(NS, f"{STRICT}/spreadsheetml/main").replace(LINKS, STRICT_LINKS)
            for name, text in parts(ROW, strings=STRINGS).items()
        },
    ],
    ids=["another case", "backslashes", "absolute", "workbook2", "strict"],
)
def test_parts_are_found_by_their_relations(tmp_path: Path, contents: Callable[[], Parts]) -> None:
    assert read(tmp_path / "f", contents()) == [(1, ["К-1"])]


def test_escapes_are_decoded_and_a_line_break_is_a_space(tmp_path: Path) -> None:
    strings = "<si><t>Берёзкин_x000D_\nЛев</t></si><si><t>A_x005F_x0041_7</t></si>"
    cells = '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'

    assert read(tmp_path / "f", parts(f'<row r="1">{cells}</row>', strings=strings)) == [
        (1, ["Берёзкин Лев", "A_x0041_7"])
    ]


def test_a_row_that_is_coloured_to_its_end_has_the_columns_that_are_filled(tmp_path: Path) -> None:
    coloured = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"/><c r="XFD1" s="1"/></row>'

    assert read(tmp_path / "f", parts(coloured, strings=STRINGS)) == [(1, ["К-1"])]


def test_an_empty_first_sheet_is_passed_over_and_the_others_are_not_read(tmp_path: Path) -> None:
    sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n + 8}"/>' for n in (1, 2, 3))
    links = "".join(
        f'<Relationship Id="rId{n + 8}" Type="{LINKS}/worksheet" Target="worksheets/{n}.xml"/>' for n in (1, 2, 3)
    )
    more = {
        "xl/workbook.xml": WORKBOOK[: WORKBOOK.index("<sheet ")] + sheets + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": RELATIONS.replace("</", f"{links}</"),
        "xl/worksheets/1.xml": sheet(""),
        "xl/worksheets/2.xml": sheet("<row><c><v>2</v></c></row>"),
        "xl/worksheets/3.xml": sheet("<row><c><v>3</v></c></row>"),
    }

    assert read(tmp_path / "f", parts() | more) == [(1, ["2"])]


def test_dates_are_written_out_and_a_merged_range_has_its_value_once(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    moment = datetime(2026, 11, 29, 9, 30)  # noqa: DTZ001 - a sheet knows no zones
    book.worksheets[0].append([date(2026, 11, 29), moment, time(9, 30), True, False])
    book.worksheets[0].append(["Омск", None, "К-1"])
    book.worksheets[0].merge_cells("A2:B2")
    book.save(tmp_path / "f")

    assert list(book_rows(tmp_path / "f")) == [
        (1, ["2026-11-29", "2026-11-29 09:30:00", "09:30:00", "1", "0"]),
        (2, ["Омск", "", "К-1"]),
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c r='A1'><f>B1</f></c>", "#FORMULA!"),
        ("<c r='A1'><f>B1</f><v/></c>", "#FORMULA!"),
        ("<c r='A1' t='str'><f>B1</f></c>", "#FORMULA!"),
        ("<c r='A1'><f t='shared' si='0'/></c>", "#FORMULA!"),
        ("<c r='A1' t='str'><f>B1</f><v></v></c>", ""),
        ("<c r='A1'><f>B1</f><v>0</v></c>", "0"),
        ("<c r='A1' t='e'><v>#REF!</v></c>", "#REF!"),
        ("<c r='A1' t='e'><f>B1</f><v>#DIV/0!</v></c>", "#DIV/0!"),
        ("<c r='A1' t='e'/>", "#ERROR!"),
        ("<c r='A1'/>", ""),
    ],
)
def test_an_error_and_a_formula_without_a_value_are_told_from_an_empty_cell(
    tmp_path: Path, cell: str, text: str
) -> None:
    assert read(tmp_path / "f", parts(f"<row r='1'>{cell}<c r='B1'><v>7</v></c></row>")) == [(1, [text, "7"])]


def test_errors_behind_and_below_the_last_value_are_read(tmp_path: Path) -> None:
    rows = '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><f>A2</f></c></row><row r="5"><c r="B5"><f>A2</f></c></row>'

    assert read(tmp_path / "f", parts(rows)) == [(2, ["1", "", "#FORMULA!"]), (5, ["", "#FORMULA!"])]


def test_what_a_sheet_could_not_compute_is_never_taken_for_nothing(load: Load) -> None:
    job = load(
        customers_sheet(
            f'<row r="2"><c r="A2" t="e"><v>#N/A</v></c>{text_cell("C2", "89162220002")}</row>',
            f'<row r="3">{text_cell("A3", "E-3")}<c r="B3" t="e"><v>#REF!</v></c>{text_cell("C3", "89162220003")}'
            '<c r="D3" t="e"><v>#VALUE!</v></c></row>',
            f'<row r="4">{text_cell("A4", "E-4")}<c r="B4"><f>A4</f></c>{text_cell("C4", "89162220004")}'
            '<c r="E4"><f>A4</f></c></row>',
        ),
        name="book.xlsx",
    )

    assert codes(job) == {2: ["cell_error", "id_missing"], 3: ["cell_error"] * 2, 4: ["cell_error", "opt_out_unclear"]}
    found = Customer.objects.order_by("external_id").values_list("external_id", "name", "city")
    assert list(found) == [("E-3", "", ""), ("E-4", "", "")]
    stops = Customer.objects.filter(stops__scope="all").values_list("external_id", flat=True)
    assert list(stops) == ["E-4"]


def test_a_number_of_a_customer_that_became_a_date_gets_a_word(load: Load) -> None:
    book = openpyxl.Workbook()
    for row in (["Код", "Телефон"], [date(2025, 2, 1), "89164440001"], ["1-17", "89164440002"]):
        book.worksheets[0].append(row)
    stream = BytesIO()
    book.save(stream)

    job = load(stream.getvalue(), name="book.xlsx")

    assert list(job.issues.values_list("line", "code", "value")) == [(2, "id_date", "2025-02-01")]


def test_a_workbook_of_excel_2003_is_read(load: Load) -> None:
    job = load((SHEETS / "excel_2003.xls").read_bytes(), name="клиенты.xls")

    assert (job.file_kind, job.created_count, job.headers) == ("xls", 2, ["ID", "ФИО", "Телефон", "Отказ", "Дата"])
    assert codes(job) == {4: ["cell_error", "opt_out_unclear"]}
    assert contacts_of("X-1") == {"phone": "+79161234567"}
    assert [row[1][4] for row in book_rows(SHEETS / "excel_2003.xls")][1:] == ["2026-11-29", "1"]


def test_a_workbook_of_libreoffice_is_read(load: Load) -> None:
    error = (
        '<table:table-cell table:number-columns-repeated="2" table:formula="of:=NA()" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#Н/Д</text:p></table:table-cell>'
    )
    number = '<table:table-cell office:value-type="float" office:value="89161234567"><text:p>8,9E+10</text:p>'
    rows = (
        ods_row("Код", "ФИО", "Город", "Телефон", "Отказ"),
        '<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="9"/>',
        "</table:table-row>",
        ods_row("O-1", "Ёлкин Лев", "Омск", "8 916 123-45-60", "нет"),
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>O-2</text:p></table:table-cell>{error}'
        f'{number}</table:table-cell><table:table-cell table:formula="of:=[.A1]"/></table:table-row>',
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>',
    )
    empty = (
        '<office:automatic-styles xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"/>'
        '<table:table table:name="Пусто"><table:table-row><table:table-cell/></table:table-row></table:table>'
    )

    job = load(packed(ods_parts("".join(rows), before=empty)), name="клиенты.ods")

    assert (job.file_kind, job.created_count) == ("ods", 2)
    assert codes(job) == {6: ["cell_error", "cell_error", "opt_out_unclear"]}
    assert contacts_of("O-2") == {"phone": "+79161234567"}


BOOK_OF_A_PASSWORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (lambda: BOOK_OF_A_PASSWORD, "file_old_excel"),
        (lambda: (SHEETS / "excel_2003.xls").read_bytes()[:3000], "file_old_excel"),
        (lambda: ods_parts("", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "file_old_excel"),
        (lambda: ods_parts("", **{"Basic/Standard/a.xml": "<a/>"}), "file_macros"),
        (lambda: {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "file_broken"),
        (lambda: ods_parts(ods_row("1"), **{"styles.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "file_xml_entities"),
        (lambda: {"word/document.xml": "<a/>"}, "file_no_sheet"),
    ],
)
def test_what_is_no_open_workbook_is_refused(
    tmp_path: Path, contents: Callable[[], Parts | bytes], reason: str
) -> None:
    assert refusal(tmp_path / "f", contents()) == reason


def test_an_xlsb_is_a_table_too(load: Load, tmp_path: Path) -> None:
    rows = [list(HEADS), ["К-1", "Ян", "89161234567", "Омск", "нет"], ["К-2", "Лев", "89161234568", "#", "#"]]
    (tmp_path / "f").write_bytes(xlsb(rows, hidden={2}))
    facts: dict[str, object] = {}

    read_rows = list(book_rows(tmp_path / "f", tell=facts.update))

    assert read_rows[1:] == [(2, rows[1]), (3, [*rows[2][:3], "#N/A", "#N/A"])]
    assert facts == {"kind": "xlsb", "sheet": "Клиенты", "sheets": [["Клиенты", "read"]], "hidden_rows": 1}

    job = load(xlsb(rows), name="клиенты.xlsb")
    assert (job.file_kind, job.created_count) == ("xlsb", 2)
    assert codes(job)[3] == ["cell_error", "opt_out_unclear"]
    assert list(Stop.objects.values_list("customer__external_id", flat=True)) == ["К-2"]


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("000000", 123, "000123"),
        ("000-000", 12345, "012-345"),
        ('"К-"0000', 7, "К-0007"),
        ("\\+0 \\(000\\) 000-00-00", 79161234567, "+7 (916) 123-45-67"),
        ("General", 123, "123"),
        ("#,##0", 1234, "1234"),
        ("0", 5, "5"),
    ],
)
def test_a_number_has_the_zeros_that_a_person_sees(tmp_path: Path, code: str, number: int, shown: str) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append([number])
    book.worksheets[0]["A1"].number_format = code
    book.save(tmp_path / "f")

    assert list(book_rows(tmp_path / "f")) == [(1, [shown])]


def test_a_merged_range_has_its_value_in_each_of_its_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cells in (["Код", "Отказ"], ["К-1", "да"], ["К-2", None], ["К-3", None]):
        book.worksheets[0].append(cells)
    book.worksheets[0].merge_cells("B2:B3")
    book.save(tmp_path / "f")

    assert list(book_rows(tmp_path / "f"))[1:] == [(2, ["К-1", "да"]), (3, ["К-2", "да"]), (4, ["К-3"])]
