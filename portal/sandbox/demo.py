"""The demo company: its details, texts, customers, a campaign that runs, and people who have answered already.

Everything is made by the services that staff and customers use, so the ledger of the demo is as real as any.
"""

import datetime
import io
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.utils import timezone

from consents.enums import ActorKind, Channel, ContactKind, DocumentKind, LineType, ProofLevel, ProofMethod
from consents.selectors.contacts import OwnContact, contacts_of
from consents.selectors.customers import customers_of_source
from consents.selectors.documents import document_render, editions_in_force
from consents.selectors.proofs import rules_in_force
from consents.services.confirming import code_enter, code_for_sending, code_issue, contact_confirm
from consents.services.import_running import import_run
from consents.services.importing import import_receive
from consents.services.publishing import (
    OperatorDetails,
    documents_install_defaults,
    operator_profile_save,
    processor_save,
)
from consents.services.recording import consent_answer, rules_accept
from consents.types import Actor, Circumstances
from notify.services.campaigns import campaign_create, campaign_launch, campaign_submit
from notify.services.links import entrance_link_make, link_make
from notify.services.planning import campaign_plan
from notify.services.tracking import LinkStage, stage_record
from notify.types import CampaignSpec
from portal.models.user import Role
from portal.public.evidence import request_key
from portal.sandbox.demo_people import demo_file
from portal.staff.accounts import staff_create

SOURCE: Final = "demo"
STAFF: Final = (
    (Role.MARKETING, "Анна Маркова"),
    (Role.DPO, "Дмитрий Орлов"),
    (Role.OPERATOR, "Ольга Титова"),
    (Role.ADMINISTRATOR, "Алексей Дроздов"),
)
COMPANY: Final = OperatorDetails(
    name="Акционерное общество «Банк „Береста“»",
    short_name="Банк «Береста»",
    inn="7700000000",
    ogrn="1027700000000",
    licence="лицензия № 0000",
    address="101000, г. Москва, ул. Примерная, д. 1",
    website="beresta.example",
    dpo_title="Ответственный за обработку персональных данных",
    dpo_email="dpo@beresta.example",
    dpo_phone="+7 495 000-00-01",
    support_phone="8 800 000-00-00",
    covered_by_41fz="yes",
)
PROCESSORS: Final = (
    (Channel.SMS, "ООО «Пример-Телеком»", "№ 17 от 12.01.2026"),
    (Channel.EMAIL, "ООО «Пример-Почта»", "№ 18 от 12.01.2026"),
    (Channel.MAX, "ООО «Пример-Мессенджер»", "№ 19 от 12.01.2026"),
)
LETTER: Final = CampaignSpec(
    name="Переходим в законные каналы",
    channel=Channel.EMAIL,
    subject="Где вам удобно получать сообщения банка?",
    text=(
        "((имя)), здравствуйте!\n\n"
        "Мы больше не пишем клиентам в WhatsApp, Telegram и Viber. Проверьте, пожалуйста, свои контакты и выберите, "
        "где получать сообщения: MAX, СМС или электронная почта. Это займёт около минуты.\n\n((ссылка))"
    ),
    button="Проверить контакты",
    audience={"sources": [SOURCE]},
    quiet_from=datetime.time(0),
    quiet_to=datetime.time(0),
)
SHORT: Final = CampaignSpec(
    name="СМС тем, у кого нет почты",
    channel=Channel.SMS,
    text="Банк «Береста»: выберите, где получать сообщения: ((ссылка))",
    audience={"sources": [SOURCE], "answered": False},
    quiet_from=datetime.time(0),
    quiet_to=datetime.time(0),
)
ANSWERED: Final = 36


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A member of staff with the password made for this installation."""

    role: Role
    email: str
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What the person at the terminal needs to begin."""

    accounts: tuple[DemoAccount, ...]
    link: str


def demo_make() -> Demo:
    """Make the whole demo company. Call it once, on an empty installation."""
    accounts = tuple(_account(role, name) for role, name in STAFF)
    ids = {account.role: user_id for account, user_id in accounts}
    operator_profile_save(details=COMPANY)
    for channel, name, contract in PROCESSORS:
        processor_save(channel=channel, name=name, address="г. Москва, ул. Примерная, д. 2", contract=contract)
    documents_install_defaults(author_id=ids[Role.DPO])
    job_id = import_receive(
        file_name="клиенты_береста.csv",
        stream=io.BytesIO(demo_file()),
        source=SOURCE,
        created_by_id=ids[Role.MARKETING],
    )
    import_run(job_id=job_id)
    customer_ids = customers_of_source(source=SOURCE)
    for number, customer_id in enumerate(islice(customer_ids, 3, None, 5)):
        if number < ANSWERED:
            _answer(customer_id, number)
    _campaigns(author_id=ids[Role.MARKETING], second_id=ids[Role.DPO])
    link = link_make(
        customer_id=customer_ids[0], expires_at=timezone.now() + datetime.timedelta(days=30), channel=Channel.EMAIL
    )
    return Demo(accounts=tuple(account for account, _ in accounts), link=link.url)


def _account(role: Role, name: str) -> tuple[DemoAccount, int]:
    password = secrets.token_urlsafe(12)
    email = f"{role.value}@beresta.example"
    user_id = staff_create(email=email, name=name, role=role, password=password)
    return DemoAccount(role, email, name, password), user_id


def _campaigns(*, author_id: int, second_id: int) -> None:
    """Launch the letter by a second person; leave the short message for the visitor to launch."""
    letter_id = campaign_create(spec=LETTER, created_by_id=author_id)
    submitted = campaign_submit(campaign_id=letter_id)
    campaign_launch(campaign_id=letter_id, launched_by_id=second_id, content_sha256=submitted.content_sha256)
    campaign_plan(campaign_id=letter_id)
    campaign_submit(campaign_id=campaign_create(spec=SHORT, created_by_id=author_id))


def _answer(customer_id: int, number: int) -> None:
    """Play one person who came by the public entrance: code, rules, consents."""
    contacts = [contact for contact in contacts_of(customer_id=customer_id) if _takes_code(contact)]
    if not contacts:
        return
    link_id = entrance_link_make(customer_id=customer_id, expires_at=timezone.now() + datetime.timedelta(days=1))
    for contact in contacts:
        _confirm(customer_id, contact)
    stage_record(link_id=link_id, stage=LinkStage.CONFIRMED)
    if number % 6 == 5:
        return
    _accept_rules(customer_id, contacts[0])
    for contact, version_id in _questions(contacts, with_ads=number % 3 == 0):
        _decide(customer_id, contact, version_id, "refused" if number % 7 == 6 else "granted")
    if number % 7 != 6:
        stage_record(link_id=link_id, stage=LinkStage.CONSENTED)


def _takes_code(contact: OwnContact) -> bool:
    return contact.kind == ContactKind.EMAIL or contact.line_type == LineType.MOBILE


def _confirm(customer_id: int, contact: OwnContact) -> None:
    session_key = secrets.token_hex(16)
    issued = code_issue(
        customer_id=customer_id,
        kind=contact.kind,
        target_value=contact.value,
        is_new_contact=False,
        session_key=session_key,
        lock_key=session_key,
    )
    sent = code_for_sending(verification_uuid=issued.verification_uuid)
    if sent is None:
        return
    code_enter(verification_uuid=issued.verification_uuid, session_key=session_key, code=sent[0])
    contact_confirm(
        customer_id=customer_id,
        contact_uuid=contact.contact_uuid,
        verification_uuid=issued.verification_uuid,
        circumstances=_circumstances(contact, "confirm", contact.contact_uuid),
    )


def _accept_rules(customer_id: int, contact: OwnContact) -> None:
    version_id = rules_in_force()
    if version_id is None:
        return
    text = document_render(version_id=version_id, customer_id=customer_id)
    rules_accept(
        customer_id=customer_id,
        text_sha256=text.sha256,
        circumstances=_circumstances(contact, "rules", version_id),
        box_ticked=True,
    )


def _questions(contacts: Sequence[OwnContact], *, with_ads: bool) -> Iterator[tuple[OwnContact, int]]:
    kinds = [DocumentKind.PD_SERVICE, *([DocumentKind.PD_PROMO, DocumentKind.ADS] if with_ads else [])]
    for contact in contacts:
        channel = Channel.SMS if contact.kind == ContactKind.PHONE else Channel.EMAIL
        for kind in kinds:
            edition = editions_in_force().filter(document__kind=kind, document__channel__in=["", channel]).first()
            if edition is not None:
                yield contact, edition.pk


def _decide(customer_id: int, contact: OwnContact, version_id: int, decision: str) -> None:
    text = document_render(version_id=version_id, customer_id=customer_id, contact_uuid=contact.contact_uuid)
    consent_answer(
        customer_id=customer_id,
        version_id=version_id,
        channel=Channel.SMS if contact.kind == ContactKind.PHONE else Channel.EMAIL,
        contact_uuid=contact.contact_uuid,
        decision="granted" if decision == "granted" else "refused",
        text_sha256=text.sha256,
        circumstances=_circumstances(contact, decision, version_id),
        box_ticked=decision == "granted",
    )


def _circumstances(contact: OwnContact, act: str, what: object) -> Circumstances:
    return Circumstances(
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=ProofLevel.KNOWN_CONTACT,
        method=ProofMethod.CODE_SMS if contact.kind == ContactKind.PHONE else ProofMethod.CODE_EMAIL,
        request_key=request_key("demo", contact.contact_uuid, act, what),
        touchpoint="entrance",
        ip="192.0.2.1",
        user_agent="Demo",
        page="/",
        build="demo",
        button="Разрешаю" if act == "granted" else "Не разрешаю",
        box_default="unticked",
        shown_at=timezone.now().isoformat(),
        zone="Europe/Moscow",
    )
