"""The samples of `deploy/` say what the code says."""

import re
from pathlib import Path
from string import Template
from urllib.parse import unquote

import pytest
from django.urls import reverse

from notify import queues
from portal.celery import ROUTES
from portal.error_pages import UPLOADS
from portal.settings.env import TABLE

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
USERS = {"mostik-web", "mostik-worker", "mostik-beat", "mostik-prepare"}


def _logged(address: str) -> str:
    """What the proxy's sample writes into its log for an address: the first pattern of its map that fits."""
    body = re.search(r"map \$uri \$mostik_uri \{(.*?)\n\}", (DEPLOY / "nginx.conf").read_text(), re.DOTALL)
    assert body
    address = unquote(address.partition("?")[0])  # as nginx makes its $uri
    for pattern, shown in re.findall(r'^\s+~(\S+)\s+"([^"]*)";', body.group(1), re.MULTILINE):
        found = re.match(pattern.replace("(?<", "(?P<"), address)
        if found:
            return Template(shown).substitute(found.groupdict())
    return address


@pytest.mark.parametrize(
    "address",
    [
        "/k/SECRET",
        "/%6B/SECRET",
        "/k%2FSECRET",
        "/K/SECRET",
        "/u/SECRET",
        "/qr/SECRET.png",
        "/webhooks/max/SECRET/",
        "/accounts/password/reset/key/SECRET/",
        "/me/?email=SECRET",
        "/%6b/SECRET?x=%20",
        "/webhooks/%6Dax/SECRET/",
    ],
)
def test_the_log_of_the_proxy_holds_no_secret_of_an_address(address: str) -> None:
    assert "SECRET" not in _logged(address)


def test_the_log_of_the_proxy_still_tells_pages_apart() -> None:
    assert _logged("/staff/campaigns/17/?page=2") == "/staff/campaigns/17/"


def _body_limits() -> dict[str, str]:
    """What the proxy's sample takes, by the address that follows ``location``; of every other one, by none."""
    found: dict[str, str] = {}
    where = ""
    for line in (DEPLOY / "nginx.conf").read_text().splitlines():
        if place := re.match(r"\s+location (?:[~=] )?(\S+) \{", line):
            where = place[1]
        if limit := re.match(r"\s+client_max_body_size (\w+);", line):
            found[where] = limit[1]
    return found


def test_the_proxy_takes_large_bodies_only_where_the_application_does() -> None:
    limits = _body_limits()

    assert limits[""] == "64k"
    large = {place for place, limit in limits.items() if int(limit[:-1]) > 1 and limit[-1] == "m"}
    assert large == {
        reverse("staff:imports"),
        reverse("staff:restore_outcomes"),
        "^" + reverse("staff:campaign_image_put", args=[7]).replace("7", "[0-9]+") + "$",
    }
    assert len(large) == len(UPLOADS)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_variable_that_a_unit_puts_into_a_command_has_a_value_without_the_file(unit: Path) -> None:
    text = unit.read_text()
    given = set(re.findall(r"(\w+)=", " ".join(re.findall(r"^Environment=(.*)$", text, re.MULTILINE))))

    assert set(re.findall(r"\$\{(\w+)\}", text)) <= given


def test_the_sample_of_the_environment_names_whatever_must_be_set() -> None:
    named = set(re.findall(r"^(\w+)=", (DEPLOY / "mostik.env.example").read_text(), re.MULTILINE))

    assert {variable.name for variable in TABLE if variable.default is None} <= named


def test_the_proxy_lets_a_whole_mobile_operator_open_its_links() -> None:
    """Thousands of people share one address; a limit below some hundreds a second turns customers away."""
    text = (DEPLOY / "nginx.conf").read_text()
    rate = re.search(r"zone=mostik_links:\S+ rate=(\d+)r/s", text)
    burst = re.search(r"limit_req zone=mostik_links burst=(\d+) nodelay", text)

    assert rate
    assert burst
    assert int(rate[1]) >= 300
    assert int(burst[1]) >= 3000


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_runs_as_a_user_of_its_duty_and_may_do_nothing_else_to_the_machine(unit: Path) -> None:
    lines = set(unit.read_text().splitlines())

    assert {line.removeprefix("User=") for line in lines if line.startswith("User=")} <= USERS
    assert {
        "CapabilityBoundingSet=",
        "NoNewPrivileges=yes",
        "ProtectProc=invisible",
        "ProtectSystem=strict",
        "RestrictNamespaces=yes",
        "SystemCallFilter=@system-service",
    } <= lines


def test_every_user_of_a_unit_is_made_and_every_folder_has_one() -> None:
    made = set(re.findall(r"^u (\S+)", (DEPLOY / "mostik.sysusers").read_text(), re.MULTILINE))
    files = [*UNITS, *DEPLOY.glob("*.service.d/*.conf")]
    used = {user for file in files for user in re.findall(r"^User=(\S+)", file.read_text(), re.MULTILINE)}
    owners = re.findall(r"^d \S+\s+\d+ (\S+)", (DEPLOY / "mostik.tmpfiles").read_text(), re.MULTILINE)

    assert used == made
    assert set(owners) - made == {"root"}


def test_the_key_of_the_ledger_is_read_by_the_worker_that_signs_alone() -> None:
    own = (DEPLOY / "mostik-worker@seal.service.d" / "user.conf").read_text()
    others = {
        unit.stem for unit in UNITS if "mostik-seal" in re.findall(r"^User=(\S+)", unit.read_text(), re.MULTILINE)
    }

    assert "User=mostik-seal" in own
    assert others == set()
    assert ROUTES["consents.seal_ledger"] == {"queue": queues.SEAL}
    assert [task for task, route in ROUTES.items() if route["queue"] == queues.SEAL] == ["consents.seal_ledger"]
