"""A no outlives the number it was said under: contacts of stopped customers that come again under another."""

from io import BytesIO

import pytest
from django.utils import timezone

from consents.enums import CheckOutcome, EventKind, ImportStatus, StopReason
from consents.importing.conf import BATCH
from consents.importing.reports import import_problems
from consents.importing.running import import_examine, import_rehearsal, import_run
from consents.importing.runs import import_receive
from consents.ledger.checking.checking import ledger_check
from consents.ledger.tree.sealing import ledger_seal
from consents.models import ConsentEvent, ContactPoint, Customer, ImportIssue, ImportJob, Stop
from tests.consents.importing.conftest import Load, codes, rows
from tests.factories.consents import ContactPointFactory, StopFactory

HEADINGS = "ID;Телефон;Почта;Отказ"
MAIL, PHONE = "user4@example.com", "+79161234567"


def stops(source: str = "B") -> list[tuple[str, str, str]]:
    """Whose messages are stopped, which, and why."""
    found = Stop.objects.filter(customer__source=source).order_by("customer__external_id", "scope")
    return list(found.values_list("customer__external_id", "scope", "reason"))


def stopped(*, scope: str = "all", reason: str = StopReason.UNSUBSCRIBED) -> ContactPoint:
    """An address whose owner said no under another source."""
    address = ContactPointFactory(email=True, value=MAIL)
    Customer.objects.filter(pk=address.customer_id).update(source="A")
    StopFactory(customer=address.customer, scope=scope, reason=reason)
    return address


@pytest.mark.parametrize(("source", "number"), [("B", "C-4"), ("crm", "new number")])
def test_a_stop_is_met_under_another_source_and_another_number(load: Load, source: str, number: str) -> None:
    stopped()

    job = load(rows(f"{number};;{MAIL};", header=HEADINGS), source=source)

    assert stops(source) == [(number, "all", "same_contact")]
    assert Stop.objects.get(customer__source=source).evidence == f"import {job.uuid} 2"
    assert codes(job) == {2: ["email_shared", "opt_out_of_contact"]}
    assert (job.created_count, job.doubtful_count) == (1, 1)


def test_the_report_names_the_cell_and_what_to_do_but_no_other_source(load: Load) -> None:
    stopped()

    job = load(rows(f"1;;{MAIL};", header=HEADINGS), source="B")

    shared, stop = sorted(import_problems(job_id=job.pk), key=lambda problem: "отказ" in problem.reason)
    assert (stop.column, stop.value) == ("Почта", MAIL)
    assert "Отказ записан и новому" in stop.reason
    assert "только сам клиент" in stop.mend
    assert "из другого источника" in shared.reason
    assert "«A»" not in shared.reason


def test_a_stop_is_met_on_a_contact_that_its_owner_no_longer_uses(load: Load) -> None:
    old = ContactPointFactory(value=PHONE, is_current=False, closed_at=timezone.now())
    StopFactory(customer=old.customer, reason=StopReason.REFUSED_ALL)

    job = load(rows(f"1;{PHONE};;", header=HEADINGS), source="B")

    assert stops() == [("1", "all", "same_contact")]
    assert codes(job) == {2: ["opt_out_of_contact"]}


def test_of_several_stops_the_strictest_is_taken(load: Load) -> None:
    stopped(scope="advertising")
    phone = ContactPointFactory(value=PHONE)
    StopFactory(customer=phone.customer, scope="all", reason=StopReason.REFUSED_ALL)

    job = load(rows(f"1;;{MAIL};", f"2;{PHONE};{MAIL};", header=HEADINGS), source="B")

    assert stops() == [("1", "advertising", "same_contact"), ("2", "all", "same_contact")]
    assert set(ImportIssue.objects.filter(job=job, code="opt_out_of_contact").values_list("line", "column")) == {
        (2, "Почта"),
        (3, "Телефон"),
    }


@pytest.mark.parametrize(
    ("answer", "scope", "found"),
    [
        ("да", "all", [("all", "imported")]),
        ("да", "advertising", [("all", "imported")]),
        ("реклама", "advertising", [("advertising", "imported")]),
        ("реклама", "all", [("advertising", "imported"), ("all", "same_contact")]),
        ("нет", "all", [("all", "same_contact")]),
    ],
)
def test_what_the_file_says_itself_is_not_said_twice(
    load: Load, answer: str, scope: str, found: list[tuple[str, str]]
) -> None:
    stopped(scope=scope)

    job = load(rows(f"1;;{MAIL};{answer}", header=HEADINGS), source="B")

    assert sorted(stop[1:] for stop in stops()) == sorted(found)
    assert ("opt_out_of_contact" in codes(job)[2]) == any(reason == "same_contact" for _scope, reason in found)


def test_a_stop_on_one_address_of_a_customer_goes_with_the_address_alone(load: Load) -> None:
    address = ContactPointFactory(email=True, value=MAIL)
    ContactPointFactory(customer=address.customer, value=PHONE)
    StopFactory(customer=address.customer, kind="email", value=MAIL, reason=StopReason.STAFF)

    load(rows(f"1;;{MAIL};", f"2;{PHONE};;", header=HEADINGS), source="B")

    assert stops() == [("1", "all", "same_contact")]


@pytest.mark.parametrize("reason", [StopReason.NOT_MINE, StopReason.BOUNCED])
def test_a_contact_that_was_somebody_elses_stops_not_its_true_owner(load: Load, reason: str) -> None:
    address = stopped()
    StopFactory(customer=address.customer, kind="email", value=MAIL, reason=StopReason.NOT_MINE)
    phone = ContactPointFactory(value=PHONE)
    StopFactory(customer=phone.customer, kind="phone", value=PHONE, reason=reason)

    job = load(rows(f"1;;{MAIL};", f"2;{PHONE};;", header=HEADINGS), source="B")

    assert stops() == []
    assert codes(job) == {2: ["email_shared"], 3: ["phone_shared"]}


def test_a_lifted_stop_is_not_met(load: Load) -> None:
    stopped()
    Stop.objects.update(lifted_at=timezone.now())

    load(rows(f"1;;{MAIL};", header=HEADINGS), source="B")

    assert stops() == []


def test_a_customer_who_was_there_before_is_not_changed(load: Load) -> None:
    load(rows("1;;old@example.com;", "2;;same@example.com;", header=HEADINGS), source="B")
    stopped()
    same = ContactPointFactory(email=True, value="same@example.com")
    StopFactory(customer=same.customer)

    job = load(rows(f"1;;{MAIL};", "2;;same@example.com;", header=HEADINGS), source="B")

    assert stops() == []
    assert codes(job) == {2: ["email_shared"], 3: ["email_shared"]}


@pytest.mark.parametrize("said_in", [0, BATCH + 1])
def test_a_stop_of_this_very_file_counts_wherever_it_stands(load: Load, said_in: int) -> None:
    lines = [f"{number};;u{number}@example.ru;" for number in range(BATCH + 2)]
    other = BATCH + 1 - said_in
    lines[said_in] = f"{said_in};;{MAIL};да"
    lines[other] = f"{other};;{MAIL};нет"

    job = load(rows(*lines, header=HEADINGS), source="B")

    assert set(stops()) == {(str(said_in), "all", "imported"), (str(other), "all", "same_contact")}
    assert codes(job)[other + 2] == ["email_shared", "opt_out_of_contact"]


def test_a_refusal_in_a_row_that_gave_way_to_a_later_one_counts_for_its_contact(load: Load) -> None:
    lines = (f"1;;{MAIL};да", "1;;new@example.ru;", f"2;;{MAIL};")

    load(rows(*lines, header=HEADINGS), source="B")

    assert set(stops()) == {("1", "all", "imported"), ("2", "all", "same_contact")}


def test_an_interrupted_run_meets_the_stops_that_an_unbroken_one_meets(load: Load) -> None:
    address = stopped()
    lines = [f"{number};;u{number}@example.ru;" for number in range(BATCH + 2)]
    lines[0] = f"0;;{MAIL};"
    lines[BATCH] = f"{BATCH};;{MAIL};"
    lines[BATCH + 1] = f"{BATCH + 1};;u0@example.ru;реклама"
    content = rows(*lines, header=HEADINGS)
    job_id = import_receive(file_name="f.csv", stream=BytesIO(content.encode()), source="cut")
    import_examine(job_id=job_id)

    with import_rehearsal(job_id=job_id):
        rehearsed, told = stops("cut"), codes(ImportJob.objects.get(pk=job_id))
    assert stops("cut") == []
    assert import_run(job_id=job_id, budget_s=0) == ImportStatus.RUNNING
    assert import_run(job_id=job_id) == ImportStatus.FINISHED

    assert stops("cut") == rehearsed
    assert codes(ImportJob.objects.get(pk=job_id)) == told
    assert [number for number, _scope, reason in rehearsed if reason == "same_contact"] == ["0", str(BATCH)]
    assert Stop.objects.filter(customer=address.customer).count() == 1


def stop_events(job: ImportJob) -> list[ConsentEvent]:
    """The events of the stops of one file, by line."""
    events = ConsentEvent.objects.filter(kind=EventKind.STOP_SET).order_by("id")
    return [event for event in events if event.evidence.personal.get("import_job") == str(job.uuid)]


def customer_of(stop: Stop) -> Customer:
    assert stop.customer is not None
    return stop.customer


def test_each_refusal_of_a_file_is_an_event_of_its_own_customer(load: Load) -> None:
    job = load(rows("1;;a@yandex.ru;да", "2;;b@yandex.ru;нет", "3;;c@yandex.ru;реклама", header=HEADINGS), source="B")

    events = stop_events(job)

    stops_by_event = {stop.event: (stop, customer_of(stop)) for stop in Stop.objects.select_related("customer")}
    assert [(event.purpose, stops_by_event[event.uuid][1].external_id) for event in events] == [
        ("", "1"),
        ("advertising", "3"),
    ]
    for event in events:
        (stop, customer), kept = stops_by_event[event.uuid], event.evidence.personal
        assert (event.subject, event.occurred_at) == (customer.subject, stop.created_at)
        assert (kept["stop_scope"], kept["stop_reason"], kept["stop_holder"]) == (stop.scope, "imported", "person")
        assert (kept["import_line"], kept["import_sha256"]) == (stop.evidence.rpartition(" ")[2], job.sha256)


def test_stops_met_and_stops_of_refused_rows_are_events_too(load: Load) -> None:
    stopped()
    known = ContactPointFactory(email=True)
    Customer.objects.filter(pk=known.customer_id).update(source="B", external_id="7")

    job = load(rows(f"1;;{MAIL};", "7;плохой;нет;да", header=HEADINGS), source="B")

    assert {event.evidence.personal["stop_reason"] for event in stop_events(job)} == {"same_contact", "imported"}


def test_a_file_loaded_again_adds_no_event(load: Load) -> None:
    for _ in range(2):
        load(rows("1;;a@yandex.ru;да", header=HEADINGS), source="B")

    assert ConsentEvent.objects.filter(kind=EventKind.STOP_SET).count() == 1


def test_the_ledger_is_whole_after_a_file_of_refusals(load: Load) -> None:
    load(rows(*(f"{number};;p{number}@yandex.ru;да" for number in range(40)), header=HEADINGS), source="B")
    assert ledger_seal().sealed == 41, "the stops, and one event that records their rows"

    findings = ledger_check()

    assert (findings.outcome, findings.events, findings.kept) == (CheckOutcome.OK, 41, [])
