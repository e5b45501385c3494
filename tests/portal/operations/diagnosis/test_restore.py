"""The doctor says that the database was set back, and what is wrong with the file of heads."""

from pathlib import Path

import pytest
from pytest_django import Settings

from consents.ledger.tree.publishing import heads_file
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import key_create
from consents.models import Epoch
from consents.outside.epochs import mark_take
from consents.outside.files import lines_add
from portal.operations.diagnosis import restore
from tests.consents.ledger_cases import answers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_key(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.SEAL_KEY_FILE = tmp_path / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)


def test_a_database_that_was_set_back_is_not_in_order_and_names_the_way_out() -> None:
    assert restore._epoch().good
    lines_add([mark_take().line("claimed", rows=[]) for _ in range(3)])
    assert restore._epoch().good

    Epoch.objects.update(counter=1)

    said = restore._epoch()
    assert not said.good
    assert "Рассылка остановлена: база отстаёт" in said.sentence
    assert "restore status" in said.sentence


def test_a_file_of_heads_that_is_gone_damaged_or_behind_is_not_in_order() -> None:
    assert restore._heads().good
    answers(3)
    ledger_seal()
    assert restore._heads().good
    whole = heads_file().read_bytes()

    heads_file().write_bytes(b"something else\n")
    assert "не читается" in restore._heads().sentence
    heads_file().unlink()
    assert "нет или он пуст" in restore._heads().sentence
    heads_file().write_bytes(whole)
    answers(2)
    ledger_seal()
    heads_file().write_bytes(whole)
    said = restore._heads()
    assert not said.good
    assert "не попадают в файл" in said.sentence
