"""Whatever people, files and providers have written is drawn as text on every page, also where it looks like markup."""

import re
from functools import partial
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from tests.factories.consents import company_make
from tests.fakes.loft_kind import kinds_declare
from tests.portal.every_address.ground import VISITS, client_with, ground_make, places
from tests.portal.staff import world

MARK: Final = "<zq a='\"&((имя))>"
CYRILLIC: Final = re.compile("[А-Яа-яё]")
TEXTS: Final = (models.CharField, models.TextField)

pytestmark = pytest.mark.django_db


def _marked(value: Any, longest: int | None = None) -> Any:
    """Put the mark into every text that people read."""
    if isinstance(value, str) and CYRILLIC.search(value):
        return f"{MARK}{value}"[:longest]
    if isinstance(value, dict):
        return {name: _marked(inner) for name, inner in value.items()}
    return [_marked(inner) for inner in value] if isinstance(value, list) else value


def _mark_all() -> set[str]:
    """Mark every column that holds words; return the names of the columns."""
    done = set()
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in ("consents", "notify", "portal"):
            continue
        for field in model._meta.concrete_fields:
            if not isinstance(field, (*TEXTS, models.JSONField)) or field.choices:
                continue
            for pk, value in model._default_manager.values_list("pk", field.attname):
                new = _marked(value, getattr(field, "max_length", None))
                if new != value and _changed(model, pk, field.attname, new):
                    done.add(f"{model._meta.label}.{field.name}")
    return done


def _changed(model: type[models.Model], pk: Any, name: str, value: Any) -> bool:
    """Change a row; False for one that may only be added."""
    try:
        with transaction.atomic():
            model._default_manager.filter(pk=pk).update(**{name: value})
    except DatabaseError:
        return False
    return True


def test_every_page_draws_it_as_text(own_files: None, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds_declare(monkeypatch)
    named = dict.fromkeys(("name", "short_name", "address", "dpo_title"), f"{MARK}Ромашка")
    monkeypatch.setattr(world, "company_make", partial(company_make, **named))
    ground = ground_make()
    assert len(_mark_all()) > 20

    shown, raw = 0, []
    for name, place in places().items():
        if "GET" not in ground.methods[name] or place.is_file or name == "account_logout":
            continue
        for who in VISITS[:3] if name.startswith("public:") else ground.may[name][-1:]:
            answer = client_with(ground.cookies[who]).get(place.address(ground.parts[name]))
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                page = answer.content.decode()
                shown += "&lt;zq" in page
                raw += [(name, who)] if "<zq" in page else []

    assert raw == []
    assert shown > 100
