"""The samples of `deploy/` say what the code says."""

import re
from pathlib import Path
from string import Template

import pytest

from portal.settings.env import TABLE

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def _logged(address: str) -> str:
    """What the proxy's sample writes into its log for an address: the first pattern of its map that fits."""
    body = re.search(r"map \$request_uri \$mostik_uri \{(.*?)\n\}", (DEPLOY / "nginx.conf").read_text(), re.DOTALL)
    assert body
    for pattern, shown in re.findall(r'^\s+~(\S+)\s+"([^"]*)";', body.group(1), re.MULTILINE):
        found = re.match(pattern.replace("(?<", "(?P<"), address)
        if found:
            return Template(shown).substitute(found.groupdict())
    return address


@pytest.mark.parametrize(
    "address",
    [
        "/k/SECRET",
        "/K/SECRET",
        "/u/SECRET",
        "/qr/SECRET.png",
        "/webhooks/max/SECRET/",
        "/accounts/password/reset/key/SECRET/",
        "/me/?email=SECRET",
    ],
)
def test_the_log_of_the_proxy_holds_no_secret_of_an_address(address: str) -> None:
    assert "SECRET" not in _logged(address)


def test_the_log_of_the_proxy_still_tells_pages_apart() -> None:
    assert _logged("/staff/campaigns/17/?page=2") == "/staff/campaigns/17/"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_variable_that_a_unit_puts_into_a_command_has_a_value_without_the_file(unit: Path) -> None:
    text = unit.read_text()
    given = set(re.findall(r"(\w+)=", " ".join(re.findall(r"^Environment=(.*)$", text, re.MULTILINE))))

    assert set(re.findall(r"\$\{(\w+)\}", text)) <= given


def test_the_sample_of_the_environment_names_whatever_must_be_set() -> None:
    named = set(re.findall(r"^(\w+)=", (DEPLOY / "mostik.env.example").read_text(), re.MULTILINE))

    assert {variable.name for variable in TABLE if variable.default is None} <= named
