"""Two versions compared: proved to decide alike, or where they do not.

Alike means the same status and the same outcomes for every case that both versions
can take. Which row of a single answer decided, and in which words, may differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from evenhand.policy import limits
from evenhand.policy.decision import Decision
from evenhand.policy.errors import Overlap
from evenhand.policy.kinds import shown
from evenhand.policy.program import Page
from evenhand.policy.proof.cases import Case, Runner, shrunk
from evenhand.policy.proof.changes import Change, Comparison, Side
from evenhand.policy.proof.prover import (
    Answer,
    Clock,
    OutOfTime,
    Solver,
    case_of,
    search,
)
from evenhand.policy.proof.regions import Holds
from evenhand.policy.proof.rowdiff import row_changes, same_rules
from evenhand.policy.proof.standing import COLUMNS, Standing, standing, worse
from evenhand.policy.proof.tables import (
    Reading,
    RowForm,
    TableForm,
    read_tables,
    same_results,
    same_value,
)
from evenhand.policy.proof.terms import Formula, Term, all_of, any_of, neg
from evenhand.policy.proof.wording import currency_of, told_case
from evenhand.policy.proof.world import has_folds, world_of
from evenhand.policy.saying import _
from evenhand.policy.tree import LISTED, SINGLE, TOTALLED, Hit, Policy

_MOST = 40  # changes told
_ASIDE = ("say", "because")  # words of a listed row, which may be rewritten


def compared(old: Page, new: Page, seconds: float) -> Comparison:
    """Compare two versions; what the seconds leave open is said in the notes."""
    pair = _Pair(old, new, Clock(seconds))
    notes = list(_notes(old.policy, new.policy))
    complete, never_worse = False, False
    try:
        complete = same_rules(old.policy, new.policy) or pair.find_changes()
        never_worse = (complete and not pair.found) or pair.find_worse()
    except OutOfTime:
        notes.append(
            _("The {seconds:g} seconds allowed were used up.", seconds=seconds)
        )
    if not complete:
        notes.append(_("There may be other changes than those told."))
    equal = complete and not pair.found
    lost = any(change.standing is Standing.WORSE for change in pair.found)
    return Comparison(
        policy=new.policy.head.policy,
        old_version=old.policy.head.version,
        new_version=new.policy.head.version,
        equal=equal,
        complete=complete,
        never_worse=False if lost else (never_worse or equal or None),
        changes=tuple(pair.found),
        rows=tuple(row_changes(old.policy, new.policy)),
        notes=tuple(notes),
    )


def _notes(old: Policy, new: Policy) -> Iterator[str]:
    names = old.head.policy, new.head.policy
    if names[0] != names[1]:
        yield _(
            "These are two policies, {old} and {new}, not two versions.",
            old=names[0],
            new=names[1],
        )
    before = {fact.name: fact for fact in old.facts}
    for fact in new.facts:
        earlier = before.pop(fact.name, None)
        if earlier is None:
            yield _("The fact {name} is new.", name=fact.name)
        elif earlier.kind is not fact.kind:
            yield _(
                "The fact {name} was {old} and is {new} now.",
                name=fact.name,
                old=earlier.kind,
                new=fact.kind,
            )
        elif earlier.domain != fact.domain:
            yield _(
                "The domain of {name} changed: cases of both are compared.",
                name=fact.name,
            )
    for name in before:
        yield _("The fact {name} is gone.", name=name)
    if old.head.currency != new.head.currency:
        yield _("The currency changed: amounts are compared as numbers.")


class _Joined:
    """Both versions as formulas over the same facts."""

    def __init__(self, old: Policy, new: Policy, clock: Clock, *, lists: bool) -> None:
        self.old = read_tables(world_of(old, written_out=lists))
        beside = world_of(new, written_out=lists, beside=self.old.world)
        self.new = read_tables(beside)
        self.solver = Solver(self.new, clock)
        self.plain = [*self.old.world.plain, *beside.plain]

    def ask(self, formula: Formula, holds: Holds) -> Answer:
        """Look for a case of both versions."""
        worlds = [self.old.world, self.new.world]
        read = partial(case_of, worlds)
        return search(self.solver, formula, self.plain, holds, read)


class _Pair:
    """Looks for changes between two versions, one for each pair of rows."""

    def __init__(self, old: Page, new: Page, clock: Clock) -> None:
        self.pages = old, new
        self.clock = clock
        rows = limits.ROWS_READ_FOR_QUESTIONS
        self.runners = Runner(old, questions=rows), Runner(new, questions=rows)
        self.found: list[Change] = []
        self.joined = self._join(lists=False)
        self.folds = has_folds(old.policy) or has_folds(new.policy)
        self._written_out: _Joined | None = None

    def _join(self, *, lists: bool) -> _Joined:
        old, new = self.pages
        return _Joined(old.policy, new.policy, self.clock, lists=lists)

    def find_changes(self) -> bool:
        """Find changes; True if it is proved that there are no others."""
        apart: list[tuple[str, str]] = []
        while len(self.found) < _MOST:
            answer = self._ask(apart, self._differs, any_worse=False)
            if answer.case is None:
                return answer.proved
            change = self._change(answer.case)
            pair = (change.old.row, change.new.row)
            if pair in apart:
                return False
            apart.append(pair)
            self.found.append(change)
        return False

    def find_worse(self) -> bool:
        """Find somebody worse off; True if it is proved that nobody is."""
        if any(change.standing is Standing.WORSE for change in self.found):
            return False
        if not self._ranked():
            return False
        answer = self._ask([], self._is_worse, any_worse=True)
        if answer.case:
            self.found.append(self._change(answer.case))
        return answer.proved

    def _ranked(self) -> bool:
        """Tell whether the versions give anything by which they could be ranked."""
        return any(
            COLUMNS & _outcomes(one, one.world.translator.names).keys()
            for one in (self.joined.old, self.joined.new)
        )

    def _ask(
        self, apart: list[tuple[str, str]], holds: Holds, *, any_worse: bool
    ) -> Answer:
        answer = self.joined.ask(_sought(self.joined, apart, any_worse), holds)
        if answer.case is None and not answer.proved and self.folds:
            if self._written_out is None:
                self._written_out = self._join(lists=True)
            joined = self._written_out
            found = joined.ask(_sought(joined, apart, any_worse), holds)
            answer = Answer(case=found.case, doubt=answer.doubt)
        if answer.case is None:
            return answer
        return Answer(case=self._shrunk(answer.case, holds))

    def _shrunk(self, case: Case, holds: Holds) -> Case:
        """Leave out what does not matter to the two rows that decide."""
        ends = self._ends(case)
        kept = self.runners[0].kept | self.runners[1].kept
        return shrunk(case, kept, lambda one: holds(one) and self._ends(one) == ends)

    def _ends(self, case: Case) -> list[tuple[str, str]]:
        sides = (self._side(place, case) for place in (0, 1))
        return [(side.status, side.row) for side in sides]

    def _differs(self, case: Case) -> bool:
        old, new = (self._side(place, case) for place in (0, 1))
        return (old.status, old.outcome) != (new.status, new.outcome)

    def _is_worse(self, case: Case) -> bool:
        return self._standing(case) is Standing.WORSE

    def _standing(self, case: Case) -> Standing:
        old, new = (self._side(place, case) for place in (0, 1))
        if {old.status, new.status} - {"hit"}:
            return Standing.OTHER
        return standing(old.outcome, new.outcome)

    def _apart(self, case: Case) -> list[Side]:
        """Return both sides; rows listed alike are told with what they give."""
        sides = [self._side(place, case) for place in (0, 1)]
        old, new = sides
        alike = [name for name in old.told if old.told[name] == new.told.get(name)]
        lists = [name for name in alike if old.outcome[name] != new.outcome[name]]
        return [
            replace(
                side,
                told={**side.told, **dict(_in_full(page, side.outcome, lists, case))},
            )
            for page, side in zip(self.pages, sides, strict=True)
        ]

    def _side(self, place: int, case: Case) -> Side:
        page = self.pages[place]
        ran = self.runners[place].run(case, trace=False)
        if ran.decision is None:
            rows = ran.overlap.rows if isinstance(ran.overlap, Overlap) else ()
            return Side("fault", ", ".join(rows), {}, {})
        decision = ran.decision
        outcome = dict(_outcome(decision))
        return Side(
            decision.status, decision.rule or "", outcome, _told(page, outcome, case)
        )

    def _change(self, case: Case) -> Change:
        old, new = self._apart(case)
        names = dict.fromkeys((*old.outcome, *new.outcome))
        columns = [n for n in names if old.outcome.get(n) != new.outcome.get(n)]
        told = {one.fact: one for page in self.pages for one in told_case(page, case)}
        return Change(
            old, new, tuple(columns), self._standing(case), tuple(told.values()), case
        )


def _outcome(decision: Decision) -> Iterator[tuple[str, object]]:
    """Give what a decision gives, without the words beside listed rows."""
    for name, value in decision.outcome.items():
        if isinstance(value, list):
            rows = ({k: v for k, v in row.items() if k not in _ASIDE} for row in value)
            yield name, list(rows)
        else:
            yield name, value


def _told(
    page: Page, outcome: Mapping[str, object], case: Mapping[str, object]
) -> dict[str, str]:
    currency, kinds = currency_of(page, case), page.program.kinds
    return {
        name: ", ".join(row["id"] for row in value) or "none"
        if isinstance(value, list)
        else shown(value, kinds[name], currency)
        for name, value in outcome.items()
    }


def _in_full(
    page: Page, outcome: Mapping[str, object], names: list[str], case: Case
) -> Iterator[tuple[str, str]]:
    """Give lists of rows with the results of each: `wash (offer polish)`."""
    currency, kinds = currency_of(page, case), page.program.kinds
    for name in names:
        rows = outcome[name]
        if not isinstance(rows, list):
            continue
        told = (
            ", ".join(
                f"{key} {shown(value, kinds[key], currency)}"
                for key, value in row.items()
                if key != "id"
            )
            for row in rows
        )
        parts = (
            f"{row['id']} ({one})" if one else row["id"]
            for row, one in zip(rows, told, strict=True)
        )
        yield name, ", ".join(parts) or "none"


def _sought(
    joined: _Joined,
    apart: list[tuple[str, str]],
    any_worse: bool,  # noqa: FBT001  # which of two formulas
) -> Formula:
    old, new = joined.old, joined.new
    if any_worse:
        names = old.world.translator.names, new.world.translator.names
        given = worse(
            _outcomes(old, names[0]), _outcomes(new, names[1]), old.world.words
        )
        return all_of((old.decided, new.decided, given))
    known = (neg(_moves(old, new, pair)) for pair in apart)
    return all_of((_unlike(old, new), *known))


def _moves(old: Reading, new: Reading, pair: tuple[str, str]) -> Formula:
    return all_of(
        _decides(side, row) for side, row in zip((old, new), pair, strict=True)
    )


def _decides(reading: Reading, row: str) -> Formula:
    """Return where a row of the first table decides; "" is where none does."""
    first = reading.tables[0]
    found = [one.taken for one in first.rows if one.row.id == row]
    if found:
        return found[0]
    return neg(all_of((reading.decided, any_of(one.taken for one in first.rows))))


def _unlike(old: Reading, new: Reading) -> Formula:
    """Return where the versions end otherwise."""
    both = all_of((old.decided, new.decided))
    one_only = all_of(
        (any_of((old.decided, new.decided)), neg(both)),
    )
    before, after = (
        _outcomes(side, side.world.translator.names) for side in (old, new)
    )
    names = dict.fromkeys((*before, *after))
    same = all_of(same_value(before.get(n), after.get(n)) for n in names)
    alike = all_of((same, _same_rule(old, new), _same_lists(old, new)))
    return any_of((one_only, all_of((both, neg(alike)))))


def _same_rule(old: Reading, new: Reading) -> Formula:
    """Return where both have a row of the first table, or both have none."""
    before, after = (
        any_of(row.taken for row in side.tables[0].rows) for side in (old, new)
    )
    return any_of((all_of((before, after)), all_of((neg(before), neg(after)))))


def _outcomes(reading: Reading, names: Mapping[str, Term]) -> dict[str, Term]:
    found: dict[str, Term] = {}
    for form in reading.tables:
        if form.table.hit in SINGLE:
            found |= {one.name: names[one.name] for one in form.table.outcomes}
        elif form.table.hit in TOTALLED:
            found[form.table.name] = names[form.table.name]
    return found


def _same_lists(old: Reading, new: Reading) -> Formula:
    before, after = (
        {form.table.name: form for form in side.tables if form.table.hit in LISTED}
        for side in (old, new)
    )
    names = dict.fromkeys((*before, *after))
    return all_of(_same_list(before.get(name), after.get(name)) for name in names)


def _same_list(old: TableForm | None, new: TableForm | None) -> Formula:
    """Return where the same rows are listed with the same results in the same order.

    A table that one version lacks is unlike the other's, even with nothing listed.
    """
    if old is None or new is None:
        return False
    if Hit.OUTPUT_ORDER in (old.table.hit, new.table.hit):
        return old.table == new.table
    after = {row.row.id: row for row in new.rows}
    parts = [_same_row(row, after.pop(row.row.id, None)) for row in old.rows]
    parts += [neg(row.taken) for row in after.values()]
    return all_of((*parts, _same_order(old, new)))


def _same_row(old: RowForm, new: RowForm | None) -> Formula:
    if new is None:
        return neg(old.taken)
    both = all_of((old.taken, new.taken, same_results(old.results, new.results)))
    return any_of((both, all_of((neg(old.taken), neg(new.taken)))))


def _same_order(old: TableForm, new: TableForm) -> Formula:
    places = {row.row.id: place for place, row in enumerate(new.rows)}
    kept = [row for row in old.rows if row.row.id in places]
    return all_of(
        neg(all_of((above.taken, below.taken)))
        for place, below in enumerate(kept)
        for above in kept[:place]
        if places[above.row.id] > places[below.row.id]
    )
