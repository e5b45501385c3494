"""Letters that no person wrote: none of them is a bounce, a refusal or an answer."""

from typing import Final

from tests.payloads.mail import MESSAGE_ID, PERSON, SENDER, VERP, crlf


def automatic(*, headers: str = "", subject: str = "Re: Как мы пишем вам", to: str = SENDER, body: str = "") -> bytes:
    """An answer of a machine."""
    return crlf(f"""
From: Иван Петров <{PERSON}>
To: {to}
Subject: {subject}
Date: Mon, 30 Nov 2026 10:05:00 +0300
Message-ID: <auto-1@pochta.example>
In-Reply-To: {MESSAGE_ID}
{headers}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{body or "Я в отпуске до 10 декабря. По срочным вопросам: +7 495 000-00-00. Стоп."}
""")


AUTOMATIC: Final = {
    "exchange_out_of_office": automatic(
        subject="Автоматический ответ: Как мы пишем вам",
        headers="Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n",
    ),
    "rfc_3834": automatic(headers="Auto-Submitted: auto-replied\n"),
    "rfc_3834_with_a_parameter": automatic(headers='Auto-Submitted: auto-replied; owner-email="ivan@pochta.example"\n'),
    "to_the_address_of_return": automatic(headers="Return-Path: <>\n", to=VERP),
    "mail_ru": automatic(headers="X-Autoreply: yes\nPrecedence: bulk\n"),
    "yandex": automatic(subject="Автоответ: Как мы пишем вам"),
    "gmail_vacation": automatic(headers="X-Autoreply: yes\nPrecedence: bulk\n", subject="Re: отпуск"),
    "old_autorespond": automatic(headers="X-Autorespond: Как мы пишем вам\n"),
    "precedence_auto_reply": automatic(headers="Precedence: auto_reply\n"),
    "subject_alone_russian": automatic(subject="Меня нет на рабочем месте"),
    "subject_alone_english": automatic(subject="Out of Office: Как мы пишем вам"),
    "left_the_company": automatic(
        subject="Automatic reply: Как мы пишем вам", body="Ivan Petrov no longer works here. Mailbox does not exist."
    ),
    "newsletter": automatic(headers="List-Unsubscribe: <https://shop.example/u/1>\n", subject="Скидки недели"),
    "mailing_list": automatic(headers="List-Id: <talk.example>\nPrecedence: list\n"),
    "forwarding_rule": automatic(headers="X-MS-Exchange-Inbox-Rules-Loop: ivan.petrov@pochta.example\n"),
    "read_receipt": crlf(f"""
From: Иван Петров <{PERSON}>
To: {SENDER}
Subject: Прочитано: Как мы пишем вам
Date: Mon, 30 Nov 2026 10:05:00 +0300
Message-ID: <mdn-1@pochta.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Ваше сообщение прочитано.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822;{PERSON}
Original-Message-ID: {MESSAGE_ID}
Disposition: manual-action/MDN-sent-manually; displayed
--b--
"""),
    "no_sender": crlf(f"""
From: undisclosed
To: {SENDER}
Subject: ничего
Date: Mon, 30 Nov 2026 10:05:00 +0300

текст
"""),
}
