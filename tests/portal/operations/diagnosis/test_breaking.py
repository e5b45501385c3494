"""A check that breaks off hides nothing of the others."""

import pytest

from portal.operations import diagnosis
from portal.operations.diagnosis.part import Diagnosis

VALUE = "+79161234512"


def broken() -> Diagnosis:
    """A check that meets a value nobody has thought of."""
    raise OverflowError(VALUE)


def test_a_check_that_breaks_off_is_said_and_the_others_are_asked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(diagnosis.server, "parts", lambda: [broken, lambda: Diagnosis(True, "сервер")])
    monkeypatch.setattr(diagnosis.providers, "diagnoses", broken)
    monkeypatch.setattr(diagnosis.restore, "PARTS", (broken,))
    monkeypatch.setattr(diagnosis.work, "PARTS", (lambda: Diagnosis(True, "работа"),))
    monkeypatch.setattr(diagnosis.company, "PARTS", ())

    told = diagnosis.diagnose()

    assert [one.good for one in told] == [False, True, False, False, True]
    assert "OverflowError" in told[0].sentence
    assert VALUE not in told[0].sentence + caplog.text
