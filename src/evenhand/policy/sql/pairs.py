"""Two answers of each case: whether it gets less, by money first, then by the verdict.

Most cases take the same row of both versions, and most rows give the same in both. Of
those nothing must be compared, and their money is told by the row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from evenhand.policy.nodes import Literal
from evenhand.policy.sql.amounts import CASES, Amounts, amounts_of
from evenhand.policy.sql.answers import HIT, RULE, Decided
from evenhand.policy.sql.counting import status_of
from evenhand.policy.sql.engines import is_any
from evenhand.policy.sql.otherwise import OTHER, Otherwise
from evenhand.policy.sql.scales import Scale, scale_of
from evenhand.policy.tree import Hit, Policy

OLD = "old:"  # begins the columns of the page that is compared with
# How good a verdict is for the customer; any other word, and none, stands between.
_RANKS = {"upheld": 3, "partly_upheld": 2, "not_upheld": 0, "out_of_scope": 0}
_BETWEEN = 1
_RANK, _SMALL, _REST = "~rank", "~small", "~rest"
_BEFORE, _AFTER = "~before", "~after"
Ranks = Mapping[int, int] | None  # by row; None where the row does not tell it


@dataclass(frozen=True, slots=True)
class Terms:
    """What two pages give in money and as a verdict, as far as the row taken tells.

    `apart` are rows whose money is compared case by case though both pages take them;
    None for all cases. `scale` tells by row who gets less, where it can.
    """

    amount: str
    money: tuple[Amounts | None, Amounts | None]
    ranks: tuple[Ranks, Ranks]
    apart: frozenset[int] | None
    scale: Scale | None

    @property
    def is_ranked(self) -> bool:
        """Whether a verdict counts at all."""
        return any(ranks is None or ranks for ranks in self.ranks)

    @property
    def wanted(self) -> list[str]:
        """The outcomes that each case must be asked for."""
        found = [self.amount] if self.apart is None else []
        return found + (["verdict"] if None in self.ranks else [])


def terms_of(old: Policy, new: Policy, amount: str) -> Terms:
    """Read from two pages what their rows tell."""
    before, after = amounts_of(old, amount), amounts_of(new, amount)
    apart: frozenset[int] | None = None
    scale: Scale | None = None
    same = old.values == new.values and old.head.rounding is new.head.rounding
    if before and after and same:
        rows = before.given.keys() | after.given.keys()
        apart = frozenset(
            row for row in rows if before.given.get(row) != after.given.get(row)
        )
        scale = scale_of(new, before, after)
    return Terms(amount, (before, after), (_ranks(old), _ranks(new)), apart, scale)


def _ranks(policy: Policy) -> Ranks:
    giving = [
        table
        for table in policy.tables
        if any("verdict" in dict(row.results) for row in table.rows)
    ]
    if not giving:
        return {}
    if giving != [*policy.tables[:1]] or giving[0].hit is not Hit.FIRST:
        return None
    results = enumerate((dict(row.results) for row in giving[0].rows), 1)
    words = {row: found["verdict"].root for row, found in results if "verdict" in found}
    if not all(isinstance(word, Literal) for word in words.values()):
        return None
    return {
        row: _RANKS.get(str(word.value), _BETWEEN)
        for row, word in words.items()
        if isinstance(word, Literal)
    }


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers of the cases of one table: the columns to count, and what they tell."""

    old: Decided
    new: Decided
    terms: Terms
    otherwise: Otherwise

    def columns(self, known: Collection[str]) -> dict[str, ir.Value]:
        """Return the columns that are summed and grouped by, for cases that move."""
        table, terms = self.new.table, self.terms
        found = self._of_scale(known) if terms.scale else self._of_each(known)
        for prefix, ranks in zip((OLD, ""), terms.ranks, strict=True):
            if ranks is None and f"{prefix}outcome.verdict" in table.columns:
                verdict = table[f"{prefix}outcome.verdict"]
                words = [(verdict == word, rank) for word, rank in _RANKS.items()]
                found[prefix + _RANK] = ibis.cases(*words, else_=_BETWEEN)
        before = terms.money[0]
        if terms.apart is not None and before and before.others:
            rule = table[f"{OLD}{RULE}"]
            found[_REST] = before.apart(table, rule, known)
        if self.otherwise.names or self.otherwise.listed:
            found[OTHER] = self.otherwise.differs(table, self.old, self.new, OLD)
        return found

    def _of_scale(self, known: Collection[str]) -> dict[str, ir.Value]:
        """Return what is needed beside the sums by row: what is small, what rounds."""
        table, scale, after = self.new.table, self.terms.scale, self.terms.money[1]
        if not scale or not after:
            raise TypeError(self.terms)
        moves, fact = self._moves(), table[scale.fact]
        is_small = moves & (fact < scale.enough)
        found = {_SMALL: ibis.cases((is_small, fact), else_=ibis.null())}
        if after.others:
            rest = after.apart(table, table[RULE], known)
            found[_AFTER] = ibis.cases((moves, rest), else_=ibis.null())
        return found

    def _of_each(self, known: Collection[str]) -> dict[str, ir.Value]:
        """Return what each case gets that moves, by both pages."""
        amounts = [self._amount(place, known) for place in (0, 1)]
        if self.terms.apart is not None:
            moves = self._moves()
            amounts = [ibis.cases((moves, one), else_=ibis.null()) for one in amounts]
        return dict(zip((_BEFORE, _AFTER), amounts, strict=True))

    def _moves(self) -> ir.BooleanValue:
        table = self.new.table
        moves = table[f"{OLD}{RULE}"] != table[RULE]
        return (
            moves | is_any(table[RULE], sorted(self.terms.apart))
            if self.terms.apart
            else moves
        )

    def _amount(self, place: int, known: Collection[str]) -> ir.Value:
        prefix, table, told = (OLD, "")[place], self.new.table, self.terms.money[place]
        if self.terms.apart is not None and told:
            return told.every(table, table[f"{prefix}{RULE}"], known)
        name = f"{prefix}outcome.{self.terms.amount}"
        return table[name] if name in table.columns else ibis.null("int64")

    def keys(self, table: ir.Table) -> list[str]:
        """Return the columns that cases are grouped by."""
        found = (OLD + _RANK, _RANK, _SMALL, OTHER)
        own = [one for one in found if one in table.columns]
        return [*self.old.keys(OLD), *self.new.keys(), *own]

    def sums(self, table: ir.Table) -> dict[str, ir.Value]:
        """Return what is summed of a table that has the columns."""
        found = {} if self.terms.scale else self._differences(table)
        if _AFTER in table.columns:
            found[f"+{_AFTER}"] = table[_AFTER].sum()
        if self.terms.apart is not None:
            for one in self.terms.money:
                bases = one.sums if one else {}
                found |= {total: table[fact].sum() for total, fact in bases.items()}
        if _REST in table.columns:
            found[f"+{self.terms.amount}"] = table[_REST].sum()
        return found

    def _differences(self, table: ir.Table) -> dict[str, ir.Value]:
        before, after = table[_BEFORE], table[_AFTER]
        found = {f"+{_BEFORE}": before.sum()}
        if self.terms.apart is None:
            found |= {f"#{_BEFORE}": before.count(), f"#{_AFTER}": after.count()}
            before, after = before.fill_null(0), after.fill_null(0)
        less = before > after
        found["less"] = less.ifelse(1, 0).sum()
        found["lost"] = less.ifelse(before - after, 0).sum()
        if self.terms.is_ranked:
            found["more"] = (before < after).ifelse(1, 0).sum()
        return found

    def count(
        self,
        counter: Counter[tuple[str, str]],
        line: Mapping[str, Any],
        code: str,
        *,
        kept: bool,
    ) -> None:
        """Add a group of cases to what is counted of a move; `kept`: it is no move."""
        counter["cases", ""] += line[CASES]
        hits = [status_of(line, prefix) == HIT for prefix in (OLD, "")]
        money = [self._money(place, line) for place in (0, 1)]
        for place, name in enumerate(("before", "after")):
            if hits[place]:
                counter[name, code] += money[place][0]
                counter[f"#{name}", code] += money[place][1]
        if all(hits) and kept and self._is_other(line):
            counter["otherwise", ""] += line[CASES]
        if all(hits):
            less, more, lost = self._less(line, (money[0][0], money[1][0]))
            counter["worse", ""] += less
            counter["lost", code] += lost
            if self._rank(1, line) < self._rank(0, line):
                counter["worse", ""] += line[CASES] - less - more

    def _is_other(self, line: Mapping[str, Any]) -> bool:
        rows = line[f"{OLD}{RULE}"], line[RULE]
        return rows in self.otherwise.rows or bool(line.get(OTHER))

    def _less(
        self, line: Mapping[str, Any], money: tuple[int, int]
    ) -> tuple[int, int, int]:
        """Return how many get less and more, and how much less in all."""
        if self.terms.scale is None:
            return line["less"], line.get("more", 0), line["lost"]
        rows = line[f"{OLD}{RULE}"], line[RULE]
        return self.terms.scale.less(rows, line[_SMALL], (line[CASES], *money))

    def _money(self, place: int, line: Mapping[str, Any]) -> tuple[int, int]:
        """Return what a group of cases gets by one page, and how many get any."""
        told, rows = self.terms.money[place], (line[f"{OLD}{RULE}"], line[RULE])
        name, apart = (_BEFORE, _AFTER)[place], self.terms.apart
        if not told or apart is None:
            return line[f"+{name}"], line[f"#{name}"]
        moves = rows[0] != rows[1] or rows[0] in apart
        by_row = not moves or (self.terms.scale and rows[place] not in told.others)
        if by_row or (self.terms.scale and not place):
            return told.total(line, rows[place])
        return line[f"+{name}"], line[CASES] if rows[place] in told.given else 0

    def _rank(self, place: int, line: Mapping[str, Any]) -> int:
        prefix, ranks = (OLD, "")[place], self.terms.ranks[place]
        if ranks is None:
            return int(line.get(prefix + _RANK, _BETWEEN))
        return ranks.get(line[f"{prefix}{RULE}"], _BETWEEN)
