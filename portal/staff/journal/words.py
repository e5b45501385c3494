"""Words for the codes in rows of the journal of staff."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.customers.groups import GROUPS
from consents.enums import (
    Channel,
    ContactKind,
    DemandKind,
    DocumentKind,
    EventKind,
    LegalBasis,
    Purpose,
    StopReason,
    StopScope,
    SubscriberConsent,
)
from consents.words import choice_words
from notify.enums import BrakeReason, ContractKind, MessageState, Operator, SenderNameState, Traffic
from notify.provider_kinds import KINDS
from portal.audit.acts import DETAILS, OBJECTS
from portal.audit.permissions import Right
from portal.exports.kinds import ExportKind
from portal.models.user import Role
from portal.staff.campaigns.view import STAGES
from portal.staff.company.forms import CompanyForm
from portal.staff.inbox.words import LISTS
from portal.staff.providers.forms import ChangeForm
from portal.ui.provider_words import REASONS

Words = Mapping[str, str | Promise]

CHANGES: Final[Words] = {
    "totp_activated": gettext_lazy("подключено приложение с кодами"),
    "totp_deactivated": gettext_lazy("отключено приложение с кодами"),
    "recovery_codes_generated": gettext_lazy("созданы резервные коды"),
    "webauthn_added": gettext_lazy("добавлен ключ доступа"),
    "webauthn_removed": gettext_lazy("удалён ключ доступа"),
    "password_changed": gettext_lazy("пароль сменён"),
    "password_set": gettext_lazy("пароль задан"),
    "password_reset": gettext_lazy("пароль задан по ссылке"),
    "created": gettext_lazy("создан"),
    "changed": gettext_lazy("изменён"),
    "deleted": gettext_lazy("удалён"),
}
"""Last part of the notice of allauth, or what became of a ready answer -> what it tells of."""

WAYS: Final[Words] = {
    "code": gettext_lazy("одноразовый или резервный код"),
    "passkey": gettext_lazy("ключ доступа"),
    "setup": gettext_lazy("код при подключении приложения"),
}

PROVIDER_FIELDS: Final[Words] = {
    **{field.name: gettext_lazy(field.label) for kind in KINDS.values() for field in kind.fields},
    **{name: field.label or name for name, field in ChangeForm.base_fields.items()},
}
"""Fields of set-ups; where two kinds call one differently, the words of the last."""

_ROLES: Final[Words] = dict(Role.choices)

VALUES: Final[Mapping[str, Words]] = {
    "basis": dict(LegalBasis.choices),
    "subscriber_consent": dict(SubscriberConsent.choices),
    "kind": dict((*ExportKind.choices, *EventKind.choices)),
    "kinds": dict(ContractKind.choices),
    "purpose": dict(Purpose.choices),
    "channel": dict(Channel.choices),
    "role": _ROLES,
    "old": _ROLES,
    "new": _ROLES,
    "outcome": dict(MessageState.choices),
    "image": {"removed": gettext_lazy("убрана")},
    "change": CHANGES,
    "way": WAYS,
    "group": GROUPS,
    "scope": dict(StopScope.choices),
    "stop": dict(StopReason.choices),
    "demand": dict(DemandKind.choices),
    "refused": dict((*Purpose.choices, *StopScope.choices, *Channel.choices, *DocumentKind.choices)),
    "operator": dict(Operator.choices),
    "traffic": dict(Traffic.choices),
    "state": dict(SenderNameState.choices),
    "list": dict((*MessageState.choices, *STAGES)),
    "inbox": {str(name): words for name, words in LISTS.items()},
    "fields": PROVIDER_FIELDS,
    "trouble": {**REASONS, **dict(BrakeReason.choices)},
    "changed": {name: field.label or name for name, field in CompanyForm.base_fields.items()},
}
"""Name of a detail -> words of its values; a value without a word is a number, a hash or what a person typed."""

UUID_SHOWN: Final = 8
SUM_SHOWN: Final = 12
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SUM: Final = re.compile(r"[0-9a-f]{64}")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


def object_words(kind: str, ident: str) -> str:
    """Return what an act was about: «право «открывать контакты клиента»», «канал СМС», «клиент 12»."""
    word = str(OBJECTS.get(kind, kind))
    if kind == "right" and ident in Right.values:
        return f"{word} «{Right(ident).label}»"
    if kind == "test_contact" and ident in ContactKind.values:
        return f"{word}: {ContactKind(ident).label}"
    if kind == "channel":
        return f"{word} {choice_words(Channel, ident)}"
    return f"{word} {ident[:UUID_SHOWN] if _UUID.fullmatch(ident) else ident}"


def details_words(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the details of an act as (name, value); empty ones are left out."""
    return [(_label(name), words) for name, words in _filled(details)]


def _filled(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, _value(name, value)) for name, value in details.items() if value not in ("", None, [], {})]


def _label(name: str) -> str:
    return str(DETAILS.get(name, name))


def _part(name: str, words: str) -> str:
    return f"{_label(name)} {words}" if name in ("since", "until") else f"{_label(name)}: {words}"


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("да") if value else _("нет")
    if isinstance(value, Mapping):
        return ", ".join(_part(inner, words) for inner, words in _filled(value))
    if isinstance(value, list):
        return ", ".join(_value(name, inner) for inner in value)
    text = str(value)
    if _SUM.fullmatch(text):
        return f"{text[:SUM_SHOWN]}…"
    if _DAY.fullmatch(text):
        # A title that somebody has typed may look like a day, and be none.
        with suppress(ValueError):
            return f"{date.fromisoformat(text):%d.%m.%Y}"
    return str(VALUES.get(name, {}).get(text, text))
