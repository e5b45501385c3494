#!/usr/bin/env python
"""Command line of Mostik. Without DJANGO_SETTINGS_MODULE it runs in the embedded mode."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

CANNOT_DECIDE = 2
"""What `ledger_verify` promises for all that is no answer. Python itself would end with 1, which says "differs"."""


def main(arguments: list[str]) -> None:
    """Run a command. Settings that do not fit are one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.laptop.settings")
    if arguments[1:2] != ["ledger_verify"]:
        try:
            execute_from_command_line(arguments)
        except ImproperlyConfigured as error:
            sys.exit(str(error))
        return
    try:
        execute_from_command_line(arguments)
    except SystemExit:
        _output_end()
        raise
    except (Exception, KeyboardInterrupt) as error:  # settings that do not load, a stream that is closed, Ctrl-C
        _output_end()
        if sys.stderr is not None:
            sys.stderr.write(f"Проверить не удалось: {error or type(error).__name__}\n")
        sys.exit(CANNOT_DECIDE)


def _output_end() -> None:
    """Write out what is left; if nobody takes it, drop it: a failure at the interpreter's end would change the code."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    main(sys.argv)
