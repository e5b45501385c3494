"""Providers set up for tests, each against its fake on loopback."""

from notify.provider_kinds import KINDS
from notify.provider_setups import setup_create
from portal.laptop.fakes.max import FakeMax
from portal.laptop.fakes.smpp import SmppFake
from portal.laptop.fakes.smsc import SmscFake
from portal.laptop.fakes.smsru import SmsruFake


def smsc_set_up(fake: SmscFake) -> str:
    """SMSC.ru, with batches of a hundred."""
    return setup_create(
        kind="smsc", title="", fields={"api_key": fake.api_key, "callback_secret": fake.secret, "url": fake.api}
    )


def smsru_set_up(fake: SmsruFake) -> str:
    """SMS.RU."""
    return setup_create(kind="smsru", title="", fields={"api_id": fake.api_id, "url": fake.url})


def smpp_set_up(fake: SmppFake, *, per_second: int = 10) -> str:
    """An SMSC over SMPP."""
    host, port = fake.address
    fields = {
        "host": host,
        "port": str(port),
        "system_id": fake.system_id,
        "password": fake.password,
        "window": "10",
        "per_second": str(per_second),
        "source": "MOSTIK",
    }
    return setup_create(kind="smpp", title="", fields={**defaults("smpp"), **fields})


def max_set_up(fake: FakeMax) -> str:
    """A bot of MAX."""
    return setup_create(kind="max", title="", fields={"token": fake.token, "link_preview": "no", "url": fake.url})


def defaults(kind: str) -> dict[str, str]:
    """What the form of a kind begins with."""
    return {field.name: field.default for field in KINDS[kind].fields}
