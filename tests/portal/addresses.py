"""Every address outside the console, who may use it and by which methods: a new one without a row fails the build."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

Who = Literal["anyone", "staff", "nobody"]

READ: Final = ("GET",)
WRITE: Final = ("POST",)
BOTH: Final = ("GET", "POST")
UUID: Final = "1f3c5a70-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Address:
    """One address; `anyone` has guards of its own (a visit, a secret), `staff` the session and the second factor."""

    name: str
    who: Who
    methods: tuple[str, ...]
    where: dict[str, Any] = field(default_factory=dict)


OUTSIDE: Final = (
    Address("healthz", "anyone", READ),
    Address("brand_css", "anyone", READ),
    Address("set_language", "anyone", BOTH),
    Address("webhook", "anyone", WRITE, {"provider": "max", "secret": "wrong"}),
    Address("public:entrance", "anyone", BOTH),
    Address("public:lost", "anyone", READ),
    Address("public:policy", "anyone", READ),
    Address("public:journal_key", "anyone", READ),
    Address("public:link", "anyone", READ, {"token": "A" * 26}),
    Address("public:one_click", "anyone", BOTH, {"token": "A" * 26}),
    Address("public:qr", "anyone", READ, {"token": "A" * 26}),
    Address("public:landing", "anyone", READ),
    Address("public:visit", "anyone", WRITE),
    Address("public:stay", "anyone", READ),
    Address("public:next", "anyone", READ),
    Address("public:deny", "anyone", BOTH),
    Address("public:refuse", "anyone", BOTH),
    Address("public:refused", "anyone", READ),
    Address("public:denied", "anyone", READ),
    Address("public:code", "anyone", READ),
    Address("public:code_send", "anyone", BOTH),
    Address("public:code_enter", "anyone", BOTH),
    Address("public:which_customer", "anyone", BOTH),
    Address("public:contacts", "anyone", READ),
    Address("public:contact_phone", "anyone", BOTH),
    Address("public:contact_email", "anyone", BOTH),
    Address("public:contact_confirm", "anyone", BOTH),
    Address("public:cancel_change", "anyone", BOTH),
    Address("public:cancelled_change", "anyone", READ),
    Address("public:channels", "anyone", BOTH),
    Address("public:rules", "anyone", BOTH),
    Address("public:consent", "anyone", BOTH, {"edition_id": 1}),
    Address("public:consent_pdf", "anyone", READ, {"edition_id": 1}),
    Address("public:offers", "anyone", BOTH),
    Address("public:max", "anyone", BOTH),
    Address("public:max_state", "anyone", READ),
    Address("public:max_skip", "anyone", BOTH),
    Address("public:done", "anyone", BOTH),
    Address("public:receipt", "anyone", READ, {"receipt": UUID}),
    Address("public:receipt_pdf", "anyone", READ, {"receipt": UUID}),
    Address("public:receipt_json", "anyone", READ, {"receipt": UUID}),
    Address("public:home", "anyone", READ),
    Address("public:withdraw", "anyone", BOTH),
    Address("public:allow", "anyone", BOTH),
    Address("public:max_off", "anyone", BOTH),
    Address("public:history", "anyone", READ),
    Address("public:event_text", "anyone", READ, {"event": UUID}),
    Address("public:event_text_pdf", "anyone", READ, {"event": UUID}),
    Address("public:own_data", "anyone", READ),
    Address("public:finish", "anyone", BOTH),
    Address("public:finished", "anyone", READ),
    Address("account_login", "anyone", BOTH),
    Address("account_logout", "anyone", BOTH),
    Address("account_inactive", "anyone", READ),
    Address("account_reset_password", "anyone", BOTH),
    Address("account_reset_password_done", "anyone", READ),
    Address("account_reset_password_from_key", "anyone", BOTH, {"uidb36": "1", "key": "a-b"}),
    Address("account_reset_password_from_key_done", "anyone", READ),
    Address("mfa_authenticate", "anyone", BOTH),
    Address("mfa_login_webauthn", "anyone", BOTH),
    Address("account_reauthenticate", "staff", BOTH),
    Address("account_change_password", "staff", BOTH),
    Address("account_set_password", "staff", BOTH),
    Address("mfa_index", "staff", READ),
    Address("mfa_reauthenticate", "staff", BOTH),
    Address("mfa_activate_totp", "staff", BOTH),
    Address("mfa_deactivate_totp", "staff", BOTH),
    Address("mfa_view_recovery_codes", "staff", READ),
    Address("mfa_generate_recovery_codes", "staff", BOTH),
    Address("mfa_download_recovery_codes", "staff", BOTH),
    Address("mfa_list_webauthn", "staff", READ),
    Address("mfa_add_webauthn", "staff", BOTH),
    Address("mfa_edit_webauthn", "staff", BOTH, {"pk": 1}),
    Address("mfa_remove_webauthn", "staff", BOTH, {"pk": 1}),
    Address("mfa_reauthenticate_webauthn", "staff", BOTH),
    Address("usersessions_list", "staff", BOTH),
    Address("account_signup", "nobody", BOTH),
    Address("account_email", "nobody", BOTH),
    Address("account_email_verification_sent", "nobody", BOTH),
    Address("account_confirm_email", "nobody", BOTH, {"key": "MQ:x"}),
    Address("account_confirm_login_code", "nobody", BOTH),
    Address("sandbox:home", "staff", READ),
    Address("sandbox:provider", "anyone", WRITE),
    Address("sandbox:phone", "staff", READ),
    Address("sandbox:phone_find", "staff", WRITE),
    Address("sandbox:mailbox", "staff", READ),
    Address("sandbox:mail_find", "staff", WRITE),
    Address("sandbox:letter", "staff", READ, {"message_id": 1}),
    Address("sandbox:letter_html", "staff", READ, {"message_id": 1}),
    Address("sandbox:max_accounts", "staff", READ),
    Address("sandbox:max_start", "staff", READ),
    Address("sandbox:max_start_press", "staff", WRITE),
    Address("sandbox:max_dialogue", "staff", READ, {"account": 1}),
    Address("sandbox:max_act", "staff", WRITE, {"account": 1}),
    Address("sandbox:fakes", "staff", READ),
    Address("sandbox:fake", "staff", READ, {"code": "max"}),
    Address("sandbox:fake_act", "staff", WRITE, {"code": "max"}),
    Address("sandbox:fake_person_make", "staff", WRITE),
    Address("sandbox:fake_person", "staff", READ, {"account": 213000001}),
    Address("sandbox:fake_person_act", "staff", WRITE, {"account": 213000001}),
)
