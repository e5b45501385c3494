"""Secrets, an adapter and a message of the tests of the company's own application."""

import base64
import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

from standardwebhooks import Webhook, WebhookVerificationError

from notify.channels.base import ChannelAdapter, OutboundMessage
from notify.channels.ownapp.provider import OWN_APP
from notify.channels.setup import Provider, SetupValues

CLIENT: Final = Path(__file__).resolve().parents[4] / "docs/channels/own_app_client.py"


def client_of_the_page() -> ModuleType:
    """The client of `docs/channels/ownapp.md`, as a company would start it."""
    spec = importlib.util.spec_from_file_location("own_app_client", CLIENT)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def secret(letter: str = "k", length: int = 32) -> str:
    return "whsec_" + base64.b64encode(letter.encode() * length).decode()


NEW, OLD, OTHER = secret("n"), secret("o"), secret("x")


def by_the_package(whsec: str, headers: Mapping[str, str], body: bytes) -> bool:
    """What a receiver with the reference implementation of Standard Webhooks says."""
    try:
        Webhook(whsec).verify(body, dict(headers))
    except WebhookVerificationError:
        return False
    return True


def provider(url: str, secrets: str = NEW, *, hook_secrets: Sequence[str] = ()) -> Provider:
    values = {"url": url, "secret": secrets}
    return OWN_APP.make(SetupValues(name="ownapp-1", values=values, webhook_secrets=hook_secrets))


def adapter_of(url: str, secrets: str = NEW) -> ChannelAdapter:
    make = provider(url, secrets).adapter
    assert make is not None
    return make("app")


def to(customer: str, reference: str = "r1", text: str = "Текст") -> OutboundMessage:
    return OutboundMessage(reference=reference, address=customer, text=text)
