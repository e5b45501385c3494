"""The sandbox's mail server keeps what comes over SMTP."""

import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest
from django.conf import settings as configured
from django.db import connection

from portal.laptop.management.commands.sandbox_smtp import letter_read
from portal.models import SandboxMessage


def letter() -> EmailMessage:
    """A letter with two texts."""
    message = EmailMessage()
    message["From"] = "Банк <noreply@bank.example>"
    message["To"] = "ivan@yandex.ru"
    message["Subject"] = "Где вам писать?"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["X-Secret"] = "не хранится"
    message.set_content("Здравствуйте, Ёлкина!")
    message.add_alternative("<p>Здравствуйте, Ёлкина!</p>", subtype="html")
    return message


def test_a_letter_is_read_with_both_its_texts_and_the_headers_worth_showing() -> None:
    read = letter_read(letter().as_bytes())

    assert read["subject"] == "Где вам писать?"
    assert read["text"].strip() == "Здравствуйте, Ёлкина!"
    assert "<p>Здравствуйте, Ёлкина!</p>" in read["html"]
    assert read["headers"] == {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def test_what_is_hardly_a_letter_is_read_too() -> None:
    assert letter_read(b"")["text"] == ""
    assert letter_read(b"\xff\xfe no headers")["subject"] == ""


@pytest.mark.django_db(transaction=True)
def test_the_command_takes_a_letter_over_a_socket() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = connection.settings_dict
    parts = {"dbname": database["NAME"], "user": database["USER"], "host": database["HOST"], "port": database["PORT"]}
    environ = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": " ".join(f"{name}={value}" for name, value in parts.items() if value),
        "PATH": "/usr/bin",
        "VAR_DIR": str(configured.VAR_DIR),
    }
    command = [sys.executable, "-W", "ignore", "manage.py", "sandbox_smtp", "--port", str(port)]
    with subprocess.Popen(command, env=environ) as server:
        try:
            _sent(port)
        finally:
            server.terminate()

    kept = SandboxMessage.objects.get()
    assert (kept.channel, kept.address, kept.subject) == ("email", "ivan@yandex.ru", "Где вам писать?")


def _sent(port: int) -> None:
    """Send as soon as the server listens."""
    for _ in range(150):
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5) as smtp:
                smtp.send_message(letter())
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError
