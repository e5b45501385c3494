"""WSGI entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from portal.database.process_kind import ProcessKind, process_kind_set

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.laptop.settings")
process_kind_set(ProcessKind.WEB)

application = get_wsgi_application()
