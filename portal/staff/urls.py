"""Addresses of the console. Ids only: nothing that names a person ever stands in one."""

from django.urls import path

from portal.staff import customers, exports, overview, users
from portal.staff.campaigns import views as campaigns
from portal.staff.campaigns import views_acts as campaign_acts
from portal.staff.campaigns import views_lists as campaign_lists
from portal.staff.channels import codes as channel_codes
from portal.staff.channels import contracts
from portal.staff.channels import views as channels
from portal.staff.company import views as company
from portal.staff.documents import views as documents
from portal.staff.imports import views as imports
from portal.staff.journal import views as journal
from portal.staff.register import max_answer
from portal.staff.register import views as register

app_name = "staff"

CAMPAIGN = "campaigns/<int:campaign_id>/"
IMPORT = "imports/<uuid:job_uuid>/"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/check/", campaigns.campaign_check, name="campaign_check"),
    path(CAMPAIGN, campaigns.campaign, name="campaign"),
    path(CAMPAIGN + "edit/", campaigns.campaign_edit, name="campaign_edit"),
    path(CAMPAIGN + "preview/", campaign_acts.preview, name="campaign_preview"),
    path(CAMPAIGN + "letter/<int:number>/", campaign_acts.letter, name="campaign_letter"),
    path(CAMPAIGN + "test/", campaign_acts.sample, name="campaign_test"),
    path(CAMPAIGN + "submit/", campaign_acts.submit, name="campaign_submit"),
    path(CAMPAIGN + "return/", campaign_acts.give_back, name="campaign_return"),
    path(CAMPAIGN + "launch/", campaign_acts.launch, name="campaign_launch"),
    path(CAMPAIGN + "progress/", campaign_acts.progress, name="campaign_progress"),
    path(CAMPAIGN + "pause/", campaign_acts.pause, name="campaign_pause"),
    path(CAMPAIGN + "continue/", campaign_acts.go_on, name="campaign_continue"),
    path(CAMPAIGN + "stop/", campaign_acts.stop, name="campaign_stop"),
    path(CAMPAIGN + "links/revoke/", campaign_acts.revoke, name="campaign_links_revoke"),
    path(CAMPAIGN + "report.csv", campaign_lists.campaign_report, name="campaign_report"),
    path(CAMPAIGN + "people/<slug:step>/", campaign_lists.campaign_people, name="campaign_people"),
    path(CAMPAIGN + "messages/<slug:state>/", campaign_lists.campaign_messages, name="campaign_messages"),
    path(CAMPAIGN + "messages/<int:message_id>/settle/", campaign_lists.settle, name="message_resolve"),
    path("imports/", imports.imports, name="imports"),
    path(IMPORT, imports.import_page, name="import"),
    path(IMPORT + "columns/", imports.import_columns, name="import_columns"),
    path(IMPORT + "start/", imports.import_start, name="import_start"),
    path(IMPORT + "discard/", imports.import_discard, name="import_discard"),
    path(IMPORT + "close/", imports.import_close, name="import_close"),
    path(IMPORT + "progress/", imports.import_progress, name="import_progress"),
    path(IMPORT + "report.csv", imports.import_report, name="import_report"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:customer_id>/", customers.customer, name="customer"),
    path("customers/<int:customer_id>/open/", customers.customer_reveal, name="customer_reveal"),
    path("customers/<int:customer_id>/links/close/", customers.customer_links_close, name="customer_links_close"),
    path("customers/<int:customer_id>/refusal/", customers.refusal, name="refusal"),
    path("customers/<int:customer_id>/stops/<int:stop_id>/lift/", customers.lift, name="stop_lift"),
    path("customers/group/<slug:group>/", customers.customer_group, name="customer_group"),
    path("register/", register.register, name="register"),
    path("register/events/", register.events, name="events"),
    path("register/ledger/", register.ledger, name="ledger"),
    path("register/ledger/check/", register.ledger_check, name="ledger_check"),
    path("register/max/", max_answer.max_answer, name="max_answer"),
    path("register/subject/<uuid:subject_uuid>/", register.subject, name="subject"),
    path("register/<int:customer_id>/", register.person, name="person"),
    path("register/<int:customer_id>/event/<uuid:event_uuid>/", register.event, name="event"),
    path("register/<int:customer_id>/event/<uuid:event_uuid>/text.pdf", register.event_pdf, name="event_pdf"),
    path("register/<int:customer_id>/receipt/<uuid:receipt_uuid>/", register.receipt, name="receipt"),
    path("register/<int:customer_id>/export/", exports.export_person, name="export_person"),
    path("exports/", exports.exports, name="exports"),
    path("exports/state/", exports.exports_state, name="exports_state"),
    path("exports/<uuid:job_uuid>/download/", exports.export_download, name="export_download"),
    path("documents/", documents.documents, name="documents"),
    path("documents/refresh/", documents.refresh, name="documents_refresh"),
    path("documents/<int:edition_id>/", documents.document, name="document"),
    path("documents/<int:edition_id>/publish/", documents.publish, name="document_publish"),
    path("documents/<slug:kind>/draft/", documents.draft, name="document_draft"),
    path("journal/", journal.journal, name="journal"),
    path("users/", users.users, name="users"),
    path("users/new/", users.user_new, name="user_new"),
    path("users/<int:user_id>/", users.user, name="user"),
    path("users/<int:user_id>/role/", users.user_role, name="user_role"),
    path("users/<int:user_id>/password/", users.user_password, name="user_password"),
    path("users/<int:user_id>/factors/", users.user_factors, name="user_factors"),
    path("users/<int:user_id>/off/", users.user_deactivate, name="user_deactivate"),
    path("users/<int:user_id>/on/", users.user_activate, name="user_activate"),
    path("channels/", channels.channels, name="channels"),
    path("channels/<slug:name>/", channels.channel, name="channel"),
    path("channels/<slug:name>/codes/", channel_codes.channel_codes, name="channel_codes"),
    path("channels/<slug:name>/contracts/new/", contracts.contract_new, name="contract_new"),
    path("channels/<slug:name>/contracts/<int:contract_id>/end/", contracts.contract_end, name="contract_end"),
    path("company/", company.company, name="company"),
    path("company/edit/", company.company_edit, name="company_edit"),
    path("company/sender/<slug:name>/", company.sender, name="sender"),
]
