"""The sandbox as a provider: takes messages over HTTP and answers like a real one."""

import hmac
import json
from base64 import b64decode
from typing import Final

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from consents.enums import Channel
from notify.channels.sandbox.webhook import SECRET_HEADER
from portal.laptop.sandbox.inbox import deliver_sandbox_callbacks, message_take
from portal.operations.nudges import nudge

CHANNELS: Final = {"sms": Channel.SMS, "max": Channel.MAX}
"""Letters come by SMTP."""


@csrf_exempt
@require_POST
def provider_messages(request: HttpRequest) -> JsonResponse:
    """Take one message: 200 with its id, 403 for a wrong secret, 400 for what is no message."""
    given = request.headers.get(SECRET_HEADER, "")
    if not hmac.compare_digest(given.encode(), settings.SANDBOX_SECRET.encode()):
        return JsonResponse({"error": "forbidden"}, status=403)
    try:
        # Past the limit of a form's size: a picture is larger.
        asked = json.loads(request.read())
        message_id = message_take(
            channel=CHANNELS[asked["channel"]],
            address=str(asked["address"])[:254],
            text=str(asked["text"]),
            buttons=list(asked.get("buttons", [])),
            reference=str(asked.get("reference", ""))[:80],
            image=b64decode(asked["image"], validate=True) if "image" in asked else None,
        )
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "unreadable"}, status=400)
    nudge(deliver_sandbox_callbacks)
    return JsonResponse({"id": str(message_id)})
