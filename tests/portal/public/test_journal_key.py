"""The key that receipts are checked against is published where everyone can read it."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from consents.ledger.tree.signing import key_create, key_ring_read

pytestmark = pytest.mark.django_db


def test_anyone_reads_every_public_key_and_never_the_private_one(settings: Settings, tmp_path: Path) -> None:
    settings.SEAL_KEY_FILE = tmp_path / "keys" / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)
    first = key_ring_read(settings.SEAL_KEY_FILE).as_hex()
    settings.SEAL_KEY_FILE.unlink()
    key_create(settings.SEAL_KEY_FILE)

    answer = Client().get("/journal-key/")

    text = answer.content.decode()
    keys = key_ring_read(settings.SEAL_KEY_FILE).as_hex()
    assert answer.status_code == 200
    assert len(keys) == 2
    assert first.items() <= keys.items()
    assert all(key in text and name in text for name, key in keys.items())
    assert "PRIVATE" not in text


def test_before_there_is_a_key_the_page_says_so(settings: Settings, tmp_path: Path) -> None:
    settings.SEAL_KEY_FILE = tmp_path / "keys" / "seal.pem"

    answer = Client().get("/journal-key/")

    assert answer.status_code == 404
    assert "Ключ ещё не создан" in answer.content.decode()
