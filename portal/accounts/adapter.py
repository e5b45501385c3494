"""How staff log in: by e-mail, nobody signs up by themselves, and the journal records all of it."""

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notify.messages.staff_letters import staff_letter_send
from portal.accounts.sessions import session_begin
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record
from portal.audit.request_actor import staff_user
from portal.client import client_address
from portal.models import User
from portal.visits.throttle import source_of

NOTICES: Final = {
    "account/email/password_": AuditedAction.PASSWORD_CHANGED,
    "mfa/email/": AuditedAction.SECOND_FACTOR_CHANGED,
}
"""Prefix of the notice that allauth would mail -> what the journal calls it."""
NOBODY: Final = 0
"""Number of an account that does not exist."""


class AccountAdapter(DefaultAccountAdapter):
    """The hooks of allauth that are ours; all else is theirs."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Эта учётная запись отключена."),
        "email_password_mismatch": _("Почта или пароль не подошли."),
        "enter_current_password": _("Введите действующий пароль."),
        "incorrect_code": _("Код не подошёл."),
        "incorrect_password": _("Пароль не подошёл."),
        "invalid_login": _("Не удалось войти."),
        "invalid_password_reset": _("Ссылка для пароля уже использована или устарела. Попросите новую."),
        "too_many_login_attempts": _("Слишком много неудачных попыток. Попробуйте через пять минут."),
        "rate_limited": _("Слишком много запросов подряд. Подождите минуту и повторите."),
        "same_as_current": _("Новое значение должно отличаться от прежнего."),
        "select_only_one": _("Выберите что-то одно."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the hook of allauth
        """Refuse to sign up: an administrator or `manage.py staff_create` makes accounts."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return under what wrong passwords are counted: the account and where they come from.

        By the account alone anybody who knows an address could keep its owner out. Guessing from many addresses meets
        long passwords and a second factor.
        """
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}|{source_of(client_address(request))}"

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Start the clocks of the session and write the login down; nothing is asked for again at once."""
        session_begin(request)
        login_confirm(request, user)
        account_record(request, user, AuditedAction.LOGGED_IN)
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write a failed try down, under the account if there is one; what was typed is not kept."""
        user = User.objects.filter(email__iexact=str(credentials.get("email") or "")).first()
        account_record(request, user, AuditedAction.LOGIN_FAILED)

    def logout(self, request: HttpRequest) -> None:
        """Write the way out down before the session forgets who it was."""
        user = staff_user(request)
        if user is not None:
            account_record(request, user, AuditedAction.LOGGED_OUT)
        super().logout(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Plan the letter like any message. The clock has a worker send it: no page waits for a mail server."""
        self._plan(template_prefix, email, context)

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        """Plan the letter with the link; for an account that does not exist, one that nobody gets."""
        self._plan("account/email/password_reset_key", email, context, is_for_nobody=user.pk == NOBODY)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of the letter, by the address of the site and never by the header that a browser sent."""
        uid, _, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})

    def _plan(self, template_prefix: str, email: str, context: dict[str, Any], *, is_for_nobody: bool = False) -> None:
        letter = self.render_mail(template_prefix, email, {"email": email, **context})
        staff_letter_send(
            address=email, subject=str(letter.subject), text=str(letter.body), is_for_nobody=is_for_nobody
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Record a change of a password or a factor, then plan its letter; allauth calls this after each."""
        for prefix, act in NOTICES.items():
            if template_prefix.startswith(prefix):
                account_record(self.request, user, act, change=template_prefix.rsplit("/", 1)[-1])
        super().send_notification_mail(template_prefix, user, context, email)


def login_confirm(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Let a login of this moment count as its own confirmation, which acts that weigh ask for within five minutes."""
    records = get_authentication_records(request, user)
    if records:
        record_authentication(request, user, method=records[-1]["method"], reauthenticated=True)


def account_record(request: HttpRequest, user: AbstractBaseUser | None, act: AuditedAction, **details: str) -> None:
    """Write down what somebody did at the sign-in pages, under the account if there is one."""
    person = user if isinstance(user, User) else None
    actor = StaffActor(user=person, address=client_address(request))
    action_record(actor, act, *(("user", person.pk) if person else ()), details=details)
