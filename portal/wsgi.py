"""WSGI entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.laptop.settings")
# A page that needs longer than this is broken; workers and commands have no such limit.
os.environ.setdefault("STATEMENT_TIMEOUT", "15s")

application = get_wsgi_application()
