"""What this process is for; its connections to the database get limits of time by that."""

from enum import StrEnum


class ProcessKind(StrEnum):
    """Kinds of processes that differ in how long they may wait."""

    WEB = "web"
    """Answers people, who wait."""
    WORKER = "worker"
    """Tasks of seconds."""
    LONG = "long"
    """Tasks of minutes: customer files, exports, the check of the ledger."""
    COMMAND = "command"
    """What a person starts and may stop: commands, the shell, tests."""


_kinds = [ProcessKind.COMMAND]


def process_kind() -> ProcessKind:
    """Return the kind of this process; a command until somebody has said otherwise."""
    return _kinds[-1]


def process_kind_set(kind: ProcessKind) -> None:
    """Set what this process is for, before its first connection. Children inherit it."""
    _kinds[:] = [kind]
