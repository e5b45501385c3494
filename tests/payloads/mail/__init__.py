"""What comes to a company's mailbox: shapes of real servers and programs, with invented people and companies."""

from typing import Final

from notify.channels.verp import verp_address

REFERENCE: Final = "7f3c2a10-5b1d-4c4e-9a77-0d2f3b6e8c11"
DOMAIN: Final = "romashka.example"
SENDER: Final = f"info@{DOMAIN}"
BOUNCE: Final = f"bounce@move.{DOMAIN}"
KEY: Final = b"key of the addresses of return"
PERSON: Final = "ivan.petrov@pochta.example"
VERP: Final = verp_address(BOUNCE, REFERENCE, KEY)
MESSAGE_ID: Final = f"<{REFERENCE}@{DOMAIN}>"


def crlf(text: str, charset: str = "utf-8") -> bytes:
    """A letter as it travels."""
    return text.lstrip("\n").replace("\n", "\r\n").encode(charset)


def ours(*, to: str = PERSON, return_path: str = SENDER) -> str:
    """Headers of a letter of ours, as servers send them back."""
    return f"""Return-Path: <{return_path}>
Received: from mail.{DOMAIN} (mail.{DOMAIN} [192.0.2.10]) by mx.pochta.example; Mon, 30 Nov 2026 10:00:01 +0300
From: =?utf-8?B?0JHQsNC90LosINCg0L7QvNCw0YjQutCw?= <{SENDER}>
To: {to}
Subject: =?utf-8?B?0JrQsNC6INC80Ysg0L/QuNGI0LXQvCDQstCw0Lw=?=
Date: Mon, 30 Nov 2026 07:00:00 +0000
Message-ID: {MESSAGE_ID}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_{REFERENCE}"
"""
