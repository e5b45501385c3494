"""Complaints in the form of RFC 5965."""

from tests.payloads.mail import PERSON, SENDER, VERP, crlf, ours


def complaint(
    kind: str = "abuse", *, mail_from: str = SENDER, returned: str = "", sender: str = "fbl@mail.example"
) -> bytes:
    """Somebody pressed «Спам» at a mail service."""
    return crlf(f"""
From: Feedback Loop <{sender}>
To: fbl@romashka.example
Subject: FW: Как мы пишем вам
Date: Mon, 30 Nov 2026 11:00:00 +0300
Message-ID: <fbl-1@mail.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="fbl"

--fbl
Content-Type: text/plain; charset=utf-8

This is an email abuse report for an email message received from IP 192.0.2.10.
--fbl
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Mail-FBL/1.0
Version: 1
Original-Mail-From: <{mail_from}>
Original-Rcpt-To: <{PERSON}>
Arrival-Date: Mon, 30 Nov 2026 10:00:01 +0300
Source-IP: 192.0.2.10

--fbl
Content-Type: message/rfc822

{returned or ours()}
--fbl--
""")


ABUSE = complaint()
BY_ADDRESS_OF_RETURN = complaint(mail_from=VERP, returned="Subject: redacted\n")
OPT_OUT = complaint("opt-out")
NOT_SPAM = complaint("not-spam")
AUTH_FAILURE = complaint("auth-failure")
OF_SOMEBODY_ELSE = complaint(returned="Message-ID: <1@other.example>\n", mail_from="a@other.example")
