"""Accounts of staff; customers have none."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from consents.database.clock import database_now


class Role(models.TextChoices):
    """What a member of staff may do; the rights are the table in `portal.audit.permissions`."""

    MARKETING = "marketing", _("маркетинг")
    DPO = "dpo", _("ответственный за персональные данные")
    OPERATOR = "operator", _("оператор")
    ADMINISTRATOR = "administrator", _("администратор")


class UserManager(BaseUserManager["User"]):
    """Makes accounts that log in by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields.setdefault("role", Role.ADMINISTRATOR)
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff with exactly one role."""

    email = models.EmailField(_("электронная почта"), unique=True)
    name = models.CharField(_("имя"), max_length=120)
    role = models.CharField(_("роль"), max_length=16, choices=Role)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=database_now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email
