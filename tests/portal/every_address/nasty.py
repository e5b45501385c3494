"""What no page expects: in addresses, fields, bodies and headers. Bytes, for much of it is no text."""

import json
from typing import Final

NUMBERS: Final = (
    b"0", b"-1", b"1", b"9" * 18, b"9" * 19, b"9" * 40, b"9" * 5000, b"-" + b"9" * 30, b"2147483648", b"1.5", b"1e999",
    b"NaN", b"-Infinity", b"0x1f", b"1_000", b"+1", b" 1 ", b"00000000000001",
    "²".encode(), "٣".encode(), "१२".encode(), "1\u00a0000".encode(), "½".encode(),
)  # fmt: skip
DAYS: Final = (
    b"0000-00-00", b"9999-12-31", b"0001-01-01", b"2026-02-30", b"2026-13-01", b"99999-01-01", b"31.12.9999",
    b"2026-11-01T00:00:00+99:99", b"9999-12-31T23:59:59-12:00", b"0001-01-01T00:00:00+14:00", b"2026-W01-1", b"24:00",
    b"99:99", b"2026-11-01T12:00:00.", "٢٠٢٦-٠١-٠١".encode(),
)  # fmt: skip
TEXTS: Final = (
    b"", b" ", b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\xaf", b"\r\nX-Own: 1", b"\n", b"\x1b[31m",
    "\u202e\u2066имя\u200f".encode(), "\ufeff\u200b".encode(), "й".encode() * 3000, b"A" * 70_000,
    b"{{ 7|add:7 }}{% debug %}", "((имя))((((ссылка))))((".encode(), b"%s%n%(x)s{0.__class__}",
    b"'\"><script>x</script>",
    b"' OR 1=1 --", b"\\", b"%", b"%00", b"../../../../etc/passwd", b"=1+1|cmd", b"on", b"yes", b"None", b"[]", b"{}",
    b"+79161234567", b"\xd9\xa7" * 11, b"a@b", "почта@пример.рф".encode(), b"a" * 300 + b"@b.ru",
    b"a@b.ru\r\nBcc: c@d.ru",
    b"00000000-0000-0000-0000-000000000000", b"{1F3C5A70-0000-4000-8000-000000000001}", b"//evil.example/",
    b"https:evil.example",
    b"https://evil.example/\\", b"javascript:alert(1)", b"\\\\evil.example", b"/\\evil.example", b"/\tevil.example",
)  # fmt: skip
VALUES: Final = NUMBERS + DAYS + TEXTS

OF_PATHS: Final[dict[str, tuple[bytes, ...]]] = {
    "int": (b"0", b"1", b"2147483648", b"9" * 18, b"9223372036854775807", b"9223372036854775808", b"9" * 40,
            b"9" * 5000),
    "uuid": (b"0" * 8 + b"-0000-0000-0000-" + b"0" * 12, b"f" * 8 + b"-ffff-ffff-ffff-" + b"f" * 12),
    "slug": (b"a" * 2000, b"-", b"_", b"__class__", b"0", b"sms", b"email", b"max", b"vk", b"app",
             b"None", b"phone", b"loft", b"smsc", b"smpp"),
    "str": tuple(text for text in TEXTS if b"/" not in text and text),
}  # fmt: skip
"""By the converter of the address; ``str`` also of addresses that are no routes."""

_DEEP: Final = b'{"a":' * 5000 + b"1" + b"}" * 5000
_JSON: Final[tuple[object, ...]] = (
    None, 1, -1e308, "x", [], {}, [None], {"update_type": 1}, {"type": [], "object": 1}, {"timestamp": 10**30},
    {"id": "\ud800", "text": "\x00"}, [[[]]], {"message": {"body": None}},
    {"channel": "sms", "address": [], "text": {}},
    {"channel": {}, "address": 1}, {"channel": "max", "address": "1", "text": "x", "buttons": 7, "image": "\u00b2"},
)  # fmt: skip
BODIES: Final[tuple[tuple[str, bytes], ...]] = (
    *[("application/json", json.dumps(value).encode()) for value in _JSON],
    *[("application/json", body) for body in (b"", b"{", b'{"a":', _DEEP, b"[" * 100_000, b"\xff\xfe{}", b"9" * 5000)],
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=", b"--\r\n"),
    ("multipart/form-data; boundary=x", b""),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\r\n\r\n\x00\r\n--x--"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"; filename="' + b"a" * 3000),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00/../..\xff"\r\n'
        b"Content-Type: a/b; charset=nowhere\r\nContent-Transfer-Encoding: base64\r\n\r\n!!\r\n--x--\r\n",
    ),
    ("multipart/form-data; boundary=" + "x" * 300, b"--" + b"x" * 300 + b"--"),
    ("multipart/form-data; boundary=\u00e9; charset=utf-16", b"--x--"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"a=1&text=%00"),
    ("application/x-www-form-urlencoded; charset=nowhere", b"a=1"),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % number for number in range(3000))),
    ("application/x-www-form-urlencoded", b"&&&===&=%&%zz=%zz&text=%ed%a0%80"),
    ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ("", b"\x00" * 100),
)  # fmt: skip

HEADERS: Final[tuple[dict[str, str], ...]] = (
    {"HTTP_ACCEPT_LANGUAGE": "ru-" + "x" * 5000},
    {"HTTP_ACCEPT_LANGUAGE": "*;q=9, ../../ru, \u00ff"},
    {"HTTP_X_FORWARDED_FOR": "nobody, ::1, " * 300},
    {"HTTP_X_FORWARDED_FOR": "\u00ff\u00fe, 127.0.0.1"},
    {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "testserver:99999"},
    {"HTTP_HOST": "testserver@evil.example"},
    {"HTTP_HOST": ""},
    {"HTTP_RANGE": "bytes=0-,-1,99999999999999999999-"},
    {"HTTP_IF_MODIFIED_SINCE": "Thu, 99 Foo 0000 99:99:99 GMT", "HTTP_IF_NONE_MATCH": '"' + "a" * 3000},
    {"CONTENT_LENGTH": "9" * 5000},
    {"CONTENT_LENGTH": "\u00b2"},
    {"HTTP_X_REQUEST_ID": "a\r\nX-Own: 1" + "b" * 5000},
    {"HTTP_USER_AGENT": "\u00ff" * 9000},
    {"HTTP_AUTHORIZATION": "Bearer \u00ff"},
    {"HTTP_REFERER": "https://evil.example/\u00ff", "HTTP_ORIGIN": "null"},
    {"HTTP_ACCEPT_ENCODING": "gzip;q=\u00b2, br"},
    {"REMOTE_ADDR": ""},
    {"REMOTE_ADDR": "fe80::1%eth0"},
    {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
)
COOKIES: Final = (
    "sid=; csrf=; mostik=",
    "sid=" + "a" * 4000,
    "sid=\u00ff\u00fe; csrf=\u00b2; mostik=\u00ff.\u00ff:x",
    "mostik=1.l.1.1.x:sig; mostik_refusal=..:..; messages=x:y; django_language=../ru",
    'sid="unclosed; csrf="; ;;; =; a',
    "csrf=" + "a" * 32 + '; django_language=zz-\u00ff; messages=[["__json_message",0,99,{}]]:x',
    "sid=a\tb; sid=c; mostik=9" * 50,
)
