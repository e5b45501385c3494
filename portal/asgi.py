"""ASGI entry point of the web server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.laptop.settings")
# A page that needs longer than this is broken; workers and commands have no such limit.
os.environ.setdefault("STATEMENT_TIMEOUT", "15s")

application = get_asgi_application()
