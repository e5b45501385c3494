"""Masking of personal data in log lines: links, codes typed from print, addresses and phones become marks.

Django writes the path of a request into its own lines (404, 500), so the formatters of every handler mask, and not
the places that log.
"""

import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

from pythonjsonlogger import json

from portal.operations.request_id import request_id

LINK_MARK: Final = "<token>"
EMAIL_MARK: Final = "<email>"
PHONE_MARK: Final = "<phone>"

JSON_FIELDS: Final = {
    "asctime": "time", "levelname": "level", "name": "logger", "process": "process", "message": "message",
    "exc_info": "exception",
}  # fmt: skip
"""Attributes of a record and their names in a line of JSON."""

# The same address by RFC 3986, and what a proxy or a client may write for it.
_ESCAPED: Final = re.compile(r"%(3[0-9]|[46][1-9A-F]|[57][0-9A])", re.IGNORECASE)
_LINK_PATH: Final = re.compile(
    r"(/(?:k|u|qr|webhooks/+[^/\s?\"'<>]+|password/+reset/+key)/+)[^/\s?\"'<>]+", re.IGNORECASE
)
# A stranger writes the address that we log: each pattern reads a line once, however long it is.
_RUN: Final = re.compile(r"[^\s<>\"'(),:;=/&?]+")
_AT: Final = ("@", "%40")
# Of the address of a server, such as the broker's: the host is what an operator needs.
_CREDENTIALS: Final = re.compile(r"(?<=://)[^\s/@\"'<>]*@")
_PHONE: Final = re.compile(r"(?:\+|%2B)\d(?:[ ()\-]{0,2}\d){7,14}|(?<![\w.+-])[78](?:[ ()\-]{0,2}\d){10}(?!\w)")
# Ten characters or more of Crockford's alphabet, whole or in groups of four as on paper. A UUID stays: its
# groups differ, and the numbers of tasks are needed to follow a failure.
_CROCKFORD: Final = "[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]"
_TOKEN: Final = re.compile(
    rf"(?<![\w-])(?:{_CROCKFORD}{{10,}}|{_CROCKFORD}{{4}}(?:-{_CROCKFORD}{{4}}){{2,6}})(?![\w-])"
)


def masked(text: str) -> str:
    """Return the text with links, addresses and phones replaced by marks. Masking twice changes nothing."""
    text = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)
    text = _LINK_PATH.sub(rf"\1{LINK_MARK}", text)
    text = _CREDENTIALS.sub("", text)
    if any(sign in text for sign in _AT):
        text = _RUN.sub(_email_or_run, text)
    text = _PHONE.sub(PHONE_MARK, text)
    return _TOKEN.sub(_token_or_word, text)


def _email_or_run(match: re.Match[str]) -> str:
    """Return the mark of an address of e-mail: something, an @, something with a dot before its last two characters."""
    run = match.group()
    ends = [place + len(sign) for sign in _AT if (place := run.find(sign, 1)) > 0]
    return EMAIL_MARK if ends and "." in run[min(ends) + 1 : -2] else run


def _token_or_word(match: re.Match[str]) -> str:
    """Return the mark of a token; plain words such as `management`, also runs of Crockford letters, stay."""
    run = match.group()
    return run if run.isalpha() and not run.isupper() else LINK_MARK


class MaskingFormatter(logging.Formatter):
    """Plain lines, masked with their tracebacks: the message of an error may quote what a person typed."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the masked line."""
        return masked(super().format(record))


class JsonFormatter(json.JsonFormatter):
    """One JSON object a line, for a collector of logs.

    Only `JSON_FIELDS` are written: other attributes of a record (`extra`), such as the arguments of a task, may name a
    person.
    """

    def __init__(self) -> None:
        """Write the fields under their names in `JSON_FIELDS`, and letters as they are."""
        always = [name for name in JSON_FIELDS if name != "exc_info"]
        super().__init__(always, rename_fields=JSON_FIELDS, json_ensure_ascii=False)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - as in the base class
        """Return the time in UTC with milliseconds."""
        return datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Mask what is left, last of all; add the number of the request."""
        number = {"request": request_id()} if request_id() else {}
        kept = {name: log_data[name] for name in JSON_FIELDS.values() if name in log_data}
        return {name: masked(value) if isinstance(value, str) else value for name, value in kept.items()} | number
