"""What a comparison of two versions tells: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evenhand.policy.proof.findings import Told, plain_json
from evenhand.policy.proof.rowdiff import RowChange
from evenhand.policy.proof.standing import Standing


@dataclass(frozen=True, slots=True)
class Side:
    """What one version says of a case: its status, row ("" for none) and outcomes.

    `told` holds the outcomes in words.
    """

    status: str
    row: str
    outcome: Mapping[str, object]
    told: Mapping[str, str]

    def as_json(self) -> dict[str, object]:
        """Return it as data that JSON holds."""
        return {
            "status": self.status,
            "row": self.row,
            "outcome": plain_json(dict(self.outcome)),
            "told": dict(self.told),
        }


@dataclass(frozen=True, slots=True)
class Change:
    """Cases that move from one row to another with another result, and one of them."""

    old: Side
    new: Side
    columns: tuple[str, ...]
    standing: Standing
    case: tuple[Told, ...]
    facts: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """Return it as data that JSON holds."""
        return {
            "old": self.old.as_json(),
            "new": self.new.as_json(),
            "columns": list(self.columns),
            "standing": self.standing.value,
            "case": [[told.fact, told.label, told.text] for told in self.case],
            "facts": plain_json(dict(self.facts)),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions: `equal` is proved; else `changes`, and `rows` as they are written.

    `complete`: it is proved that no other pair of rows gives another result.
    `never_worse`: it is proved that nobody is worse off under the new version; False
    where somebody is; None where it is not known. `notes` say what limits all this.
    """

    policy: str
    old_version: str
    new_version: str
    equal: bool
    complete: bool
    never_worse: bool | None
    changes: tuple[Change, ...]
    rows: tuple[RowChange, ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return it as data that JSON holds."""
        return {
            "policy": self.policy,
            "old_version": self.old_version,
            "new_version": self.new_version,
            "equal": self.equal,
            "complete": self.complete,
            "never_worse": self.never_worse,
            "changes": [change.as_json() for change in self.changes],
            "rows": [row.as_json() for row in self.rows],
            "notes": list(self.notes),
        }
