"""One-time codes: their life, their limits, and what a right one is written down as."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from consents.channels.max import MAX
from consents.channels.registry import CHANNELS
from consents.conf import code_limits
from consents.enums import ContactKind, EventKind, StopReason, StopScope
from consents.errors import (
    CodeNotForContact,
    ContactDenied,
    ContactMissing,
    EventInvalid,
    ForeignNumber,
    Landline,
    Locked,
    TooMany,
    TooManyAbroad,
    TooManyNewContacts,
    TooManyToday,
    TooSoon,
)
from consents.models import ConsentEvent, ContactPoint, Stop, Verification
from consents.types import CodeCheck, IssuedCode
from consents.verification.confirming import code_enter, code_for_sending, code_issue, contact_confirm
from consents.verification.reading import WrongCodes, wrong_code_alarm
from tests.factories.consents import ContactPointFactory, CustomerFactory, StopFactory, circumstances_make

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.get_fixed_timezone(0))
SESSION = "session-of-the-browser"


def issue(contact: ContactPoint, *, after: float = 0, **changes: Any) -> IssuedCode:
    values: dict[str, Any] = {
        "customer_id": contact.customer_id,
        "kind": contact.kind,
        "target_value": contact.value,
        "is_new_contact": False,
        "session_key": SESSION,
        "lock_key": "link:1",
        "now": START + timedelta(seconds=after),
    }
    return code_issue(**(values | changes))


def enter(code: IssuedCode, given: str = "", *, after: float = 1, session: str = SESSION) -> CodeCheck:
    return code_enter(
        verification_uuid=code.verification_uuid,
        session_key=session,
        code=given or right(code),
        now=START + timedelta(seconds=after),
    )


def right(code: IssuedCode) -> str:
    sent = code_for_sending(verification_uuid=code.verification_uuid, now=code.expires_at - timedelta(minutes=9))
    assert sent is not None
    return sent[0]


def wrong(code: IssuedCode) -> str:
    return f"{(int(right(code)) + 1) % 10**6:06}"


def test_a_right_code_is_taken_once() -> None:
    code = issue(ContactPointFactory())

    assert enter(code, right(code)) == CodeCheck(outcome="ok", tries_left=2)


def test_a_double_press_is_told_that_the_code_is_spent() -> None:
    code = issue(ContactPointFactory())
    given = right(code)
    enter(code, given)

    assert enter(code, given) == CodeCheck(outcome="spent", tries_left=0)


def test_three_wrong_tries_use_a_code_up_even_for_the_right_one() -> None:
    code = issue(ContactPointFactory())
    given = right(code)

    assert [enter(code, wrong(code)).tries_left for _ in range(3)] == [2, 1, 0]
    assert enter(code, given) == CodeCheck(outcome="spent", tries_left=0)


def test_a_code_lives_ten_minutes() -> None:
    code = issue(ContactPointFactory())
    given = right(code)

    assert code.expires_at == START + timedelta(seconds=600)
    assert enter(code, given, after=600).outcome == "expired"
    assert enter(code, given, after=599.9).outcome == "ok"


def test_a_code_works_only_in_the_session_that_asked_and_others_use_no_try() -> None:
    code = issue(ContactPointFactory())
    given = right(code)

    assert enter(code, given, session="another browser") == CodeCheck(outcome="expired", tries_left=0)
    assert Verification.objects.get().tries == 0


def test_an_unknown_code_is_like_one_that_has_run_out() -> None:
    assert code_enter(verification_uuid=uuid4(), session_key=SESSION, code="123456").outcome == "expired"


def test_a_new_code_kills_the_one_before() -> None:
    phone = ContactPointFactory()
    first = issue(phone)
    given = right(first)
    second = issue(phone, after=30)

    assert code_for_sending(verification_uuid=first.verification_uuid, now=START + timedelta(seconds=31)) is None
    assert enter(first, given, after=31).outcome == "expired"
    assert enter(second, after=31).outcome == "ok"


def test_what_is_sent_is_the_code_and_the_very_contact() -> None:
    phone = ContactPointFactory()
    code = issue(phone)

    sent = code_for_sending(verification_uuid=code.verification_uuid, now=START)

    assert sent is not None
    assert sent[1] == phone.value
    assert len(sent[0]) == 6


@pytest.mark.parametrize("spoil", ["late", "entered"])
def test_a_code_that_cannot_be_entered_is_not_sent(spoil: str) -> None:
    code = issue(ContactPointFactory())
    if spoil == "entered":
        enter(code)
    moment = START + timedelta(seconds=600 if spoil == "late" else 2)

    assert code_for_sending(verification_uuid=code.verification_uuid, now=moment) is None


def test_no_row_holds_the_code() -> None:
    code = issue(ContactPointFactory())
    row = Verification.objects.values().get()

    assert right(code) not in [str(value) for name, value in row.items() if name != "target"]


def test_another_code_may_be_asked_for_after_half_a_minute() -> None:
    phone = ContactPointFactory()
    issue(phone)

    with pytest.raises(TooSoon) as caught:
        issue(phone, after=12.5)
    assert caught.value.seconds == 18
    issue(phone, after=30)


def test_a_refused_request_leaves_the_code_before_alive() -> None:
    phone = ContactPointFactory()
    code = issue(phone)
    with pytest.raises(TooSoon):
        issue(phone, after=5)

    assert enter(code, after=6).outcome == "ok"


def test_a_contact_gets_three_codes_in_a_quarter_of_an_hour() -> None:
    phone = ContactPointFactory()
    for after in (0, 40, 80):
        issue(phone, after=after)

    with pytest.raises(TooMany):
        issue(phone, after=899)
    issue(phone, after=900)


def test_a_contact_gets_ten_codes_a_day() -> None:
    phone = ContactPointFactory()
    for number in range(10):
        issue(phone, after=number * 1_000)

    with pytest.raises(TooManyToday):
        issue(phone, after=86_399)
    issue(phone, after=86_400)


def test_a_customer_gets_ten_codes_a_day_to_new_contacts_whatever_their_number() -> None:
    customer = CustomerFactory()

    def ask(number: int, after: float) -> None:
        code_issue(
            customer_id=customer.pk,
            kind="phone",
            target_value=f"+7926765{number:04}",
            is_new_contact=True,
            session_key=f"session-{number}",
            lock_key=f"link:{number}",
            now=START + timedelta(seconds=after),
        )

    for number in range(10):
        ask(number, number)

    with pytest.raises(TooManyNewContacts):
        ask(10, 86_399)
    issue(ContactPointFactory(customer=customer), after=86_399)
    ask(10, 86_400)


def test_codes_of_a_shared_contact_are_counted_over_all_its_people() -> None:
    mine = ContactPointFactory()
    yours = ContactPointFactory(value=mine.value)
    issue(mine)

    with pytest.raises(TooSoon):
        issue(yours, after=10, session_key="another", lock_key="link:2")


def test_ten_wrong_codes_lock_the_link_for_a_day_whatever_the_contact() -> None:
    phone = ContactPointFactory()
    email = ContactPointFactory(email=True, customer=phone.customer)
    outcomes = []
    for after in (0, 1_000):
        codes = [issue(contact, after=after) for contact in (phone, email)]
        outcomes += [enter(code, wrong(code), after=after + 1).outcome for code in codes for _ in range(3)]

    assert outcomes == ["wrong"] * 10 + ["locked"] * 2
    assert enter(codes[1], after=1_002).outcome == "locked"


def locked_link() -> ContactPoint:
    """Ten wrong codes for the link 1, the last one 3001 s after the start."""
    phone = ContactPointFactory()
    for number, tries in enumerate((3, 3, 3, 1)):
        code = issue(phone, after=number * 1_000)
        for _ in range(tries):
            assert enter(code, wrong(code), after=number * 1_000 + 1).outcome == "wrong"
    return phone


def test_a_locked_link_gets_no_code_until_a_day_after_the_last_try() -> None:
    phone = locked_link()

    with pytest.raises(Locked) as caught:
        issue(phone, after=4_000)
    assert caught.value.until == START + timedelta(seconds=3_001 + 86_400)
    with pytest.raises(Locked):
        issue(phone, after=3_000 + 86_400)
    issue(phone, after=3_002 + 86_400)


def test_a_lock_of_one_link_does_not_close_another() -> None:
    phone = locked_link()

    assert enter(issue(phone, after=4_000, lock_key="link:2"), after=4_001).outcome == "ok"


def test_right_codes_are_no_failures() -> None:
    phone = ContactPointFactory()
    for number in range(10):
        code = issue(phone, after=number * 1_000)
        enter(code, wrong(code) if number < 9 else right(code), after=number * 1_000 + 1)

    assert enter(issue(phone, after=86_400), after=86_401).outcome == "ok"


@pytest.mark.parametrize("value", ["+375291234567", "+491711234567"])
def test_codes_do_not_go_abroad(value: str) -> None:
    with pytest.raises(ForeignNumber):
        issue(ContactPointFactory(value=value))

    assert not Verification.objects.exists()


def test_a_company_that_allows_numbers_abroad_sends_so_many_a_day_in_all(settings: Settings) -> None:
    settings.CONSENTS_CODES = {"foreign_allowed": True, "foreign_day_count": 2}
    for number in range(2):
        issue(ContactPointFactory(value=f"+37529123456{number}"))

    with pytest.raises(TooManyAbroad):
        issue(ContactPointFactory(value="+375291234569"), after=86_399)
    issue(ContactPointFactory())
    issue(ContactPointFactory(value="+375291234569"), after=86_400)


def test_a_landline_gets_no_code() -> None:
    with pytest.raises(Landline):
        issue(ContactPointFactory(value="+74951234567"))


def test_no_code_goes_where_none_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    account = ContactPointFactory(max=True)
    silent = replace(MAX, contact=replace(MAX.contact, code_methods=None))
    monkeypatch.setitem(CHANNELS, MAX.code, silent)

    with pytest.raises(EventInvalid):
        issue(account)


def test_a_contact_whose_owner_said_not_me_gets_no_code_for_this_customer() -> None:
    phone = ContactPointFactory()
    StopFactory(customer=phone.customer, kind=phone.kind, value=phone.value, reason=StopReason.NOT_MINE)

    with pytest.raises(ContactDenied):
        issue(phone)
    issue(ContactPointFactory(value=phone.value))


def test_a_person_who_refused_all_messages_still_gets_the_code_they_ask_for() -> None:
    phone = ContactPointFactory()
    StopFactory(customer=phone.customer, scope=StopScope.ALL)

    assert enter(issue(phone)).outcome == "ok"


def confirm(contact: ContactPoint, code: IssuedCode, **changes: Any) -> Any:
    return contact_confirm(
        customer_id=contact.customer_id,
        contact_uuid=contact.uuid,
        verification_uuid=code.verification_uuid,
        circumstances=circumstances_make(**changes),
    )


def entered(contact: ContactPoint, **changes: Any) -> IssuedCode:
    """A code entered rightly just now."""
    code = issue(contact, now=timezone.now(), **changes)
    code_enter(verification_uuid=code.verification_uuid, session_key=SESSION, code=right(code))
    return code


def test_a_proven_contact_is_confirmed_with_the_facts_of_its_code() -> None:
    phone = ContactPointFactory()
    code = entered(phone)

    event = confirm(phone, code)

    phone.refresh_from_db()
    stored = ConsentEvent.objects.select_related("evidence").get(pk=event.id)
    assert phone.confirmed_at == event.occurred_at
    assert (stored.kind, stored.channel, stored.contact) == (EventKind.CONTACT_CONFIRMED, "sms", phone.uuid)
    assert stored.evidence.personal["code_tries"] == "1"
    assert {"code_issued_at", "code_entered_at"} <= set(stored.evidence.personal)
    assert right_code_is_nowhere(code, stored.evidence.personal)


def right_code_is_nowhere(code: IssuedCode, personal: dict[str, str]) -> bool:
    row = Verification.objects.get(uuid=code.verification_uuid)
    row.spent_at = None
    row.save()
    return right(code) not in " ".join(value for name, value in personal.items() if name != "contact").split()


def test_the_same_confirmation_twice_is_one_event() -> None:
    phone = ContactPointFactory()
    code = entered(phone)

    assert confirm(phone, code, request_key="k").is_new
    assert not confirm(phone, code, request_key="k").is_new
    assert ConsentEvent.objects.count() == 1


def test_a_code_that_was_not_entered_confirms_nothing() -> None:
    phone = ContactPointFactory()

    with pytest.raises(CodeNotForContact):
        confirm(phone, issue(phone, now=timezone.now()))


def test_a_code_entered_long_ago_confirms_nothing() -> None:
    phone = ContactPointFactory()
    code = issue(phone)
    enter(code)
    Verification.objects.update(spent_at=timezone.now() - timedelta(hours=1, seconds=1))

    with pytest.raises(CodeNotForContact):
        confirm(phone, code)


def test_a_code_to_another_contact_confirms_nothing() -> None:
    phone = ContactPointFactory()
    email = ContactPointFactory(email=True, customer=phone.customer)

    with pytest.raises(CodeNotForContact):
        confirm(email, entered(phone))


def test_one_persons_contact_is_not_confirmed_by_naming_another_person() -> None:
    phone = ContactPointFactory()
    code = entered(phone)

    with pytest.raises(ContactMissing):
        contact_confirm(
            customer_id=CustomerFactory().pk,
            contact_uuid=phone.uuid,
            verification_uuid=code.verification_uuid,
            circumstances=circumstances_make(),
        )


def test_a_shared_contact_is_confirmed_for_whoever_of_its_people_came() -> None:
    mine = ContactPointFactory()
    yours = ContactPointFactory(value=mine.value)

    assert confirm(yours, entered(mine)).is_new


def test_a_code_that_came_through_lifts_the_news_of_a_dead_address_and_nothing_else() -> None:
    email = ContactPointFactory(email=True)
    of_address = {"customer": None, "kind": ContactKind.EMAIL, "value": email.value}
    StopFactory(**of_address, reason=StopReason.BOUNCED)
    StopFactory(customer=email.customer)

    confirm(email, entered(email))

    lifted = Stop.objects.filter(lifted_at__isnull=False).values_list("reason", "lifted_by")
    assert list(lifted) == [("bounced", "code")]


def test_a_storm_of_wrong_codes_raises_the_alarm_and_then_passes(settings: Settings) -> None:
    settings.CONSENTS_CODES = {"alarm_wrong": 20}
    for number in range(7):
        code = issue(ContactPointFactory(), lock_key=f"link:{number}")
        for _ in range(3):
            enter(code, wrong(code), after=60)
    during = wrong_code_alarm(now=START + timedelta(seconds=300))
    later = wrong_code_alarm(now=START + timedelta(seconds=661))

    assert (during.wrong, during.is_alarm) == (21, True)
    assert (later.wrong, later.is_alarm) == (0, False)


def test_two_hundred_wrong_codes_in_ten_minutes_are_no_alarm_yet() -> None:
    assert not WrongCodes(wrong=200, limit=code_limits().alarm_wrong, span_s=600).is_alarm
    assert WrongCodes(wrong=201, limit=code_limits().alarm_wrong, span_s=600).is_alarm


def test_right_codes_raise_no_alarm() -> None:
    enter(issue(ContactPointFactory()), after=60)

    assert wrong_code_alarm(now=START + timedelta(seconds=61)).wrong == 0
