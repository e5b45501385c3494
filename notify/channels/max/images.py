"""Pictures: uploaded once in two steps, then named in messages by a token (docs-api/methods/POST/uploads)."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from notify.channels.base import ChannelError, Image, OutcomeUnknown, Rejected, TemporarilyUnavailable
from notify.channels.deadline import Deadline
from notify.channels.http import Answer
from notify.channels.max.api import MaxApi

TYPES: Final[Mapping[str, str]] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "heic": "image/heic",
}
"""Formats that MAX takes, by the end of the name."""
LARGEST: Final = 50 * 1024 * 1024
MOST_KEPT: Final = 100

NOT_UPLOADED: Final = "upload_failed"
"""The place for pictures did not take this one now; messages without a picture go on."""
REFUSED: Final = frozenset({400, 413, 415, 422})


class Images:
    """The tokens of the pictures that one adapter has uploaded, by their content."""

    def __init__(self, api: MaxApi) -> None:
        self._api = api
        self._tokens: dict[str, str] = {}

    def token(self, image: Image, deadline: Deadline) -> str:
        """Return the token of a picture, after an upload if it is new.

        Raises `Rejected` for what is no picture to MAX, else `TemporarilyUnavailable` or `Misconfigured`.
        """
        key = _key(image)
        if key not in self._tokens:
            token = self._uploaded(image, deadline)
            if len(self._tokens) >= MOST_KEPT:
                self._tokens.clear()
            self._tokens[key] = token
        return self._tokens[key]

    def forget(self, image: Image) -> None:
        """Upload a picture again the next time: MAX may not know its token any more."""
        self._tokens.pop(_key(image), None)

    def _uploaded(self, image: Image, deadline: Deadline) -> str:
        end = image.name.rpartition(".")[2].lower()
        if end not in TYPES or not 0 < len(image.content) <= LARGEST:
            raise Rejected("bad_image")
        place = self._api.call("POST", "/uploads", {"type": "image"}, is_safe=True, deadline=deadline)
        headers, content = _multipart(f"image.{end}", TYPES[end], image.content)
        try:
            return _token(self._api.upload(str(place.get("url") or ""), headers, content, deadline))
        except Rejected:
            raise
        except ChannelError as error:
            raise TemporarilyUnavailable(NOT_UPLOADED) from error


def _key(image: Image) -> str:
    return hashlib.sha256(image.content).hexdigest()


def _multipart(name: str, kind: str, content: bytes) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a form with one file, whose name holds nothing to be escaped."""
    boundary = uuid4().hex
    lines = (
        f"--{boundary}",
        f'Content-Disposition: form-data; name="data"; filename="{name}"',
        f"Content-Type: {kind}",
        "",
        "",
    )
    body = "\r\n".join(lines).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, body


def _token(answer: Answer) -> str:
    """Return the token that the place for pictures gave. Raises `Rejected` or another `ChannelError`."""
    if answer.status in REFUSED:
        raise Rejected("bad_image")
    answer.check()
    told = answer.json()
    if str(told.get("error_data") or "").startswith("IMAGE"):
        raise Rejected("bad_image")
    token = _first_token(told)
    if not token:
        raise OutcomeUnknown("no_token")
    return token


def _first_token(told: Mapping[str, Any]) -> str:
    photos = told.get("photos")
    for photo in photos.values() if isinstance(photos, dict) else ():
        if isinstance(photo, dict) and isinstance(photo.get("token"), str):
            return str(photo["token"])
    return ""
