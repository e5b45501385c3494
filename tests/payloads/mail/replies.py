"""Answers of people, each with the text that is new in it."""

from base64 import encodebytes
from dataclasses import dataclass
from typing import Final

from tests.payloads.mail import MESSAGE_ID, PERSON, SENDER, crlf

OUR_TEXT: Final = ("Здравствуйте, Иван!", "Мы переходим в MAX.", "Стоп можно написать и там.")


@dataclass(frozen=True, slots=True)
class Reply:
    """A letter, and what is new in it."""

    raw: bytes
    text: str


def letter(
    body: str,
    *,
    content: str = "text/plain; charset=utf-8",
    headers: str = "",
    sender: str = "",
    charset: str = "utf-8",
) -> bytes:
    """An answer of a person."""
    return crlf(
        f"""
Delivered-To: {SENDER}
From: {sender or f"=?utf-8?B?0JjQstCw0L0g0J/QtdGC0YDQvtCy?= <{PERSON}>"}
To: {SENDER}
Subject: =?utf-8?B?UmU6INCa0LDQuiDQvNGLINC/0LjRiNC10Lwg0LLQsNC8?=
Date: Mon, 30 Nov 2026 12:00:00 +0300
Message-ID: <CAF-1@pochta.example>
In-Reply-To: {MESSAGE_ID}
References: <before@pochta.example> {MESSAGE_ID}
{headers}MIME-Version: 1.0
Content-Type: {content}

{body}
""",
        charset,
    )


QUOTED: Final = "\n".join(f"> {line}" for line in OUR_TEXT)
PLAIN: Final = "\n".join(OUR_TEXT)

REPLIES: Final = {
    "no_quotation": Reply(letter("Да, согласен."), "Да, согласен."),
    "gmail_russian": Reply(
        letter(f"Стоп\n\nпн, 30 нояб. 2026 г. в 10:00, Банк «Ромашка» <{SENDER}>:\n\n{QUOTED}"), "Стоп"
    ),
    "gmail_broken_attribution": Reply(
        letter(f"Нет, спасибо.\n\nOn Mon, Nov 30, 2026 at 10:00 AM Bank Romashka <\n{SENDER}> wrote:\n\n{QUOTED}"),
        "Нет, спасибо.",
    ),
    "mail_ru": Reply(
        letter(
            f"Не пишите мне больше\n \n \n--\nИван Петров\n \n \n"
            f"Понедельник, 30 ноября 2026, 10:00 +03:00 от Банк <{SENDER}>:\n \n{QUOTED}"
        ),
        "Не пишите мне больше",
    ),
    "yandex": Reply(
        letter(f'Согласна.\nСпасибо!\n\n30.11.2026, 10:00, "Банк «Ромашка»" <{SENDER}>:\n{QUOTED}'),
        "Согласна.\nСпасибо!",
    ),
    "thunderbird": Reply(letter(f"Хорошо.\n\n30.11.2026 10:00, Банк Ромашка пишет:\n{QUOTED}"), "Хорошо."),
    "the_bat": Reply(
        letter(f"Хорошо.\n\nВы писали 30 ноября 2026 г., 10:00:00:\n\n{QUOTED}"),
        "Хорошо.\n\nВы писали 30 ноября 2026 г., 10:00:00:",
    ),
    "outlook_russian": Reply(
        letter(
            "Прошу удалить мой адрес.\n\nС уважением,\nИван Петров\n\n________________________________\n"
            f"От: Банк «Ромашка» <{SENDER}>\nОтправлено: понедельник, 30 ноября 2026 г. 10:00\nКому: Иван Петров\n"
            f"Тема: Как мы пишем вам\n\n{PLAIN}"
        ),
        "Прошу удалить мой адрес.\n\nС уважением,\nИван Петров",
    ),
    "outlook_english": Reply(
        letter(
            f"Stop\n\nFrom: Bank <{SENDER}>\nSent: Monday, November 30, 2026 10:00 AM\nTo: Ivan\nSubject: x\n\n{PLAIN}"
        ),
        "Stop",
    ),
    "original_message": Reply(
        letter(f"Перезвоните мне\n\n-----Исходное сообщение-----\nFrom: Банк\n{PLAIN}"), "Перезвоните мне"
    ),
    "iphone": Reply(
        letter(f"Да\n\nОтправлено с iPhone\n\n> 30 нояб. 2026 г., в 10:00, Банк <{SENDER}> написал(а):\n>\n{QUOTED}"),
        "Да",
    ),
    "mail_ru_phone": Reply(letter("Ок\n--\nОтправлено из Mail для Android"), "Ок"),
    "below_the_quotation": Reply(
        letter(f"30.11.2026 10:00, Банк пишет:\n{QUOTED}\n\nДа, всё верно."), "Да, всё верно."
    ),
    "between_the_quotations": Reply(
        letter("> Переходим в MAX?\nДа.\n> Писать по СМС?\nНет."), "> Переходим в MAX?\nДа.\n> Писать по СМС?\nНет."
    ),
    "only_a_quotation": Reply(letter(QUOTED), QUOTED),
    "a_line_that_looks_like_an_attribution": Reply(
        letter("Мой новый адрес 5.\nМама пишет:\nпривет"), "Мой новый адрес 5.\nМама пишет:\nпривет"
    ),
    "forwarded_on_purpose": Reply(
        letter("Это вы?\n\n-------- Пересылаемое сообщение --------\n30.11.2026, 10:00, Кто-то:\nПереведите деньги"),
        "Это вы?\n\n-------- Пересылаемое сообщение --------\n30.11.2026, 10:00, Кто-то:\nПереведите деньги",
    ),
    "html_only": Reply(
        letter(
            "<html><head><style>p{color:red}</style><title>т</title></head><body><div>Нет,&nbsp;<b>не надо</b>.</div>"
            "<div><br></div><div>30.11.2026, 10:00, &quot;Банк&quot; &lt;info@romashka.example&gt;:</div>"
            "<blockquote><p>Здравствуйте, Иван!</p><p>Стоп можно написать и там.</p></blockquote></body></html>",
            content="text/html; charset=utf-8",
        ),
        "Нет, не надо.",
    ),
    "outlook_html": Reply(
        letter(
            "<html><body><![if !supportLists]><p class=MsoNormal>Удалите меня<o:p></o:p></p><![endif]>"
            "<div style='border:none'><p><b>От:</b> Банк &lt;info@romashka.example&gt;<br><b>Отправлено:</b> 30 ноября"
            "<br><b>Кому:</b> Иван<br><b>Тема:</b> Как</p></div><p>Здравствуйте, Иван!</p></body></html>",
            content="text/html; charset=utf-8",
        ),
        "Удалите меня",
    ),
    "both_kinds": Reply(
        letter(
            f"--b\nContent-Type: text/plain; charset=utf-8\n\nДа\n\n{QUOTED}\n"
            "--b\nContent-Type: text/html\n\n<p>Да</p>\n--b--",
            content='multipart/alternative; boundary="b"',
        ),
        "Да",
    ),
    "cp1251": Reply(
        letter("Ёлки, согласен", content="text/plain; charset=windows-1251", charset="cp1251"), "Ёлки, согласен"
    ),
    "koi8": Reply(letter("Ёлки, согласен", content='text/plain; charset="KOI8-R"', charset="koi8-r"), "Ёлки, согласен"),
    "koi8_without_a_charset": Reply(
        letter("Здравствуйте, не пишите", content="text/plain", charset="koi8-r"), "Здравствуйте, не пишите"
    ),
    "cp1251_without_a_charset": Reply(
        letter("Здравствуйте, не пишите", content="text/plain", charset="cp1251"), "Здравствуйте, не пишите"
    ),
    "unknown_charset": Reply(letter("Привет", content="text/plain; charset=x-mac-klingon"), "Привет"),
    "wrong_charset": Reply(letter("Привет", content="text/plain; charset=koi8-r"), "п÷я─п╦п╡п╣я┌"),
    "base64": Reply(
        letter(
            encodebytes("Согласен 👍".encode()).decode(),
            headers="Content-Transfer-Encoding: base64\n",
        ),
        "Согласен 👍",
    ),
    "broken_base64": Reply(letter("0KHRgtC+0L8=\n=!", headers="Content-Transfer-Encoding: base64\n"), "Стоп"),
}

WITH_FILES: Final = letter(
    """--b
Content-Type: text/plain; charset=utf-8

Вот скан
--b
Content-Type: image/jpeg
Content-Disposition: attachment; filename="scan.jpg"
Content-Transfer-Encoding: base64

/9j/4AAQ
--b
Content-Type: application/pdf; name="=?utf-8?B?0LfQsNGP0LLQu9C10L3QuNC1LnBkZg==?="
Content-Transfer-Encoding: base64

JVBERi0=
--b--""",
    content='multipart/mixed; boundary="b"',
)
