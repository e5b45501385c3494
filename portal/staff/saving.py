"""Saving a form over something that is stored: one save at a time, and none over a newer one unseen.

Two tabs, or two people, may have the same thing open. A form carries the mark of what it was filled from; when that is
not what is stored any more, nothing is saved: the page shows what was typed in the form, and what is stored beside it.
The next save of that page is made with both in view.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any, Final, TypeVar

from django import forms
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

SEEN: Final = "seen"
_IN_TURN: Final = "SELECT pg_advisory_xact_lock(hashtext('portal.save'), hashtext(%s))"

View = Callable[..., HttpResponseBase]
F = TypeVar("F", bound=forms.BaseForm)


def saved_in_turn(view: View) -> View:
    """Let the saves of one page wait for one another, so that each sees what the one before has stored."""

    @wraps(view)
    def turn(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_IN_TURN, [request.path])
            return view(request, *args, **kwargs)

    return turn


def guarded(form: F, *, stored: Mapping[str, Any] | None = None, is_save: bool = True, but: Collection[str] = ()) -> F:
    """Return a form that is no longer valid when it was filled while something else was stored than is now.

    Stored is what it begins with, unless ``stored`` says otherwise. Call it when the form has all its fields and
    choices. A repeat of what is stored already is let through: it changes nothing. Fields named in ``but`` are stored
    nowhere; without ``is_save`` the form is only drawn again, and keeps its mark. ``components/seen.html`` draws the
    mark and what is stored.
    """
    kept = {bound.name: (stored or {}).get(bound.name, bound.initial) for bound in form if bound.name not in but}
    mark = _mark(kept)
    typed = form.data.get(SEEN) if form.is_bound else None
    if typed and not is_save:
        mark = typed
    others = [] if typed in (None, mark) else _others(form, kept)
    if others:
        words = _(
            "Пока эта страница была открыта, здесь сохранили другое. Ваш вариант остался в форме, сохранённый показан "
            "рядом. Чтобы заменить его своим, сохраните ещё раз."
        )
        form.add_error(None, words)
    form.seen, form.stored = mark, others  # type: ignore[attr-defined]  # for the template
    return form


def _mark(kept: Mapping[str, object]) -> str:
    """Return a short hash of the values of a form."""
    values = {name: _plain(value) for name, value in kept.items()}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def _others(form: forms.BaseForm, kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and stored value of each field in which something else has been typed."""
    visible = (bound for bound in form if bound.name in kept and not bound.is_hidden)
    return [
        (str(bound.label), _words(bound, kept[bound.name])) for bound in visible if _differs(bound, kept[bound.name])
    ]


def _differs(bound: forms.BoundField, value: object) -> bool:
    if isinstance(bound.data, str) and isinstance(value, str | None):
        return _plain(bound.data) != _plain(value)
    return bound.field.has_changed(value, bound.data)


def _plain(value: object) -> object:
    """Return a value as it compares: a browser sends other line ends than it was given."""
    if isinstance(value, list | tuple):
        return sorted(str(one) for one in value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _words(bound: forms.BoundField, value: Any) -> str:
    """Return what is stored as people read it."""
    if isinstance(bound.field.widget, forms.PasswordInput):
        return _("не показывается")
    if isinstance(value, bool):
        return _("да") if value else _("нет")
    labels = {str(code): str(label) for code, label in getattr(bound.field, "choices", ())}
    if isinstance(value, list | tuple):
        return ", ".join(labels.get(str(one), str(one)) for one in value) or "—"
    shown = value if isinstance(value, str) else bound.field.widget.format_value(value)
    shown = ", ".join(shown) if isinstance(shown, list) else str(shown or "")
    return labels.get(str(value), shown) or "—"
