"""What every customer page stands on: a company with its texts in force, and files of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings

from consents.documents.publishing import documents_install_defaults
from consents.ledger.tree.signing import key_create
from consents.models import Customer
from tests.factories.consents import CompanyFactory, SenderFactory
from tests.portal.public.people import Walker, customer_make


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.SEAL_KEY_FILE = tmp_path / "secrets" / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)


@pytest.fixture
def company(db: None) -> None:
    """The company has entered its requisites and published its texts."""
    CompanyFactory()
    for channel in ("sms", "email", "max"):
        SenderFactory(channel=channel)
    documents_install_defaults()


@pytest.fixture
def customer(company: None) -> Customer:
    """A customer with a mobile number and an address."""
    return customer_make()


@pytest.fixture
def walker() -> Walker:
    """A browser that has not been anywhere."""
    return Walker()
