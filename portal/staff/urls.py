"""Addresses of the console. Ids only: nothing that names a person ever stands in one."""

from django.urls import include, path

from portal.staff.campaigns import views as campaigns
from portal.staff.campaigns import views_lists as campaign_lists
from portal.staff.campaigns import views_review as campaign_review
from portal.staff.campaigns import views_run as campaign_run
from portal.staff.channels import views as channels
from portal.staff.company import views as company
from portal.staff.customers import views as customers
from portal.staff.customers import views_desk as desk
from portal.staff.documents import views as documents
from portal.staff.exports import views as exports
from portal.staff.journal import views as journal
from portal.staff.ledger import views as ledger
from portal.staff.overview import views as overview
from portal.staff.register import views as register
from portal.staff.users import views as users

app_name = "staff"

CAMPAIGN = "campaigns/<int:campaign_id>/"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/check/", campaigns.campaign_check, name="campaign_check"),
    path(CAMPAIGN, campaigns.campaign, name="campaign"),
    path(CAMPAIGN + "edit/", campaigns.campaign_edit, name="campaign_edit"),
    path(CAMPAIGN + "preview/", campaign_review.preview, name="campaign_preview"),
    path(CAMPAIGN + "letter/<int:number>/", campaign_review.letter, name="campaign_letter"),
    path(CAMPAIGN + "test/", campaign_review.sample, name="campaign_test"),
    path(CAMPAIGN + "submit/", campaign_run.submit, name="campaign_submit"),
    path(CAMPAIGN + "return/", campaign_review.give_back, name="campaign_return"),
    path(CAMPAIGN + "launch/", campaign_review.launch, name="campaign_launch"),
    path(CAMPAIGN + "progress/", campaign_run.progress, name="campaign_progress"),
    path(CAMPAIGN + "pause/", campaign_run.pause, name="campaign_pause"),
    path(CAMPAIGN + "continue/", campaign_run.go_on, name="campaign_continue"),
    path(CAMPAIGN + "stop/", campaign_run.stop, name="campaign_stop"),
    path(CAMPAIGN + "links/revoke/", campaign_run.revoke, name="campaign_links_revoke"),
    path(CAMPAIGN + "report.csv", campaign_lists.campaign_report, name="campaign_report"),
    path(CAMPAIGN + "people/<slug:step>/", campaign_lists.campaign_people, name="campaign_people"),
    path(CAMPAIGN + "messages/<slug:state>/", campaign_lists.campaign_messages, name="campaign_messages"),
    path(CAMPAIGN + "messages/<int:message_id>/settle/", campaign_lists.settle, name="message_settle"),
    path("imports/", include("portal.staff.imports.urls")),
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:customer_id>/", customers.customer, name="customer"),
    path("customers/<int:customer_id>/open/", customers.customer_reveal, name="customer_reveal"),
    path("customers/<int:customer_id>/links/close/", desk.customer_links_close, name="customer_links_close"),
    path("customers/<int:customer_id>/stops/<int:stop_id>/lift/", desk.lift, name="stop_lift"),
    path("customers/group/<slug:group>/", customers.customer_group, name="customer_group"),
    path("register/", register.register, name="register"),
    path("register/events/", register.events, name="events"),
    path("register/ledger/", ledger.ledger, name="ledger"),
    path("register/ledger/check/", ledger.ledger_check, name="ledger_check"),
    path("register/subject/<uuid:subject_uuid>/", register.subject, name="subject"),
    path("register/<int:customer_id>/", register.person, name="person"),
    path("register/<int:customer_id>/event/<uuid:event_uuid>/", register.event, name="event"),
    path("register/<int:customer_id>/receipt/<uuid:receipt_uuid>/", register.receipt, name="receipt"),
    path("register/<int:customer_id>/export/", exports.export_person, name="export_person"),
    path("exports/", exports.exports, name="exports"),
    path("exports/state/", exports.exports_state, name="exports_state"),
    path("exports/<uuid:job_uuid>/download/", exports.export_download, name="export_download"),
    path("documents/", documents.documents, name="documents"),
    path("documents/refresh/", documents.refresh, name="documents_refresh"),
    path("documents/<int:version_id>/", documents.document, name="document"),
    path("documents/<int:version_id>/publish/", documents.publish, name="document_publish"),
    path("documents/<slug:kind>/<slug:channel>/draft/", documents.draft, name="document_draft"),
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
    path("company/", company.company, name="company"),
    path("company/edit/", company.company_edit, name="company_edit"),
    path("company/sender/<slug:name>/", company.sender, name="sender"),
]
