"""Addresses of the console. Ids only: nothing that names a person ever stands in one."""

from django.urls import path

from portal.staff import customers, exports, overview, sender_domain
from portal.staff.campaigns import sms as campaign_sms
from portal.staff.campaigns import views as campaigns
from portal.staff.campaigns import views_acts as campaign_acts
from portal.staff.campaigns import views_images as campaign_images
from portal.staff.campaigns import views_lists as campaign_lists
from portal.staff.campaigns import views_outcomes as campaign_outcomes
from portal.staff.campaigns import views_steps as campaign_steps
from portal.staff.channels import codes as channel_codes
from portal.staff.channels import contracts
from portal.staff.channels import views as channels
from portal.staff.company import views as company
from portal.staff.documents import views as documents
from portal.staff.help import views as staff_help
from portal.staff.imports import views as imports
from portal.staff.inbox import views as inbox
from portal.staff.inbox import views_ready as ready
from portal.staff.inbox import views_thread as thread
from portal.staff.journal import views as journal
from portal.staff.providers import acts as provider_acts
from portal.staff.providers import views as providers
from portal.staff.register import max_answer
from portal.staff.register import views as register
from portal.staff.restore import views as restore
from portal.staff.scenarios import views as scenarios
from portal.staff.scenarios import views_acts as scenario_acts
from portal.staff.scenarios import views_edit as scenario_edit
from portal.staff.sending import own_contacts, sender_names
from portal.staff.users import acts as user_acts
from portal.staff.users import views as users

app_name = "staff"

CAMPAIGN = "campaigns/<int:campaign_id>/"
SENDER_NAME = "channels/names/<int:sender_name_id>/"
IMPORT = "imports/<uuid:job_uuid>/"
SCENARIO = "scenarios/<slug:code>/"
DIALOGUE = "inbox/<int:dialogue_id>/"
PROVIDER = "providers/<slug:name>/"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("help/", staff_help.help_topics, name="help"),
    path("help/<slug:name>/", staff_help.help_topic, name="help_topic"),
    path("restore/", restore.page, name="restore"),
    path("restore/read-back/", restore.read_back, name="restore_read_back"),
    path("restore/outcomes/", restore.outcomes, name="restore_outcomes"),
    path("restore/end/", restore.end, name="restore_end"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/check/", campaigns.campaign_check, name="campaign_check"),
    path(CAMPAIGN, campaigns.campaign, name="campaign"),
    path(CAMPAIGN + "edit/", campaigns.campaign_edit, name="campaign_edit"),
    path(CAMPAIGN + "steps/new/", campaign_steps.step_new, name="campaign_step_new"),
    path(CAMPAIGN + "steps/<int:position>/", campaign_steps.step_edit, name="campaign_step_edit"),
    path(CAMPAIGN + "steps/<int:position>/check/", campaign_steps.step_check, name="campaign_step_check"),
    path(CAMPAIGN + "steps/<int:position>/remove/", campaign_steps.step_remove, name="campaign_step_remove"),
    path(CAMPAIGN + "image/", campaign_images.image, name="campaign_image"),
    path(CAMPAIGN + "image/put/", campaign_images.image_put, name="campaign_image_put"),
    path(CAMPAIGN + "image/remove/", campaign_images.image_remove, name="campaign_image_remove"),
    path(CAMPAIGN + "preview/", campaign_acts.preview, name="campaign_preview"),
    path(CAMPAIGN + "letter/<int:number>/", campaign_acts.letter, name="campaign_letter"),
    path(CAMPAIGN + "test/", campaign_acts.sample, name="campaign_test"),
    path(CAMPAIGN + "price/", campaign_sms.price, name="campaign_price"),
    path(CAMPAIGN + "price/again/", campaign_sms.price_again, name="campaign_price_again"),
    path(CAMPAIGN + "submit/", campaign_acts.submit, name="campaign_submit"),
    path(CAMPAIGN + "return/", campaign_acts.give_back, name="campaign_return"),
    path(CAMPAIGN + "launch/", campaign_acts.launch, name="campaign_launch"),
    path(CAMPAIGN + "progress/", campaign_acts.progress, name="campaign_progress"),
    path(CAMPAIGN + "pause/", campaign_acts.pause, name="campaign_pause"),
    path(CAMPAIGN + "continue/", campaign_acts.go_on, name="campaign_continue"),
    path(CAMPAIGN + "stop/", campaign_acts.stop, name="campaign_stop"),
    path(CAMPAIGN + "links/revoke/", campaign_acts.revoke, name="campaign_links_revoke"),
    path(CAMPAIGN + "report.csv", campaign_lists.campaign_report, name="campaign_report"),
    path(CAMPAIGN + "people/<slug:stage>/", campaign_lists.campaign_people, name="campaign_people"),
    path(CAMPAIGN + "messages/<slug:state>/", campaign_lists.campaign_messages, name="campaign_messages"),
    path(
        CAMPAIGN + "messages/<slug:state>/list.csv",
        campaign_lists.campaign_messages_file,
        name="campaign_messages_file",
    ),
    path(CAMPAIGN + "messages/unknown/outcomes/", campaign_outcomes.outcomes, name="campaign_outcomes"),
    path(CAMPAIGN + "messages/<int:message_id>/settle/", campaign_lists.settle, name="message_resolve"),
    path("scenarios/", scenarios.scenarios, name="scenarios"),
    path("scenarios/new/", scenario_edit.scenario_new, name="scenario_new"),
    path("scenarios/ready/", scenario_acts.ready, name="scenarios_ready"),
    path("scenarios/try/", scenario_edit.scenario_try, name="scenario_try"),
    path(SCENARIO, scenarios.scenario, name="scenario"),
    path(SCENARIO + "versions/<int:number>/", scenarios.version, name="scenario_version"),
    path(SCENARIO + "edit/", scenario_edit.scenario_edit, name="scenario_edit"),
    path(SCENARIO + "publish/", scenario_acts.publish, name="scenario_publish"),
    path(SCENARIO + "switch/", scenario_acts.switch, name="scenario_switch"),
    path(SCENARIO + "move/", scenario_acts.move, name="scenario_move"),
    path("imports/", imports.imports, name="imports"),
    path(IMPORT, imports.import_page, name="import"),
    path(IMPORT + "columns/", imports.import_columns, name="import_columns"),
    path(IMPORT + "reread/", imports.import_reread, name="import_reread"),
    path(IMPORT + "start/", imports.import_start, name="import_start"),
    path(IMPORT + "discard/", imports.import_discard, name="import_discard"),
    path(IMPORT + "close/", imports.import_close, name="import_close"),
    path(IMPORT + "progress/", imports.import_progress, name="import_progress"),
    path(IMPORT + "report.csv", imports.import_report, name="import_report"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/news/", inbox.news, name="inbox_news"),
    path("inbox/check/", inbox.check, name="answer_check"),
    path("inbox/ready/", ready.ready_answers, name="ready_answers"),
    path("inbox/ready/new/", ready.ready_answer_new, name="ready_answer_new"),
    path("inbox/ready/<int:answer_id>/", ready.ready_answer, name="ready_answer"),
    path("inbox/ready/<int:answer_id>/delete/", ready.ready_answer_remove, name="ready_answer_delete"),
    path(DIALOGUE, thread.dialogue, name="dialogue"),
    path(DIALOGUE + "answer/", thread.answer, name="dialogue_answer"),
    path(DIALOGUE + "claim/", thread.claim, name="dialogue_claim"),
    path(DIALOGUE + "take/", thread.take, name="dialogue_take"),
    path(DIALOGUE + "hand-over/", thread.hand_over, name="dialogue_hand_over"),
    path(DIALOGUE + "give-back/", thread.give_back, name="dialogue_give_back"),
    path(DIALOGUE + "close/", thread.close, name="dialogue_close"),
    path(DIALOGUE + "cabinet/", thread.cabinet, name="dialogue_cabinet"),
    path(DIALOGUE + "note/", thread.note, name="dialogue_note"),
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
    path("register/ledger/state/", register.ledger_state, name="ledger_state"),
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
    path("documents/<int:edition_id>/discard/", documents.discard, name="document_discard"),
    path("documents/<slug:kind>/draft/", documents.draft, name="document_draft"),
    path("journal/", journal.journal, name="journal"),
    path("users/", users.users, name="users"),
    path("users/new/", users.user_new, name="user_new"),
    path("users/<int:user_id>/", users.user, name="user"),
    path("users/<int:user_id>/role/", user_acts.user_role, name="user_role"),
    path("users/<int:user_id>/password/", user_acts.user_password, name="user_password"),
    path("users/<int:user_id>/factors/", user_acts.user_factors, name="user_factors"),
    path("users/<int:user_id>/off/", user_acts.user_deactivate, name="user_deactivate"),
    path("users/<int:user_id>/on/", user_acts.user_activate, name="user_activate"),
    path("channels/", channels.channels, name="channels"),
    path("channels/email/domain/", sender_domain.sender_domain, name="sender_domain"),
    path("channels/names/", sender_names.sender_names, name="sender_names"),
    path("channels/names/new/", sender_names.sender_name_new, name="sender_name_new"),
    path(SENDER_NAME, sender_names.sender_name, name="sender_name"),
    path(SENDER_NAME + "templates/", sender_names.sender_templates, name="sender_templates"),
    path(
        SENDER_NAME + "templates/<int:template_id>/approve/",
        sender_names.sender_template_approve,
        name="sender_template_approve",
    ),
    path(
        SENDER_NAME + "templates/<int:template_id>/remove/",
        sender_names.sender_template_remove,
        name="sender_template_remove",
    ),
    path("channels/<slug:name>/", channels.channel, name="channel"),
    path("providers/", providers.providers, name="providers"),
    path("providers/new/", providers.provider_new, name="provider_new"),
    path("providers/new/<slug:kind>/", providers.provider_create, name="provider_create"),
    path(PROVIDER, providers.provider, name="provider"),
    path(PROVIDER + "edit/", providers.provider_edit, name="provider_edit"),
    path(PROVIDER + "check/", provider_acts.provider_check, name="provider_check"),
    path(PROVIDER + "move/", provider_acts.provider_move, name="provider_move"),
    path(PROVIDER + "switch/", provider_acts.provider_switch, name="provider_switch"),
    path(PROVIDER + "remove/", provider_acts.provider_remove, name="provider_remove"),
    path(PROVIDER + "secret/", provider_acts.provider_secret, name="provider_secret"),
    path(PROVIDER + "secret/new/", provider_acts.provider_rotate, name="provider_rotate"),
    path("me/tests/", own_contacts.own_contacts, name="own_contacts"),
    path("me/tests/phone/ask/", own_contacts.own_phone_ask, name="own_phone_ask"),
    path("me/tests/phone/enter/", own_contacts.own_phone_enter, name="own_phone_enter"),
    path("me/tests/max/ask/", own_contacts.own_max_ask, name="own_max_ask"),
    path("me/tests/max/state/", own_contacts.own_max_state, name="own_max_state"),
    path("me/tests/max/take/", own_contacts.own_max_take, name="own_max_take"),
    path("me/tests/<slug:kind>/remove/", own_contacts.own_contact_remove, name="own_contact_remove"),
    path("channels/<slug:name>/codes/", channel_codes.channel_codes, name="channel_codes"),
    path("channels/<slug:name>/contracts/new/", contracts.contract_new, name="contract_new"),
    path("channels/<slug:name>/contracts/<int:contract_id>/end/", contracts.contract_end, name="contract_end"),
    path("company/", company.company, name="company"),
    path("company/edit/", company.company_edit, name="company_edit"),
    path("company/logo/", company.logo_put, name="company_logo"),
    path("company/logo/remove/", company.logo_remove, name="company_logo_remove"),
    path("company/sender/<slug:name>/", company.sender, name="sender"),
]
