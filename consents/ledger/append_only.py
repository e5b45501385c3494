"""The tables whose rows are only added, and what guards each in the database.

Migrations make the guards in plain SQL; this list is what checks of grants and triggers, and tests, compare with. Each
table has a row trigger and a TRUNCATE trigger, both `ENABLE ALWAYS`, so that `session_replication_role` does not
switch them off. The owner of a table can still drop them: that is what heads outside the database are for.
"""

from dataclasses import dataclass
from enum import StrEnum

ROW_TRIGGER = "refuse_change"
TRUNCATE_TRIGGER = "refuse_truncate"


ROW_TRIGGER_TYPE = 27
"""Bits of `pg_trigger.tgtype`: for each row, before, on DELETE and UPDATE."""
TRUNCATE_TRIGGER_TYPE = 34
"""For the statement, before, on TRUNCATE."""


class Guard(StrEnum):
    """Which changes the row trigger allows."""

    FROZEN = "frozen"
    """Neither UPDATE nor DELETE."""

    ERASABLE = "erasable"
    """No UPDATE; DELETE once an `erased` event of the same subject stands later in the tree, or waits for its leaf."""

    LIFTABLE = "liftable"
    """No DELETE; an UPDATE lifts a row that is in force, once, and changes nothing else of it."""

    PUBLISHED = "published"
    """A draft may change; a published row may only become retired, as it is."""


@dataclass(frozen=True, slots=True)
class AppendOnlyTable:
    """One guarded table. ``app_may`` are the table rights that the application's role needs and may have."""

    name: str
    guard: Guard = Guard.FROZEN
    app_may: tuple[str, ...] = ("SELECT", "INSERT")


TABLES = (
    AppendOnlyTable("consents_consentevent"),
    AppendOnlyTable("consents_evidence", Guard.ERASABLE, ("SELECT", "INSERT", "DELETE")),
    AppendOnlyTable("consents_leaf"),
    AppendOnlyTable("consents_treenode"),
    AppendOnlyTable("consents_seal"),
    AppendOnlyTable("consents_recordedrow"),
    AppendOnlyTable("consents_receipt"),
    AppendOnlyTable("consents_company"),
    AppendOnlyTable("consents_sender"),
    AppendOnlyTable("consents_edition", Guard.PUBLISHED, ("SELECT", "INSERT", "UPDATE", "DELETE")),
    AppendOnlyTable("consents_stop", Guard.LIFTABLE, ("SELECT", "INSERT", "UPDATE")),
    AppendOnlyTable("portal_staffaction"),
)

FUNCTIONS = {
    Guard.FROZEN: "mostik_refuse_change",
    Guard.ERASABLE: "mostik_refuse_change_of_evidence",
    Guard.LIFTABLE: "mostik_refuse_change_of_stop",
    Guard.PUBLISHED: "mostik_refuse_change_of_published",
}
BODIES = {
    "mostik_refuse_change": "220c9ccb27db78a497dc429eaeb911bbabe2f83188e2891a92c17faad5b5a572",
    "mostik_refuse_change_of_evidence": "0e9320e6a7252bb275fa8c8e39e097832cd8d2f999365fa0956871f9d38f0cad",
    "mostik_refuse_change_of_stop": "82406eb2a704e0b7c165a1760486abadc0ebb9ee801add7022522146e1f8e926",
    "mostik_refuse_change_of_published": "fd630d9fea86c0120fd62116cad02f1a5d59a0a1a4d914386c7e4df352ae8e08",
}
"""SHA-256 of each function's body as migrations make it: a trigger that stays and does nothing is no guard."""
