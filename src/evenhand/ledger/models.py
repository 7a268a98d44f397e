from __future__ import annotations

from typing import NoReturn

from django.db import models


class AppendOnly(Exception):
    """An entry was to be changed or removed; the ledger only grows."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def update(self, **_values: object) -> NoReturn:
        raise AppendOnly("ledger entries are never changed; record a new one")

    def delete(self) -> NoReturn:
        raise AppendOnly("ledger entries are never removed")


class Entry(models.Model):
    """One thing that happened. `subject`, `matter` and `actor` are words, not keys.

    The ledger is the lowest room that stores: "promise:4" and "member:2" outlive the
    rows that they name, and an entry survives the person who caused it.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    matter = models.CharField(max_length=60, blank=True)
    actor = models.CharField(max_length=60)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    objects = EntryQuerySet.as_manager()

    class Meta:
        db_table = "ledger_entry"
        indexes = [
            models.Index(fields=["matter", "id"], name="ledger_entry_by_matter"),
            models.Index(fields=["kind", "id"], name="ledger_entry_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Reading(models.Model):
    """That one reader has handled one entry; written with what the reader did."""

    reader = models.CharField(max_length=60)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="readings")

    class Meta:
        db_table = "ledger_reading"
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "entry"], name="ledger_reading_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reader} read {self.entry_id}"


class Floor(models.Model):
    """Everything up to here was handled by the reader, so its search starts above.

    `next_key` is where the floor may rise to once all that was under way when it was
    noted has long ended.
    """

    reader = models.CharField(max_length=60, primary_key=True)
    entry_key = models.BigIntegerField(default=0)
    next_key = models.BigIntegerField(default=0)
    next_noted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_floor"

    def __str__(self) -> str:
        return f"{self.reader} from {self.entry_key}"
