"""The one table of who may open what: a new address without a row fails the build.

Each row: method, then the answer to marketing, the DPO, the operator and the administrator. Anonymous visitors are
always sent to the login page. ``where`` names the object of `World` that the address is about.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from portal.models.user import Role
from tests.fakes.loft_kind import loft_fields
from tests.portal.staff.world import NOBODY, World

ROLES: Final = (Role.MARKETING, Role.DPO, Role.OPERATOR, Role.ADMINISTRATOR)

Where = Callable[[World], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """One address and method with the four answers."""

    name: str
    method: str
    answers: tuple[int, int, int, int]
    where: Where = field(default=lambda _world: {})
    data: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def _campaign(which: str) -> Where:
    return lambda world: {"campaign_id": getattr(world, which).pk}


def _step(position: int) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"campaign_id": world.draft.pk, "position": position}


def _fixed(where: dict[str, Any]) -> Where:
    return lambda _world: where


def _customer(world: World) -> dict[str, Any]:
    return {"customer_id": world.customer.pk}


def _stop(world: World) -> dict[str, Any]:
    return _customer(world) | {"stop_id": world.stop.pk}


def _upload(world: World) -> dict[str, Any]:
    return {"job_uuid": world.upload}


def _scenario(which: str) -> Where:
    return lambda world: {"code": getattr(world, which)}


def _dialogue(world: World) -> dict[str, Any]:
    return {"dialogue_id": world.dialogue.pk}


def _ready(world: World) -> dict[str, Any]:
    return {"answer_id": world.ready_answer}


def _other_user(world: World) -> dict[str, Any]:
    return {"user_id": world.author.pk}


def _provider(world: World) -> dict[str, Any]:
    return {"name": world.provider}


def _sender_name(world: World) -> dict[str, Any]:
    return {"sender_name_id": world.sender_name}


def _template(world: World) -> dict[str, Any]:
    return _sender_name(world) | {"template_id": world.template}


def _contract(world: World) -> dict[str, Any]:
    return {"name": "max", "contract_id": world.contract.pk}


ALL = (200, 200, 200, 200)
LOFT = {f"field_{name}": value for name, value in loft_fields(NOBODY).items()}
REASON = {"reason": "так велел проверяющий"}
DEMAND = {
    "kind": "letter",
    "received_on": "2026-11-01",
    "sender": "сам клиент",
    "details": "письмо № 7: просит не писать",
}
REFUSAL = DEMAND | {"scope": "all:all", "form_key": "00000000-0000-4000-8000-000000000001"}
ANSWER = {"text": "Завтра", "form_key": "00000000-0000-4000-8000-000000000002", "seen": str(2**31)}
READY_ANSWER = {"title": "Доставка", "text": "Курьер позвонит за час.", "place": "2"}
MAX_REQUEST = {"account": "5000001", "asked_on": "2026-11-01", "make": "yes"}
CONTRACT = {
    "number": "№ 17",
    "signed_on": "2026-11-01",
    "valid_from": "2026-11-01",
    "valid_until": "2098-12-31",
    "kinds": ["service", "advertising"],
}
CAMPAIGN = {
    "name": "Новая",
    "channel": "email",
    "text_kind": "service",
    "legal_basis": "contract",
    "subject": "Тема",
    "text": "Здравствуйте, ((имя))!",
    "send_from": "09:00",
    "send_until": "21:00",
    "link_days": "30",
}

SCENARIO = {
    "title": "Новый",
    "phrases": "где вы",
    "kind": "answer",
    "answer": "Мы здесь, ((имя)).",
    "when": "always",
    "sentence": "А где вы?",
}
LATER_STEP = {
    **{name: value for name, value in CAMPAIGN.items() if name not in ("name", "send_from", "send_until")},
    "condition": "not_answered",
    "wait_days": "3",
}
SENDER_NAME = {
    "provider": "smsru",
    "name": "Romashka",
    "operator": "all",
    "traffic": "service",
    "state": "approved",
}

MATRIX: Final = (
    Row("overview", "GET", ALL),
    Row("help", "GET", ALL),
    Row("help_topic", "GET", (404, 200, 404, 404), _fixed({"name": "documents"})),
    Row("campaigns", "GET", (200, 200, 403, 403)),
    Row("campaign_new", "GET", (200, 403, 403, 403)),
    Row("campaign_new", "POST", (302, 403, 403, 403), data=CAMPAIGN),
    Row("campaign_check", "POST", (200, 403, 403, 403), data=CAMPAIGN),
    Row("campaign", "GET", (200, 200, 403, 403), _campaign("running")),
    Row("campaign_edit", "GET", (200, 403, 403, 403), _campaign("draft")),
    Row("campaign_edit", "POST", (302, 403, 403, 403), _campaign("draft"), CAMPAIGN),
    Row("campaign_step_new", "GET", (200, 403, 403, 403), _campaign("draft")),
    Row("campaign_step_new", "POST", (302, 403, 403, 403), _campaign("draft"), LATER_STEP),
    Row("campaign_step_edit", "GET", (404, 403, 403, 403), _step(7)),
    Row("campaign_step_edit", "POST", (404, 403, 403, 403), _step(7), LATER_STEP),
    Row("campaign_step_check", "POST", (200, 403, 403, 403), _step(2), LATER_STEP),
    Row("campaign_step_remove", "GET", (404, 403, 403, 403), _step(1)),
    Row("campaign_step_remove", "POST", (404, 403, 403, 403), _step(1)),
    Row("campaign_image", "GET", (200, 200, 403, 403), _campaign("pictured")),
    Row("campaign_image_put", "POST", (400, 403, 403, 403), _campaign("pictured")),
    Row("campaign_image_remove", "POST", (302, 403, 403, 403), _campaign("pictured")),
    Row("campaign_preview", "GET", (200, 200, 403, 403), _campaign("draft")),
    Row("campaign_letter", "GET", (200, 200, 403, 403), lambda world: {"campaign_id": world.draft.pk, "number": 0}),
    Row("campaign_test", "POST", (302, 403, 403, 403), _campaign("draft")),
    Row("campaign_price", "GET", (200, 200, 403, 403), _campaign("draft")),
    Row("campaign_price_again", "POST", (302, 302, 403, 403), _campaign("draft")),
    Row("campaign_submit", "POST", (302, 403, 403, 403), _campaign("draft")),
    Row("campaign_return", "POST", (302, 302, 403, 403), _campaign("review"), REASON),
    Row("campaign_launch", "GET", (200, 200, 403, 403), _campaign("review")),
    Row("campaign_launch", "POST", (409, 409, 403, 403), _campaign("review"), {"content_sha256": "0" * 64}),
    Row("campaign_progress", "GET", (200, 200, 403, 403), _campaign("running")),
    Row("campaign_pause", "POST", (302, 302, 403, 403), _campaign("running")),
    Row("campaign_continue", "POST", (302, 302, 403, 403), _campaign("paused")),
    Row("campaign_stop", "GET", (200, 200, 403, 403), _campaign("running")),
    Row("campaign_stop", "POST", (409, 409, 403, 403), _campaign("running")),
    Row("campaign_links_revoke", "GET", (200, 200, 403, 403), _campaign("running")),
    Row("campaign_links_revoke", "POST", (409, 409, 403, 403), _campaign("running")),
    Row(
        "campaign_people",
        "GET",
        (404, 200, 403, 403),
        lambda world: {"campaign_id": world.running.pk, "stage": "consented"},
    ),
    Row(
        "campaign_people",
        "GET",
        (200, 200, 403, 403),
        lambda world: {"campaign_id": world.running.pk, "stage": "visited"},
    ),
    Row("campaign_report", "GET", (200, 200, 403, 403), _campaign("running")),
    Row(
        "campaign_messages",
        "GET",
        (200, 200, 403, 403),
        lambda world: {"campaign_id": world.running.pk, "state": "unknown"},
    ),
    Row(
        "campaign_messages_file",
        "GET",
        (200, 200, 403, 403),
        lambda world: {"campaign_id": world.running.pk, "state": "unknown"},
    ),
    Row("campaign_outcomes", "GET", (200, 200, 403, 403), _campaign("running")),
    Row("campaign_outcomes", "POST", (200, 200, 403, 403), _campaign("running"), REASON | {"outcome": "accepted"}),
    Row(
        "message_resolve",
        "POST",
        (302, 302, 403, 403),
        lambda world: {"campaign_id": world.running.pk, "message_id": world.unknown.pk},
        REASON | {"outcome": "accepted"},
    ),
    Row("scenarios", "GET", (200, 200, 200, 403)),
    Row("scenario_new", "GET", (200, 403, 403, 403)),
    Row("scenario_new", "POST", (302, 403, 403, 403), data=SCENARIO),
    Row("scenario_try", "POST", (200, 403, 403, 403), data=SCENARIO),
    Row("scenarios_ready", "POST", (302, 403, 403, 403)),
    Row("scenario", "GET", (200, 200, 200, 403), _scenario("scenario")),
    Row("scenario_version", "GET", (200, 200, 200, 403), lambda world: {"code": world.scenario, "number": 1}),
    Row("scenario_edit", "GET", (200, 403, 403, 403), _scenario("scenario")),
    Row("scenario_edit", "POST", (302, 403, 403, 403), _scenario("scenario"), SCENARIO),
    Row("scenario_publish", "GET", (200, 403, 403, 403), _scenario("scenario_draft")),
    Row("scenario_publish", "POST", (409, 403, 403, 403), _scenario("scenario_draft"), {"digest": "0" * 64}),
    Row("scenario_switch", "POST", (302, 403, 403, 403), _scenario("scenario"), {"is_on": "yes"}),
    Row("scenario_move", "POST", (302, 403, 403, 403), _scenario("scenario"), {"to": "down"}),
    Row("imports", "GET", (200, 403, 403, 403)),
    Row("imports", "POST", (200, 403, 403, 403)),
    Row("import", "GET", (200, 403, 403, 403), _upload),
    Row("import_columns", "POST", (200, 403, 403, 403), _upload),
    Row("import_reread", "POST", (302, 403, 403, 403), _upload),
    Row("import_start", "POST", (302, 403, 403, 403), _upload),
    Row("import_close", "POST", (302, 403, 403, 403), _upload),
    Row("import_discard", "POST", (302, 403, 403, 403), _upload),
    Row("import_progress", "GET", (200, 403, 403, 403), _upload),
    Row("import_report", "GET", (200, 403, 403, 403), _upload),
    Row("inbox", "GET", (403, 200, 200, 403)),
    Row("inbox", "POST", (403, 200, 200, 403), data={"text": "карта"}),
    Row("inbox_news", "GET", (403, 200, 200, 403)),
    Row("answer_check", "POST", (403, 200, 200, 403), data={"text": "Завтра", "channel": "sms"}),
    Row("dialogue", "GET", (403, 200, 200, 403), _dialogue),
    Row("dialogue_answer", "POST", (403, 302, 302, 403), _dialogue, ANSWER),
    Row("dialogue_claim", "POST", (403, 302, 302, 403), _dialogue),
    Row("dialogue_take", "POST", (403, 302, 302, 403), _dialogue),
    Row("dialogue_hand_over", "POST", (403, 302, 302, 403), _dialogue),
    Row("dialogue_give_back", "POST", (403, 302, 302, 403), _dialogue),
    Row("dialogue_close", "POST", (403, 302, 302, 403), _dialogue, {"seen": str(2**31)}),
    Row("dialogue_cabinet", "GET", (403, 404, 404, 403), _dialogue),
    Row("dialogue_note", "POST", (403, 302, 302, 403), _dialogue, {"note": "Перезвонить"}),
    Row("ready_answers", "GET", (200, 200, 200, 403)),
    Row("ready_answer_new", "GET", (200, 403, 403, 403)),
    Row("ready_answer_new", "POST", (302, 403, 403, 403), data=READY_ANSWER),
    Row("ready_answer", "GET", (200, 403, 403, 403), _ready),
    Row("ready_answer", "POST", (302, 403, 403, 403), _ready, READY_ANSWER),
    Row("ready_answer_delete", "GET", (200, 403, 403, 403), _ready),
    Row("ready_answer_delete", "POST", (409, 403, 403, 403), _ready),
    Row("customers", "GET", (200, 200, 200, 403)),
    Row("customers", "POST", (200, 200, 200, 403), data={"text": "К-000001"}),
    Row("customer", "GET", (200, 200, 200, 403), _customer),
    Row("customer_reveal", "POST", (403, 200, 200, 403), _customer, REASON),
    Row("customer_links_close", "GET", (403, 200, 200, 403), _customer),
    Row("customer_links_close", "POST", (403, 409, 409, 403), _customer),
    Row("stop_lift", "GET", (403, 200, 200, 403), _stop),
    Row("stop_lift", "POST", (403, 409, 409, 403), _stop, DEMAND),
    Row("refusal", "GET", (403, 200, 200, 403), _customer),
    Row("refusal", "POST", (403, 302, 302, 403), _customer, REFUSAL),
    Row("customer_group", "GET", (200, 200, 200, 403), _fixed({"group": "sms"})),
    Row("register", "GET", (403, 200, 403, 403)),
    Row("register", "POST", (403, 200, 403, 403), data={"text": "Ёлкина"}),
    Row("events", "GET", (403, 200, 403, 403)),
    Row("ledger", "GET", (403, 200, 403, 403)),
    Row("ledger_state", "GET", (403, 200, 403, 403)),
    Row("ledger_check", "POST", (403, 302, 403, 403)),
    Row("person", "GET", (403, 200, 403, 403), _customer),
    Row("event", "GET", (403, 200, 403, 403), lambda world: _customer(world) | {"event_uuid": world.event}),
    Row("event_pdf", "GET", (403, 200, 403, 403), lambda world: _customer(world) | {"event_uuid": world.event}),
    Row("subject", "GET", (403, 302, 403, 403), lambda world: {"subject_uuid": world.customer.subject}),
    Row("receipt", "GET", (403, 200, 403, 403), lambda world: _customer(world) | {"receipt_uuid": world.receipt}),
    Row("max_answer", "GET", (403, 200, 403, 403)),
    Row("max_answer", "POST", (403, 302, 403, 403), data=REASON | MAX_REQUEST),
    Row("export_person", "GET", (403, 200, 403, 403), _customer),
    Row("export_person", "POST", (403, 302, 403, 403), _customer, REASON | {"kind": "person_paper"}),
    Row("exports", "GET", (403, 200, 403, 403)),
    Row("exports", "POST", (403, 302, 403, 403), data=REASON | {"since": "2026-11-01", "until": "2026-11-30"}),
    Row("exports_state", "GET", (403, 200, 403, 403)),
    Row("export_download", "POST", (403, 200, 403, 403), lambda world: {"job_uuid": world.export.uuid}),
    Row("documents", "GET", (200, 200, 200, 403)),
    Row("document", "GET", (200, 200, 200, 403), lambda world: {"edition_id": world.edition.pk}),
    Row("document_draft", "GET", (403, 200, 403, 403), _fixed({"kind": "policy"})),
    Row(
        "document_draft",
        "POST",
        (403, 409, 403, 403),
        _fixed({"kind": "policy"}),
        {"title": "Политика", "body": "# Раздел\nТекст."},
    ),
    Row("document_publish", "GET", (403, 200, 403, 403), lambda world: {"edition_id": world.edition_draft}),
    Row("document_publish", "POST", (403, 409, 403, 403), lambda world: {"edition_id": world.edition_draft}),
    Row("document_discard", "GET", (403, 200, 403, 403), lambda world: {"edition_id": world.edition_draft}),
    Row("document_discard", "POST", (403, 409, 403, 403), lambda world: {"edition_id": world.edition_draft}),
    Row("documents_refresh", "GET", (403, 302, 403, 403)),
    Row("documents_refresh", "POST", (403, 302, 403, 403)),
    Row("journal", "GET", (403, 200, 403, 200)),
    Row("users", "GET", (403, 200, 403, 200)),
    Row("user_new", "GET", (403, 403, 403, 200)),
    Row(
        "user_new",
        "POST",
        (403, 403, 403, 200),
        data={"name": "Новый", "email": "new@romashka.example", "role": "operator"},
    ),
    Row("user", "GET", (403, 200, 403, 200), _other_user),
    Row("user_role", "GET", (403, 403, 403, 302), _other_user),
    Row("user_role", "POST", (403, 403, 403, 409), _other_user, {"role": "dpo"}),
    Row("user_password", "GET", (403, 403, 403, 200), _other_user),
    Row("user_password", "POST", (403, 403, 403, 409), _other_user),
    Row("user_factors", "GET", (403, 403, 403, 200), _other_user),
    Row("user_factors", "POST", (403, 403, 403, 409), _other_user),
    Row("user_deactivate", "GET", (403, 403, 403, 200), _other_user),
    Row("user_deactivate", "POST", (403, 403, 403, 409), _other_user),
    Row("user_activate", "GET", (403, 403, 403, 200), _other_user),
    Row("user_activate", "POST", (403, 403, 403, 409), _other_user),
    Row("channels", "GET", (403, 200, 403, 200)),
    Row("sender_domain", "GET", (403, 200, 403, 200)),
    Row("sender_domain", "POST", (403, 200, 403, 200)),
    Row("channel", "GET", (403, 403, 403, 200), _fixed({"name": "sms"})),
    Row("channel", "POST", (403, 403, 403, 302), _fixed({"name": "sms"}), {"is_open": "on", "per_second": "5"}),
    Row("providers", "GET", (403, 200, 403, 200)),
    Row("provider_new", "GET", (403, 403, 403, 200)),
    Row("provider_create", "GET", (403, 403, 403, 200), _fixed({"kind": "loft"})),
    Row("provider_create", "POST", (403, 403, 403, 302), _fixed({"kind": "loft"}), LOFT),
    Row("provider", "GET", (403, 200, 403, 200), _provider),
    Row("provider_edit", "GET", (403, 403, 403, 200), _provider),
    Row("provider_edit", "POST", (403, 403, 403, 302), _provider, LOFT | {"per_second": "7"}),
    Row("provider_check", "POST", (403, 403, 403, 302), _provider),
    Row("provider_move", "POST", (403, 403, 403, 302), _provider, {"channel": "sms", "way": "down"}),
    Row("provider_switch", "POST", (403, 403, 403, 302), _provider, {"is_on": "no"}),
    Row("provider_remove", "GET", (403, 403, 403, 200), lambda world: {"name": world.provider_off}),
    Row("provider_remove", "POST", (403, 403, 403, 409), lambda world: {"name": world.provider_off}),
    Row("provider_rotate", "GET", (403, 403, 403, 200), _provider),
    Row("provider_rotate", "POST", (403, 403, 403, 409), _provider),
    Row("provider_secret", "POST", (403, 403, 403, 200), _provider),
    Row("sender_names", "GET", (403, 200, 403, 200)),
    Row("sender_name_new", "GET", (403, 403, 403, 200)),
    Row("sender_name_new", "POST", (403, 403, 403, 302), data=SENDER_NAME | {"operator": "mts"}),
    Row("sender_name", "GET", (403, 403, 403, 200), _sender_name),
    Row("sender_name", "POST", (403, 403, 403, 302), _sender_name, SENDER_NAME),
    Row("sender_templates", "POST", (403, 403, 403, 302), _sender_name, {"text": "Код %d"}),
    Row("sender_template_approve", "POST", (403, 403, 403, 302), _template, {"approved": "no"}),
    Row("sender_template_remove", "GET", (403, 403, 403, 200), _template),
    Row("sender_template_remove", "POST", (403, 403, 403, 409), _template),
    Row("own_contacts", "GET", (200, 403, 403, 403)),
    Row("own_phone_ask", "POST", (302, 403, 403, 403), data={"phone": "+7 916 123-45-67"}),
    Row("own_phone_enter", "POST", (302, 403, 403, 403), data={"code": "000000"}),
    Row("own_max_ask", "POST", (302, 403, 403, 403)),
    Row("own_max_state", "GET", (200, 403, 403, 403)),
    Row("own_max_take", "POST", (302, 403, 403, 403)),
    Row("own_contact_remove", "POST", (302, 403, 403, 403), _fixed({"kind": "phone"})),
    Row("channel_codes", "GET", (403, 200, 403, 403), _fixed({"name": "max"})),
    Row("channel_codes", "POST", (403, 409, 403, 403), _fixed({"name": "max"}), REASON | {"is_on": "yes"}),
    Row("contract_new", "GET", (403, 403, 403, 200), _fixed({"name": "max"})),
    Row("contract_new", "POST", (403, 403, 403, 302), _fixed({"name": "max"}), CONTRACT),
    Row("contract_end", "GET", (403, 403, 403, 200), _contract),
    Row("contract_end", "POST", (403, 403, 403, 409), _contract, {"last_day": "2098-01-01"}),
    Row("company", "GET", (403, 200, 403, 200)),
    Row("restore", "GET", (403, 200, 403, 200)),
    Row("restore_read_back", "POST", (403, 409, 403, 409)),
    Row("restore_outcomes", "POST", (403, 400, 403, 400)),
    Row("restore_end", "POST", (403, 302, 403, 302)),
    Row("company_edit", "GET", (403, 403, 403, 200)),
    Row("company_edit", "POST", (403, 403, 403, 200), data={"name": "Не всё заполнено"}),
    Row("company_logo", "POST", (403, 403, 403, 400)),
    Row("company_logo_remove", "POST", (403, 403, 403, 302)),
    Row("sender", "GET", (403, 403, 403, 200), _fixed({"name": "sms"})),
    Row(
        "sender",
        "POST",
        (403, 403, 403, 302),
        _fixed({"name": "sms"}),
        {"name": "АО «Почта»", "address": "Москва", "contract": "№ 1"},
    ),
)
