"""What every test of the ledger stands on: a state directory and a signing key of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings

from consents.ledger.tree.signing import key_create


@pytest.fixture(autouse=True)
def _own_state(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.SEAL_KEY_FILE = tmp_path / "secrets" / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)
