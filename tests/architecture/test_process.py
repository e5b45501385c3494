"""No test sees what another left in the process."""

from django.conf import settings
from django.test import Client
from django.utils import translation

from tests.support.process import forget_process


def test_the_language_of_a_reader_does_not_reach_the_next_test(client: Client, db: None) -> None:
    client.get("/", headers={"accept-language": "en"})
    assert translation.get_language() == "en"

    forget_process()

    assert translation.get_language() == settings.LANGUAGE_CODE
