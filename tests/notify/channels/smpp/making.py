"""Set-ups, adapters and messages of the tests of SMPP."""

from typing import Any

from notify.channels.base import OutboundMessage
from notify.channels.smpp.adapter import SmppAdapter
from notify.channels.smpp.conf import SmppConf
from portal.laptop.fakes.smpp import SmppFake

GOOD = "+79161234512"
PERSON = "79161234512"


def conf_of(fake: SmppFake, **changed: Any) -> SmppConf:
    """A set-up without rests between binds."""
    host, port = fake.address
    given: dict[str, Any] = {
        "host": host,
        "port": port,
        "system_id": "mostik",
        "password": "secret",
        "source": "Mostik",
        "after_drop": 0.0,
        "after_failure": 0.0,
    }
    return SmppConf(**{**given, **changed})


def adapter_of(fake: SmppFake, kept: list[bytes] | None = None, **changed: Any) -> SmppAdapter:
    made = SmppAdapter(conf_of(fake, **changed))
    made.keep = (kept if kept is not None else []).append
    return made


def sms(address: str = GOOD, text: str = "Текст", reference: str = "r1", valid_seconds: int = 0) -> OutboundMessage:
    return OutboundMessage(reference=reference, address=address, text=text, valid_seconds=valid_seconds)


def status_address(status: int) -> str:
    """A number that the fake answers with ``status``."""
    return f"+7999000{status:04d}"
