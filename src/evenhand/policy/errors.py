"""What can be wrong: with a page, with a fact, with a decision."""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.policy.saying import Translate, _, said_in


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with a page: where (both from 1), what, and what to write."""

    line: int
    column: int
    what: str
    instead: str = ""

    def __str__(self) -> str:
        return self.said(str)

    def said(self, translate: Translate) -> str:
        """Say it in the language of `translate`, such as gettext."""
        place = _("line {line}, column {column}", line=self.line, column=self.column)
        parts = [said_in(one, translate) for one in (self.what, self.instead) if one]
        return f"{said_in(place, translate)}: {'; '.join(parts)}"


class PolicyError(ValueError):
    """A page cannot be used; `faults` holds every reason found, in page order."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class FactError(ValueError):
    """A fact has a value that the page does not allow; `right` says what would be.

    `where` tells the place in a list: "line 2, price", or "2" of a plain list.
    """

    def __init__(self, fact: str, value: object, right: str, where: str = "") -> None:
        place = f"{fact}, {where}," if where else fact
        super().__init__(f"{place} is {_seen(value):.80}; {right}")
        self.fact = fact
        self.where = where
        self.value = value
        self.right = right


def _seen(value: object) -> str:
    """Show what was given; of thousands of digits or lists in each other the kind."""
    try:
        return repr(value)
    except (ValueError, RecursionError):
        return f"too large to show ({type(value).__name__})"


class DecisionFault(RuntimeError):
    """The page itself is wrong for these facts: no outcome may be given."""


class Overlap(DecisionFault):
    """Two rows matched where the hit policy allows one outcome."""

    def __init__(self, table: str, rows: tuple[str, ...]) -> None:
        told = ", ".join(rows)
        super().__init__(
            _("table {table}: rows {rows} match together", table=table, rows=told)
        )
        self.table = table
        self.rows = rows


class NeverBroken(DecisionFault):
    """The outcome breaks an invariant of the page's Never section."""

    def __init__(self, invariant: str, rule: str) -> None:
        super().__init__(
            _(
                "row {rule} breaks the invariant {invariant}",
                rule=rule,
                invariant=invariant,
            )
        )
        self.invariant = invariant
        self.rule = rule


class AlwaysBroken(DecisionFault):
    """The outcome withholds an entitlement of the page's Always section."""

    def __init__(self, entitlement: str, rule: str) -> None:
        super().__init__(
            _(
                "row {rule} withholds the entitlement {entitlement}",
                rule=rule,
                entitlement=entitlement,
            )
        )
        self.entitlement = entitlement
        self.rule = rule


class Misread(Exception):
    """A cell cannot be read from `offset` on; its reader knows the line and column."""

    def __init__(self, offset: int, what: str, instead: str = "") -> None:
        super().__init__(what)
        self.offset = offset
        self.what = what
        self.instead = instead


class Faults:
    """The faults found so far, at most so many, so that a bad page is refused fast."""

    __slots__ = ("_found", "_most")

    def __init__(self, most: int) -> None:
        self._found: list[Fault] = []
        self._most = most

    def add(self, line: int, column: int, what: str, instead: str = "") -> None:
        """Note a fault; PolicyError at once when the page has too many."""
        self._found.append(Fault(line, column, what, instead))
        if len(self._found) >= self._most:
            self.stop_if_any()

    def stop_if_any(self) -> None:
        """Raise PolicyError with everything found, if anything was."""
        if self._found:
            raise PolicyError(tuple(sorted(set(self._found))))
