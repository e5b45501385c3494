"""What providers are made of: the fields of a set-up, opened, and what the settings add."""

import functools
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.utils import parseaddr

from django.conf import settings

from consents.errors import SecretUnreadable
from notify.channels.base import Misconfigured
from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues
from notify.channels.verp import bounce_key
from notify.conf import webhook_path
from notify.kept_secrets.memory import SetupMemory
from notify.kept_secrets.secrets import FIELDS_PLACE, WEBHOOK_PLACE, opened
from notify.models import ProviderSetup
from notify.provider_kinds import KINDS

logger = logging.getLogger("notify.providers")


def provider_of(row: ProviderSetup) -> Provider | None:
    """Return the provider of a row; None for one that cannot work, which is logged."""
    kind = KINDS.get(row.kind)
    if kind is None:
        return None
    try:
        provider = _made(kind, _content(row))
    except (Misconfigured, SecretUnreadable) as error:
        logger.error("provider %s cannot be used: %s", row.name, getattr(error, "reason", type(error).__name__))
        return None
    return replace(provider, per_second=row.per_second or provider.per_second)


def defaults_of(fields: Sequence[ConfigField]) -> dict[str, str]:
    """Return what fields hold before anybody fills them."""
    return {field.name: field.default for field in fields}


def values_of(row: ProviderSetup) -> SetupValues:
    """Return what the provider of a row is made of, with secrets. Raises `SecretUnreadable`."""
    return _opened(KINDS[row.kind], _content(row))


@dataclass(frozen=True, slots=True, repr=False)
class _Content:
    """All that a provider is made of, secrets still encrypted: who has the same content has the same provider."""

    name: str
    values: str
    secrets: str
    webhook_secrets: str
    field_key: str
    """Its hash: with another key nothing opens."""
    webhook_url: str
    mail_domain: str
    bounce_address: str
    bounce_key: bytes


def _content(row: ProviderSetup) -> _Content:
    return _Content(
        name=row.name,
        values=json.dumps(row.values, sort_keys=True),
        secrets=row.secrets,
        webhook_secrets=row.webhook_secrets,
        field_key=hashlib.sha256(settings.FIELD_KEY).hexdigest(),
        webhook_url=f"{settings.SITE_URL}{webhook_path(provider=row.name)}",
        mail_domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2],
        bounce_address=settings.BOUNCE_ADDRESS,
        bounce_key=bounce_key(settings.LINK_KEY),
    )


@functools.lru_cache(maxsize=64)
def _made(kind: ProviderKind, content: _Content) -> Provider:
    """Return what a kind makes of a content. Decrypting takes longer than a call of a webhook may."""
    return kind.make(_opened(kind, content))


def _opened(kind: ProviderKind, content: _Content) -> SetupValues:
    return SetupValues(
        name=content.name,
        values={
            **defaults_of(kind.fields),
            **json.loads(content.values),
            **opened(content.secrets, FIELDS_PLACE),
        },
        webhook_secrets=tuple(opened(content.webhook_secrets, WEBHOOK_PLACE)),
        webhook_url=content.webhook_url,
        mail_domain=content.mail_domain,
        bounce_address=content.bounce_address,
        bounce_key=content.bounce_key,
        memory=SetupMemory(content.name),
    )
