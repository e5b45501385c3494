"""What must stand before anybody is written to."""

import pytest

from consents.documents.readiness import REQUISITES, readiness
from consents.enums import DocumentKind
from tests.factories.consents import CompanyFactory, company_make, launch_ready_make

pytestmark = pytest.mark.django_db


def test_a_new_installation_lacks_all_of_it() -> None:
    missing = readiness()

    assert missing.requisites == REQUISITES
    assert set(missing.texts) == {DocumentKind.PD_SERVICE, DocumentKind.POLICY}
    assert not missing.is_whole


def test_one_field_that_is_blank_is_named() -> None:
    CompanyFactory(address=" ")

    assert readiness().requisites == ("address",)


@pytest.mark.parametrize("make", [company_make, launch_ready_make])
def test_a_company_with_its_texts_in_force_lacks_nothing(make: object) -> None:
    assert callable(make)
    make()

    assert readiness().is_whole
