"""What somebody can do who owns the database."""

from typing import Any

from django.db import connection, transaction

from consents.ledger.append_only import ROW_TRIGGER, TABLES


def as_superuser(statement: str, *parameters: Any) -> int:
    """Run a change past every guard and foreign key, leaving the guards as they were; return the number of rows.

    What the database itself refuses (a unique key, a check) is raised and leaves nothing behind.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER {ROW_TRIGGER}")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, parameters or None)
        changed: int = cursor.rowcount
        cursor.execute("SET session_replication_role = origin")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table.name} ENABLE ALWAYS TRIGGER {ROW_TRIGGER}")
    return changed


def forget_from(index: int) -> None:
    """Set the ledger back to so many leaves, as a restore of an old copy would."""
    as_superuser("DELETE FROM consents_seal WHERE tree_size > %s", index)
    as_superuser("DELETE FROM consents_treenode WHERE (position + 1) << height > %s", index)
    as_superuser("DELETE FROM consents_leaf WHERE index >= %s", index)
    for table, column in (
        ("consents_consentstate", "event_id"),
        ("consents_evidence", "event_id"),
        ("consents_recordedrow", "event_id"),
        ("consents_unsealedevent", "event_id"),
        ("consents_consentevent", "id"),
    ):
        as_superuser(f"DELETE FROM {table} WHERE {column} NOT IN (SELECT event_id FROM consents_leaf)")
