"""Addresses of customers. No address below /me/ holds a token or anything personal."""

from django.urls import URLPattern, path, re_path

from portal.public.views import (
    account_link,
    assets,
    channels,
    code,
    consent,
    contacts,
    done,
    entrance,
    home,
    landing,
    link,
    receipts,
    refuse,
)

app_name = "public"


def _linking(channel: str) -> list[URLPattern]:
    """Return the addresses of one channel whose accounts people link."""
    about = {"channel": channel}
    return [
        path(f"me/{channel}/", account_link.account_page, about, name=channel),
        path(f"me/{channel}/state/", account_link.account_state, about, name=f"{channel}_state"),
        path(f"me/{channel}/skip/", account_link.account_skip, about, name=f"{channel}_skip"),
        path(f"me/home/{channel}/off/", home.account_off, about, name=f"{channel}_off"),
    ]


urlpatterns = [
    path("", entrance.entrance, name="entrance"),
    path("lost/", entrance.lost, name="lost"),
    path("policy/", assets.policy, name="policy"),
    path("journal-key/", assets.journal_key, name="journal_key"),
    # QR codes carry the address in upper case.
    re_path(r"^[kK]/(?P<token>[^/]+)/?$", link.link_open, name="link"),
    re_path(r"^u/(?P<token>[^/]+)/?$", refuse.one_click, name="one_click"),
    re_path(r"^qr/(?P<token>[^/]+)\.png$", assets.link_qr, name="qr"),
    path("me/", landing.landing, name="landing"),
    path("me/visit/", landing.visit_beacon, name="visit"),
    path("me/stay/", landing.stay, name="stay"),
    path("me/next/", landing.go_on, name="next"),
    path("me/deny/", refuse.deny, name="deny"),
    path("me/refuse/", refuse.refuse, name="refuse"),
    path("me/refused/", refuse.refused, name="refused"),
    path("me/denied/", refuse.refused, {"is_denial": True}, name="denied"),
    path("me/code/", code.code_page, name="code"),
    path("me/code/send/", code.code_send, name="code_send"),
    path("me/code/enter/", code.code_enter, name="code_enter"),
    path("me/who/", entrance.which_customer, name="which_customer"),
    path("me/contacts/", contacts.contacts_page, name="contacts"),
    path("me/contacts/phone/", contacts.contact_new, {"kind": "phone"}, name="contact_phone"),
    path("me/contacts/email/", contacts.contact_new, {"kind": "email"}, name="contact_email"),
    path("me/contacts/confirm/", contacts.contact_confirm, name="contact_confirm"),
    path("me/cancel/", contacts.change_cancel, name="cancel_change"),
    path("me/cancelled/", contacts.change_cancelled, name="cancelled_change"),
    path("me/channels/", channels.channels_page, name="channels"),
    path("me/rules/", consent.rules, name="rules"),
    path("me/consent/<int:edition_id>/", consent.document, name="consent"),
    path("me/consent/<int:edition_id>/text.pdf", consent.document_pdf, name="consent_pdf"),
    path("me/offers/", consent.offers, name="offers"),
    *_linking("max"),
    *_linking("vk"),
    path("me/done/", done.done, name="done"),
    path("me/receipt/<uuid:receipt>/", receipts.receipt_page, name="receipt"),
    path("me/receipt/<uuid:receipt>.pdf", receipts.download_pdf, name="receipt_pdf"),
    path("me/receipt/<uuid:receipt>.json", receipts.download_json, name="receipt_json"),
    path("me/home/", home.home, name="home"),
    path("me/home/withdraw/", home.withdraw, name="withdraw"),
    path("me/home/allow/", home.allow, name="allow"),
    path("me/history/", home.history, name="history"),
    path("me/history/<uuid:event>/", home.event_text, name="event_text"),
    path("me/history/<uuid:event>/text.pdf", home.event_text_pdf, name="event_text_pdf"),
    path("me/data/", home.own_data_page, name="own_data"),
    path("me/finish/", home.finish, name="finish"),
    path("me/finished/", home.finished, name="finished"),
]
