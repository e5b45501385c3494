"""Two made-up kinds of providers as an administrator sets them up, and the provider that one of them talks to.

``LOFT`` carries messages, has a field of every kind, an account and a webhook. ``NEST`` carries nothing and is checked
by itself. Both talk to a `LoftFake`: ``fake.balance = None`` for an account that says nothing, ``fake.paid_until``,
``fake.notes``, ``fake.keys`` for what it takes as a key; ``fake.fault`` as of every `HttpFake`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

import pytest

from notify.channels.base import (
    Accepted,
    AccountState,
    Capabilities,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
)
from notify.channels.events import DeliveryReport, SecretInHeader
from notify.channels.http import Client
from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues
from notify.provider_kinds import KINDS
from portal.laptop.fakes.server import Call, HttpFake, Reply

KEY_HEADER: Final = "X-Loft-Key"
SECRET_HEADER: Final = "X-Loft-Secret"
KEY: Final = "sunflower-key-of-the-loft"
"""A secret of a test, long enough to be looked for in pages, rows and logs."""


class LoftAdapter:
    """Hands notes over by HTTP, and knows the account."""

    def __init__(self, setup: SetupValues) -> None:
        self._url, self._key = setup.values["url"], setup.values["key"]
        self._client = Client()
        self.capabilities = Capabilities(provider=setup.name)

    def open(self) -> None:
        """Look the loft up."""
        self._client.look_up(self._url)

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand one note over."""
        note = {"address": message.address, "text": message.text}
        try:
            answer = self._client.post_json(f"{self._url}/notes", {KEY_HEADER: self._key}, note)
        except (Rejected, OutcomeUnknown) as error:
            return error
        return Accepted(message.reference, str(answer["id"]))

    def account(self) -> AccountState:
        """Ask for the account."""
        return account_of(self._client, self._url, self._key)

    def close(self) -> None:
        """Shut the loft."""
        self._client.close()


class LoftWebhook(SecretInHeader):
    """Calls with a secret of ours in a header."""

    header = SECRET_HEADER

    def read(self, body: bytes) -> Sequence[DeliveryReport]:
        """Read one report."""
        try:
            told = json.loads(body)
            at = datetime.fromisoformat(told["at"])
            return [DeliveryReport(event_key=told["key"], state="delivered", occurred_at=at, provider_id=told["note"])]
        except (ValueError, KeyError, TypeError) as error:
            raise Rejected("unreadable") from error


class LoftFake(HttpFake):
    """The provider itself."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        self.keys = {KEY}
        self.balance: str | None = "1234.50"
        self.paid_until = ""
        self.notes: list[str] = []
        self.taken: list[dict[str, str]] = []

    def answer(self, call: Call) -> Reply:
        if call.headers.get(KEY_HEADER.lower()) not in self.keys:
            return Reply(body={"error": "key"}, status=401)
        if call.path == "/notes":
            self.taken.append(call.json())
            return Reply(body={"id": f"n{len(self.taken)}"})
        return Reply(
            body={
                "name": "Голубятня на крыше",
                "balance": self.balance,
                "paid_until": self.paid_until,
                "notes": self.notes,
            }
        )

    def addresses(self, call: Call) -> list[str]:
        return [call.json()["address"]] if call.path == "/notes" else []


def account_of(client: Client, url: str, key: str) -> AccountState:
    """Ask a loft for the account."""
    answer = client.call("GET", f"{url}/account", headers={KEY_HEADER: key}, is_safe=True)
    answer.check()
    found = answer.json()
    return AccountState(
        name=found["name"],
        balance=None if found["balance"] is None else Decimal(found["balance"]),
        currency="RUB",
        paid_until=found["paid_until"],
        notes=tuple(found["notes"]),
    )


def loft_make(values: SetupValues) -> Provider:
    """Make a loft. One without a roof cannot work."""
    if values.values["login"] == "no-roof":
        raise Misconfigured("no_roof")
    return Provider(
        name=values.name,
        channels=("sms", "email") if values.values["letters"] else ("sms",),
        adapter=lambda _channel: LoftAdapter(values),
        webhook=LoftWebhook(tuple(values.webhook_secrets)),
    )


def nest_make(values: SetupValues) -> Provider:
    """Make a nest, which only the check looks into."""

    def look() -> AccountState:
        client = Client()
        try:
            return account_of(client, values.values["url"], values.values["password"])
        finally:
            client.close()

    return Provider(name=values.name, check=look)


LOFT: Final = ProviderKind(
    code="loft",
    label="Голубятня",
    channels=("sms", "email"),
    fields=(
        ConfigField(name="login", label="Имя голубятни", help="Латинские буквы и дефис.", pattern=r"[a-z-]+"),
        ConfigField(name="key", label="Ключ от голубятни", kind="secret", pattern=r"[!-~]{8,}"),
        ConfigField(name="note_key", label="Ключ для записок", kind="secret", is_required=False),
        ConfigField(
            name="grain",
            label="Зерно",
            kind="choice",
            default="wheat",
            choices=(("wheat", "Пшеница"), ("millet", "Просо")),
        ),
        ConfigField(name="letters", label="Носить и письма", kind="switch", is_required=False),
        ConfigField(name="birds", label="Сколько голубей", kind="number", default="3", pattern=r"[1-9]\d?"),
        ConfigField(name="url", label="Адрес голубятни", kind="url", default="https://loft.example"),
    ),
    make=loft_make,
    webhook_help="Впишите этот адрес и секрет в тетрадь голубятника.",
    needs_webhook_secret=True,
    page="loft",
)

NEST: Final = ProviderKind(
    code="nest",
    label="Гнездо",
    channels=(),
    fields=(
        ConfigField(name="url", label="Адрес гнезда", kind="url"),
        ConfigField(name="password", label="Пароль гнезда", kind="secret"),
    ),
    make=nest_make,
)


def kinds_declare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put both into the registry, for one test."""
    for kind in (LOFT, NEST):
        monkeypatch.setitem(KINDS, kind.code, kind)


def own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let lofts work in a process of their own, for one test."""
    kind = replace(LOFT, make=lambda values: replace(loft_make(values), has_own_process=True))
    monkeypatch.setitem(KINDS, "loft", kind)


def loft_fields(url: str, **changed: str) -> Mapping[str, str]:
    """The fields of a loft as an administrator fills them in."""
    return {"login": "roof", "key": KEY, "grain": "millet", "letters": "", "birds": "5", "url": url, **changed}
