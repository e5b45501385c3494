#!/usr/bin/env python
"""Command line of Mostik. Without DJANGO_SETTINGS_MODULE it runs in the embedded mode."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.embedded")
    execute_from_command_line(sys.argv)
