"""Shapes of files and their records: delimiters, headings, quotes, line numbers."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consents.errors import FileRefused
from consents.importing.files.records import Record, csv_records
from consents.importing.reading import data_records, kind_detect
from consents.importing.shape import shape_detect
from consents.models import ImportJob

HEAD = "ID клиента;ФИО;Телефон"


def shape_of(path: Path, content: str | bytes) -> ImportJob:
    """Write a file and find out how to read it."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    job = ImportJob(path=str(path), file_kind=kind_detect(path))
    shape_detect(job)
    return job


def lines_of(path: Path, content: str | bytes) -> list[tuple[int, list[str], bool]]:
    """Every data record with its number."""
    shape = shape_of(path, content)
    return [(record.line, record.cells, record.broken) for record in data_records(shape)]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = f"{HEAD}\n1;Ёлкин;89161234567\n2;Иванов;89161234568\n".replace(";", delimiter)

    shape = shape_of(tmp_path / "f", text)

    assert shape.delimiter == delimiter
    assert shape.mapping == {"external_id": 0, "name": 1, "phone": 2}


def test_commas_inside_cells_do_not_part_them(tmp_path: Path) -> None:
    text = f"{HEAD}\n" + "1;ООО «Раз, два, три, четыре»;89161234567\n" * 20

    assert shape_of(tmp_path / "f", text).delimiter == ";"


def test_a_file_may_say_its_delimiter_itself(tmp_path: Path) -> None:
    found = lines_of(tmp_path / "f", "sep=|\nID|Телефон\n1|89161234567\n")

    assert found == [(3, ["1", "89161234567"], False)]


@pytest.mark.parametrize("sign", ["\0", "x", "\n", '"'])
def test_a_delimiter_that_no_table_has_is_not_believed(tmp_path: Path, sign: str) -> None:
    shape = shape_of(tmp_path / "f", f"sep={sign}\nID;Телефон\n1;89161234567\n")

    assert shape.delimiter == ";"
    assert shape.headers == ["ID", "Телефон"]


def test_what_cannot_be_seen_in_a_heading_is_left_out(tmp_path: Path) -> None:
    shape = shape_of(tmp_path / "f", "I\0D;Теле\u00adфон\u200b;\x07\n1;89161234567;x\n")

    assert shape.headers == ["ID", "Телефон", ""]
    assert shape.mapping == {"external_id": 0, "phone": 1}


def test_a_title_above_the_headings_is_passed_over(tmp_path: Path) -> None:
    shape = shape_of(tmp_path / "f", f"Выгрузка на 01.11.2026;;\n;;\n{HEAD}\n1;Ёлкин;89161234567\n")

    assert shape.header_line == 3
    assert shape.headers == ["ID клиента", "ФИО", "Телефон"]


def test_a_file_without_headings_keeps_its_first_customer(tmp_path: Path) -> None:
    content = "1;Ёлкин Иван;89161234567\n2;Иванов Пётр;89161234568\n"
    shape = shape_of(tmp_path / "f", content)

    assert shape.header_line == 0
    assert shape.mapping == {"phone": 2}
    assert [record.line for record in data_records(shape)] == [1, 2]


@pytest.mark.parametrize("damaged", ["4.479E+11", "8916123456X", "ivan.example@"])
def test_a_first_customer_with_a_damaged_contact_is_not_taken_for_headings(tmp_path: Path, damaged: str) -> None:
    others = "".join(f"{n};Иванов Пётр;8916123456{n}\n" for n in range(2, 8))

    shape = shape_of(tmp_path / "f", f"1;Ёлкин Иван;{damaged}\n{others}")

    assert (shape.header_line, shape.mapping) == (0, {"phone": 2})


def test_strange_headings_above_customers_stay_headings(tmp_path: Path) -> None:
    assert shape_of(tmp_path / "f", "A;B;C 2026\n1;Ёлкин Иван;89161234567\n").header_line == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(tmp_path: Path, end: str) -> None:
    content = f"{HEAD}\n1;Ёлкин;89161234567\n\n2;Иванов;89161234568".replace("\n", end)

    assert [line for line, _cells, _broken in lines_of(tmp_path / "f", content)] == [2, 4]


def test_utf16_with_and_without_a_mark_reads_alike(tmp_path: Path) -> None:
    content = f"{HEAD}\n1;Ёлкин;89161234567\n"

    with_mark = lines_of(tmp_path / "a", b"\xff\xfe" + content.encode("utf-16-le"))
    without = lines_of(tmp_path / "b", content.encode("utf-16-le"))

    assert with_mark == without == [(2, ["1", "Ёлкин", "89161234567"], False)]


def test_a_stray_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    content = f'{HEAD}\n1;"Иван;89161234567\n2;Пётр;89161234568\n3;"Анна";89161234569\n4;Юля;89161234560\n'

    assert lines_of(tmp_path / "f", content) == [
        (2, ['1;"Иван;89161234567'], True),
        (3, ["2", "Пётр", "89161234568"], False),
        (4, ["3", "Анна", "89161234569"], False),
        (5, ["4", "Юля", "89161234560"], False),
    ]


def test_a_quote_open_at_the_end_of_a_long_file_costs_its_own_line_only(tmp_path: Path) -> None:
    body = "".join(f"{n};Пётр;8916{n:07d}\n" for n in range(3000))

    found = lines_of(tmp_path / "f", f'{HEAD}\n0;"Иван;89161234567\n{body}')

    assert len(found) == 3001
    assert [line for line, _cells, broken in found if broken] == [2]


def test_a_cell_of_several_lines_is_one_record(tmp_path: Path) -> None:
    content = f'{HEAD}\n1;"Ёлкин\nИван";89161234567\n2;Иванов;89161234568\n'

    assert lines_of(tmp_path / "f", content) == [
        (2, ["1", "Ёлкин\nИван", "89161234567"], False),
        (3, ["2", "Иванов", "89161234568"], False),
    ]


def test_quotes_within_a_name_stay(tmp_path: Path) -> None:
    content = f'{HEAD}\n1;ООО "Ёж";89161234567\n2;"ООО ""Ёж""";89161234568\n'

    assert [cells[1] for _line, cells, _broken in lines_of(tmp_path / "f", content)] == ['ООО "Ёж"'] * 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file_empty"),
        (f"{HEAD}\r\n".encode(), "file_no_rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_old_excel"),
        (b"%PDF-1.7 ...", "file_binary"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "file_markup"),
        (
            (";".join(f"x{n}" for n in range(300)) + "\n" + ";".join("1" for _n in range(300))).encode(),
            "columns_too_many",
        ),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused) as caught:
        shape_of(tmp_path / "f", content)

    assert caught.value.reason == reason


CELL = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=2, max_size=5), min_size=1, max_size=12), st.sampled_from([";", ",", "\t"]))
def test_what_a_csv_writer_wrote_is_read_back(tmp_path: Path, written: list[list[str]], delimiter: str) -> None:
    stream = StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(written)
    path = tmp_path / "f"
    path.write_bytes(stream.getvalue().encode())

    read = [record.cells for record in csv_records(path, encoding="utf-8", delimiter=delimiter)]

    assert read == written


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet='";,\n\rаб1 \0', max_size=120), st.sampled_from([0, 2, 3]))
@example('"', 0)
@example('a;"b\nc;d\n"e', 2)
def test_malformed_text_is_read_to_its_end_and_loses_no_line(tmp_path: Path, text: str, width: int) -> None:
    path = tmp_path / "f"
    path.write_bytes(text.encode())

    records: list[Record] = list(csv_records(path, encoding="utf-8", delimiter=";", width=width))

    assert [record.line for record in records] == list(range(1, len(records) + 1))
    kept = "".join("".join(record.cells) for record in records)
    for sign in "аб1":
        assert kept.count(sign) == text.count(sign)
