"""Pictures and files of the fake MAX: an address for each, then the bytes, then a token."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Any, Final

from portal.laptop.fakes.max.replies import bad_payload, refusal
from portal.laptop.fakes.server import Call, Reply

PATH: Final = "/upload/"
TYPES: Final = frozenset({"image", "file"})
ENDS: Final = frozenset({"jpg", "jpeg", "png", "gif", "tiff", "bmp", "heic"})
BEGINNINGS: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


@dataclass(slots=True)
class Upload:
    """What was uploaded. Messages with it are refused ``not_ready`` more times."""

    content: bytes
    not_ready: int


class Uploads:
    """``not_ready`` is how often a fresh picture is "not ready"; ``uploads`` are all by their token."""

    def __init__(self) -> None:
        self.not_ready = 1
        self.uploads: dict[str, Upload] = {}
        self._asked: dict[str, str] = {}

    def place(self, call: Call, url: str) -> Reply:
        """Name an address for one file."""
        kind = call.query.get("type", [""])[0]
        if kind not in TYPES:
            raise bad_payload("type: unknown")
        key = f"u{len(self._asked)}"
        self._asked[key] = kind
        return Reply(body={"url": f"{url}{PATH}{key}"})

    def take(self, call: Call) -> Reply:
        """Take the bytes for an address that was named, once."""
        key = call.path.removeprefix(PATH)
        kind = self._asked.pop(key, "")
        if not kind:
            raise refusal("not_found")
        part = _part(call)
        if part is None:
            return Reply(body="", status=415)
        content = bytes(part.get_payload(decode=True) or b"")
        if kind == "image" and (part.get_filename() or "").rpartition(".")[2] not in ENDS:
            raise refusal("extension")
        if kind == "image" and not content.startswith(BEGINNINGS):
            return Reply(body={"error_code": "503", "error_data": "IMAGE_INVALID_FORMAT"})
        token = f"token-{len(self.uploads)}"
        self.uploads[token] = Upload(content, self.not_ready)
        if kind == "image":
            return Reply(body={"photos": {key: {"token": token}}})
        return Reply(body={"fileId": len(self.uploads), "token": token})

    def use(self, attachment: dict[str, Any]) -> bytes:
        """Return the bytes behind the token of an attachment. Raises `Refused` when it is unknown, or not ready."""
        upload = self.uploads.get(str((attachment.get("payload") or {}).get("token")))
        if upload is None:
            raise bad_payload("attachment: unknown token")
        if upload.not_ready > 0:
            upload.not_ready -= 1
            raise refusal("not_ready")
        return upload.content


def _part(call: Call) -> Message | None:
    """Return the part named ``data`` of a form, None where there is none."""
    head = f"Content-Type: {call.headers.get('content-type', '')}\r\n\r\n".encode()
    parsed = message_from_bytes(head + call.body)
    parts = parsed.get_payload() if parsed.is_multipart() else []
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, Message) and part.get_param("name", header="content-disposition") == "data":
            return part
    return None
