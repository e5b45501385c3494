"""The set-up of SMPP: which values work, and what is made of them."""

from typing import Any

import pytest

from notify.channels.base import Accepted, Misconfigured
from notify.channels.setup import SetupValues
from notify.channels.smpp.adapter import SmppAdapter
from notify.channels.smpp.provider import SMPP
from portal.laptop.fakes.smpp import SmppFake
from tests.notify.channels.smpp.making import sms

GIVEN = {"host": "127.0.0.1", "port": "2775", "system_id": "mostik", "password": "secret", "source": "Mostik"}


def setup(**changed: str) -> SetupValues:
    return SetupValues(name="smpp-1", values={**GIVEN, **changed})


def test_a_set_up_makes_an_adapter_that_sends(fake: SmppFake) -> None:
    provider = SMPP.make(setup(port=str(fake.address[1])))
    assert provider.adapter is not None
    adapter = provider.adapter("sms")
    outcome = adapter.send(sms())
    adapter.close()

    assert isinstance(outcome, Accepted)
    assert (provider.name, adapter.capabilities.provider) == ("smpp-1", "smpp-1")
    assert (provider.per_second, adapter.capabilities.batch) == (10, 10)


@pytest.mark.parametrize(
    ("field", "value", "made"),
    [
        ("tls", "1", True),
        ("tls", "", False),
        ("window", "25", 25),
        ("validity", "24", 24 * 3600),
        ("long_texts", "sar", "sar"),
        ("id_format", "hex_decimal", "hex_decimal"),
        ("source_ton", "1", 1),
        ("esm_class", "3", 3),
    ],
)
def test_each_field_arrives_in_the_adapter(field: str, value: str, made: Any) -> None:
    provider = SMPP.make(setup(**{field: value}))
    assert provider.adapter is not None
    adapter = provider.adapter("sms")
    assert isinstance(adapter, SmppAdapter)

    name = {"validity": "validity_seconds"}.get(field, field)
    assert getattr(adapter._conf, name) == made


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", ""), ("port", "x"), ("port", "0"), ("port", "70000"), ("system_id", "я"), ("system_id", "a" * 16),
        ("password", ""), ("password", "пароль"), ("source", "Мостик"), ("source", "a" * 21), ("window", "0"),
        ("per_second", "-1"), ("validity", "0"), ("long_texts", "other"), ("id_format", "other"), ("source_ton", "9"),
        ("source_npi", "2"), ("esm_class", "64"), ("absent_numbers", "<"), ("host", "a b"), ("host", "smpp://x"),
    ],
)  # fmt: skip
def test_values_that_cannot_work_are_a_misconfiguration(field: str, value: str) -> None:
    with pytest.raises(Misconfigured, match="bad_field"):
        SMPP.make(setup(**{field: value}))


def test_names_of_fields_are_unique_and_defaults_fit() -> None:
    names = [one.name for one in SMPP.fields]

    assert len(names) == len(set(names))
    assert all(one.fits(one.default) for one in SMPP.fields if one.default or not one.is_required)


def test_the_password_is_in_no_repr() -> None:
    given = setup(password="p4ssw0rd")
    provider = SMPP.make(given)

    assert "p4ssw0rd" not in repr(given) + repr(provider)
