"""What the pages of the sandbox ask of the running fakes."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from notify.channels.base import ChannelError
from notify.channels.http import Client
from notify.channels.sandbox.webhook import SECRET_HEADER
from portal.laptop.fake_providers.places import CONTROL, places_read, url_of

SECONDS: Final = 5.0


class FakesSilent(Exception):
    """The process of the fakes does not answer."""


def asked(path: str, **values: str) -> Any:
    """Ask for ``path``, or act on it when there are values. None for what there is not. Raises `FakesSilent`."""
    port = places_read(Path(settings.VAR_DIR)).get(CONTROL)
    if port is None:
        raise FakesSilent
    headers = {SECRET_HEADER: settings.SANDBOX_SECRET, "Content-Type": "application/json"}
    method, content = ("POST", json.dumps(values).encode()) if values else ("GET", b"")
    try:
        with closing(Client()) as client:
            answer = client.call(method, url_of(port) + path, headers=headers, content=content, seconds=SECONDS)
            if answer.status == 404:
                return None
            answer.check()
            return answer.json()
    except (ChannelError, ValueError) as error:
        raise FakesSilent from error
