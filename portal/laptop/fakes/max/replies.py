"""What MAX answers when it refuses: its own status, code and message."""

from collections.abc import Mapping
from typing import Final

from portal.laptop.fakes.server import Reply

REFUSALS: Final[Mapping[str, tuple[int, str, str]]] = {
    "token": (401, "verify.token", "Invalid access_token"),
    "suspended": (403, "chat.denied", "error.dialog.suspended"),
    "never_started": (404, "dialog.not.found", "error.dialog.notfound"),
    "removed": (404, "chat.not.found", "Chat not found"),
    "not_ready": (400, "attachment.not.ready", "Key: errors.process.attachment.file.not.processed"),
    "text_size": (400, "proto.payload", "text: size must be between 0 and 4000"),
    "extension": (400, "", "File extension is forbidden"),
    "not_found": (404, "not.found", "Not found"),
    "mode": (405, "method.not.allowed", "Webhook is active"),
    "too_many": (429, "too.many.requests", "Too many requests"),
}
"""Of these the statuses of `never_started` and `mode`, and the code of `too_many`, are guesses."""


class Refused(Exception):
    """A call that is not done. Holds the reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def refusal(word: str, *, message: str = "") -> Refused:
    """Return the refusal of that name in `REFUSALS`."""
    status, code, sentence = REFUSALS[word]
    return Refused(Reply(body={"code": code, "message": message or sentence}, status=status))


def bad_payload(message: str) -> Refused:
    """Return MAX's refusal of a body with a fault in a field."""
    return Refused(Reply(body={"code": "proto.payload", "message": message}, status=400))
