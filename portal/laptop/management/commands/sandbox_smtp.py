"""A mail server for the sandbox: takes any letter over SMTP and puts it into the in-built mailbox."""

import asyncio
import email
import email.policy
import signal
from argparse import ArgumentParser
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.core.management.base import BaseCommand

from portal.laptop.sandbox.inbox import mail_take

MOST_BYTES = 10_000_000
KEPT = ("List-Unsubscribe", "List-Unsubscribe-Post", "Message-ID", "Reply-To", "Feedback-ID", "Auto-Submitted")


class Sink:
    """Takes every recipient and keeps every letter."""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the letter once per recipient; answer after it is stored."""
        letter = letter_read(envelope.content if isinstance(envelope.content, bytes) else b"")
        for address in envelope.rcpt_tos:
            await sync_to_async(mail_take)(address=address, **letter)
        return "250 OK"


def letter_read(content: bytes) -> dict[str, Any]:
    """Read a letter as it came over the wire: sender, subject, both texts, the headers worth showing."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    return {
        "sender": str(message["From"] or ""),
        "subject": str(message["Subject"] or ""),
        "text": _part(message, "plain"),
        "html": _part(message, "html"),
        "headers": {name: str(message[name]) for name in KEPT if message[name]},
    }


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return "" if part is None else str(part.get_content())


class Command(BaseCommand):
    """Runs until it is stopped."""

    help = "Take letters over SMTP and put them into the sandbox's mailbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the address to listen on."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8025)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Listen."""
        asyncio.run(self._serve(options["host"], options["port"]))

    async def _serve(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        over = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, over.set)
        server = await loop.create_server(
            lambda: SMTP(Sink(), data_size_limit=MOST_BYTES, enable_SMTPUTF8=True), host=host, port=port
        )
        self.stdout.write(f"smtp://{host}:{port}")
        async with server:
            await over.wait()
