"""What a test does to a server's installation by its services, in a process with that server's settings.

``python -m tests.e2e.production_services FUNCTION`` reads the arguments as JSON and prints what the function returns.
"""

import csv
import datetime
import io
import json
import sys
from collections.abc import Callable
from typing import Any, Final

import django

django.setup()

from django.conf import settings  # noqa: E402 - needs the settings
from django.utils import timezone  # noqa: E402 - needs the settings

from consents.customers.customers_read import customers_of_source  # noqa: E402
from consents.documents.publishing import company_save, documents_install_defaults, sender_save  # noqa: E402
from consents.enums import Channel  # noqa: E402
from consents.importing.running import import_examine, import_run  # noqa: E402
from consents.importing.runs import import_receive  # noqa: E402
from notify.campaigns.lifecycle import campaign_create, campaign_launch, campaign_submit  # noqa: E402
from notify.campaigns.spec import spec_read  # noqa: E402
from notify.channel_settings import channel_change  # noqa: E402
from notify.contracts import contract_add  # noqa: E402
from notify.enums import ContractKind  # noqa: E402
from notify.inbound.webhook_keeping import webhook_keep  # noqa: E402
from notify.links.issuing import link_make  # noqa: E402
from notify.models import Message  # noqa: E402
from notify.provider_setups import setup_create, setup_values  # noqa: E402
from notify.scenarios.editing import ready_add, scenario_publish, scenario_switch  # noqa: E402
from notify.scenarios.reading import scenario_view  # noqa: E402
from portal.accounts.accounts import staff_create  # noqa: E402
from portal.laptop.demo.seeding import COMPANY, PROCESSORS  # noqa: E402
from portal.models import User  # noqa: E402
from portal.models.user import Role  # noqa: E402
from tests.factories.staff import client_of, second_factor_make  # noqa: E402

SOURCE: Final = "сервер"
COLUMNS: Final = {"number": "ID клиента", "name": "ФИО", "phone": "Телефон", "email": "Электронная почта"}
ROUND_THE_CLOCK: Final = {"window": {"from": "00:00", "to": "00:00"}}


def begin() -> dict[str, dict[str, str]]:
    """Make a company that may write, with published texts; return its staff by role, with all that logs them in."""
    staff = {str(role): _staff_make(role) for role in Role}
    company_save(details=COMPANY)
    for channel, name, contract in PROCESSORS:
        sender_save(channel=channel, name=name, address="г. Москва, ул. Примерная, д. 2", contract=contract)
    documents_install_defaults(author_id=_id_of(Role.DPO))
    day = datetime.date(2026, 1, 12)
    contract_add(channel=Channel.MAX, number="№ 19", signed_on=day, valid_from=day, kinds=[ContractKind.SERVICE])
    return staff


def provider(*, kind: str, title: str, fields: dict[str, str]) -> dict[str, str]:
    """Set a provider up; return its name and where it shall call the site. One that is told by a call is told."""
    name = setup_create(kind=kind, title=title, fields=fields)
    webhook_keep(name=name)
    return {"name": name, "webhook_url": setup_values(name=name).webhook_url}


def customer(**values: str) -> str:
    """Take over one customer by a file, as a company would; return the personal link."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS.values())
    rows.writerow(values.get(column, "") for column in COLUMNS)
    known = set(customers_of_source(source=SOURCE))
    stream = io.BytesIO(text.getvalue().encode("utf-8-sig"))
    job_id = import_receive(file_name="клиенты.csv", stream=stream, source=SOURCE, created_by_id=_id_of(Role.MARKETING))
    import_examine(job_id=job_id)
    import_run(job_id=job_id)
    (customer_id,) = set(customers_of_source(source=SOURCE)) - known
    expires_at = timezone.now() + datetime.timedelta(days=1)
    return link_make(customer_id=customer_id, expires_at=expires_at, channel=Channel.SMS).url


def customers(*, count: int) -> int:
    """Take over so many customers with an e-mail address; return how many there are."""
    rows = "".join(f"M-{number};Клиент {number};;m{number}@letters.example\r\n" for number in range(count))
    stream = io.BytesIO((";".join(COLUMNS.values()) + "\r\n" + rows).encode("utf-8-sig"))
    job_id = import_receive(file_name="много.csv", stream=stream, source=SOURCE, created_by_id=_id_of(Role.MARKETING))
    import_examine(job_id=job_id)
    import_run(job_id=job_id)
    return len(list(customers_of_source(source=SOURCE)))


def pace(*, channel: str, per_second: int) -> bool:
    """Set the pace of a channel."""
    return channel_change(channel=channel, is_open=True, per_second=per_second)


def session(*, role: str) -> str:
    """Return the cookie of a browser in which somebody of staff is logged in."""
    return client_of(User.objects.get(role=role)).cookies[settings.SESSION_COOKIE_NAME].value


def campaign(**spec: Any) -> int:
    """Launch a campaign that one person wrote and another one let go; return its id."""
    campaign_id = campaign_create(spec=spec_read(ROUND_THE_CLOCK | spec), created_by_id=_id_of(Role.MARKETING))
    content = campaign_submit(campaign_id=campaign_id)
    campaign_launch(campaign_id=campaign_id, launched_by_id=_id_of(Role.DPO), content_sha256=content.sha256)
    return campaign_id


def scenarios() -> list[str]:
    """Put the ready scenarios in force; return their codes."""
    codes = ready_add(author_id=_id_of(Role.MARKETING))
    for code in codes:
        draft = scenario_view(code=code).draft
        assert draft is not None
        scenario_publish(code=code, digest=draft.digest)
        scenario_switch(code=code, is_on=True)
    return codes


def messages(*, campaign_id: int, number: str) -> list[list[str]]:
    """Return state and reason of each message of a campaign to one customer."""
    rows = Message.objects.filter(campaign_id=campaign_id, customer__external_id=number).order_by("id")
    return [list(row) for row in rows.values_list("state", "skip_reason")]


def _staff_make(role: Role) -> dict[str, str]:
    email, password = f"{role.value}@server.example", f"long-enough-{role.value}"
    user = User.objects.get(pk=staff_create(email=email, name=f"Сотрудник {role.label}", role=role, password=password))
    seed = second_factor_make(user)
    return {"email": email, "password": password, "seed": seed}


def _id_of(role: Role) -> int:
    return User.objects.get(role=role).pk


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    one.__name__: one for one in (begin, provider, customer, customers, pace, session, campaign, scenarios, messages)
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(FUNCTIONS[sys.argv[1]](**json.load(sys.stdin))))
