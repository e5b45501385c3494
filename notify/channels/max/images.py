"""Pictures: uploaded once in two steps, then named in messages by a token (docs-api/methods/POST/uploads)."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from uuid import uuid4

from notify.channels.base import ChannelError, Image, ImageLimits, OutcomeUnknown, Rejected, TemporarilyUnavailable
from notify.channels.deadline import Deadline
from notify.channels.http import Answer
from notify.channels.max.api import MaxApi
from notify.channels.max.image_tokens import ImageTokens, OwnTokens, Tokens, Uploaded, with_token

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
LIMITS: Final = ImageLimits(size=50 * 1024 * 1024, side=7680)

NOT_UPLOADED: Final = "upload_failed"
"""The place for pictures did not take this one now; messages without a picture go on."""
REFUSED: Final = frozenset({400, 413, 415, 422})
LOCK_SECONDS: Final = 5.0
"""How long a message waits for another worker that uploads; then it leaves the call to others."""
BUSY_PAUSE: Final = 2.0
FRESH_SECONDS: Final = 60.0
"""A token that MAX gave less than that ago is not why it refuses a message: so a refusal of each message of a campaign
brings no upload each."""


class Images:
    """The tokens of the pictures of one bot, as one adapter uses them."""

    def __init__(
        self, api: MaxApi, tokens: ImageTokens | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._api = api
        self._store = tokens or OwnTokens()
        self._clock = clock
        self._known: Tokens = {}

    def token(self, image: Image, deadline: Deadline) -> str:
        """Return the token of a picture, after an upload if nobody has made one.

        Raises `Rejected` for what is no picture to MAX, else `TemporarilyUnavailable` or `Misconfigured`.
        """
        if image.key not in self._known:
            self._known = self._store.load()
        if image.key not in self._known:
            self._upload(image, "", deadline)
        return self._known[image.key].token

    def token_anew(self, image: Image, refused: str, deadline: Deadline) -> str:
        """Return another token in place of one that MAX may not know any more; empty where it must know it.

        Raises as `token`.
        """
        is_uploaded = self._upload(image, refused, deadline)
        token = self._known[image.key].token
        return token if is_uploaded or token != refused else ""

    def _upload(self, image: Image, refused: str, deadline: Deadline) -> bool:
        """Upload a picture; return False where another worker has by now, or MAX has just given the refused token."""
        with self._locked():
            self._known = self._store.load()
            kept = self._known.get(image.key)
            if kept is not None and (kept.token != refused or self._clock() - kept.at < FRESH_SECONDS):
                return False
            uploaded = Uploaded(token=self._uploaded(image, deadline), at=self._clock())
            self._known = with_token(self._known, image.key, uploaded)
            self._store.save(self._known)
        return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock of the bot's pictures. Raises `TemporarilyUnavailable` about this message alone."""
        with ExitStack() as held:
            try:
                held.enter_context(self._store.locked(LOCK_SECONDS))
            except TemporarilyUnavailable as error:
                raise TemporarilyUnavailable(NOT_UPLOADED, BUSY_PAUSE, was_asked=False) from error
            yield

    def _uploaded(self, image: Image, deadline: Deadline) -> str:
        end, content = image.name.rpartition(".")[2].lower(), _content(image)
        if end not in TYPES or not 0 < len(content) <= LIMITS.size:
            raise Rejected("bad_image")
        place = self._api.call("POST", "/uploads", {"type": "image"}, is_safe=True, deadline=deadline)
        headers, body = _multipart(f"image.{end}", TYPES[end], content)
        try:
            return _token(self._api.upload(str(place.get("url") or ""), headers, body, deadline))
        except Rejected:
            raise
        except ChannelError as error:
            raise TemporarilyUnavailable(NOT_UPLOADED) from error


def _content(image: Image) -> bytes:
    try:
        return image.read()
    except TemporarilyUnavailable as error:
        raise TemporarilyUnavailable(NOT_UPLOADED, BUSY_PAUSE, was_asked=False) from error


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
