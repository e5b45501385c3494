"""How set-ups of providers fare: a look at the account, kept with its time, and what a person should act upon."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from consents.apart import apart
from consents.database.clock import database_now
from notify.channels.base import AccountState, ChannelError, TemporarilyUnavailable
from notify.channels.registry import adapter_of, providers_of
from notify.channels.setup import Provider
from notify.errors import SetupMissing
from notify.models import ProviderSetup, ProviderState
from notify.provider_setups import SetupView, provider_named, providers_set_up, setups_listed

logger = logging.getLogger("notify.providers")

PAID_NEAR: Final = timedelta(days=7)
"""So long before the paid time ends we warn."""
UNUSABLE: Final = "unusable"
"""The fields cannot work, or the secrets cannot be read."""
NO_PROCESS: Final = "no_process"
"""Its own process, `manage.py provider_run`, does not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCheck:
    """What a look at one set-up found. ``account`` None: it has none to look at."""

    trouble: str = ""
    account: AccountState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderHealth:
    """One provider as it fares. Without ``setup`` it is one that the environment of the site sets up."""

    name: str
    setup: SetupView | None
    channels: tuple[str, ...]
    is_on: bool
    is_usable: bool
    failures: int = 0
    trouble: str = ""
    open_until: datetime | None = None
    """Until then nobody calls it."""
    is_process_missing: bool = False
    """It works in a process of its own, and that does not run."""
    account: AccountState | None = None
    checked_at: datetime | None = None
    check_trouble: str = ""

    @property
    def is_balance_low(self) -> bool:
        """Return whether the balance is under the limit of the set-up."""
        limit = self.setup.balance_warn if self.setup else None
        balance = self.account.balance if self.account else None
        return limit is not None and balance is not None and balance < limit

    @property
    def is_paid_time_ending(self) -> bool:
        """Return whether the paid time ends within days, or is over."""
        paid_until = _day(self.account.paid_until) if self.account else None
        return paid_until is not None and paid_until <= timezone.localdate(database_now()) + PAID_NEAR

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return short words for a person to act upon; none of a provider that is off."""
        if not self.is_on:
            return ()
        found = {
            UNUSABLE: not self.is_usable,
            NO_PROCESS: self.is_process_missing,
            "failing": self.failures > 0,
            "check_failed": bool(self.check_trouble),
            "low_balance": self.is_balance_low,
            "paid_time_ends": self.is_paid_time_ending,
        }
        notes = self.account.notes if self.account else ()
        return (*(word for word, holds in found.items() if holds), *notes)


def setup_check(*, name: str) -> SetupCheck:
    """Open a connection to one provider and close it, and look at our account where it has one. Sends nothing.

    Never call it inside a transaction. Raises `SetupMissing`.
    """
    try:
        provider = provider_named(name)
    except SetupMissing:
        if not ProviderSetup.objects.filter(name=name).exists():
            raise
        return SetupCheck(trouble=UNUSABLE)
    return _checked(provider)


def check_store(*, name: str, check: SetupCheck) -> None:
    """Keep what a look has found, with its time."""
    kept = {"account": _kept(check.account), "account_trouble": check.trouble[:60], "account_at": Now()}
    ProviderState.objects.update_or_create(name=name, defaults=kept)


def providers_check() -> None:
    """Look at the account of every provider that is on and has one, and log what a person should act upon.

    A repeat looks again. Providers without an account are left alone: some bear one connection at a time.
    """
    for provider in providers_set_up():
        if _has_account(provider):
            apart(f"the check of provider {provider.name}", partial(_check, provider), None)
    for health in providers_health():
        for word in health.warnings:
            logger.warning("provider %s: %s %s", health.name, word, health.trouble or health.check_trouble)


def _check(provider: Provider) -> None:
    check_store(name=provider.name, check=_checked(provider))


def providers_health() -> list[ProviderHealth]:
    """Return every provider that is set up, on or off, in the order of preference."""
    setups, states = setups_listed(), _states()
    usable = {provider.name: provider for provider in providers_set_up()}
    named = {setup.name for setup in setups}
    others = [one for one in providers_of(settings) if one.adapter is not None and one.name not in named]
    alive = set(ProviderState.objects.filter(alive_until__gt=Now()).values_list("name", flat=True))
    return [
        *(
            ProviderHealth(
                name=setup.name,
                setup=setup,
                channels=setup.channels,
                is_on=setup.is_on,
                is_usable=setup.name in usable,
                is_process_missing=setup.name in usable
                and usable[setup.name].has_own_process
                and setup.name not in alive,
                **states.get(setup.name, {}),
            )
            for setup in setups
        ),
        *(
            ProviderHealth(
                name=one.name,
                setup=None,
                channels=one.channels,
                is_on=True,
                is_usable=True,
                **states.get(one.name, {}),
            )
            for one in others
        ),
    ]


def _checked(provider: Provider) -> SetupCheck:
    try:
        return SetupCheck(account=_account(provider))
    except ChannelError as error:
        return SetupCheck(trouble=error.reason or "no_reason")
    except Exception as error:
        logger.error("provider %s: the check broke, %s", provider.name, type(error).__name__)
        return SetupCheck(trouble=f"broke_{type(error).__name__}")


def _account(provider: Provider) -> AccountState | None:
    if provider.check is not None:
        return provider.check()
    if provider.has_own_process:
        # Its session is the only one that the other side bears.
        if not ProviderState.objects.filter(name=provider.name, alive_until__gt=Now()).exists():
            raise TemporarilyUnavailable(NO_PROCESS)
        return None
    if provider.adapter is None:
        return None
    adapter = adapter_of(provider, provider.channels[0])
    look: Callable[[], AccountState] | None = getattr(adapter, "account", None)
    try:
        adapter.open()
        return look() if look is not None else None
    finally:
        adapter.close()


def _has_account(provider: Provider) -> bool:
    if provider.adapter is None or provider.check is not None or provider.has_own_process:
        return provider.check is not None
    try:
        return hasattr(adapter_of(provider, provider.channels[0]), "account")
    except Exception:
        return True  # the look at it says why


def _states() -> dict[str, dict[str, Any]]:
    """Return what is kept of each provider by the fields of `ProviderHealth`."""
    open_until = Case(When(breaker_open_until__gt=Now(), then=F("breaker_open_until")), default=Value(None))
    return {
        row.name: {
            "failures": row.failures,
            "trouble": row.trouble,
            "open_until": row.open_until,
            "account": _read(row.account),
            "checked_at": row.account_at,
            "check_trouble": row.account_trouble,
        }
        for row in ProviderState.objects.annotate(open_until=open_until)
    }


def _kept(account: AccountState | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {**asdict(account), "balance": None if account.balance is None else str(account.balance)}


def _read(kept: dict[str, Any]) -> AccountState | None:
    """Return the account as it was found; None where none was, or another release kept it in another form."""
    try:
        balance = None if kept.get("balance") is None else Decimal(kept["balance"])
        return AccountState(**{**kept, "balance": balance, "notes": tuple(kept["notes"])}) if kept else None
    except (TypeError, KeyError, InvalidOperation):
        return None


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso[:10])
    except ValueError:
        return None
