"""Every page of the product: which test reads it with axe-core, which pictures show it.

`tests/architecture/test_pages.py` holds both lists against the templates, so that a new page is in neither by mistake;
the tests and the camera hold them against what the site has drawn.
"""

import re
from collections.abc import Mapping
from typing import Final

from tests.e2e.site import ROOT

TEMPLATES: Final = ROOT / "templates"
EXTENDS: Final = re.compile(r'{% extends "([^"]+)" %}')
NO_PAGES: Final = ("messages/", "allauth/")
"""Letters, and layouts of allauth."""

_WALK: Final = "test_a_file_becomes_a_proven_consent_and_its_withdrawal"
_PLAIN: Final = "test_pages_without_a_link_are_accessible"
_ERROR: Final = "test_an_error_that_no_press_of_a_person_leads_to_is_accessible"
_CHANGE: Final = "test_a_new_address_counts_after_its_code_and_the_old_one_can_take_it_back"
_REFUSE: Final = "test_refusing_everything_by_the_link_alone_takes_two_presses"
_HOME: Final = "test_the_personal_page_and_all_behind_it_are_accessible"

READ_BY_AXE: Final[Mapping[str, str]] = {
    "400.html": f"{_ERROR}[400]",
    "403.html": f"{_ERROR}[403]",
    "403_csrf.html": f"{_ERROR}[403_csrf]",
    "404.html": f"{_PLAIN}[/nowhere/]",
    "405.html": f"{_ERROR}[405]",
    "429.html": f"{_ERROR}[429]",
    "500.html": f"{_ERROR}[500]",
    "public/cancel_change.html": _CHANGE,
    "public/cancelled_change.html": _CHANGE,
    "public/channels.html": _WALK,
    "public/code.html": _WALK,
    "public/consent.html": _WALK,
    "public/contact_confirm.html": _WALK,
    "public/contact_new.html": _CHANGE,
    "public/contacts.html": _HOME,
    "public/deny.html": "test_it_is_not_me_takes_two_presses",
    "public/done.html": _WALK,
    "public/entrance.html": f"{_PLAIN}[/]",
    "public/error.html": "test_a_form_of_another_visit_is_refused_with_what_to_do",
    "public/event_text.html": _WALK,
    "public/finished.html": _WALK,
    "public/history.html": _HOME,
    "public/home.html": _HOME,
    "public/journal_key.html": f"{_PLAIN}[/journal-key/]",
    "public/landing.html": _WALK,
    "public/max.html": _WALK,
    "public/one_click.html": "test_one_click_leave_of_a_letter_asks_for_one_press_in_a_browser",
    "public/over.html": f"{_PLAIN}[/me/]",
    "public/own_data.html": _HOME,
    "public/policy.html": f"{_PLAIN}[/policy/]",
    "public/receipt.html": _WALK,
    "public/refuse.html": _REFUSE,
    "public/refused.html": _REFUSE,
    "public/rules.html": _HOME,
    "public/too_many.html": "test_a_visit_that_hammers_at_the_code_is_told_to_wait",
    "public/unknown_link.html": f"{_PLAIN}[/k/00000000000000000000000000]",
    "public/unsubscribed.html": "test_one_click_leave_of_a_letter_asks_for_one_press_in_a_browser",
    "public/which_customer.html": "test_a_phone_of_a_family_asks_which_customer_it_is",
}
"""Pages of customers -> the test that opens each and reads it."""


def page_templates() -> frozenset[str]:
    """Name the templates that are pages: each stands on another, and none stands on it."""
    names = {str(path.relative_to(TEMPLATES)): EXTENDS.search(path.read_text()) for path in TEMPLATES.rglob("*.html")}
    below = {match.group(1) for match in names.values() if match}
    return frozenset(name for name, match in names.items() if match and name not in below and _is_page(name))


def _is_page(name: str) -> bool:
    return not name.startswith(NO_PAGES)


SCREENS_FOLDER: Final = ROOT / "docs" / "screens"
WIDTHS: Final = (360, 1280)
SCREENS: Final[Mapping[str, str]] = {
    "customer-0-entrance": "public/entrance.html",
    "customer-0-entrance-mistake": "public/entrance.html",
    "customer-0-journal-key": "public/journal_key.html",
    "customer-0-policy": "public/policy.html",
    "customer-0-unknown-link": "public/unknown_link.html",
    "customer-1-deny": "public/deny.html",
    "customer-1-landing": "public/landing.html",
    "customer-1-refuse": "public/refuse.html",
    "customer-2-code": "public/code.html",
    "customer-2-code-wrong": "public/code.html",
    "customer-2-which-customer": "public/which_customer.html",
    "customer-3-cancel-change": "public/cancel_change.html",
    "customer-3-cancelled-change": "public/cancelled_change.html",
    "customer-3-contact-code": "public/code.html",
    "customer-3-contact-confirm": "public/contact_confirm.html",
    "customer-3-contact-new": "public/contact_new.html",
    "customer-3-contacts": "public/contacts.html",
    "customer-4-channels": "public/channels.html",
    "customer-5-advertising": "public/consent.html",
    "customer-5-consent": "public/consent.html",
    "customer-5-promotion": "public/consent.html",
    "customer-5-rules": "public/rules.html",
    "customer-6-max": "public/max.html",
    "customer-7-done": "public/done.html",
    "customer-7-finished": "public/finished.html",
    "customer-7-history": "public/history.html",
    "customer-7-home": "public/home.html",
    "customer-7-own-data": "public/own_data.html",
    "customer-7-receipt": "public/receipt.html",
    "customer-7-switched-off": "public/home.html",
    "customer-7-text": "public/event_text.html",
    "customer-8-denied": "public/refused.html",
    "customer-8-leave": "public/one_click.html",
    "customer-8-left": "public/unsubscribed.html",
    "customer-8-refused": "public/refused.html",
    "customer-9-not-by-link": "405.html",
    "customer-9-nowhere": "404.html",
    "customer-9-over": "public/over.html",
    "customer-9-refused-form": "public/error.html",
    "customer-9-stale": "403_csrf.html",
    "customer-9-too-many": "public/too_many.html",
    "sandbox": "sandbox/home.html",
    "sandbox-letter": "sandbox/letter.html",
    "sandbox-mailbox": "sandbox/mailbox.html",
    "sandbox-max": "sandbox/max_accounts.html",
    "sandbox-max-dialogue": "sandbox/max_dialogue.html",
    "sandbox-max-start": "sandbox/max_start.html",
    "sandbox-phone": "sandbox/phone.html",
    "staff-campaign-draft": "staff/campaigns/draft.html",
    "staff-campaign-edit": "staff/campaigns/editor.html",
    "staff-campaign-launch": "staff/campaigns/launch.html",
    "staff-campaign-messages": "staff/campaigns/messages.html",
    "staff-campaign-messages-failed": "staff/campaigns/messages.html",
    "staff-campaign-messages-unknown": "staff/campaigns/messages.html",
    "staff-campaign-new": "staff/campaigns/editor.html",
    "staff-campaign-people": "staff/campaigns/people.html",
    "staff-campaign-preview": "staff/campaigns/preview.html",
    "staff-campaign-review": "staff/campaigns/draft.html",
    "staff-campaign-revoke": "staff/campaigns/revoke.html",
    "staff-campaign-running": "staff/campaigns/live.html",
    "staff-campaign-stop": "staff/campaigns/stop.html",
    "staff-campaigns": "staff/campaigns/list.html",
    "staff-channel": "staff/channels/channel.html",
    "staff-channel-codes": "staff/channels/codes.html",
    "staff-channels": "staff/channels/list.html",
    "staff-code-app": "mfa/totp/activate_form.html",
    "staff-code-app-off": "mfa/totp/deactivate_form.html",
    "staff-company": "staff/company/company.html",
    "staff-company-edit": "staff/company/edit.html",
    "staff-contract": "staff/channels/contract.html",
    "staff-contract-end": "staff/channels/contract_end.html",
    "staff-customer": "staff/customers/customer.html",
    "staff-customer-lift": "staff/customers/lift.html",
    "staff-customer-links": "staff/customers/close_links.html",
    "staff-customer-opened": "staff/customers/customer.html",
    "staff-customer-refusal": "staff/customers/refusal.html",
    "staff-customers": "staff/customers/search.html",
    "staff-document": "staff/documents/document.html",
    "staff-document-draft": "staff/documents/draft.html",
    "staff-document-publish": "staff/documents/publish.html",
    "staff-documents": "staff/documents/list.html",
    "staff-event": "staff/register/event.html",
    "staff-events": "staff/register/events.html",
    "staff-export-person": "staff/exports/person.html",
    "staff-exports": "staff/exports/list.html",
    "staff-group": "staff/customers/group.html",
    "staff-import-result": "staff/imports/result.html",
    "staff-import-running": "staff/imports/running.html",
    "staff-import-understood": "staff/imports/understood.html",
    "staff-imports": "staff/imports/list.html",
    "staff-inactive": "account/account_inactive.html",
    "staff-journal": "staff/journal/list.html",
    "staff-ledger": "staff/register/ledger.html",
    "staff-login": "account/login.html",
    "staff-logout": "account/logout.html",
    "staff-max-answer": "staff/register/max_answer.html",
    "staff-missing": "staff/error.html",
    "staff-no-right": "errors/staff_403.html",
    "staff-not-by-link": "errors/staff_405.html",
    "staff-nowhere": "errors/staff_404.html",
    "staff-overview": "staff/overview.html",
    "staff-overview-of-dpo": "staff/overview.html",
    "staff-overview-of-operator": "staff/overview.html",
    "staff-passkey": "mfa/webauthn/add_form.html",
    "staff-passkey-delete": "mfa/webauthn/authenticator_confirm_delete.html",
    "staff-passkey-name": "mfa/webauthn/edit_form.html",
    "staff-passkeys": "mfa/webauthn/authenticator_list.html",
    "staff-password": "account/password_change.html",
    "staff-password-forgotten": "account/password_reset.html",
    "staff-password-new": "account/password_reset_from_key.html",
    "staff-password-saved": "account/password_reset_from_key_done.html",
    "staff-password-sent": "account/password_reset_done.html",
    "staff-person": "staff/register/person.html",
    "staff-reauthenticate": "account/reauthenticate.html",
    "staff-reauthenticate-code": "mfa/reauthenticate.html",
    "staff-reauthenticate-passkey": "mfa/webauthn/reauthenticate.html",
    "staff-receipt": "staff/register/receipt.html",
    "staff-recovery-codes": "mfa/recovery_codes/index.html",
    "staff-recovery-codes-new": "mfa/recovery_codes/generate.html",
    "staff-register": "staff/register/search.html",
    "staff-register-found": "staff/register/search.html",
    "staff-second-factor": "mfa/index.html",
    "staff-second-step": "mfa/authenticate.html",
    "staff-sender": "staff/company/sender.html",
    "staff-sessions": "usersessions/usersession_list.html",
    "staff-user": "staff/users/user.html",
    "staff-user-link": "staff/users/link.html",
    "staff-user-new": "staff/users/new.html",
    "staff-users": "staff/users/list.html",
}
"""Names of pictures -> the template of the page that each shows; the camera takes no other."""

NOT_TAKEN: Final[Mapping[str, str]] = {
    "400.html": "an address that cannot be read; looks like 404.html",
    "403.html": "no page of customers refuses a right by it: they see over.html or 403_csrf.html",
    "429.html": "the brake of the login, after many wrong passwords; looks like 404.html",
    "500.html": "a mistake of ours, which no press leads to; looks like 404.html",
    "errors/staff_400.html": "an address that cannot be read; looks like staff_404.html",
    "account/password_set.html": "for an account without a password, which nobody can log in to",
}
"""Page templates without a picture -> why."""
