"""Providers set up for tests, each against its fake on loopback."""

from notify.provider_kinds import KINDS
from notify.provider_setups import setup_create
from portal.laptop.fakes.chatapp import LICENCE, FakeChatApp
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


def sender_fields(**fields: object) -> dict[str, object]:
    """What the registry keeps of a name: an approved one of all operators, for service traffic."""
    return {
        "provider": "smsru",
        "name": "Romashka",
        "operator": "all",
        "traffic": "service",
        "state": "approved",
        "valid_until": None,
        "note": "",
        **fields,
    }


def chatapp_set_up(fake: FakeChatApp, *, cabinet: bool = True) -> str:
    """A line of ChatApp with MAX and mail, in which dialogues are led."""
    fields = {
        "email": fake.login["email"],
        "password": fake.login["password"],
        "app_id": fake.login["appId"],
        "license_id": str(LICENCE),
        "max_type": "max",
        "email_type": "email",
        "cabinet": "on" if cabinet else "",
        "url": fake.url,
    }
    return setup_create(kind="chatapp", title="", fields={**defaults("chatapp"), **fields})


def vk_set_up() -> str:
    """A community of VK, number 777, that is never called."""
    fields = {"token": "t", "group_id": "777", "confirmation": "", "url": "http://127.0.0.1:9"}
    return setup_create(kind="vk", title="", fields=fields)


def app_set_up() -> str:
    """The company's own application, whose backend is never called."""
    secret = "whsec_" + "A" * 32
    return setup_create(kind="ownapp", title="", fields={"url": "https://app.example.ru/in", "secret": secret})
