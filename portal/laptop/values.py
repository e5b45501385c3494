"""What a laptop and the tests add to the values of a server: an app, a broker in a folder, the sandbox."""

from notify import queues
from portal.settings.base import INSTALLED_APPS as _SERVER_APPS
from portal.settings.env import env
from portal.settings.values import *  # noqa: F403 - the values of a server, and more
from portal.settings.values import SANDBOX

INSTALLED_APPS = [*_SERVER_APPS, "portal.laptop"]
CELERY_BROKER_TRANSPORT = None if env.str("BROKER_URL") else "portal.laptop.embedded.file_broker:Transport"

MACHINE_UPLOADS = {"sandbox:provider": 16 << 20}  # pictures for the sandbox's MAX, as base64

if SANDBOX:
    ROOT_URLCONF = "portal.laptop.urls"
    CELERY_IMPORTS = ["portal.laptop.sandbox.inbox"]
    CELERY_TASK_ROUTES = {"portal.deliver_sandbox_callbacks": {"queue": queues.TRANSACTIONAL}}
    CELERY_BEAT_SCHEDULE = {
        "sandbox": {"task": "portal.deliver_sandbox_callbacks", "schedule": 5.0, "options": {"expires": 10.0}},
    }
