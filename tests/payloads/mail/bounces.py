"""Letters of mail systems about ours, each with what it means: state, detail, fault of the address."""

from dataclasses import dataclass
from typing import Final

from tests.payloads.mail import DOMAIN, MESSAGE_ID, PERSON, SENDER, VERP, crlf, ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A letter, and what it says. Without a state it says nothing."""

    raw: bytes
    state: str = "failed"
    detail: str = ""
    fault: str = ""


def dsn(
    *,
    status: str,
    diagnostic: str = "",
    action: str = "failed",
    words: str = "I'm sorry to have to inform you that your message could not be delivered.",
    sender: str = "MAILER-DAEMON@mx.pochta.example (Mail Delivery System)",
    subject: str = "Undelivered Mail Returned to Sender",
    to: str = SENDER,
    final: str = f"rfc822; {PERSON}",
    original: str = "",
    returned: str = "",
    returned_type: str = "text/rfc822-headers",
    extra: str = "",
) -> bytes:
    """A notification as RFC 3464 describes it."""
    said = "".join(
        f"{name}: {value}\n"
        for name, value in (
            ("Original-Recipient", original),
            ("Final-Recipient", final),
            ("Action", action),
            ("Status", status),
            ("Diagnostic-Code", diagnostic),
        )
        if value
    )
    return crlf(f"""
Return-Path: <>
Delivered-To: {to}
From: {sender}
To: {to}
Subject: {subject}
Date: Mon, 30 Nov 2026 10:00:05 +0300 (MSK)
Auto-Submitted: auto-replied
MIME-Version: 1.0
Message-Id: <20261130070005.4A1B2C3D4E@mx.pochta.example>
{extra}Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4A1B2C3D4E.1795000005/mx.pochta.example"

This is a MIME-encapsulated message.

--4A1B2C3D4E.1795000005/mx.pochta.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

{words}

--4A1B2C3D4E.1795000005/mx.pochta.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.pochta.example
Arrival-Date: Mon, 30 Nov 2026 10:00:01 +0300 (MSK)

{said}
--4A1B2C3D4E.1795000005/mx.pochta.example
Content-Type: {returned_type}

{returned or ours()}
--4A1B2C3D4E.1795000005/mx.pochta.example--
""")


POSTFIX: Final = {
    "postfix_unknown_user": Bounce(
        raw=dsn(
            status="5.1.1",
            diagnostic=f"smtp; 550 5.1.1 <{PERSON}>: Recipient address rejected: User unknown in virtual mailbox table",
        ),
        detail="dsn_5.1.1",
        fault="dead",
    ),
    "postfix_no_such_domain": Bounce(
        raw=dsn(
            status="5.4.4",
            final="rfc822; anna@pochtaa.example",
            diagnostic="X-Postfix; Host or domain name not found. Name service error for name=pochtaa.example",
            returned=ours(to="anna@pochtaa.example"),
        ),
        detail="dsn_5.4.4",
        fault="soft",
    ),
    "postfix_mailbox_full": Bounce(
        raw=dsn(status="5.2.2", diagnostic="smtp; 552 5.2.2 <ivan.petrov@pochta.example>: user is over quota"),
        detail="dsn_5.2.2",
        fault="soft",
    ),
    "postfix_gave_up_after_five_days": Bounce(
        raw=dsn(status="4.4.1", diagnostic="X-Postfix; connect to mx.pochta.example[192.0.2.9]:25: timed out"),
        detail="dsn_4.4.1",
        fault="soft",
    ),
    "postfix_greylisted_till_the_end": Bounce(
        raw=dsn(status="4.7.1", diagnostic="smtp; 450 4.7.1 Greylisting in effect, please come back later"),
        detail="dsn_4.7.1",
    ),
    "postfix_delayed": Bounce(
        raw=dsn(status="4.4.1", action="delayed", subject="Delayed Mail (still being retried)"), state=""
    ),
    "postfix_delivered": Bounce(
        raw=dsn(status="2.0.0", action="delivered", subject="Successful Mail Delivery Report"),
        state="delivered",
        detail="dsn_delivered",
    ),
    "postfix_relayed": Bounce(raw=dsn(status="2.0.0", action="relayed"), state="delivered", detail="dsn_delivered"),
    "postfix_bad_sender_domain": Bounce(
        raw=dsn(
            status="5.1.8",
            diagnostic=f"smtp; 550 5.1.8 <{SENDER}>: Sender address rejected: Domain not found",
        ),
        detail="dsn_5.1.8",
    ),
    "postfix_comment_on_the_action": Bounce(
        raw=dsn(status="5.1.1 (bad mailbox)", action="Failed (permanently)"), detail="dsn_5.1.1", fault="dead"
    ),
    "postfix_whole_letter_returned": Bounce(
        raw=dsn(status="5.1.1", returned=ours() + "\n--x\n\ntext", returned_type="message/rfc822"),
        detail="dsn_5.1.1",
        fault="dead",
    ),
    "postfix_to_the_address_of_return": Bounce(
        raw=dsn(status="5.1.1", to=VERP, returned="From: somebody\nSubject: nothing of ours\n"),
        detail="dsn_5.1.1",
        fault="dead",
    ),
    "postfix_address_of_return_in_capitals": Bounce(
        raw=dsn(status="5.1.1", to=VERP.upper(), returned="Subject: x\n"), detail="dsn_5.1.1", fault="dead"
    ),
    "postfix_address_of_return_in_the_returned_letter": Bounce(
        raw=dsn(status="5.1.1", returned=f"Return-Path: <{VERP}>\nSubject: x\n"), detail="dsn_5.1.1", fault="dead"
    ),
    "forwarded_by_the_customer": Bounce(
        raw=dsn(
            status="5.1.1",
            final="rfc822; ivan@old-work.example",
            diagnostic="smtp; 550 5.1.1 user unknown",
        ),
        detail="dsn_5.1.1",
    ),
    "status_in_base64": Bounce(
        raw=crlf(f"""
Return-Path: <>
From: postmaster@gateway.example
To: {VERP}
Subject: Undeliverable
Date: Mon, 30 Nov 2026 10:00:05 +0300
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Not delivered.
--b
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64

UmVwb3J0aW5nLU1UQTogZG5zOyBnYXRld2F5LmV4YW1wbGUKCkZpbmFsLVJlY2lwaWVudDogcmZj
ODIyOyBpdmFuLnBldHJvdkBwb2NodGEuZXhhbXBsZQpBY3Rpb246IGZhaWxlZApTdGF0dXM6IDUu
Mi4xCg==
--b--
"""),
        detail="dsn_5.2.1",
        fault="dead",
    ),
}

RUSSIAN: Final = {
    "mail_ru_no_such_mailbox": Bounce(
        raw=dsn(
            sender="mailer-daemon@corp.mail.example",
            subject="Mail failure.",
            status="5.0.0",
            words="Это письмо создано автоматически сервером, отвечать на него не нужно.",
            diagnostic=(
                "smtp; 550 Message was not accepted -- invalid mailbox.  Local mailbox ivan.petrov@pochta.example is"
                " unavailable: user not found"
            ),
        ),
        detail="dsn_5.0.0",
        fault="dead",
    ),
    "mail_ru_terminated": Bounce(
        raw=dsn(
            status="5.0.0",
            diagnostic=(
                "smtp; 550 Message was not accepted -- invalid mailbox.  Local mailbox ivan.petrov@pochta.example is"
                " unavailable: user is terminated"
            ),
        ),
        detail="dsn_5.0.0",
        fault="dead",
    ),
    "mail_ru_spam": Bounce(
        raw=dsn(
            status="5.0.0",
            diagnostic="smtp; 550 spam message rejected. Please visit the page of the postmaster or report details",
        ),
        detail="dsn_5.0.0",
    ),
    "mail_ru_full": Bounce(
        raw=dsn(status="5.0.0", diagnostic="smtp; 552 Mailbox is full / Почтовый ящик переполнен"),
        detail="dsn_5.0.0",
        fault="soft",
    ),
    "yandex_no_such_user": Bounce(
        raw=dsn(
            sender="mailer-daemon@yandex.example",
            subject="Недоставленное сообщение",
            status="5.7.1",
            diagnostic="smtp; 550 5.7.1 No such user!",
            words="Это письмо отправлено почтовым сервером. К сожалению, мы не можем доставить ваше письмо.",
        ),
        detail="dsn_5.7.1",
        fault="dead",
    ),
    "yandex_spam": Bounce(
        raw=dsn(status="5.7.1", diagnostic="smtp; 554 5.7.1 [2] Message rejected under suspicion of SPAM"),
        detail="dsn_5.7.1",
    ),
    "rambler_russian_words": Bounce(
        raw=dsn(status="5.0.0", diagnostic="smtp; 550 Почтовый ящик не существует"), detail="dsn_5.0.0", fault="dead"
    ),
    "koi8_notice": Bounce(
        raw=dsn(status="5.1.1", subject="Письмо не доставлено", words="Пользователь не найден")
        .decode()
        .replace("charset=utf-8", "charset=koi8-r", 1)
        .encode("koi8-r"),
        detail="dsn_5.1.1",
        fault="dead",
    ),
}

GMAIL: Final = {
    "gmail_no_such_account": Bounce(
        raw=dsn(
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            subject="Delivery Status Notification (Failure)",
            status="5.1.1",
            diagnostic=(
                "smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n"
                " 550-5.1.1 double-checking the recipient's email address for typos or\n"
                " 550 5.1.1 unnecessary spaces. NoSuchUser 2adb3069b0e04-5968b6f1a3csi1234567e87.1 - gsmtp"
            ),
            extra=f"References: {MESSAGE_ID}\nIn-Reply-To: {MESSAGE_ID}\nX-Failed-Recipients: {PERSON}\n",
            returned="Subject: nothing\n",
        ),
        detail="dsn_5.1.1",
        fault="dead",
    ),
    "gmail_disabled": Bounce(
        raw=dsn(status="5.2.1", diagnostic="smtp; 550-5.2.1 The email account that you tried to reach is disabled."),
        detail="dsn_5.2.1",
        fault="dead",
    ),
    "gmail_unsolicited": Bounce(
        raw=dsn(
            status="5.7.1",
            diagnostic="smtp; 550-5.7.1 [192.0.2.10] Our system has detected that this message is likely unsolicited.",
        ),
        detail="dsn_5.7.1",
    ),
    "gmail_over_quota": Bounce(
        raw=dsn(status="4.2.2", diagnostic="smtp; 452-4.2.2 The recipient's inbox is out of storage space."),
        detail="dsn_4.2.2",
        fault="soft",
    ),
    "gmail_still_trying": Bounce(raw=dsn(status="4.4.2", action="delayed"), state=""),
}

EXCHANGE: Final = {
    "exchange_online_not_found": Bounce(
        raw=dsn(
            sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@firma.example>",
            subject="Undeliverable: Как мы пишем вам",
            status="5.1.10",
            diagnostic=(
                "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ivan.petrov@pochta.example not found by SMTP"
                " address lookup"
            ),
            extra="X-MS-Exchange-Message-Is-Ndr:\nContent-Language: ru-RU\n",
        ),
        detail="dsn_5.1.10",
        fault="dead",
    ),
    "exchange_access_denied": Bounce(
        raw=dsn(status="5.4.1", diagnostic="smtp;550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"),
        detail="dsn_5.4.1",
        fault="soft",
    ),
    "exchange_transport_rule": Bounce(
        raw=dsn(status="5.7.1", diagnostic="smtp;550 5.7.1 TRANSPORT.RULES.RejectMessage; rejected by policy"),
        detail="dsn_5.7.1",
    ),
    "exchange_full": Bounce(
        raw=dsn(status="5.2.2", diagnostic="smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceeded"),
        detail="dsn_5.2.2",
        fault="soft",
    ),
    "outlook_com_unknown": Bounce(
        raw=dsn(
            status="5.5.0",
            diagnostic="smtp;550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
        ),
        detail="dsn_5.5.0",
        fault="soft",
    ),
    "outlook_com_blocked": Bounce(
        raw=dsn(
            status="5.7.1",
            diagnostic=(
                "smtp;550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent. Please contact your Internet"
                " service provider since part of their network is on our block list (S3150)."
            ),
        ),
        detail="dsn_5.7.1",
    ),
    "exchange_relayed_no_receipt": Bounce(
        raw=dsn(
            status="2.0.0",
            action="relayed",
            sender="postmaster@firma.example",
            subject="Relayed: Как мы пишем вам",
        ),
        state="delivered",
        detail="dsn_delivered",
    ),
}

OLD: Final = {
    "exim_text_only": Bounce(
        raw=crlf(f"""
Return-Path: <>
X-Failed-Recipients: {PERSON}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@relay.example>
To: {SENDER}
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1tH3xQ-0004Ab-2c@relay.example>
Date: Mon, 30 Nov 2026 10:00:07 +0300

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {PERSON}
    host mx.pochta.example [192.0.2.9]
    SMTP error from remote mail server after RCPT TO:<{PERSON}>:
    550 5.1.1 No such user here

------ This is a copy of the message, including all the headers. ------

{ours()}"""),
        detail="bounce_5.1.1",
        fault="dead",
    ),
    "exim_report": Bounce(
        raw=dsn(
            sender="Mail Delivery System <Mailer-Daemon@relay.example>",
            subject="Mail delivery failed: returning message to sender",
            status="5.0.0",
            diagnostic="smtp; 550 No Such User Here",
            extra=f"X-Failed-Recipients: {PERSON}\n",
        ),
        detail="dsn_5.0.0",
        fault="dead",
    ),
    "exim_warning": Bounce(
        raw=crlf(f"""
Return-Path: <>
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@relay.example>
To: {SENDER}
Subject: Warning: message 1tH3xQ-0004Ab-2c delayed 24 hours
Date: Tue, 01 Dec 2026 10:00:07 +0300

This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on relay.example.

The message identifier is:     1tH3xQ-0004Ab-2c
The address to which the message has not yet been delivered is:

  {PERSON}
    Delay reason: mailbox is full

No action is required on your part.

Message-ID: {MESSAGE_ID}
"""),
        state="",
    ),
    "qmail": Bounce(
        raw=crlf(f"""
Return-Path: <>
From: MAILER-DAEMON@ns.firma.example
To: {SENDER}
Subject: failure notice
Date: 30 Nov 2026 07:00:09 -0000

Hi. This is the qmail-send program at ns.firma.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{PERSON}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{ours()}"""),
        detail="bounce_5.1.1",
        fault="dead",
    ),
    "qmail_to_the_address_of_return": Bounce(
        raw=crlf(f"""
Return-Path: <>
Delivered-To: {VERP}
From: MAILER-DAEMON@ns.firma.example
To: {VERP}
Subject: failure notice
Date: 30 Nov 2026 07:00:09 -0000

Hi. This is the qmail-send program at ns.firma.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{PERSON}>:
192.0.2.9 failed after I sent the message.
Remote host said: 554 5.7.1 Spam message rejected
"""),
        detail="bounce_5.7.1",
    ),
    "nobody_knows_what_it_says": Bounce(
        raw=crlf(f"""
Return-Path: <>
From: postmaster@odd.example
To: {VERP}
Subject: Ваше письмо
Date: Mon, 30 Nov 2026 10:00:07 +0300
Content-Type: text/plain; charset=utf-8

Что-то пошло не так.
"""),
        state="unknown",
        detail="bounce_unread",
    ),
    "a_report_without_a_status_of_ours": Bounce(
        raw=dsn(status="5.1.1", returned="Subject: a letter of somebody else\nMessage-ID: <x@other.example>\n"),
        state="",
    ),
    "a_forged_address_of_return": Bounce(
        raw=dsn(status="5.1.1", to=VERP.replace("bounce+", "bounce+a")[: len(VERP)], returned="Subject: x\n"), state=""
    ),
    "footer_added_by_a_gateway": Bounce(
        raw=crlf(f"""
Return-Path: <>
From: postmaster@firma.example
To: {SENDER}
Subject: Undelivered
Date: Mon, 30 Nov 2026 10:00:07 +0300
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/report; report-type=delivery-status; boundary="inner"

--inner
Content-Type: text/plain

Failed.
--inner
Content-Type: message/delivery-status

Reporting-MTA: dns; firma.example

Final-Recipient: rfc822; {PERSON}
Action: failed
Status: 5.1.1

--inner
Content-Type: message/rfc822

{ours()}
text
--inner--
--outer
Content-Type: text/plain

Checked by a gateway of {DOMAIN}.
--outer--
"""),
        detail="dsn_5.1.1",
        fault="dead",
    ),
}

BOUNCES: Final = POSTFIX | RUSSIAN | GMAIL | EXCHANGE | OLD
