"""The hash tree over the events and its signed heads (RFC 9162). Rows are only ever added."""

from django.db import models

from consents.enums import CheckOutcome
from consents.models.ledger import ConsentEvent


class Leaf(models.Model):
    """The place of one event in the tree."""

    index = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(ConsentEvent, on_delete=models.PROTECT, related_name="leaf")
    leaf_hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.index)


class TreeNode(models.Model):
    """Root of a full subtree: ``height`` 1 covers two leaves; ``position`` counts from the left."""

    height = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    node_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["height", "position"], name="node_place")]

    def __str__(self) -> str:
        return f"{self.height}/{self.position}"


class Seal(models.Model):
    """A signed tree head: Ed25519 over size, root, time and key id. The key is outside the database."""

    tree_size = models.BigIntegerField(primary_key=True)
    root_hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()
    key_id = models.CharField(max_length=32)
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return str(self.tree_size)


class UnsealedEvent(models.Model):
    """An event that waits for its leaf: written with the event, deleted by the sealer. Not append-only.

    Why a table: ids are drawn before the commit, so an event can appear below one that is sealed already. A waiting
    row is there exactly as long as its event has no leaf, however late it commits, and costs no look at sealed ones.
    """

    event_id = models.BigIntegerField(primary_key=True)
    mac = models.BinaryField(
        max_length=32, default=b"", db_default=b"", help_text="HMAC of the leaf hash: a program wrote the event."
    )

    def __str__(self) -> str:
        return str(self.event_id)


class RecordedRow(models.Model):
    """The hash of one row beside the events that proofs rest on, as the sealer first found it.

    Its event is of the kind ``rows_recorded`` and commits to all rows that were found together
    (`consents.ledger.beside.recording`), so they are in the signed tree like any answer.
    """

    event = models.ForeignKey(ConsentEvent, on_delete=models.PROTECT, related_name="recorded_rows")
    table_name = models.CharField(max_length=12, help_text="A word of `consents.ledger.beside.tables.RECORDED`.")
    row_id = models.BigIntegerField()
    row_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table_name", "row_id"], name="recorded_once")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"


class LedgerCheck(models.Model):
    """The result of one whole check of the ledger, for the DPO. ``findings`` holds the first hundred."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=CheckOutcome)
    tree_size = models.BigIntegerField(default=0)
    event_count = models.BigIntegerField(default=0)
    finding_count = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list, help_text="Codes, places and event numbers; nothing personal.")
    reason = models.JSONField(default=dict, blank=True, help_text="Why it could not decide: a code and its facts.")

    class Meta:
        indexes = [models.Index(fields=["-finished_at"], name="check_finished")]

    def __str__(self) -> str:
        return f"{self.finished_at:%Y-%m-%d}: {self.outcome}"
