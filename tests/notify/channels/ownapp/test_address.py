"""Which addresses of a backend may be called."""

import pytest

from notify.channels import http
from notify.channels.base import Misconfigured
from notify.channels.ownapp.address import checked_url, may_call
from notify.channels.ownapp.provider import OWN_APP
from notify.channels.setup import SetupValues
from tests.notify.channels.ownapp.calls import NEW, OLD, adapter_of, provider, to

ALLOWED = (
    "https://app.example.ru/mostik",
    "https://app.example.ru:8443/hooks/in?tenant=7",
    "HTTPS://APP.EXAMPLE.RU/",
    "https://прил.пример.рф/in",
    "https://xn--80ak6aa92e.xn--p1ai/",
    "https://backend_1/",
    "https://10.0.0.5/",
    "https://172.16.3.4/",
    "https://192.168.1.10:9000/x",
    "https://[fd12:3456::1]/",
    "https://100.64.0.1/",
    "https://localhost/",
    "http://localhost:8000/",
    "http://127.0.0.1:8000/hook",
    "http://127.8.8.8/",
    "http://[::1]:8000/",
)

REFUSED = (
    "",
    "app.example.ru",
    "//app.example.ru/",
    "https://",
    "https:///hook",
    "ftp://app.example.ru/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/",
    "javascript:alert(1)",
    "http://app.example.ru/",
    "http://10.0.0.5/",
    "http://localhost.example.ru/",
    "http://127.1/",
    "http://2130706433/",
    "http://[::ffff:10.0.0.5]/",
    "https://user:word@app.example.ru/",
    "https://app.example.ru@169.254.169.254/",
    "https://app.example.ru\\@169.254.169.254/",
    "https://app.example.ru\t/",
    "https://app.exa\nmple.ru/",
    "https://app.example.ru/a b",
    " https://app.example.ru/",
    "https://app.example.ru:0/",
    "https://app.example.ru:99999/",
    "https://app.example.ru:many/",
    "https://app%2eexample.ru/",
    "https://app..example.ru/",
    "https://" + "a" * 64 + ".ru/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[febf::ffff]/",
    "https://[::1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://169.254.0.1/",
    "https://[::ffff:169.254.169.254]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:a9fe:a9fe::1]/",
    "https://[fd00:ec2::254]/",
    "https://100.100.100.200/",
    "https://192.0.0.192/",
    "https://0.0.0.0/",
    "https://[::]/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
)

DISGUISED = (
    "https://2852039166/",
    "https://0xA9FEA9FE/",
    "https://0xa9.0xfe.0xa9.0xfe/",
    "https://0251.0376.0251.0376/",
    "https://169.254.43518/",
    "https://169.16689662/",
    "https://１６９.254.169.254/",
    "https://169。254。169。254/",
)
"""Numeric forms that only the look-up of the system understands."""


@pytest.mark.parametrize("url", ALLOWED)
def test_a_backend_may_be_anywhere_over_https_and_on_this_machine_without(url: str) -> None:
    assert checked_url(url) == url


@pytest.mark.parametrize("url", REFUSED)
def test_what_no_backend_can_have_is_refused_at_the_set_up(url: str) -> None:
    with pytest.raises(Misconfigured, match="bad_address"):
        provider(url)


@pytest.mark.parametrize("url", DISGUISED)
def test_a_disguised_address_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(Misconfigured, match="bad_address"):
        adapter_of(url).open()
    with pytest.raises(Misconfigured, match="bad_address"):
        adapter_of(url).send(to("4711"))


@pytest.mark.parametrize("place", ["169.254.169.254", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254", "::"])
def test_a_name_that_leads_there_is_refused_too(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "places_of", lambda *_: [(2, "10.0.0.5"), (2, place)])

    with pytest.raises(Misconfigured, match="bad_address"):
        adapter_of("https://app.example.ru/").open()
    assert not may_call(place)


@pytest.mark.parametrize("secret", ["", "  ", "password", "whsec_short", NEW + "!", f"{NEW};{OLD}"])
def test_what_is_no_secret_fits_no_field(secret: str) -> None:
    (field,) = [one for one in OWN_APP.fields if one.name == "secret"]

    assert not field.fits(secret)


@pytest.mark.parametrize("secret", ["", "  ", "whsec_short", NEW + "!"])
def test_no_provider_is_made_without_a_secret_that_can_sign(secret: str) -> None:
    with pytest.raises(Misconfigured, match="bad_secret"):
        provider("https://app.example.ru/", secret)


@pytest.mark.parametrize("secret", [NEW, f"{NEW} {OLD}", f"{NEW},{OLD}", f" {NEW}  {OLD} "])
def test_one_secret_and_two_of_a_rotation_fit(secret: str) -> None:
    (field,) = [one for one in OWN_APP.fields if one.name == "secret"]

    assert field.fits(secret)
    assert provider("https://app.example.ru/", secret).channels == ("app",)


def test_a_set_up_bears_its_own_name_and_hides_its_secrets() -> None:
    made = provider("https://app.example.ru/", hook_secrets=[OLD])
    values = SetupValues(name="ownapp-1", values={"secret": NEW}, webhook_secrets=[OLD])

    assert made.name == adapter_of("https://app.example.ru/").capabilities.provider == "ownapp-1"
    assert "whsec_" not in f"{made!r} {values!r}"
