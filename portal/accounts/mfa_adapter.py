"""Second factors of staff: secrets encrypted in the database, every change recorded in the journal."""

from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.field_encryption import text_decrypt, text_encrypt

PLACE: Final = "mfa_authenticator.data"


def passkeys_work(request: HttpRequest) -> bool:
    """Return whether a browser can use passkeys at this address: it binds them to a host name, not to an IP."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return True
    return False


def passkey_address(request: HttpRequest) -> str:
    """Return the address of this page at `localhost`, where passkeys work; empty where it has no such name."""
    place = urlsplit(f"//{request.get_host()}")
    if passkeys_work(request) or not ip_address(place.hostname or "").is_loopback:
        return ""
    port = f":{place.port}" if place.port else ""
    return f"{request.scheme}://localhost{port}{request.path}"


class MFAAdapter(DefaultMFAAdapter):
    """Hooks of allauth that encrypt the seed of one-time codes, which allauth stores in clear by default."""

    error_messages = {
        "add_email_blocked": gettext_lazy("Новый адрес нельзя добавить, пока вход защищён вторым фактором."),
        "cannot_delete_authenticator": gettext_lazy("Второй фактор обязателен, отключить последний нельзя."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Сначала настройте второй фактор, потом создайте резервные коды."
        ),
        "incorrect_code": gettext_lazy("Код не подошёл. Проверьте время на устройстве и введите новый код."),
        "unverified_email": gettext_lazy("Сначала подтвердите адрес электронной почты."),
    }

    def encrypt(self, text: str) -> str:
        return text_encrypt(text, place=PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return text_decrypt(encrypted_text, place=PLACE)

    def get_totp_issuer(self) -> str:
        """Return the name of the entry in the app of one-time codes."""
        return _("Мостик")

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """Return the names of the passkey: those of the person, from our own name field."""
        return super().get_public_key_credential_user_entity(user) | {"display_name": str(user)}
