"""Contracts with a platform on the page of its channel: written down, ended, warned of."""

from datetime import timedelta

import pytest

from notify.models import ChannelContract
from portal.models import StaffAction
from portal.models.user import Role
from portal.operations.diagnosis.company import PARTS
from tests.factories.notify import contract_make, contract_today
from tests.factories.staff import client_of, user_make
from tests.support.confirming import confirm

pytestmark = pytest.mark.django_db
NEW = "/staff/channels/max/contracts/new/"
CONTRACT = {
    "number": "№ 17",
    "signed_on": "2026-11-01",
    "valid_from": "2026-11-02",
    "valid_until": "2098-12-31",
    "kinds": ["service", "advertising"],
}


def _last() -> StaffAction:
    return StaffAction.objects.latest("id")


def test_a_new_contract_stands_on_the_page_and_in_the_journal() -> None:
    client = client_of(user_make(Role.ADMINISTRATOR))

    client.post(NEW, CONTRACT)

    assert ChannelContract.objects.get().kinds == ["service", "advertising"]
    assert (_last().action, _last().object_id) == ("contract.changed", "max")
    assert _last().details == {
        "contract": "№ 17",
        "signed_on": "2026-11-01",
        "since": "2026-11-02",
        "until": "2098-12-31",
        "kinds": ["advertising", "service"],
    }
    for address in ("/staff/channels/max/", "/staff/channels/"):
        page = client.get(address).content.decode()
        assert "№ 17" in page
        assert "сервисные сообщения, реклама и рассылки" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": ""}, "Обязательное поле"),
        ({"kinds": []}, "Обязательное поле"),
        ({"signed_on": "2098-01-01"}, "Этот день ещё не наступил."),
        ({"valid_until": "2020-01-01"}, "Последний день раньше первого."),
    ],
)
def test_what_is_no_contract_is_said_at_its_field(changes: dict[str, object], sentence: str) -> None:
    client = client_of(user_make(Role.ADMINISTRATOR))

    page = client.post(NEW, CONTRACT | changes)

    assert sentence in page.content.decode()
    assert not ChannelContract.objects.exists()
    assert not StaffAction.objects.filter(action="contract.changed").exists()


def test_the_last_day_is_set_with_what_was_before() -> None:
    contract = contract_make()
    yesterday = contract_today() - timedelta(days=1)
    client = client_of(user_make(Role.ADMINISTRATOR))

    confirm(client, f"/staff/channels/max/contracts/{contract.pk}/end/", {"last_day": yesterday.isoformat()})

    assert ChannelContract.objects.get().valid_until == yesterday
    assert _last().details == {"contract": "№ 1", "old": {"until": ""}, "new": {"until": yesterday.isoformat()}}
    assert "закончился" in client.get("/staff/channels/max/").content.decode()


@pytest.mark.parametrize("address", ["/staff/channels/sms/contracts/new/", "/staff/channels/max/contracts/99/end/"])
def test_what_has_no_contract_has_no_page_of_one(address: str) -> None:
    assert client_of(user_make(Role.ADMINISTRATOR)).get(address).status_code == 404


@pytest.mark.parametrize(("until", "is_warned"), [(12, True), (90, False)])
def test_a_contract_that_ends_soon_is_warned_of_on_the_page_and_by_doctor(until: int, is_warned: bool) -> None:
    contract_make(until=until, number="№ 5")

    page = client_of(user_make(Role.DPO)).get("/staff/channels/").content.decode()
    said = [part().sentence for part in PARTS if "договор" in part().sentence.lower()]

    assert ("Договор скоро закончится" in page) is is_warned
    assert any("«№ 5»" in sentence for sentence in said) is is_warned
