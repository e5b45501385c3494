"""The five sample files, and the one that is broken."""

import csv
from io import StringIO

import pytest

from consents.importing.reports import REPORT_HEADER, import_report_rows
from consents.models import ContactPoint, Customer, ImportIssue
from consents.register.spreadsheet import cell_unguard, csv_stream
from tests.consents.importing.conftest import Load, base, codes, contacts_of, expected, sample

CLEAN = ("utf8_comma.csv", "utf8_bom_semicolon.csv", "cp1251_semicolon.csv", "utf16_tab.csv", "sheet.xlsx")

CODES = {
    "phone damaged by a spreadsheet (scientific notation)": "phone_scientific",
    "malformed e-mail": "email_at",
    "malformed e-mail (no top-level domain)": "email_zone",
    "row too long": "row_too_long",
    "row too short": "row_too_short",
    "number range that does not exist": "phone_range",
    "control characters": "control_characters",
    "one phone, two persons: declared, each keeps an own link": "phone_shared",
    "phone too short": "phone_too_short",
    "customer id twice in the file": "id_twice",
    "accepted, Kazakhstan, not Russia": "phone_foreign",
    "accepted, but a landline: no SMS to it": "phone_fixed",
    "name longer than any name": "name_too_long",
    "accepted as text; must come out of every export inert": "name_formula",
    "accepted after trimming": "",
    "toll-free number: not a customer's phone": "phone_toll_free",
    "no contact at all: accepted as unreachable or refused, said clearly": "no_contact",
    "unknown time zone: accepted with the company's zone and a warning": "zone_unknown",
}
REFUSED = {53, 150, 154, 244, 248, 369}
SPARED = {31, 51, 133, 144, 195, 225}
"""Lines with one contact that cannot be read and another one, which is loaded."""
UNALLOTTED = {27, 114, 381}
"""Mobile numbers of blocks that the library's tables know as free: loaded, with a word about it."""


def test_every_sample_gives_the_same_customers(load: Load) -> None:
    found = {}
    for name in CLEAN:
        job = load(sample(name), source=name, name=name)
        assert (job.total_rows, job.created_count, job.refused_count) == (400, 400, 0)
        found[name] = base(name)

    assert len(found["sheet.xlsx"]) == 400
    for name in CLEAN[1:]:
        assert found[name] == found[CLEAN[0]], name


@pytest.mark.parametrize(("line", "words"), expected().items())
def test_each_line_of_the_broken_file_gets_what_it_deserves(load: Load, line: int, words: str) -> None:
    job = load(sample("broken_cp1251.csv"))

    assert CODES[words] in codes(job).get(line, [""])


def test_only_the_lines_that_deserve_it_are_refused(load: Load) -> None:
    job = load(sample("broken_cp1251.csv"))

    refused = set(ImportIssue.objects.filter(job=job, severity="refused").values_list("line", flat=True))
    assert refused == REFUSED
    assert (job.total_rows, job.created_count, job.refused_count) == (400, 394, 6)
    spared = ImportIssue.objects.filter(job=job, severity="doubtful", line__in=SPARED)
    assert set(spared.values_list("line", flat=True)) == SPARED
    # 184 is the other one of the two that share a phone.
    assert set(codes(job)) == set(expected()) - {363} | {184} | UNALLOTTED


def test_the_rows_that_are_accepted_are_kept_as_they_are_meant(load: Load) -> None:
    load(sample("broken_cp1251.csv"))

    assert contacts_of("C-000362")["email"] == "ivan@example.ru"
    assert contacts_of("C-000244") == {"phone": "+77015551234"}
    assert Customer.objects.get(external_id="C-000295").name == '=HYPERLINK("http://x")'
    assert Customer.objects.get(external_id="C-000388").time_zone == "Europe/Moscow"
    assert ContactPoint.objects.get(customer__external_id="C-000246", kind="phone").line_type == "fixed"
    assert not ContactPoint.objects.filter(customer__external_id="C-000372").exists()
    sharing = ContactPoint.objects.filter(value="+79450000183", is_current=True)
    assert sorted(sharing.values_list("customer__external_id", flat=True)) == ["C-000182", "C-000183"]


def test_the_report_names_line_column_value_reason_and_mend_of_every_issue(load: Load) -> None:
    job = load(sample("broken_cp1251.csv"))

    data = b"".join(csv_stream(REPORT_HEADER, import_report_rows(job_id=job.pk)))

    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    header, *report = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    assert header == ["Строка", "Столбец", "Значение", "Решение", "Причина", "Что сделать"]
    assert len(report) == ImportIssue.objects.filter(job=job).count()
    assert all(len(row) == 6 and row[0] and row[3] and row[4] and row[5] for row in report)
    by_line = {int(row[0]): row for row in report}
    assert by_line[31][1:4] == ["Телефон", '="4.479E+11"', "загружена с замечаниями"]
    assert by_line[31][4].endswith("Клиент загружается без этого контакта.")
    assert by_line[296][2] == '="=HYPERLINK(""http://x"")"'
    assert cell_unguard(by_line[296][2]) == '=HYPERLINK("http://x")'
    assert "строке 245" in by_line[244][4]
    assert "Казахстан" in " ".join(row[4] for row in report if row[0] == "245")
    assert by_line[154][2] == "Ив␀ан␇ов"
