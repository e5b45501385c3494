"""How a company sets MAX up."""

import json

import pytest

from notify.channels.events import PhoneProof
from notify.channels.max.adapter import MaxChannel
from notify.channels.max.api import BASE_URL
from notify.channels.max.provider import MAX
from notify.channels.max.webhook import SECRET_HEADER
from notify.channels.setup import Provider, SetupValues
from portal.laptop.fakes.max import FakeMax
from tests.payloads import max_updates as samples

FIELDS = {field.name: field for field in MAX.fields}


def made(**values: str) -> Provider:
    """MAX as it was set up."""
    defaults = {field.name: field.default for field in MAX.fields}
    return MAX.make(SetupValues(name="max-2", values=defaults | values, webhook_secrets=("new", "old")))


def test_a_set_up_carries_the_channel_max_under_its_own_name() -> None:
    provider = made(token="t")
    assert provider.adapter is not None
    adapter = provider.adapter("max")

    assert (provider.name, provider.channels, provider.per_second) == ("max-2", ("max",), 25)
    assert isinstance(adapter, MaxChannel)
    assert adapter.capabilities.provider == "max-2"
    assert FIELDS["url"].default == BASE_URL


def test_it_talks_to_the_address_that_was_given(fake: FakeMax) -> None:
    provider = made(token=fake.token, url=f"{fake.url}/")
    assert provider.adapter is not None
    adapter = provider.adapter("max")
    assert isinstance(adapter, MaxChannel)

    assert adapter.account().name == fake.username
    adapter.close()


@pytest.mark.parametrize("secret", ["new", "old"])
def test_its_webhook_knows_the_secrets_and_the_token(secret: str) -> None:
    webhook = made(token="t").webhook
    assert webhook is not None
    body = json.dumps(samples.message_sent([samples.contact(token="t")])).encode()

    assert webhook.verify({SECRET_HEADER: secret}, body)
    assert not webhook.verify({SECRET_HEADER: "another"}, body)
    assert isinstance(webhook.read(body)[0], PhoneProof)


@pytest.mark.parametrize(
    "url", [BASE_URL, "http://127.0.0.1:8080", "http://localhost:8080/max", "https://proxy.local:8443/"]
)
def test_an_address_is_https_or_on_this_machine(url: str) -> None:
    assert FIELDS["url"].fits(url)


@pytest.mark.parametrize(
    "url", ["", "platform-api2.max.ru", "http://platform-api2.max.ru", "http://127.0.0.1.example.org"]
)
def test_another_address_would_show_the_token_on_the_way(url: str) -> None:
    assert not FIELDS["url"].fits(url)


def test_the_token_is_secret_and_wanted() -> None:
    assert FIELDS["token"].kind == "secret"
    assert not FIELDS["token"].fits("")
    assert not FIELDS["token"].fits("two words")
