"""What a check finds: plain data, each finding with a case that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What is wrong; docs/reference/policy-findings.md has a heading for each."""

    GAP = "gap"
    DEAD_END = "dead-end"
    OVERLAP = "overlap"
    NEVER_BROKEN = "never-broken"
    ALWAYS_BROKEN = "always-broken"
    EXAMPLE_FAILS = "example-fails"
    LEVEL_TOO_LOW = "level-too-low"
    BACK_ENDS_DIFFER = "back-ends-differ"
    UNREACHABLE = "unreachable"
    NEVER_TRUE = "never-true"
    ALWAYS_TRUE = "always-true"
    SLIVER = "sliver"
    WORD_NEVER_GIVEN = "word-never-given"
    DUPLICATE = "duplicate"
    IDLE_INVARIANT = "idle-invariant"
    EARLIER_EXAMPLE = "earlier-example"
    NOT_PROVED = "not-proved"
    SPARE_ROW = "spare-row"
    UNUSED = "unused"


class Severity(StrEnum):
    """A fault keeps a page from being published; a warning wants a look."""

    FAULT = "fault"
    WARNING = "warning"
    NOTE = "note"


_SEVERITIES = {
    Kind.GAP: Severity.FAULT,
    Kind.DEAD_END: Severity.FAULT,
    Kind.OVERLAP: Severity.FAULT,
    Kind.NEVER_BROKEN: Severity.FAULT,
    Kind.ALWAYS_BROKEN: Severity.FAULT,
    Kind.EXAMPLE_FAILS: Severity.FAULT,
    Kind.LEVEL_TOO_LOW: Severity.FAULT,
    Kind.BACK_ENDS_DIFFER: Severity.FAULT,
    Kind.SPARE_ROW: Severity.NOTE,
    Kind.UNUSED: Severity.NOTE,
}
_ORDER = list(Kind)


@dataclass(frozen=True, slots=True)
class Told:
    """One fact of a case: its name, what people call it, its value in words."""

    fact: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, and a case that shows it.

    `what` says what, `meaning` what it does to a customer or the desk, `proposal`
    what to write. `cell` is the condition as the page writes it, `others` are rows
    that have a part in it. `case` is for people; `facts` decides by the page.
    """

    kind: Kind
    what: str
    meaning: str = ""
    proposal: str = ""
    table: str = ""
    row: str = ""
    line: int = 0
    cell: str = ""
    others: tuple[str, ...] = ()
    case: tuple[Told, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How grave its kind is."""
        return _SEVERITIES.get(self.kind, Severity.WARNING)

    def as_json(self) -> dict[str, object]:
        """Return it as data that JSON holds."""
        return {
            "kind": self.kind.value,
            "severity": self.severity.value,
            "table": self.table,
            "row": self.row,
            "line": self.line,
            "cell": self.cell,
            "others": list(self.others),
            "what": self.what,
            "meaning": self.meaning,
            "proposal": self.proposal,
            "case": [[told.fact, told.label, told.text] for told in self.case],
            "facts": plain_json(dict(self.facts)),
        }


def plain_json(value: object) -> object:
    """Return a case or an outcome as JSON holds it: days as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain_json(one) for one in value]
    if isinstance(value, dict):
        return {name: plain_json(one) for name, one in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class Report:
    """All that a check of one page found, gravest first; `proved` says what holds."""

    policy: str
    version: str
    page_hash: str
    findings: tuple[Finding, ...]
    proved: tuple[str, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What keeps the page from being published."""
        return tuple(f for f in self.findings if f.severity is Severity.FAULT)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What wants a look before it is."""
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)

    @property
    def clean(self) -> bool:
        """Whether there is neither fault nor warning."""
        return not self.faults and not self.warnings

    def as_json(self) -> dict[str, object]:
        """Return it as data that JSON holds."""
        return {
            "policy": self.policy,
            "version": self.version,
            "page_hash": self.page_hash,
            "clean": self.clean,
            "findings": [finding.as_json() for finding in self.findings],
            "proved": list(self.proved),
        }


def gravest_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sort by kind as `Kind` lists them, then by place."""
    return tuple(
        sorted(findings, key=lambda f: (_ORDER.index(f.kind), f.line, f.table, f.row))
    )
