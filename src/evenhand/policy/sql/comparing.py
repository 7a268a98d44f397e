"""Two pages over the same past cases: from which row to which, with the money."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from evenhand.policy.program import Page
from evenhand.policy.sql.answers import RULE, WHY, Decided
from evenhand.policy.sql.before import Before
from evenhand.policy.sql.counting import (
    decided_of,
    lines_of,
    part_column,
    part_of,
    row_of,
)
from evenhand.policy.sql.deciding import Wanted
from evenhand.policy.sql.files import Facts
from evenhand.policy.sql.halves import parts_of
from evenhand.policy.sql.otherwise import otherwise_of
from evenhand.policy.sql.pairs import OLD, Pair, terms_of
from evenhand.policy.sql.refusals import of_some_depth
from evenhand.policy.tree import Policy

Money = dict[str, int]  # currency -> minor units


@dataclass(slots=True)
class Move:
    """Cases that go from one row of the old page to another of the new one.

    A row is its id, or the status where there is none. `worse`: how many get less
    money, or a worse verdict for the same; `lost`: how much less these get in all.
    `otherwise`: how many keep their row and get something else than money otherwise.
    """

    old: str
    new: str
    cases: int = 0
    worse: int = 0
    before: Money = field(default_factory=dict)
    after: Money = field(default_factory=dict)
    lost: Money = field(default_factory=dict)
    otherwise: int = 0


@dataclass(slots=True)
class Comparison:
    """What changes between two pages over past cases; moves with most cases first."""

    old: str
    new: str
    cases: int
    moves: list[Move]
    parts: dict[str, list[Move]] = field(default_factory=dict)

    @property
    def worse(self) -> int:
        """How many cases are worse off for the customer."""
        return sum(move.worse for move in self.moves)

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as JSON holds it; money in minor units."""
        return {**asdict(self), "worse": self.worse}


@of_some_depth()
def compare(
    old: Page, new: Page, facts: Facts, *, by: str = "", amount: str = "amount"
) -> Comparison:
    """Count where cases move between two pages, with the money of one outcome.

    `facts` are shaped for both pages (`both`). `by` is as for `replay`.
    """
    policy = new.policy
    part = part_column(policy, facts, by) if by else ""
    currency = policy.head.currency_from
    counts: defaultdict[str, defaultdict[tuple[str, str], Counter[tuple[str, str]]]]
    counts = defaultdict(lambda: defaultdict(Counter))
    for pair, line in _moved(old, new, facts, (currency, part), amount):
        code = (line[currency] if currency else policy.head.currency) or ""
        names = row_of(pair.old, line, OLD), row_of(pair.new, line)
        for name in ["", *([part_of(policy, part, line[part])] if part else [])]:
            pair.count(counts[name][names], line, code, kept=names[0] == names[1])
    moves = {name: _in_order(found) for name, found in sorted(counts.items())}
    everywhere = moves.pop("", [])
    return Comparison(
        f"{old.policy.head.policy} {old.policy.head.version}",
        f"{policy.head.policy} {policy.head.version}",
        sum(move.cases for move in everywhere),
        everywhere,
        {name: found for name, found in moves.items() if found},
    )


def _in_order(found: Mapping[tuple[str, str], Counter[tuple[str, str]]]) -> list[Move]:
    moves = [_told(Move(*names), count) for names, count in found.items()]
    known = [move for move in moves if move.cases]
    return sorted(known, key=lambda one: (-one.cases, one.old, one.new))


def _told(move: Move, count: Counter[tuple[str, str]]) -> Move:
    move.cases, move.worse = count["cases", ""], count["worse", ""]
    move.otherwise = count["otherwise", ""]
    for name, amounts in (("before", move.before), ("after", move.after)):
        given = [
            code for (what, code), many in count.items() if what == f"#{name}" and many
        ]
        amounts |= {code: count[name, code] for code in given}
    lost = {code: many for (what, code), many in count.items() if what == "lost"}
    move.lost |= {code: many for code, many in lost.items() if many}
    return move


def _moved(
    old: Page, new: Page, facts: Facts, parts: Iterable[str], amount: str
) -> Iterator[tuple[Pair, dict[str, Any]]]:
    """Give how many cases come to each pair of answers, with the money of both."""
    keys = list(dict.fromkeys(name for name in parts if name))
    every = tuple(facts.table.columns)
    read = [fact.name for page in (old, new) for fact in page.policy.facts]
    terms = terms_of(old.policy, new.policy, amount)
    apart = otherwise_of(old.policy, new.policy, amount)
    wanted = [*terms.wanted, *apart.wanted]
    one, other = Wanted(wanted), Wanted(wanted, Before(old.policy, f"{OLD}{RULE}"))
    for part in parts_of(facts):
        first = decided_of(old, facts, part, every, one)
        kept = dict.fromkeys((*_answers_of(first, amount), *apart.kept(first)))
        renamed = first.table.rename({OLD + name: name for name in kept})
        keep = tuple(dict.fromkeys([*(OLD + name for name in kept), *read, *keys]))
        here = replace(part, table=renamed)
        last = decided_of(new, facts, here, keep, other)
        pair = Pair(first, last, terms, apart)
        table = facts.fence(pair.new.table.mutate(**pair.columns(part.known.names)))
        for line in lines_of(table, [*pair.keys(table), *keys], pair.sums(table)):
            yield pair, line


def _answers_of(found: Decided, amount: str) -> tuple[str, ...]:
    wanted = (RULE, WHY, f"outcome.{amount}", "outcome.verdict")
    return tuple(name for name in wanted if name in found.table.columns)


def both(old: Page, new: Page) -> Policy:
    """Return a policy with the facts of two pages, for opening their facts at once.

    ValueError where a fact has another type in each.
    """
    facts = {fact.name: fact for fact in old.policy.facts}
    for fact in new.policy.facts:
        known = facts.get(fact.name)
        if known and known.kind is not fact.kind:
            raise ValueError(f"{fact.name} is {known.kind} before and {fact.kind} now")
        facts[fact.name] = fact
    one, other = old.policy, new.policy
    return Policy(
        other.head,
        tuple(facts.values()),
        other.values,
        (*one.derived, *other.derived),
        (*one.tables, *other.tables),
    )
