"""The register: every spelling finds the person, the history is whole, the files are safe to open."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from consents.enums import ContactKind, EventKind
from consents.ledger.history import event_of
from consents.ledger.tree.sealing import ledger_seal
from consents.models import ConsentEvent, ContactPoint, Customer, Evidence
from consents.receipts.issuing import receipt_issue
from consents.register.exports import HEADER, period_export, person_export
from consents.register.search import (
    EventFilter,
    customers_named_exactly,
    digits_missing,
    events_page,
    person_timeline,
    register_person,
    register_search,
)
from consents.register.spreadsheet import cell_guard, cell_unguard
from tests.consents.ledger_cases import TEXT, answer, answers, circumstances, customer_with_phone, document
from tests.consents.tampering import as_superuser
from tests.support.clock import database_now

pytestmark = pytest.mark.django_db

NUMBER = "выгрузка-7"


@pytest.fixture
def alyona() -> Customer:
    """A customer with a present and an old phone and an address, among others."""
    answers(2)
    customer = Customer.objects.create(
        source="crm", external_id="000123", name="Ёлкина-Штейн Алёна", name_key="елкина-штейн алена"
    )
    for kind, value, current in (
        (ContactKind.PHONE, "+79161234512", True),
        (ContactKind.PHONE, "+79031112233", False),
        (ContactKind.EMAIL, "alyona@xn--e1afmkfd.xn--p1ai", True),
    ):
        ContactPoint.objects.create(customer=customer, kind=kind, value=value, is_current=current)
    return customer


@pytest.mark.parametrize(
    "text",
    [
        "+79161234512", "8 (916) 123-45-12", "89161234512", "7 916 123 45 12", "+7 916 123–45–12", "+79031112233",
        "alyona@пример.рф", " Alyona@Пример.РФ ", "000123", "ёлкина", "Елкина-Ш", "ЁЛКИНА-ШТЕЙН  АЛЁНА", "0001",
    ],
)  # fmt: skip
def test_every_spelling_finds_the_person(alyona: Customer, text: str) -> None:
    assert [person.customer.pk for person in register_search(text=text)] == [alyona.pk]


@pytest.mark.parametrize("text", ["Алёна Ёлкина-Штейн", "алена елкина-штейн"])
def test_the_words_of_a_name_may_stand_in_any_order(alyona: Customer, text: str) -> None:
    assert [person.customer.pk for person in register_search(text=text)] == [alyona.pk]


@pytest.mark.parametrize("text", ["Алёна", "алена", "алё", "123", "0123"])
def test_a_first_name_alone_and_a_number_without_its_zeros_find_the_person(alyona: Customer, text: str) -> None:
    assert [person.customer.pk for person in register_search(text=text)] == [alyona.pk]


@pytest.mark.parametrize("text", ["B-000235", "B000235", "в000235", "b-235", "235", "b 000235"])
def test_a_number_with_letters_is_found_however_it_is_typed(text: str) -> None:
    customer, _phone = customer_with_phone()
    Customer.objects.filter(pk=customer.pk).update(external_id="B-000235")
    Customer.objects.create(source="crm", external_id="B-001235")

    assert [person.customer.pk for person in customers_named_exactly(text=text)] == [customer.pk]
    assert customer.pk in {person.customer.pk for person in register_search(text=text)}


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("+7966000023", (10, 11)),
        ("8 966 000-02-3", (10, 11)),
        ("966000023", (9, 10)),
        ("+796600002366", (12, 11)),
        ("+79660000236", None),
        ("966 000-02-36", None),
        ("000235", None),
        ("ivan@", None),
    ],
)
def test_a_phone_with_a_digit_short_or_over_is_counted(text: str, counted: tuple[int, int] | None) -> None:
    assert digits_missing(text=text) == counted


def test_the_eight_digits_that_pages_print_find_the_person() -> None:
    customer, phone = customer_with_phone()
    answers(1)
    event = answer(customer, phone.uuid)

    for number in (event.uuid, customer.subject):
        assert [person.customer.pk for person in register_search(text=str(number)[:8])] == [customer.pk]


@pytest.mark.parametrize(
    "text", ["", "  ", "нет такой", "+79990000000", "nobody@example.ru", "%", "_", "М-2026-000001-00"]
)
def test_what_nobody_has_finds_nobody(alyona: Customer, text: str) -> None:
    assert register_search(text=text) == ()


def test_the_number_of_an_event_a_person_or_a_receipt_finds_the_person() -> None:
    customer, phone = customer_with_phone()
    answers(1)
    event = answer(customer, phone.uuid)
    receipt = receipt_issue(customer_id=customer.pk, event_ids=[event.id], request_key="x")

    for text in (str(event.uuid), str(customer.subject), receipt.number, receipt.number.replace("М", "m")):
        assert [person.customer.pk for person in register_search(text=text)] == [customer.pk]


def test_two_people_with_one_phone_are_both_found(alyona: Customer) -> None:
    other, phone = customer_with_phone()
    ContactPoint.objects.filter(pk=phone.pk).update(value="+79161234512")

    assert {person.customer.pk for person in register_search(text="89161234512")} == {alyona.pk, other.pk}


def test_a_search_costs_the_same_few_queries_however_many_are_found(django_assert_max_num_queries: Any) -> None:
    for _ in range(20):
        customer_with_phone("Иванова Анна")

    with django_assert_max_num_queries(9):
        assert len(register_search(text="иванова")) == 20


def test_a_person_comes_with_masks_and_answers(alyona: Customer) -> None:
    phone = alyona.contact_points.get(value="+79161234512")
    answer(alyona, phone.uuid)

    person = register_person(customer_id=alyona.pk)

    assert person
    assert [
        (contact.mask, contact.point.is_current) for contact in person.contacts if contact.point.kind == "phone"
    ] == [
        ("+7 9•• •••-••-12", True),
        ("+7 9•• •••-••-33", False),
    ]
    state = person.states[0]
    labels = (state.answer.get_purpose_display(), state.channel_label, state.answer.get_value_display())
    assert labels == ("Сервисные сообщения", "СМС", "разрешено")
    assert state.is_granted
    assert register_person(customer_id=0) is None


def test_the_time_line_holds_the_exact_text_the_newest_first() -> None:
    customer, phone = customer_with_phone()
    answer(customer, phone.uuid)
    answers(1)
    ledger_seal()
    answer(customer, phone.uuid, EventKind.WITHDRAWN)

    withdrawn, granted = person_timeline(customer_id=customer.pk)

    assert (withdrawn.kind, withdrawn.leaf_index) == ("withdrawn", None)
    assert (granted.kind, granted.leaf_index, granted.personal["text"]) == ("granted", 0, TEXT)
    assert granted.local_time.utcoffset() == timedelta(hours=6)
    assert granted.label("method") == "ссылка и код из СМС"
    assert granted.contact_masked.startswith("+7 9")
    assert granted.promise == granted.leaf_hash.hex()[:16]


def test_one_event_is_read_alone_and_only_for_its_own_person() -> None:
    customer, phone = customer_with_phone()
    other, _ = customer_with_phone()
    answer(customer, phone.uuid)
    answer(customer, phone.uuid, EventKind.WITHDRAWN)
    granted = person_timeline(customer_id=customer.pk)[1]

    assert event_of(customer_id=customer.pk, event_uuid=granted.uuid) == granted
    assert event_of(customer_id=other.pk, event_uuid=granted.uuid) is None
    assert event_of(customer_id=customer.pk, event_uuid=uuid4()) is None


def test_the_journal_is_read_page_by_page() -> None:
    events = answers(7)
    seen, before = [], None
    while True:
        page = events_page(wanted=EventFilter(), before=before, size=3)
        seen += [event.id for event in page.events]
        before = page.older
        if before is None:
            break

    assert seen == [event.id for event in reversed(events)]


def test_the_journal_is_filtered() -> None:
    customer, phone = customer_with_phone()
    first = answer(customer, phone.uuid)
    last = answer(customer, phone.uuid, EventKind.REFUSED)
    answers(1)

    def found(**wanted: Any) -> list[int]:
        return [event.id for event in events_page(wanted=EventFilter(**wanted)).events]

    assert found(kind="refused") == [last.id]
    assert found(subject=customer.subject) == [last.id, first.id]
    assert found(until=last.occurred_at) == [first.id]
    assert len(found(since=last.occurred_at, channel="sms", purpose="service")) == 2
    assert found(purpose="advertising") == []


def rows(pieces: Iterator[bytes]) -> list[dict[str, str]]:
    whole = b"".join(pieces)
    assert whole.startswith('\ufeff"Номер записи";'.encode())
    assert b"\r\n" in whole
    return list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"), newline=""), delimiter=";"))


def shown(pieces: Iterator[bytes]) -> list[dict[str, str]]:
    """Rows as a spreadsheet shows them."""
    return [{name: cell_unguard(value) for name, value in row.items()} for row in rows(pieces)]


def test_a_file_for_a_period_has_a_row_an_event() -> None:
    start = database_now()
    events = answers(3)
    ledger_seal()

    wanted = {"since": start, "until": events[2].occurred_at}
    count, whole = period_export(**wanted, number=NUMBER)
    found = shown(whole)

    assert [row["Номер записи"] for row in found] == [str(event.uuid) for event in events[:2]]
    assert count == 2
    row = found[0]
    assert list(row) == [str(name) for name in HEADER]
    assert row["Событие"] == "Согласие дано"
    assert row["Дата и время UTC"] == events[0].occurred_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    local = events[0].occurred_at + timedelta(hours=6)
    assert row["Дата и время у клиента"] == local.strftime("%d.%m.%Y %H:%M:%S")
    assert row["Часовой пояс"] == "Asia/Omsk (UTC+06:00)"
    assert row["Место в журнале"] == "1"
    assert row["Номер выгрузки"] == NUMBER
    assert row["Контрольная сумма записи"] == bytes(ConsentEvent.objects.get(pk=events[0].id).leaf_hash).hex()


def test_a_file_for_a_person_has_the_texts_and_nobody_else() -> None:
    customer, phone = customer_with_phone()
    answer(customer, phone.uuid)
    answers(2)

    count, whole = person_export(customer_id=customer.pk, number=NUMBER)
    found = rows(whole)

    assert len(found) == count == 1
    assert found[0]["Показанный текст"] == TEXT
    assert found[0]["Номер клиента"] == customer.external_id


def test_a_file_says_in_words_what_is_stored_in_codes() -> None:
    customer, phone = customer_with_phone()
    until = datetime.fromisoformat("2028-01-31T19:00:00Z")
    answer(
        customer,
        phone.uuid,
        valid_until=until,
        circumstances=circumstances(touchpoint="campaign:12/email", box_default="unticked", extra={"box": "ticked"}),
    )
    answer(customer, phone.uuid, EventKind.WITHDRAWN, circumstances=circumstances(extra={"box": "empty"}))

    yes, no = shown(person_export(customer_id=customer.pk, number=NUMBER)[1])

    assert (yes["Отметка до ответа"], yes["Отметка при ответе"]) == ("пустая", "поставлена")
    assert no["Отметка при ответе"] == "не поставлена"
    assert yes["Действует до"] == "01.02.2028 01:00:00"
    assert yes["Откуда пришёл клиент"] == "кампания № 12, письмо"


def test_every_cell_of_a_file_is_quoted() -> None:
    customer, phone = customer_with_phone()
    answer(customer, phone.uuid)

    header = b"".join(period_export(since=timezone.now() - timedelta(days=1), until=timezone.now(), number=NUMBER)[1])

    lines = header.decode("utf-8-sig").split("\r\n")[:2]
    assert all(line.startswith('"') and line.endswith('"') and line.count('";"') == len(HEADER) - 1 for line in lines)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pd_service", "Согласие на сервисные сообщения"),
        ("pd_service/sms", "Согласие на сервисные сообщения, СМС"),
    ],
    ids=["of today", "of the time when each channel had one"],
)
def test_a_text_whose_title_is_gone_is_named_by_its_kind(name: str, words: str) -> None:
    customer, phone = customer_with_phone()
    event = answer(customer, phone.uuid)
    answer(customer, None, EventKind.ERASED, purpose="", channel="", circumstances=circumstances(extra={}))
    Evidence.objects.filter(event_id=event.id).delete()
    as_superuser("UPDATE consents_consentevent SET document = %s WHERE id = %s", name, event.id)

    assert rows(person_export(customer_id=customer.pk, number=NUMBER)[1])[0]["Документ"] == words


@pytest.mark.parametrize("evil", ['=cmd|"/c calc"!A1', "+7 (916)", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_no_cell_is_a_formula(evil: str) -> None:
    customer, phone = customer_with_phone(name=evil)
    answer(
        customer,
        phone.uuid,
        circumstances=circumstances(user_agent=evil, page=evil, button=evil),
        document=document(checkbox=evil, title=evil),
    )

    row = rows(person_export(customer_id=customer.pk, number=NUMBER)[1])[0]

    for column in ("Имя", "Браузер", "Страница", "Нажатая кнопка", "Подпись у отметки", "Документ"):
        assert row[column] == cell_guard(evil) != evil
    assert row["Контакт"] == f'="{phone.value}"'
    assert all(not value.startswith(("+", "-", "@", "\t", "\r")) for value in row.values())
    formulas = [value for value in row.values() if value.startswith("=")]
    assert [cell_guard(cell_unguard(value)) for value in formulas] == formulas


def test_quotes_separators_and_lines_stay_within_their_cell() -> None:
    customer, phone = customer_with_phone(name='ООО "Рога; копыта"\r\nи Ё')
    answer(customer, phone.uuid)

    assert rows(person_export(customer_id=customer.pk, number=NUMBER)[1])[0]["Имя"] == customer.name


def test_the_rows_of_an_erased_person_stay_without_personal_data() -> None:
    customer, phone = customer_with_phone()
    event = answer(customer, phone.uuid)
    answer(customer, None, EventKind.ERASED, purpose="", channel="", circumstances=circumstances(extra={}))
    Evidence.objects.filter(event_id=event.id).delete()

    found = rows(person_export(customer_id=customer.pk, number=NUMBER)[1])

    assert [(row["Имя"], row["Контакт"], row["Данные уничтожены"]) for row in found] == [("", "", "да"), ("", "", "да")]


@pytest.mark.django_db(transaction=True)
def test_a_long_file_takes_no_more_memory_than_a_short_one() -> None:
    event = answers(1)[0]
    row = dict(ConsentEvent.objects.filter(pk=event.id).values()[0])
    peaks = [_peak(), _grow_and_peak(row, 6000)]

    assert peaks[1] < peaks[0] + 6_000_000, peaks


def _grow_and_peak(row: dict[str, Any], count: int) -> int:
    del row["id"], row["uuid"]
    copies = (ConsentEvent(**row | {"request_key": f"copy-{number}"}) for number in range(count))
    ConsentEvent.objects.bulk_create(copies, batch_size=1000)
    return _peak()


def _peak() -> int:
    tracemalloc.start()
    since = datetime.fromisoformat("2020-01-01T00:00Z")
    for _ in period_export(since=since, until=database_now(), number=NUMBER)[1]:
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
