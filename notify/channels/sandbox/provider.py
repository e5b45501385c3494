"""The sandbox as the settings describe it: SMS and MAX that go nowhere. Letters go by SMTP there too."""

from typing import Any, Final

from notify.channels.sandbox.adapter import SandboxChannel, SandboxConf
from notify.channels.sandbox.webhook import SandboxWebhook
from notify.channels.setup import Provider

SANDBOX: Final = "sandbox"


def sandbox_provider(settings: Any) -> Provider | None:
    """Take messages at a path of our own site unless the setting names another address. None outside the sandbox."""
    if not settings.SANDBOX:
        return None
    url = getattr(settings, "SANDBOX_PROVIDER_URL", "") or f"{settings.SITE_URL}/sandbox/provider/"
    conf = SandboxConf(url=url, secret=settings.SANDBOX_SECRET)
    return Provider(
        name=SANDBOX,
        channels=("sms", "max"),
        adapter=lambda channel: SandboxChannel(conf, channel),
        webhook=SandboxWebhook((conf.secret,)),
    )
