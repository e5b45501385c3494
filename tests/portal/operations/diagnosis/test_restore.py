"""The doctor says that the database was set back."""

import pytest

from consents.models import Epoch
from consents.outside.epochs import mark_take
from consents.outside.files import lines_add
from portal.operations.diagnosis import restore

pytestmark = pytest.mark.django_db


def test_a_database_that_was_set_back_is_not_in_order_and_names_the_way_out() -> None:
    assert restore._epoch().good
    lines_add([mark_take().line("claimed", rows=[]) for _ in range(3)])
    assert restore._epoch().good

    Epoch.objects.update(counter=1)

    said = restore._epoch()
    assert not said.good
    assert "Рассылка остановлена: база отстаёт" in said.sentence
    assert "restore status" in said.sentence
