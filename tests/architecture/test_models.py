"""The rooms look one way: walks every model and every foreign key."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOMS = ("consents", "notify", "portal")
VALUES_ONLY = ("ConsentEvent", "Evidence", "ConsentState", "Leaf", "TreeNode", "Seal")
"""The ledger keeps who acted as a value: an account that goes must not take a proof with it."""


def _models(room: str) -> list[type[models.Model]]:
    return list(apps.get_app_config(room).get_models())


def _targets(model: type[models.Model]) -> list[type[models.Model]]:
    fields = [field for field in model._meta.get_fields() if field.is_relation and field.concrete]
    return [field.related_model for field in fields if field.related_model is not None]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_models(room: str) -> None:
    assert _models(room)


@pytest.mark.parametrize("room", ROOMS)
def test_no_foreign_key_looks_up_except_to_the_user(room: str) -> None:
    above = ROOMS[ROOMS.index(room) + 1 :]

    wrong = [
        f"{model.__name__} -> {target.__name__}"
        for model in _models(room)
        for target in _targets(model)
        if target._meta.app_label in above and target._meta.label != settings.AUTH_USER_MODEL
    ]

    assert wrong == []


def test_the_ledger_does_not_even_look_at_the_user() -> None:
    ledger = [model for model in _models("consents") if model.__name__ in VALUES_ONLY]

    assert len(ledger) == len(VALUES_ONLY)
    assert [model for model in ledger for target in _targets(model) if target._meta.app_label == "portal"] == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_model_has_logic_in_save(room: str) -> None:
    own = [
        model.__name__
        for model in _models(room)
        for name in ("save", "delete", "full_clean")
        if name in vars(model) or any(name in vars(base) for base in model.__mro__ if base.__module__.startswith(ROOMS))
    ]

    assert own == []
