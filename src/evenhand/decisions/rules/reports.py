"""What the checks and a replay say of a page, as data that a row can keep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from evenhand.policy.saying import as_data, from_data

FAULT, WARNING, NOTE = "fault", "warning", "note"
_ORDER = {FAULT: 0, WARNING: 1, NOTE: 2}


def key_of(*parts: object) -> str:
    """Return a short name for something that is said to be meant; the same says it."""
    told = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of the checks: a fault keeps the page back, a warning asks.

    `witness` is the case that shows it: label and value of each fact.
    """

    kind: str
    severity: str
    what: str
    instead: str = ""
    line: int = 0
    column: int = 0
    witness: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The same finding has the same key, wherever its line has moved to."""
        return key_of(self.kind, self.what, *self.witness)

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON holds it; sentences in parts, to be said in any language."""
        witness = [[name, as_data(value)] for name, value in self.witness]
        told = {"what": as_data(self.what), "instead": as_data(self.instead)}
        return {**asdict(self), **told, "witness": witness}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All findings of one text, the worst first."""

    findings: tuple[Found, ...] = ()

    @property
    def faults(self) -> tuple[Found, ...]:
        return self._of(FAULT)

    @property
    def warnings(self) -> tuple[Found, ...]:
        return self._of(WARNING)

    @property
    def notes(self) -> tuple[Found, ...]:
        return self._of(NOTE)

    def _of(self, severity: str) -> tuple[Found, ...]:
        return tuple(one for one in self.findings if one.severity == severity)

    def as_data(self) -> list[dict[str, Any]]:
        """Return the findings as JSON holds them."""
        return [one.as_data() for one in self.findings]

    @classmethod
    def kept(cls, data: Iterable[Mapping[str, Any]] | None) -> CheckReport:
        """Read what `as_data` wrote."""
        return cls(tuple(_found(one) for one in data or ()))

    @classmethod
    def of(cls, findings: Iterable[Found]) -> CheckReport:
        """Return a report with the worst first, then in the order of the page."""
        ranked = sorted(findings, key=lambda f: (_ORDER[f.severity], f.line, f.column))
        return cls(tuple(ranked))


def _found(data: Mapping[str, Any]) -> Found:
    witness = tuple((str(name), from_data(value)) for name, value in data["witness"])
    told = {name: from_data(data[name]) for name in ("what", "instead")}
    return Found(**{**data, **told, "witness": witness})


@dataclass(frozen=True, slots=True)
class Point:
    """Something that whoever publishes has to say is meant."""

    key: str
    what: str
    kind: str  # "warning", "difference", "replay", "moved"
    details: tuple[tuple[str, str], ...] = field(default=())
