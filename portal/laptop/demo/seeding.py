"""The demo company: its details, texts, customers, a campaign that runs, and people who have answered already.

Everything is made by the services that staff and customers use, so the ledger of the demo is as real as any.
"""

import datetime
import io
import secrets
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.utils import timezone

from consents.customers.customers_read import customers_of_source
from consents.documents.fields import CompanyDetails
from consents.documents.publishing import company_save, documents_install_defaults, sender_save
from consents.enums import Channel, SubscriberConsent
from consents.importing.running import import_examine, import_run
from consents.importing.runs import import_receive
from notify.campaigns.funnel import funnel
from notify.campaigns.lifecycle import campaign_create, campaign_launch, campaign_submit
from notify.campaigns.planning import campaign_plan
from notify.links.issuing import IssuedLink, link_make
from notify.scenarios.editing import ready_add, scenario_publish, scenario_switch
from notify.scenarios.reading import scenario_view
from notify.types import CampaignSpec, StepSpec
from portal.accounts.accounts import staff_create
from portal.laptop.demo.answers import answers_play
from portal.laptop.demo.dialogues import dialogues_play
from portal.laptop.demo.people import demo_file
from portal.models.user import Role

SOURCE: Final = "учебная выгрузка"
STAFF: Final = (
    (Role.MARKETING, "Анна Маркова"),
    (Role.DPO, "Дмитрий Орлов"),
    (Role.OPERATOR, "Ольга Титова"),
    (Role.ADMINISTRATOR, "Алексей Дроздов"),
)
COMPANY: Final = CompanyDetails(
    name="Акционерное общество «Банк „Береста“»",
    short_name="Банк «Береста»",
    inn="7700000000",
    ogrn="1027700000000",
    licence="лицензия № 0000",
    address="101000, г. Москва, ул. Примерная, д. 1",
    website="beresta.example",
    dpo_title="начальник службы защиты данных",
    dpo_email="dpo@beresta.example",
    dpo_phone="+7 495 000-00-01",
    support_phone="8 800 000-00-00",
    covered_by_41fz="yes",
    signature_rules="ask",
    data_place="Россия, 101000, г. Москва, ул. Примерная, д. 2",
)
PROCESSORS: Final = (
    (Channel.SMS, "ООО «Пример-Телеком»", "№ 17 от 12.01.2026"),
    (Channel.EMAIL, "ООО «Пример-Почта»", "№ 18 от 12.01.2026"),
    (Channel.MAX, "ООО «Пример-Мессенджер»", "№ 19 от 12.01.2026"),
)
LETTER: Final = CampaignSpec(
    name="Переходим в законные каналы",
    steps=(
        StepSpec(
            channel=Channel.EMAIL,
            subject="Где вам удобно получать сообщения банка?",
            text=(
                "((приветствие))\n\n"
                "Мы больше не пишем клиентам в WhatsApp, Telegram и Viber. Проверьте, пожалуйста, свои контакты и "
                "выберите, где получать сообщения: MAX, СМС или электронная почта.\n\n((ссылка))"
            ),
            button="Проверить контакты",
        ),
    ),
    audience={"sources": [SOURCE]},
    send_from=datetime.time(0),
    send_until=datetime.time(0),
)
SHORT: Final = CampaignSpec(
    name="СМС тем, у кого нет почты",
    steps=(
        StepSpec(
            channel=Channel.SMS,
            text="Банк «Береста»: выберите, где получать сообщения: ((ссылка))",
            subscriber_consent=SubscriberConsent.CONTRACT,
            contract_clause="Договор комплексного обслуживания, пункт 7.3",
            contract_date=datetime.date(2026, 2, 1),
        ),
    ),
    audience={"sources": [SOURCE], "answered": False},
    send_from=datetime.time(0),
    send_until=datetime.time(0),
)
ANSWERED: Final = 36
LINK_LIFE: Final = datetime.timedelta(days=30)


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
    customer_id: int
    campaign_id: int
    """The letter that is on its way; the personal link is one of its."""


def demo_make() -> Demo:
    """Make the whole demo company. Call it once, on an empty installation."""
    accounts = tuple(_account(role, name) for role, name in STAFF)
    ids = {account.role: user_id for account, user_id in accounts}
    company_save(details=COMPANY)
    for channel, name, contract in PROCESSORS:
        sender_save(channel=channel, name=name, address="г. Москва, ул. Примерная, д. 2", contract=contract)
    documents_install_defaults(author_id=ids[Role.DPO])
    job_id = import_receive(
        file_name="клиенты_береста.csv",
        stream=io.BytesIO(demo_file()),
        source=SOURCE,
        created_by_id=ids[Role.MARKETING],
    )
    import_examine(job_id=job_id)
    import_run(job_id=job_id)
    customer_ids = customers_of_source(source=SOURCE)
    for number, customer_id in enumerate(islice(customer_ids, 3, None, 5)):
        if number < ANSWERED:
            answers_play(customer_id, number)
    _scenarios(author_id=ids[Role.MARKETING])
    letter_id = _campaigns(author_id=ids[Role.MARKETING], second_id=ids[Role.DPO])
    dialogues_play(customer_ids)
    return Demo(accounts=tuple(account for account, _ in accounts), customer_id=customer_ids[0], campaign_id=letter_id)


def guest_link_make(*, customer_id: int, campaign_id: int) -> IssuedLink:
    """Make the personal link for the person at the terminal: one of the letter's, so that its funnel moves.

    Every call makes another one.
    """
    return link_make(
        customer_id=customer_id,
        expires_at=timezone.now() + LINK_LIFE,
        channel=Channel.EMAIL,
        touchpoint_id=funnel(campaign_id=campaign_id)[0].touchpoint_id,
    )


def _account(role: Role, name: str) -> tuple[DemoAccount, int]:
    password = secrets.token_urlsafe(12)
    email = f"{role.value}@beresta.example"
    user_id = staff_create(email=email, name=name, role=role, password=password)
    return DemoAccount(role, email, name, password), user_id


def _scenarios(*, author_id: int) -> None:
    """Put the ready scenarios in force, but for those that need a look-up: their drafts are for the visitor."""
    for code in ready_add(author_id=author_id):
        draft = scenario_view(code=code).latest
        if draft.spec.kind != "status":
            scenario_publish(code=code, digest=draft.digest)
            scenario_switch(code=code, is_on=True)


def _campaigns(*, author_id: int, second_id: int) -> int:
    """Launch the letter by a second person, return its id; leave the short message for the visitor to launch."""
    letter_id = campaign_create(spec=LETTER, created_by_id=author_id)
    content = campaign_submit(campaign_id=letter_id)
    campaign_launch(campaign_id=letter_id, launched_by_id=second_id, content_sha256=content.sha256)
    campaign_plan(campaign_id=letter_id)
    campaign_submit(campaign_id=campaign_create(spec=SHORT, created_by_id=author_id))
    return letter_id
