"""The fakes as the demo sets them up: off, made once, with addresses that follow their ports."""

from pathlib import Path

import pytest
from pytest_django import Settings

from notify.channel_settings import channels_connected
from notify.models import ProviderSetup
from notify.provider_setups import provider_named, providers_set_up, setup_create, setup_values, setups_listed
from portal.laptop.fake_providers.places import CODES, Places
from portal.laptop.fake_providers.setups import KEYS, setups_ensure, setups_of_fakes

pytestmark = pytest.mark.django_db

PLACES: Places = {code: 20_000 + number for number, code in enumerate(CODES)}


@pytest.fixture(autouse=True)
def var_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_they_stand_switched_off_and_change_nobodys_way(var_dir: Path) -> None:
    before = [one.name for one in providers_set_up()], channels_connected()
    setups_ensure(PLACES)

    assert ([one.name for one in providers_set_up()], channels_connected()) == before
    titles = [(one.title, one.is_on) for one in setups_listed()]
    assert titles == [("Учебный SMSC.ru", False), ("Учебный SMS.RU", False), ("Учебный MAX", False)]


def test_a_second_start_changes_nothing(var_dir: Path) -> None:
    setups_ensure(PLACES)
    before = setups_listed()
    setups_ensure(PLACES)

    assert setups_listed() == before


def test_what_was_removed_stays_away(var_dir: Path) -> None:
    setups_ensure(PLACES)
    ProviderSetup.objects.filter(kind="smsru").delete()
    setups_ensure(PLACES)

    assert set(setups_of_fakes(var_dir)) == {"smsc", "max"}


def test_an_address_follows_its_port_and_the_rest_stays(var_dir: Path) -> None:
    setups_ensure(PLACES)
    names = {code: view.name for code, view in setups_of_fakes(var_dir).items()}
    ProviderSetup.objects.update(is_on=True)
    setups_ensure({code: port + 100 for code, port in PLACES.items()})

    assert setup_values(name=names["smsc"]).values["url"] == "http://127.0.0.1:20100/sys"
    assert setup_values(name=names["smsc"]).values["api_key"] == KEYS["smsc"]
    assert [one.is_on for one in setups_listed()] == [True, True, True]


def test_the_max_of_the_sandbox_keeps_its_webhook_beside_another(var_dir: Path) -> None:
    own = provider_named("max")
    name = setup_create(kind="max", title="", fields={"token": "t", "link_preview": "no", "url": "https://a.example"})

    assert name == "max-2"
    assert own.adapter is None
    assert provider_named("max").adapter is None
