"""What was rewritten between two versions, row by row, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from evenhand.policy.kinds import element, shown
from evenhand.policy.proof.wording import cell_of, cells_of, written
from evenhand.policy.tree import Constant, Fact, Head, Policy, Row


class Edit(StrEnum):
    """What happened to a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that differs; `old` and `new` are its texts, "" where there is none."""

    section: str
    row: str
    edit: Edit
    old: str = ""
    new: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it as data that JSON holds."""
        return {
            "section": self.section,
            "row": self.row,
            "edit": self.edit.value,
            "old": self.old,
            "new": self.new,
        }


Texts = Mapping[str, str]


def row_changes(old: Policy, new: Policy) -> Iterator[RowChange]:
    """Give every row that was added, removed, changed or moved, section by section."""
    before, after = _sections(old), _sections(new)
    for name in dict.fromkeys((*before, *after)):
        yield from _between(name, before.get(name, {}), after.get(name, {}))


def same_rules(old: Policy, new: Policy) -> bool:
    """Tell whether two pages are one but for what people read: then they decide alike."""
    return _bare(old) == _bare(new)


def _bare(policy: Policy) -> Policy:
    """Leave out the head's words, labels, sentences, invariants and examples."""
    head = Head("", "", rounding=policy.head.rounding, currency=policy.head.currency)
    return replace(
        policy,
        head=head,
        facts=tuple(_silent(fact) for fact in policy.facts),
        values=(),  # they stand in the tree
        derived=tuple(replace(d, label="", labels={}) for d in policy.derived),
        tables=tuple(
            replace(table, rows=tuple(_silent_row(row) for row in table.rows))
            for table in policy.tables
        ),
        nevers=(),
        always=(),
        examples=(),
    )


def _silent(fact: Fact) -> Fact:
    fields = tuple(_silent(one) for one in fact.fields)
    return replace(fact, label="", labels={}, asks={}, fixed=False, fields=fields)


def _silent_row(row: Row) -> Row:
    return replace(row, because="", says={}, line=0)


def _sections(policy: Policy) -> dict[str, Texts]:
    found: dict[str, Texts] = {
        "Facts": {one.name: _fact(one, policy.head.currency) for one in policy.facts},
        "Values": {
            _value_name(v): shown(v.value, v.kind, v.currency or policy.head.currency)
            for v in policy.values
        },
        "Derived": {one.name: one.expression.text for one in policy.follows},
    }
    for table in policy.tables:
        heading = f"Table: {table.name} ({table.hit})"
        found[heading] = {row.id: _row(row) for row in table.rows}
    found["Never"] = {
        one.id: "; ".join(map(cell_of, one.conditions)) for one in policy.nevers
    }
    found["Always"] = {
        one.id: "; ".join(map(cell_of, (*one.when, *one.must))) for one in policy.always
    }
    return found


def _value_name(value: Constant) -> str:
    """Tell apart the rows of a value by date, and the amounts of one by currency."""
    if value.since:
        return f"{value.name} from {value.since}"
    return f"{value.name} in {value.currency}" if value.currency else value.name


def _fact(fact: Fact, currency: str) -> str:
    domain = _domain(fact, currency)
    return f"{fact.kind}{'?' if fact.optional else ''} {domain}".strip()


def _domain(fact: Fact, currency: str) -> str:
    domain = fact.domain
    if domain.words:
        return ", ".join(domain.words)
    if domain.low is None and domain.high is None:
        return ""
    low, high = (
        "" if end is None else written(end, element(fact.kind), currency)
        for end in (domain.low, domain.high)
    )
    return f"{low}..{high}"


def _row(row: Row) -> str:
    """Write a row with everything that it says."""
    parts = [cells_of(row)]
    if row.unless:
        groups = ("; ".join(map(cell_of, group)) for group in row.unless)
        parts.append(f"unless {' or '.join(groups)}")
    parts.append(", ".join(f"{name} {result.text}" for name, result in row.results))
    parts += [row.because, *(f"“{text}”" for text in row.says.values())]
    return " | ".join(part for part in parts if part)


def _between(section: str, old: Texts, new: Texts) -> Iterator[RowChange]:
    kept = [name for name in old if name in new]
    still = set(_in_order(kept, [name for name in new if name in old]))
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield RowChange(section, name, Edit.REMOVED, old=old[name])
        elif name not in old:
            yield RowChange(section, name, Edit.ADDED, new=new[name])
        elif old[name] != new[name]:
            yield RowChange(section, name, Edit.CHANGED, old[name], new[name])
        elif name not in still:
            yield RowChange(section, name, Edit.MOVED, old[name], new[name])


def _in_order(old: list[str], new: list[str]) -> Iterator[str]:
    """Give the names that keep their order, as many as there are."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for block in matcher.get_matching_blocks():
        yield from old[block.a : block.a + block.size]
