"""Files as real tools write them: each gets what the person who uploads it would rightly expect."""

from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest

from consents.errors import MappingIncomplete
from consents.importing.listing import import_card
from consents.importing.running import import_examine, import_run
from consents.importing.runs import import_mapping_set, import_receive
from consents.models import ContactPoint, Customer, ImportIssue, ImportJob, Stop

CASES = Path(__file__).parents[2] / "data" / "cases"

pytestmark = pytest.mark.django_db


class Case(NamedTuple):
    """What a file deserves: customers, refused rows, the words that its rows get, and who is stopped."""

    created: int
    refused: int = 0
    codes: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    columns: int = 0


WITH_LEV = ("RF-1", "RF-3")
EXPECTED = {
    "01_sharedstrings_case.xlsx": Case(3),
    "03_workbook2.xlsx": Case(3),
    "04_backslash_paths.xlsx": Case(3),
    "06_x000D.xlsx": Case(3),
    "07_styled_to_XFD.xlsx": Case(3, columns=4),
    "08_formulas_uncached.xlsx": Case(4, codes=("cell_error", "opt_out_unclear"), stopped=("F-2", "F-3", "F-4", "F-5")),
    "09_error_cells.xlsx": Case(
        4, 2, codes=("cell_error", "id_missing", "no_contact", "opt_out_unclear"), stopped=("E-5",)
    ),
    "11_ids_turned_dates.xlsx": Case(3, codes=("id_date",)),
    "11b_ids_turned_dates.csv": Case(3, codes=("id_date",)),
    "12_excel_16_row_blocks.csv": Case(47, stopped=("T-5",)),
    "13_bidi_phone.csv": Case(7, codes=("invisible_removed",)),
    "14_zero_width_email.csv": Case(7, codes=("invisible_removed",)),
    "16_email_wrapped.csv": Case(7, codes=("email_several", "email_tidied")),
    "17_foreign_without_plus.xlsx": Case(10, codes=("phone_foreign",)),
    "17b_belarus_forms.csv": Case(
        15,
        2,
        codes=("phone_extension", "phone_fixed", "phone_foreign", "phone_several", "phone_shared", "phone_words"),
    ),
    "19_filtered_rows.xlsx": Case(8),
    "20_three_sheets.xlsx": Case(1),
    "20b_empty_first_sheet.xlsx": Case(1),
    "21_totals_and_furniture.csv": Case(2, 5, codes=("row_not_customer",)),
    "22_contact_number.csv": Case(2, codes=("phone_shared",)),
    "22b_client_column.csv": Case(3),
    "22d_home_before_mobile.csv": Case(3, codes=("phone_second",)),
    "23_mysql_null_marker.csv": Case(3),
    "23b_mysql_backslash_quotes.csv": Case(3),
    "23c_dbeaver_null.csv": Case(5),
    "24_surname_null.csv": Case(4, codes=("name_nothing",)),
    "25_mojibake_names.csv": Case(5, codes=("text_garbled",)),
    "27_lines_quoted.csv": Case(2),
    "27b_lines_quoted_comma.csv": Case(2),
    **{f"32{letter}_refusal_other_heading.csv": Case(3, stopped=WITH_LEV) for letter in "acdefgijkl"},
    "33_trailing_16384.csv": Case(2, columns=3),
    "34_long_cell.csv": Case(2),
    "38_strict.xlsx": Case(3),
    "53_ids_for_excel.csv": Case(13, 2, codes=("id_missing", "name_formula")),
    "54_id_is_a_word_for_nothing.csv": Case(1, 6, codes=("id_missing",)),
    "55_hex_ids.csv": Case(4, 1, codes=("id_scientific",)),
    "58_two_phones_in_one_cell.csv": Case(1, 4, codes=("phone_several",)),
    "60_tilde.csv": Case(1),
    "62_alt_enter.xlsx": Case(5, codes=("email_space",)),
    "63_biff.xls": Case(3),
    "63b_ods.ods": Case(3),
    "66_newsletter_export.csv": Case(2, stopped=("KL-1",)),
}


def examined(name: str, content: bytes | None = None, *, sheet: str = "") -> int:
    """A file that a worker has examined."""
    stream = BytesIO((CASES / name).read_bytes() if content is None else content)
    job_id = import_receive(file_name=name, stream=stream, source="crm", sheet=sheet)
    import_examine(job_id=job_id)
    return job_id


def confirmed(job_id: int) -> ImportJob:
    """Load a file after a person has said yes to what the page shows of its refusals."""
    card = import_card(job_id=job_id)
    if card.questions:
        meanings = {str(q.column): {v.value.lower(): v.meaning for v in q.values} for q in card.questions}
        import_mapping_set(job_id=job_id, mapping=card.job.mapping, refusals=meanings)
    import_run(job_id=job_id)
    return ImportJob.objects.get(pk=job_id)


def numbers() -> set[str]:
    """The numbers of all customers."""
    return set(Customer.objects.values_list("external_id", flat=True))


def test_every_case_is_expected() -> None:
    assert {path.name for path in CASES.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize(("name", "case"), EXPECTED.items(), ids=list(EXPECTED))
def test_a_file_is_loaded_as_it_deserves(name: str, case: Case) -> None:
    job = confirmed(examined(name))

    assert (job.created_count, job.refused_count) == (case.created, case.refused)
    assert sorted(set(ImportIssue.objects.filter(job=job).values_list("code", flat=True))) == list(case.codes)
    stopped = Stop.objects.order_by("customer__external_id").values_list("customer__external_id", flat=True)
    assert tuple(stopped) == case.stopped
    assert not case.columns or len(job.headers) == case.columns


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if name[:2] in ("32", "66")])
def test_nothing_is_loaded_before_a_person_has_judged_the_refusals(name: str) -> None:
    job_id = examined(name)

    with pytest.raises(MappingIncomplete, match="refusals_unconfirmed"):
        import_run(job_id=job_id)
    assert not Customer.objects.exists()


def test_what_a_person_sees_is_what_is_stored() -> None:
    for name in ("06_x000D.xlsx", "62_alt_enter.xlsx", "23b_mysql_backslash_quotes.csv", "24_surname_null.csv"):
        confirmed(examined(name))

    names = dict(Customer.objects.values_list("external_id", "name"))
    assert names["A_x0041_7"] == "Берёзкин_x0009_Лев"
    assert names["AE-1"] == "Берёзкин Лев Яковлевич"
    assert names["K-2"] == 'Ольхин "Пётр; младший"'
    assert names["U-4"] == "Нет Иван Петрович"


def test_the_mobile_number_counts_whichever_column_comes_first() -> None:
    confirmed(examined("22d_home_before_mobile.csv"))

    assert set(ContactPoint.objects.values_list("value", flat=True)) == {f"+7916226003{n}" for n in (1, 2, 3)}


def test_sheets_that_are_not_read_and_rows_that_are_hidden_are_said() -> None:
    job = ImportJob.objects.get(pk=examined("20_three_sheets.xlsx"))
    assert (job.sheet, job.sheets) == ("Москва", [["Москва", "read"], ["Омск", "skipped"], ["Тверь", "skipped"]])
    assert ImportJob.objects.get(pk=examined("19_filtered_rows.xlsx")).hidden_rows == 4
    assert ImportJob.objects.get(pk=examined("20b_empty_first_sheet.xlsx")).sheets[0] == ["Лист1", "empty"]

    confirmed(examined("20_three_sheets.xlsx", sheet="Тверь"))
    assert numbers() == {"S-3"}


@pytest.mark.parametrize(
    ("content", "stopped"),
    [
        ("Код;Тел;Звонки\n1;89161234567;запретил звонить\n2;89161234568;можно\n", {"1"}),
        ("Код;Тел;Комментарий\n1;89161234567;Клиент просил больше не писать\n2;89161234568;без отказов\n", {"1"}),
        ("Код;Тел;Группа\n1;89161234567;Чёрный список\n2;89161234568;Розница\n", {"1"}),
        ("Код;Тел;E-mail status\n1;89161234567;Hard_Bounced\n2;89161234568;Subscribed\n", {"1"}),
        ("Код;Тел;doNotCall\n1;89161234567;1\n2;89161234568;0\n", {"1"}),
        ("Код;Тел;СМС-уведомления\n1;89161234567;выкл\n2;89161234568;вкл\n", {"1"}),
        ("Код;Тел;Тег\n1;89161234567;STOP\n2;89161234568;stopover\n", {"1"}),
        ("Код;Телефон\n1;89161234567 не звонить\n2;89161234568\n", {"1"}),
    ],
)
def test_a_refusal_is_found_under_any_heading(content: str, stopped: set[str]) -> None:
    confirmed(examined("f.csv", content.encode()))

    assert numbers() == {"1", "2"}
    assert set(Stop.objects.values_list("customer__external_id", flat=True)) == stopped


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'"\xd0\x9a\xd0\xbe\xd0\xb4";"\xd0\xa4\xd0\x98\xd0\x9e";"\xd0\xa2\xd0\xb5\xd0\xbb"\n1;\\N;89161234567\n', ""),
        ("Код^ФИО^Тел\n1^Ян Липин^89161234567\n".encode("utf-16"), "Ян Липин"),
        ("Код,ФИО,Тел\n1,ООО &quot;Ёж&quot;,89161234567\n".encode(), 'ООО "Ёж"'),
        ('"Код;ФИО;Тел"\r\n1;Ян Липин;89161234567\r\n'.encode("cp1251"), "Ян Липин"),
        ("Код;ФИО;Тел\n1;(пусто);89161234567\n".encode("cp1251"), ""),
        ('="Код";ФИО;Тел\n="1";Ян Липин;="89161234567"\n'.encode(), "Ян Липин"),
    ],
)
def test_siblings_in_other_signs_and_encodings_are_read_alike(content: bytes, name: str) -> None:
    confirmed(examined("f.csv", content))

    assert list(Customer.objects.values_list("external_id", "name")) == [("1", name)]
    assert ContactPoint.objects.get().value == "+79161234567"
