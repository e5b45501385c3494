"""Loading again: what a file may change and what it may not."""

import pytest
from django.db import connection
from django.utils import timezone

from consents.enums import ContactOrigin
from consents.models import ContactPoint, Customer, ImportIssue, Stop
from tests.consents.importing.conftest import Load, base, codes, contacts_of, rows, sample

IVAN = "C-1;Иван;8 916 123-45-67;ivan@example.ru;Омск;Asia/Omsk;WhatsApp;розница"


def physical() -> list[tuple[str, ...]]:
    """Where each row lies and which transaction wrote it: an UPDATE, even to the same values, changes both."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'c', id::text, ctid::text, xmin::text FROM consents_customer UNION ALL "
            "SELECT 'p', id::text, ctid::text, xmin::text FROM consents_contactpoint ORDER BY 1, 2"
        )
        found: list[tuple[str, ...]] = cursor.fetchall()
    return found


def test_the_same_file_twice_changes_nothing(load: Load) -> None:
    load(sample("cp1251_semicolon.csv"))
    before = physical()

    job = load(sample("cp1251_semicolon.csv"))

    assert (job.created_count, job.updated_count, job.unchanged_count) == (0, 0, 400)
    assert physical() == before


def test_the_same_customers_in_another_kind_of_file_change_nothing(load: Load) -> None:
    load(sample("cp1251_semicolon.csv"))
    before = physical()

    job = load(sample("sheet.xlsx"), name="sheet.xlsx")

    assert job.unchanged_count == 400
    assert physical() == before


def test_the_same_number_updates_the_customer(load: Load) -> None:
    load(rows(IVAN))

    job = load(rows("C-1;Иван Ёлкин;8 916 123-45-67;ivan@example.ru;Томск;Asia/Tomsk;тг;премиум"))

    customer = Customer.objects.get(external_id="C-1")
    assert (job.created_count, job.updated_count) == (0, 1)
    assert (customer.name, customer.name_key, customer.city) == ("Иван Ёлкин", "иван елкин", "Томск")
    assert (customer.time_zone, customer.messenger, customer.segment) == ("Asia/Tomsk", "telegram", "премиум")


def test_the_same_number_of_another_source_is_another_customer(load: Load) -> None:
    load(rows(IVAN))

    job = load(rows(IVAN), source="1С")

    assert job.created_count == 1
    assert Customer.objects.filter(external_id="C-1").count() == 2


def test_an_empty_cell_says_nothing(load: Load) -> None:
    load(rows(IVAN))

    job = load(rows("C-1;;;;;;;"))

    assert job.unchanged_count == 1
    assert contacts_of("C-1") == {"phone": "+79161234567", "email": "ivan@example.ru"}
    assert Customer.objects.get(external_id="C-1").city == "Омск"


def test_a_newer_file_replaces_a_contact_that_came_from_a_file(load: Load) -> None:
    load(rows(IVAN))

    job = load(rows("C-1;Иван;8 916 123-45-68;;;;;"))

    assert job.updated_count == 1
    assert contacts_of("C-1") == {"phone": "+79161234568", "email": "ivan@example.ru"}
    old = ContactPoint.objects.get(value="+79161234567")
    assert not old.is_current
    assert old.closed_at is not None
    assert old.replaced_by is not None
    assert old.replaced_by.value == "+79161234568"


def test_a_contact_that_a_file_closed_comes_back_with_a_file(load: Load) -> None:
    load(rows(IVAN))
    load(rows("C-1;Иван;8 916 123-45-68;;;;;"))

    load(rows(IVAN))

    assert contacts_of("C-1")["phone"] == "+79161234567"
    assert ContactPoint.objects.filter(kind="phone").count() == 2


@pytest.mark.parametrize(
    "own", [{"confirmed_at": timezone.now()}, {"origin": ContactOrigin.PERSON}, {"origin": ContactOrigin.STAFF}]
)
def test_a_contact_of_the_persons_own_stays(load: Load, own: dict[str, object]) -> None:
    load(rows(IVAN))
    ContactPoint.objects.filter(kind="phone").update(**own)

    job = load(rows("C-1;Иван;8 916 123-45-68;;;;;"))

    assert contacts_of("C-1")["phone"] == "+79161234567"
    assert codes(job) == {2: ["phone_kept"]}
    assert (job.unchanged_count, job.doubtful_count) == (1, 1)
    assert ImportIssue.objects.get(job=job).column == "Телефон"


def test_a_contact_that_the_person_replaced_does_not_come_back(load: Load) -> None:
    load(rows(IVAN))
    old = ContactPoint.objects.get(kind="email")
    own = ContactPoint.objects.create(
        customer=old.customer, kind="email", value="own@example.ru", origin="person", is_current=False
    )
    ContactPoint.objects.filter(pk=old.pk).update(is_current=False, closed_at=timezone.now(), replaced_by=own)
    ContactPoint.objects.filter(pk=own.pk).update(is_current=True, confirmed_at=timezone.now())

    job = load(rows(IVAN))

    assert contacts_of("C-1")["email"] == "own@example.ru"
    assert codes(job) == {2: ["email_kept"]}


def test_a_contact_that_the_person_gave_up_does_not_come_back(load: Load) -> None:
    load(rows(IVAN))
    ContactPoint.objects.filter(kind="email").update(is_current=False, closed_at=timezone.now())

    job = load(rows(IVAN))

    assert "email" not in contacts_of("C-1")
    assert codes(job) == {2: ["email_given_up"]}


def test_an_erased_customer_is_not_brought_back(load: Load) -> None:
    load(rows(IVAN))
    Customer.objects.update(erased_at=timezone.now(), name="", name_key="")

    job = load(rows(IVAN))

    assert codes(job) == {2: ["customer_erased"]}
    assert job.refused_count == 1
    assert Customer.objects.get().name == ""


def test_a_phone_of_another_stored_customer_is_declared(load: Load) -> None:
    load(rows(IVAN))

    job = load(rows("C-2;Пётр;8 916 123-45-67;;;;;"))

    assert codes(job) == {2: ["phone_shared"]}
    assert contacts_of("C-2")["phone"] == contacts_of("C-1")["phone"]


def test_two_customers_who_swap_their_phones_in_one_file_are_told_apart(load: Load) -> None:
    load(rows("C-1;Иван;89161234567;;;;;", "C-2;Пётр;89161234568;;;;;"))

    job = load(rows("C-1;Иван;89161234568;;;;;", "C-2;Пётр;89161234567;;;;;"))

    assert contacts_of("C-1")["phone"] == "+79161234568"
    assert contacts_of("C-2")["phone"] == "+79161234567"
    assert codes(job) == {}


def test_of_two_rows_with_one_number_the_last_is_loaded(load: Load) -> None:
    job = load(rows("C-1;Старый;89161234567;;;;;", "C-1;Новый;;new@example.ru;;;;"))

    assert codes(job) == {2: ["id_twice"], 3: ["id_repeated"]}
    assert (job.created_count, job.refused_count, job.doubtful_count) == (1, 1, 1)
    assert Customer.objects.get().name == "Новый"
    assert contacts_of("C-1") == {"email": "new@example.ru"}


def test_a_refused_row_does_not_take_the_place_of_a_good_one(load: Load) -> None:
    job = load(rows("C-1;Иван;89161234567;;;;;", "C-1;Иван;4.479E+11;;;;;"))

    assert codes(job) == {3: ["phone_scientific"]}
    assert contacts_of("C-1") == {"phone": "+79161234567"}


WITH_REFUSALS = "ID;Телефон;Отказ"


def test_a_refusal_in_the_file_stops_messages(load: Load) -> None:
    lines = ("1;89161234567;да", "2;89161234568;реклама", "3;89161234569;нет", "4;89161234560;12.05.2025")
    job = load(rows(*lines, header=WITH_REFUSALS))

    found = Stop.objects.order_by("customer__external_id").values_list("customer__external_id", "scope", "reason")
    assert list(found) == [("1", "all", "imported"), ("2", "advertising", "imported"), ("4", "all", "imported")]
    assert codes(job) == {5: ["opt_out_unclear"]}


def test_the_same_refusal_twice_changes_nothing(load: Load) -> None:
    load(rows("1;89161234567;да", header=WITH_REFUSALS))

    job = load(rows("1;89161234567;да", header=WITH_REFUSALS))

    assert job.unchanged_count == 1
    assert Stop.objects.count() == 1


def test_no_file_lifts_a_refusal(load: Load) -> None:
    load(rows("1;89161234567;да", header=WITH_REFUSALS))

    job = load(rows("1;89161234567;нет", header=WITH_REFUSALS))

    assert Stop.objects.get().lifted_at is None
    assert codes(job) == {2: ["opt_out_kept"]}


def test_a_refusal_of_somebody_known_counts_as_an_update(load: Load) -> None:
    load(rows("1;89161234567;", header=WITH_REFUSALS))

    job = load(rows("1;89161234567;да", header=WITH_REFUSALS))

    assert job.updated_count == 1


def test_a_name_in_three_columns_is_put_together(load: Load) -> None:
    load(rows("1;Анна;Салтыкова-Щедрина;89161234567;Фёдоровна", header="ID;Имя;Фамилия;Телефон;Отчество"))

    assert base()[0]["name"] == "Салтыкова-Щедрина Анна Фёдоровна"


def stops() -> list[tuple[str, str]]:
    """Whose messages are stopped, and which."""
    found = Stop.objects.order_by("customer__external_id", "scope")
    return list(found.values_list("customer__external_id", "scope"))


def test_a_refusal_in_a_row_that_is_refused_stops_a_known_customer(load: Load) -> None:
    load(rows("1;89161234567;", header=WITH_REFUSALS))

    job = load(rows("1;4.479E+11;да", header=WITH_REFUSALS))

    assert stops() == [("1", "all")]
    assert codes(job) == {2: ["opt_out_of_refused", "phone_scientific"]}
    assert (job.refused_count, job.updated_count) == (1, 0)


def test_a_refusal_of_a_customer_whose_only_row_is_refused_is_told_in_the_report(load: Load) -> None:
    job = load(rows("1;4.479E+11;да", ";89161234567;реклама", header=WITH_REFUSALS))

    assert stops() == []
    assert codes(job) == {2: ["opt_out_waits", "phone_scientific"], 3: ["id_missing", "opt_out_waits"]}
    assert set(ImportIssue.objects.filter(job=job).values_list("severity", flat=True)) == {"refused"}


@pytest.mark.parametrize(
    ("lines", "scopes", "told"),
    [
        (("1;89161234567;да", "1;89161234567;"), ["all"], {2: ["id_twice"], 3: ["id_repeated", "opt_out_of_twin"]}),
        (("1;89161234567;да", "1;89161234567;нет"), ["all"], {2: ["id_twice"], 3: ["id_repeated", "opt_out_of_twin"]}),
        (
            ("1;89161234567;да", "1;89161234567;реклама"),
            ["all"],
            {2: ["id_twice"], 3: ["id_repeated", "opt_out_of_twin"]},
        ),
        (("1;89161234567;реклама", "1;89161234567;да"), ["all"], {2: ["id_twice"], 3: ["id_repeated"]}),
        (("1;89161234567;", "1;4.479E+11;да"), ["all"], {2: ["opt_out_of_twin"], 3: ["phone_scientific"]}),
        (("1;4.479E+11;реклама", "1;89161234567;"), ["advertising"], {2: ["phone_scientific"], 3: ["opt_out_of_twin"]}),
    ],
)
def test_of_several_rows_with_one_number_the_strictest_answer_counts(
    load: Load, lines: tuple[str, ...], scopes: list[str], told: dict[int, list[str]]
) -> None:
    job = load(rows(*lines, header=WITH_REFUSALS))

    assert stops() == [("1", scope) for scope in scopes]
    assert codes(job) == told


def test_a_refusal_in_an_unreadable_number_stops_nobody_else(load: Load) -> None:
    load(rows("1;89161234567;", header=WITH_REFUSALS))

    load(rows("1\x07;89161234567;да", header=WITH_REFUSALS))

    assert stops() == []


def test_a_refused_row_of_an_erased_customer_stores_nothing(load: Load) -> None:
    load(rows("1;89161234567;", header=WITH_REFUSALS))
    Customer.objects.update(erased_at=timezone.now(), name="", name_key="")

    load(rows("1;4.479E+11;да", header=WITH_REFUSALS))

    assert stops() == []


@pytest.mark.parametrize(
    ("heading", "answer", "scope"),
    [
        ("Отказ от рекламы", "да", "advertising"),
        ("Отказ от рекламы", "не беспокоить", "all"),
        ("Отказ от рекламы", "12.05.2025", "all"),
        ("Отказ от рекламы и сообщений", "да", "all"),
        ("Отказ от рассылки", "да", "all"),
    ],
)
def test_a_plain_yes_refuses_what_its_heading_names(load: Load, heading: str, answer: str, scope: str) -> None:
    load(rows(f"1;89161234567;{answer}", header=f"ID;Телефон;{heading}"))

    assert stops() == [("1", scope)]


@pytest.mark.parametrize("number", ["C-1\u200b", "C\u00ad-1", "\u2060C-1 "])
def test_signs_that_cannot_be_seen_make_no_second_customer(load: Load, number: str) -> None:
    load(rows(IVAN))

    job = load(rows(IVAN.replace("C-1;", f"{number};")))

    assert codes(job) == {2: ["invisible_removed"]}
    assert (job.unchanged_count, job.doubtful_count) == (1, 1)


def test_a_space_that_does_not_break_is_a_space(load: Load) -> None:
    load(rows(IVAN.replace("C-1;", "C 1;")))

    job = load(rows(IVAN.replace("C-1;", "C\u00a01;")))

    assert job.unchanged_count == 1
