"""The pages of allauth that exist here; all its others, also those of later versions, answer 404.

A page that is not offered keeps its name, because pages of allauth look names up, and loses its view.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NoReturn

from allauth.urls import urlpatterns as theirs
from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver

OFFERED: Final = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_index",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_reauthenticate_webauthn",
        "mfa_login_webauthn",
        "usersessions_list",
    }
)
"""Accounts are made, and their addresses changed, by an administrator: no sign-up, no e-mail page."""


def not_offered(_request: HttpRequest, **_kwargs: object) -> NoReturn:
    """Answer for a page of allauth that this installation does not have."""
    raise Http404


def offered(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern | URLResolver]:
    """Yield the same addresses, with a view only for those that are offered."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield URLResolver(entry.pattern, list(offered(entry.url_patterns)))
        elif entry.name in OFFERED:
            yield entry
        else:
            yield URLPattern(entry.pattern, not_offered, name=entry.name)


urlpatterns = list(offered(theirs))
